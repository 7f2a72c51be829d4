"""The words of an appeal come out right, however a mail program wrote them down."""

import base64
import quopri

import pytest

from intake.message import parse

KK = "Сәлеметсіз бе! Ұлым 7Ә сыныбында оқиды. Оны дәлізде итеріп, ақшасын тартып алады, үйге жылап келеді."
RU = (
    "Здравствуйте! Моего сына дразнят в классе, отбирают деньги и не пускают в столовую. Помогите, ещё вчера."
)
JP = "これは日本語の手紙です。"
OF_KAZAKH = ["utf-8", "kz1048", "ptcp154", "utf-16", "utf-16-le", "utf-16-be", "utf-7", "utf-32", "gb18030"]
OF_RUSSIAN = [*OF_KAZAKH, "windows-1251", "koi8-r", "iso-8859-5", "cp866", "mac-cyrillic", "iso-2022-jp"]


def written(text: str, charset: str, label: str | None, encoding: str) -> bytes:
    octets = text.encode(charset)
    if encoding == "base64":
        octets = base64.encodebytes(octets)
    elif encoding == "quoted-printable":
        octets = quopri.encodestring(octets)
    kind = b"text/plain" + (b"; charset=" + label.encode() if label else b"")
    head = [
        b"From: a@b.example",
        b"Content-Type: " + kind,
        b"Content-Transfer-Encoding: " + encoding.encode(),
    ]
    return b"\r\n".join(head) + b"\r\n\r\n" + octets


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
@pytest.mark.parametrize(
    ("text", "charset"),
    [
        *[(KK, one) for one in OF_KAZAKH],
        *[(RU, one) for one in OF_RUSSIAN],
        (JP, "iso-2022-jp"),
        (JP, "shift_jis"),
    ],
)
def test_the_named_alphabet(text: str, charset: str, encoding: str) -> None:
    assert parse(written(text, charset, charset, encoding)).text == text


LABELS = {
    "kz1048": ["STRK1048-2002", "KZ-1048", "rk1048"],
    "ptcp154": ["PT154", "csPTCP154", "CP154", "cyrillic-asian"],
}
LABELS |= {
    "windows-1251": ["cp1251", "CP-1251", "win-1251", "x-cp1251"],
    "koi8-r": ["KOI8R", "koi8", "csKOI8R"],
}
LABELS |= {
    "utf-8": ["UTF8", "utf_8", "unicode-1-1-utf-8", '"utf-8"', "'utf-8'", "utf-8;"],
    "utf-16": ["UTF16", "unicode"],
}


@pytest.mark.parametrize(("charset", "label"), [(one, label) for one in LABELS for label in LABELS[one]])
def test_other_names_of_an_alphabet(charset: str, label: str) -> None:
    text = RU if charset in ("windows-1251", "koi8-r") else KK
    assert parse(written(text, charset, label, "base64")).text == text


@pytest.mark.parametrize(
    "label", [None, "us-ascii", "utf-8", "iso-8859-1", "windows-1252", "x-unknown", "koi8-r", ""]
)
@pytest.mark.parametrize(
    ("text", "charset"), [(KK, "kz1048"), (RU, "windows-1251"), (RU, "koi8-r"), (KK, "utf-8")]
)
def test_a_wrong_name_or_none(text: str, charset: str, label: str | None) -> None:
    assert parse(written(text, charset, label, "8bit")).text == text


@pytest.mark.parametrize(
    ("text", "charset"), [(KK, "utf-16-le"), (KK, "utf-16-be"), (RU, "utf-16-le"), (RU, "utf-16-be")]
)
@pytest.mark.parametrize("label", [None, "utf-8", "utf-16"])
def test_sixteen_bits_without_a_mark(text: str, charset: str, label: str | None) -> None:
    assert parse(written(text, charset, label, "base64")).text == text


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        ("quoted-printable", b"=D0=91=D0=B0=D0=BB=D0=B0=\r\n=D0=BC a=3Db", "Балам a=b"),
        ("quoted-printable", b"=d0=91=d0=b0=d0=bb=d0=b0 = =ZZ 100=", "Бала = =ZZ 100"),
        ("quoted-printable", "Балам =D0=BC".encode(), "Балам м"),  # bytes above 127 all the same
        ("quoted-printable", b"=D0=91=D0=B0=  \r\n=D0=BB", "Бал"),  # spaces after a soft break
        ("base64", b"0JHQsNC70LDQvA", "Балам"),  # without its end
        ("base64", b"0JHQ\r\n sNC7 \t0LDQvA==\r\n", "Балам"),
        ("base64", b"0JHQsNC7!0LDQ*vA==", "Балам"),
        ("base64", base64.encodebytes(KK.encode()) + b"-- \r\nwww.list.example\r\n", KK),
        ("base64", "Балам".encode(), "Балам"),  # no base64 at all
        ("8-bit", "Балам".encode(), "Балам"),
        ("utf-8", "Балам".encode(), "Балам"),
    ],
)
def test_encodings_with_errors(encoding: str, body: bytes, text: str) -> None:
    head = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    assert parse(head.encode() + body).text.startswith(text)


FLOWED = [
    ("flowed", "no", "Балам \r\nмектепке \r\nбармайды.\r\n", "Балам мектепке бармайды."),
    ("Flowed", "yes", "Ұзын сө \r\nз\r\n", "Ұзын сөз"),
    ("flowed", "no", "> бір \r\n> екі\r\nүш \r\n-- \r\nАты", "> бір екі\nүш\n--\nАты"),
    ("flowed", "no", ">> a \r\n> b", "> > a\n> b"),
    ("flowed", "no", " From there\r\n >no quote", "From there\n>no quote"),
    ("fixed", "no", "бір \r\nекі", "бір\nекі"),
]


@pytest.mark.parametrize(("form", "delsp", "body", "text"), FLOWED)
@pytest.mark.parametrize("charset", ["utf-8", "kz1048"])
def test_flowed_text(form: str, delsp: str, body: str, text: str, charset: str) -> None:
    head = f"Content-Type: text/plain; charset={charset}; format={form}; delsp={delsp}\r\n\r\n"
    assert parse(head.encode() + body.encode(charset)).text == text


HTML = [
    ("<p>Бала&nbsp;&#1241;&#x49B;&quot;&laquo;а&raquo;&amp;lt;", 'Бала\u00a0әқ"«а»&lt;'),
    ("<table><tr><td>Аты:</td><td>Аружан</td></tr><tr><td>Сынып:<td>7Ә</table>", "Аты:\tАружан\nСынып:\t7Ә"),
    ("<div>бір<div>екі</div>үш</div>төрт<br>бес<br/>", "бір\nекі\nүш\nтөрт\nбес"),
    ("<style>p{}</style><script>x</script><!-- y --><p>сөз", "сөз"),
    ("<ul><li>бір<li>екі</ul><ol><li>a</li><li>b</li></ol>", "- бір\n- екі\n\n1. a\n2. b"),
    ("<p>Мен&shy;іңба&#8203;лам</p>", "Меніңбалам"),
]


@pytest.mark.parametrize(("html", "text"), HTML)
@pytest.mark.parametrize("charset", ["utf-8", "kz1048", "utf-16"])
def test_a_letter_of_html_alone(html: str, text: str, charset: str) -> None:
    head = f"Content-Type: text/html; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    assert parse(head.encode() + base64.encodebytes(html.encode(charset, "xmlcharrefreplace"))).text == text
