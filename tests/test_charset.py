"""Letters are read right whatever alphabet a mail program used and whatever it said about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.charset import decode
from tests.corpora import files

RUSSIAN = "Здравствуйте! Моего сына обижают в столовой, он боится идти в школу. Что нам делать?"
KAZAKH = "Сәлеметсіз бе! Ұлымды асханада ренжітеді, ол мектепке баруға қорқады. Не істейміз?"
SHORT = ["Помогите", "Меня бьют.", "ПОМОГИТЕ МНЕ", "В столовой грязно", "Учитель кричит на детей", "да"]


@pytest.mark.parametrize("label", ["windows-1251", "cp1251", "WINDOWS-1251", "win-1251"])
def test_a_right_label_is_used(label: str) -> None:
    assert decode(RUSSIAN.encode("cp1251"), label) == RUSSIAN


@pytest.mark.parametrize(
    "codec", ["koi8-r", "kz1048", "ptcp154", "iso8859-5", "mac-cyrillic", "cp866", "utf-16"]
)
def test_russian_in_every_alphabet_with_its_label(codec: str) -> None:
    text = RUSSIAN.replace("«", "").replace("»", "")
    assert decode(text.encode(codec), codec) == text


@pytest.mark.parametrize("codec", ["utf-8", "kz1048", "ptcp154", "utf-16", "utf-16-le", "utf-7"])
def test_kazakh_in_every_alphabet_with_its_label(codec: str) -> None:
    assert decode(KAZAKH.encode(codec), codec) == KAZAKH


@pytest.mark.parametrize(
    "label", [None, "", "us-ascii", "iso-8859-1", "nonsense", "x" * 10_000, "zlib_codec", "rot13"]
)
@pytest.mark.parametrize("codec", ["utf-8", "cp1251", "koi8-r"])
def test_russian_without_a_label_or_with_a_wrong_one(codec: str, label: str | None) -> None:
    assert decode(RUSSIAN.encode(codec), label) == RUSSIAN


@pytest.mark.parametrize("label", [None, "windows-1251", "iso-8859-1", "koi8-r", "utf-8"])
@pytest.mark.parametrize("codec", ["utf-8", "kz1048", "ptcp154"])
def test_kazakh_without_a_label_or_with_a_wrong_one(codec: str, label: str | None) -> None:
    assert decode(KAZAKH.encode(codec), label) == KAZAKH


@pytest.mark.parametrize("text", SHORT)
@pytest.mark.parametrize("codec", ["utf-8", "cp1251", "koi8-r"])
def test_a_few_words_are_enough_to_guess(codec: str, text: str) -> None:
    assert decode(text.encode(codec), None) == text


@pytest.mark.parametrize(
    ("labelled", "really"),
    [("koi8-r", "cp1251"), ("windows-1251", "koi8-r"), ("cp1252", "cp1251"), ("koi8-r", "utf-8")],
)
def test_a_label_that_lies_is_not_believed(labelled: str, really: str) -> None:
    assert decode(RUSSIAN.encode(really), labelled) == RUSSIAN


def test_all_nine_kazakh_letters_survive() -> None:
    letters = "ә ғ қ ң ө ұ ү һ і Ә Ғ Қ Ң Ө Ұ Ү Һ І"
    for codec in ("utf-8", "kz1048", "ptcp154"):
        assert decode(f"Қазақша: {letters}".encode(codec), codec) == f"Қазақша: {letters}"


def test_utf_8_with_one_letter_cut_in_two_stays_utf_8() -> None:
    assert decode(RUSSIAN.encode()[:-40] + b"\xd0", "utf-8").startswith(RUSSIAN[:40])


def test_other_languages_keep_their_label() -> None:
    assert decode("Ça va très bien".encode("latin-1"), "iso-8859-1") == "Ça va très bien"
    assert decode("日本語".encode("iso-2022-jp"), "iso-2022-jp") == "日本語"
    assert decode("日本語".encode("shift-jis"), "shift_jis") == "日本語"


def test_a_byte_order_mark_is_no_letter() -> None:
    assert decode(b"\xef\xbb\xbf" + KAZAKH.encode(), None) == KAZAKH


@pytest.mark.parametrize(
    "codec", ["punycode", "idna", "unicode_escape", "zlib_codec", "base64", "undefined", "hex"]
)
def test_codecs_that_are_no_alphabets_are_never_run(codec: str) -> None:
    assert decode(b"a-\\u0041=" + RUSSIAN.encode(), codec) == "a-\\u0041=" + RUSSIAN


@given(
    st.binary(max_size=300),
    st.one_of(st.none(), st.text(max_size=30), st.sampled_from(["utf-7", "hz", "utf-16"])),
)
def test_it_never_raises(data: bytes, label: str | None) -> None:
    assert isinstance(decode(data, label), str)


def test_the_samples_of_another_project_agree() -> None:
    samples = {name.partition("/")[2]: data for name, data in files("gmime-text") if "cyrillic" in name}
    for codec in ("cp1251", "koi8-r"):
        if data := samples.get(f"cyrillic.{codec}.txt"):
            assert decode(data, None) == samples["cyrillic.utf-8.txt"].decode()
