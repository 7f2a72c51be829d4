"""Whatever a browser, a bot or a bad line sends to the page: no word lost, nothing without end, no crash."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from intake.spool import Spool
from intake.text import plain_line, plain_text
from tests.page import BOUNDARY, Desk, File, files_of, form_of, multipart

MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
URLENCODED = "application/x-www-form-urlencoded"
ARUZHAN = {"submission_id": "0" * 32, "language": "kk", "class_group": "7Ә", "text": "Шкафымды сындырды."}
VIDEO = File(name="бейне.mp4", content=b"\0" * 700_000, media_type="video/mp4")


@pytest.fixture
def desk() -> Desk:
    return Desk().with_()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Spool]]:
    """Every file through which an upload passed; all are closed when the answer is given."""
    files: list[Spool] = []

    def opening(folder: Path | None) -> Spool:
        files.append(Spool(folder))
        return files[-1]

    monkeypatch.setattr("intake.multipart.Spool", opening)
    yield files
    assert files and all(file.closed for file in files)


def test_a_line_that_breaks_in_the_middle_of_a_file_loses_no_word(desk: Desk, opened: list[Spool]) -> None:
    answer = desk.post(ARUZHAN, VIDEO, cut=500_000)
    assert answer.status == 400 and desk.letters == []
    assert answer.value("text") == ARUZHAN["text"] and answer.value("class_group") == "7Ә"
    assert "байланыс үзіліп қалды" in answer.words


def test_a_line_that_breaks_in_the_middle_of_the_text_keeps_what_has_come(desk: Desk) -> None:
    whole = multipart(ARUZHAN)
    answer = desk.post(ARUZHAN, cut=whole.index("сындырды".encode()) + len("сынд".encode()))
    assert answer.status == 400
    assert answer.value("text").startswith("Шкафымды")


def test_a_family_that_goes_away_leaves_nothing_behind(desk: Desk, opened: list[Spool]) -> None:
    half = multipart(ARUZHAN, [VIDEO])[:400_000]
    desk.ask("POST", "/", {"content-type": MULTIPART}, [half, None])
    assert desk.letters == []


def test_a_line_on_which_nothing_comes_any_more_is_given_back_its_text(
    desk: Desk, opened: list[Spool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.webform.IDLE_PATIENCE", 0.01)
    half = multipart(ARUZHAN, [VIDEO])[:400_000]
    answer = desk.ask("POST", "/", {"content-type": MULTIPART}, [half, b"(silence)"])
    assert answer.status == 408 and answer.headers["connection"] == "close"
    assert answer.value("text") == ARUZHAN["text"] and desk.letters == []


@pytest.mark.parametrize("declared", ["1", "0", "999999999999", "many"])
def test_the_size_that_a_browser_declares_is_not_believed(desk: Desk, declared: str) -> None:
    desk.with_(attachment_megabytes=1)
    body = multipart(ARUZHAN, [VIDEO, VIDEO])
    answer = desk.ask("POST", "/", {"content-type": MULTIPART, "content-length": declared}, [body])
    assert answer.status == 422 and answer.value("text") == ARUZHAN["text"]


def test_a_body_without_end_is_read_to_a_limit_and_no_further(desk: Desk, opened: list[Spool]) -> None:
    desk.with_(attachment_megabytes=1)
    begun = multipart(ARUZHAN, [VIDEO])[:500_000]
    chunks = [begun, *[b"\0" * 1_000_000] * 100]
    answer = desk.ask("POST", "/", {"content-type": MULTIPART}, chunks)
    assert answer.status == 413 and answer.headers["connection"] == "close"
    assert answer.unread > 80
    assert answer.value("text") == ARUZHAN["text"]
    assert "Файлдар тым үлкен" in answer.words


@pytest.mark.parametrize("kind", [MULTIPART, URLENCODED])
def test_more_words_than_anybody_types_are_not_collected(desk: Desk, kind: str) -> None:
    piece = b"%D0%96" * 100_000 if kind == URLENCODED else b"\xd0\x96" * 300_000
    begun = multipart({"text": ""}).partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if kind == MULTIPART else b"text="
    answer = desk.ask("POST", "/", {"content-type": kind}, [begun, *[piece] * 100])
    assert answer.status == 413 and answer.unread > 80 and len(answer.body) < 8_000_000


@pytest.mark.parametrize("kind", [MULTIPART, URLENCODED])
def test_a_thousand_fields_are_not_collected(desk: Desk, kind: str) -> None:
    many = {f"field-{number}": "1" for number in range(1000)}
    body = multipart(many) if kind == MULTIPART else "&".join(f"{name}=1" for name in many).encode()
    assert desk.ask("POST", "/", {"content-type": kind}, [body]).status == 413


def test_large_uploads_pass_through_the_given_folder_without_a_name(desk: Desk, tmp_path: Path) -> None:
    desk.with_(spool=tmp_path)
    assert (
        desk.post({**ARUZHAN, "who": "signed", "surname": "Әлі", "given_name": "Арман"}, VIDEO).status == 303
    )
    assert files_of(desk.letters[0])[0][2] == VIDEO.content
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "arrives"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Аружан\\хат.pdf", "хат.pdf"),
        ("a\r\nX-Evil: 1.pdf", None),
        ("\u202efdp.exe", "fdp.exe"),
        ("ә" * 300 + ".pdf", None),
        (" . ", None),
    ],
)
def test_a_file_name_is_only_a_name(desk: Desk, given: str, arrives: str | None) -> None:
    signed = {**ARUZHAN, "who": "signed", "surname": "Әлі", "given_name": "Арман"}
    answer = desk.post(signed, File(name=given, content=b"%PDF", media_type="message/rfc822"))
    if answer.status == 303:
        ((name, media_type, _),) = files_of(desk.letters[0])
        assert arrives is None or name == arrives
        assert name and len(name.encode()) <= 150 and not set(name) & set("/\\\r\n\u202e")
        assert media_type == "application/octet-stream"
        assert "X-Evil" not in desk.letters[0].as_string()
    else:
        assert answer.status == 400  # a line end in a name: no browser sends that


@given(
    kind=st.sampled_from([MULTIPART, URLENCODED, "text/plain", "multipart/form-data", ""]), body=st.binary()
)
@example(kind=f"multipart/form-data; boundary={'b' * 300}", body=b"--")
@example(kind="multipart/form-data; boundary=\u00e9; charset=hex", body=b"--\xe9\r\n\r\n")
@example(kind=URLENCODED, body=b"text=%FF%FE%00&text=%ZZ&=&&_charset_=unicode_escape")
@example(kind=URLENCODED, body=b"\xff\xfe=%1f&text=\xff\xfe\x1f&_charset_=utf-16")
def test_no_bytes_whatever_make_the_page_fail(kind: str, body: bytes) -> None:
    answer = Desk().ask("POST", "/", {"content-type": kind}, [body])
    assert answer.status in (303, 400, 413, 422)


@given(body=st.lists(st.sampled_from([
    f"--{BOUNDARY}\r\n", f"--{BOUNDARY}--\r\n", "\r\n", "\r\n\r\n", "Content-Disposition: form-data",
    '; name="text"', '; name="files"', '; filename="a.jpg"', '; filename=""', "Content-Type: image/jpeg",
    "сөз", "\0", ": x", 'name*=utf-8\'\'%D1', "; name=", '"',
])))  # fmt: skip
def test_no_order_of_a_form_s_pieces_makes_the_page_fail(body: list[str]) -> None:
    answer = Desk().ask("POST", "/", {"content-type": MULTIPART}, ["".join(body).encode()])
    assert answer.status in (303, 400, 413, 422)


WORDS = st.text(st.characters(codec=None), max_size=300)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(text=WORDS, line=WORDS, signed=st.booleans())
@example(text="a\nBcc: x@y.example", line="a\r\nBcc: x@y.example", signed=True)
@example(text=" 0", line="", signed=False)
@example(text="\ud800\udfff", line="\u2028Bcc: x@y.example", signed=True)
def test_whatever_is_typed_either_arrives_or_comes_back(text: str, line: str, signed: bool) -> None:
    desk = Desk()
    typed = {"text": text, "class_group": line, "surname": line, "given_name": line, "phone": line}
    answer = desk.post({**typed, "who": "signed" if signed else "anonymous"})
    lone = any("\ud800" <= one <= "\udfff" for one in text + line)  # not UTF-8: read as best as one can
    if answer.status == 303:
        fields = form_of(desk.letters[0])
        assert "Bcc" not in desk.letters[0] and desk.letters[0]["To"] == "box@school.example"
        if not lone:
            assert fields.text == plain_text(text).strip()
            assert fields.class_group == plain_line(line)
            assert fields.surname == (plain_line(line) if signed else "")
    else:
        assert answer.status == 422 and desk.letters == []
        if not lone:
            assert answer.value("text") == plain_text(text).strip()
            assert answer.value("class_group") == plain_line(line)


@given(query=st.text(max_size=60), accepted=st.text(st.characters(max_codepoint=255), max_size=60))
def test_no_address_and_no_language_makes_the_page_fail(query: str, accepted: str) -> None:
    for path in ("/", "/sent", "/elsewhere"):
        asked = (
            f"{path}?lang={query}&left={query}".encode().decode("latin-1").encode("ascii", "replace").decode()
        )
        assert Desk().ask("GET", asked, {"accept-language": accepted}).status in (200, 404)
