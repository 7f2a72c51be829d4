"""Letters that nobody would write, made from a number: the same number makes the same letter.

Some are built anew (fields, trees of parts, alphabets, names, dates, markup), some are other letters cut,
spliced, doubled and flipped. Every piece is drawn from what has hurt a reader of mail somewhere.
"""

import base64
import quopri
import random
from collections.abc import Sequence
from typing import TypeVar

_T = TypeVar("_T")

KK = "Сәлеметсіз бе! Балам 7Ә сыныбында оқиды, оны дәлізде итеріп, ақшасын тартып алып жүр. Көмектесіңіздер. "
RU = "Здравствуйте! Сына дразнят в классе, отбирают деньги и не пускают в столовую. Прошу разобраться. "
_CHARSETS = """
utf-8 windows-1251 koi8-r kz1048 ptcp154 utf-16 utf-16le utf-32 utf-7 iso-2022-jp iso-2022-kr hz gb18030 big5
cp866 shift_jis euc-kr mac-cyrillic us-ascii latin1 unknown-8bit x-unknown undefined idna punycode
unicode_escape zlib rot13 raw_unicode_escape base64 hex quopri uu bz2 mbcs cp65001 utf8mb4 default_charset 0
"" utf-8-sig utf_8\0
"""
_ENCODINGS = (
    'base64 quoted-printable 7bit 8bit binary x-uuencode uuencode uue x-uue x-yenc BASE64 base64; quoted "" 1'
)
_FIELDS = """
From To Cc Bcc Sender Reply-To Subject Date Message-ID In-Reply-To References Return-Path Received
DKIM-Signature
Authentication-Results ARC-Seal List-Id Precedence Auto-Submitted X-Senim-Letter X-Spam-Status Delivered-To
Resent-From X-Original-To Content-Type Content-Transfer-Encoding Content-Disposition Content-ID
MIME-Version X-A
"""
_KINDS = """
text/plain text/plain text/plain text/html text/html multipart/mixed multipart/alternative multipart/related
multipart/report multipart/digest multipart/signed multipart/x message/rfc822 message/delivery-status
message/partial message/external-body image/jpeg image/png application/json application/octet-stream
text text/
application/ms-tnef text/calendar text/rtf text/enriched multipart / */* /plain application/pdf
"""
_TAGS = "a b p br div span table tr td ul ol li blockquote pre img style script title head body html svg o:p"
_ENTITIES = "&nbsp; &#0; &#xD800; &#99999999999; &amp &lt; &unknown; & &shy; &#xffffffffffffffffffffff;"
CHARSETS, ENCODINGS, FIELDS, KINDS, TAGS, ENTITIES = (
    words.split() for words in (_CHARSETS, _ENCODINGS, _FIELDS, _KINDS, _TAGS, _ENTITIES)
)
SIGNS = [*"'()<>[]\";:,=?\\ \t\r\n%*@-&#.a1|>", "ә", "\0", "\x85", "\u202e", "\u0301", "\ufeff", "\ud83d"]
NEWLINES = [b"\r\n"] * 6 + [b"\n", b"\r", b"\r\r\n", b"\n\r"]
DATES = [
    "Mon, 23 Nov 2026 09:12:19 +0500",
    "32 Foo 99999999999 99:99:99 +9999999999",
    "Mon, 23 Nov 2026 09:12:19 (((((((",
    "Thu, 01 Jan 1 00:00:00 -2400",
    "-1",
]
FILES = [
    "сурет.jpg",
    "../../etc/passwd",
    "a" * 300,
    "\u202egpj.exe",
    "",
    ".",
    "senim.json",
    "winmail.dat",
    "a\0b.png",
]
BOUNDARIES = ["b", "b-", "b--", "--", "=_x", "(.*)+", " ", "", "b" * 71, "ә", "b\t", "x y", "[a"]
PARAMETERS = ["name", "filename", "charset", "boundary", "format", "delsp", "type", "x"]
FORMS = [
    "{0}={1}",
    '{0}="{1}"',
    "{0}*=utf-8''%D1%81{1}",
    "{0}*0*=koi8-r'ru'%C1;{0}*1={1}",
    "{0}*{2}=x",
    '{0}="{1}',
]
PERSONS = ["a", "ә", "a+b", '"a b"', "a..b", ""]
HOSTS = ["b.example", "[1.2.3.4]", "ә.kz", ""]
ATTRIBUTES = ["", ' style="display:none"', " hidden", ' href="http://a.example"', " class='gmail_quote'"]
OPENINGS = ["<div>", "<table><tr><td>", "<a ", "<!--", "<b><i>", "&#", "</p>", "<blockquote>"]
MAGIC = [
    b"\xff\xd8\xff\xe0",
    b"\x89PNG\r\n\x1a\n",
    b"GIF89a",
    b"%PDF-1.4",
    b"PK\3\4",
    b"{",
    b"\xff\xfe",
    b"begin 644 x\n",
]
DEEPEST = 25
MOST_PARTS = 260


def hostile(seed: int, others: Sequence[bytes] = ()) -> bytes:
    """The letter of this number; `others` are what it may be made from."""
    maker = _Maker(seed)
    if others and maker.chance(0.5):
        return maker.changed(maker.one(others), others)
    made = maker.message()
    return maker.changed(made, [*others, made]) if maker.chance(0.2) else made


class _Maker:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.parts = 0
        self.newline = self.one(NEWLINES)

    def one(self, things: Sequence[_T]) -> _T:
        return self.random.choice(things)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def count(self, most: int) -> int:
        """Mostly few, now and then nearly `most`."""
        return int(most ** self.random.random())

    # -- letters ------------------------------------------------------------------------

    def message(self, depth: int = 0) -> bytes:
        fields = [self.field() for _ in range(self.count(320 if depth == 0 and self.chance(0.05) else 30))]
        kind, body = self.part(depth)
        self.random.shuffle(fields)
        place = self.random.randrange(len(fields) + 1)
        fields[place:place] = kind
        return self.newline.join(fields) + self.newline * 2 + body

    def part(self, depth: int) -> tuple[list[bytes], bytes]:
        """Its Content-* fields, and its body."""
        self.parts += 1
        kind = self.one(KINDS)
        if kind.startswith("multipart") and depth < DEEPEST and self.parts < MOST_PARTS:
            return self.multipart(kind, depth)
        if kind.startswith("message/") and depth < DEEPEST and self.chance(0.7):
            return [b"Content-Type: " + kind.encode()], self.message(depth + 1)
        charset = self.one(CHARSETS)
        body = self.html() if kind == "text/html" else self.text() if self.chance(0.7) else self.noise()
        written = body if isinstance(body, bytes) else self.encoded(body, charset)
        fields = [f"Content-Type: {kind}; charset={charset}{self.parameters()}".encode("utf-8", "replace")]
        if self.chance(0.6):
            encoding = self.one(ENCODINGS)
            fields.append(b"Content-Transfer-Encoding: " + encoding.encode())
            written = self.transferred(written, encoding)
        if self.chance(0.3):
            fields.append(f"Content-Disposition: {self.one(['attachment', 'inline', 'x', ''])}".encode())
            fields[-1] += self.parameters().encode("utf-8", "replace")
        return fields, written

    def multipart(self, kind: str, depth: int) -> tuple[list[bytes], bytes]:
        boundary = self.one(BOUNDARIES)
        told = self.one([boundary, f'"{boundary}"', f'"{boundary}', boundary + "x", boundary.upper()])
        wide = self.chance(0.03) and depth < 2
        pieces: list[bytes] = []
        for _ in range(self.count(240) if wide else self.random.randrange(5)):
            fields, body = self.part(depth + 1)
            opened = b"--" + boundary.encode() + self.one([b"", b"", b"", b" ", b"--", b"x"])
            pieces += [opened, *fields, b"", body]
        pieces += [b"--" + boundary.encode() + b"--"] if self.chance(0.8) else []
        return [f"Content-Type: {kind}; boundary={told}".encode()], self.newline.join(pieces)

    # -- fields -------------------------------------------------------------------------

    def field(self) -> bytes:
        name = self.one(FIELDS)
        if self.chance(0.05):
            name = self.one([name.upper(), name + " ", " " + name, name[:3] + "\0", "ә", "", name + "\r"])
        value = self.value(name)
        if self.chance(0.1):
            value = value.replace(" ", self.one(["\r\n ", "\n\t", "\r ", "\r\n\r\n "]))
        octets = self.encoded(value, self.one(["utf-8", "utf-8", "windows-1251", "koi8-r", "utf-16"]))
        return name.encode("utf-8", "replace") + self.one([b": ", b": ", b":", b" : ", b""]) + octets

    def value(self, name: str) -> str:
        if self.chance(0.06):
            return self.run(15_000)
        if name in ("Date", "Received") and self.chance(0.8):
            trace = f"from a ({self.run(200)}) by b with c id d for <e@f.example>; "
            return (trace if name == "Received" else "") + self.one(DATES)
        if name.endswith(("From", "To", "Cc", "Sender", "Path")):
            return ", ".join(self.address() for _ in range(self.count(60)))
        if name in ("References", "In-Reply-To", "Message-ID"):
            return " ".join(f"<{self.random.randrange(10**9)}@a.example>" for _ in range(self.count(200)))
        return " ".join(self.word() for _ in range(self.count(120)))

    def address(self) -> str:
        plain = self.one(PERSONS) + "@" + self.one(HOSTS)
        word = self.word()
        name = self.one([word, f'"{word}"', f'"{word}', f"({word})", "a@b.example", ""])
        return self.one(
            [plain, f"{name} <{plain}>", f"{name} <<{plain}>", f"g: {plain};", f"<@x,@y:{plain}>", name]
        )

    def word(self) -> str:
        plain = self.one([KK, RU, "Subject", "dkim=pass", "v=1; a=rsa-sha256; l=0"]).split(" ")[0]
        if self.chance(0.6):
            return plain
        octets = self.encoded(plain, self.one(CHARSETS))
        text = base64.b64encode(octets).decode()[: self.random.randrange(60)]
        charset = self.one(CHARSETS) + self.one(["", "*kk", "?"])
        return f"=?{charset}?{self.one('bBqQx')}?{text}" + self.one(["?=", "?", "=", ""])

    def parameters(self) -> str:
        values = [*FILES, "flowed", "yes", "utf-8", "=?utf-8?b?0YHRgw==?="]
        return "".join(
            "; " + self.one(FORMS).format(self.one(PARAMETERS), self.one(values), "9" * self.count(400))
            for _ in range(self.count(30) if self.chance(0.5) else 0)
        )

    # -- bodies -------------------------------------------------------------------------

    def text(self) -> str:
        lines = [KK, RU, "", "> " * self.count(300) + "x", "-- ", "From x", "."]
        ends = self.one(["\n", "\r\n", " \n", "\r"])
        text = ends.join(self.one(lines) for _ in range(self.count(600)))
        return text + self.run(200_000) if self.chance(0.1) else text

    def html(self) -> str:
        pieces: list[str] = []
        for _ in range(self.count(3_000)):
            tag = self.one(TAGS)
            words = KK[: self.random.randrange(90)]
            opened = f"<{tag}{self.one(ATTRIBUTES)}>"
            pieces.append(
                self.one([opened, opened, f"</{tag}>", words, self.one(ENTITIES), "<!--", "-->", "<"])
            )
        if self.chance(0.1):
            pieces.append(f"<p class={self.run(3_000)}>" + self.one(OPENINGS) * self.count(60_000))
        return "".join(pieces)

    def noise(self) -> bytes:
        return self.one(MAGIC) + self.random.randbytes(self.count(200_000))

    def run(self, most: int) -> str:
        """One or two signs again and again: what makes bad patterns slow."""
        return "".join(self.one(SIGNS) for _ in range(self.random.randrange(1, 4))) * self.count(most)

    def encoded(self, text: str, charset: str) -> bytes:
        try:
            return text.encode(charset, "replace")
        except (LookupError, UnicodeError, ValueError, TypeError):
            return text.encode("utf-8", "replace")

    def transferred(self, octets: bytes, encoding: str) -> bytes:
        if "quoted" in encoding:
            octets = quopri.encodestring(octets)
        elif "64" in encoding:
            octets = base64.encodebytes(octets)
        return self.flipped(octets) if self.chance(0.2) else octets

    # -- changes ------------------------------------------------------------------------

    def changed(self, raw: bytes, others: Sequence[bytes]) -> bytes:
        raw = raw[:3_000_000]
        for _ in range(self.random.randrange(1, 4)):
            raw = self.one([self.cut, self.flipped, self.doubled, self.shuffled, self.stuffed])(raw)
        if self.chance(0.3):
            other = self.one(others)[:3_000_000]
            raw = raw[: self.random.randrange(len(raw) + 1)] + other[self.random.randrange(len(other) + 1) :]
        return raw

    def cut(self, raw: bytes) -> bytes:
        begin, end = sorted(self.random.randrange(len(raw) + 1) for _ in range(2))
        return raw[:begin] + raw[end:] if self.chance(0.5) else raw[:end]

    def flipped(self, raw: bytes) -> bytes:
        octets = bytearray(raw)
        for _ in range(self.count(40) if octets else 0):
            octets[self.random.randrange(len(octets))] ^= 1 << self.random.randrange(8)
        return bytes(octets)

    def doubled(self, raw: bytes) -> bytes:
        begin, end = sorted(self.random.randrange(len(raw) + 1) for _ in range(2))
        piece = raw[begin:end][:5_000]
        return raw[:end] + piece * self.count(300) + raw[end:]

    def shuffled(self, raw: bytes) -> bytes:
        lines = raw.split(b"\n")
        self.random.shuffle(lines)
        return b"\n".join(lines)

    def stuffed(self, raw: bytes) -> bytes:
        place = self.random.randrange(len(raw) + 1)
        return raw[:place] + self.run(30_000).encode("utf-8", "replace") + raw[place:]
