"""Letters and pictures from outside, where they are: `../shared/corpora` beside the checkout.

They are never copied into the project. Where the folder is not there, `letters()` gives the hostile letters
below, so that the same tests run on less; nothing is skipped.
"""

from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "shared" / "corpora"


def files(*names: str) -> Iterator[tuple[str, bytes]]:
    """(path within the corpora, bytes) of every file of these corpora; of all of them without names."""
    for path in sorted(FOLDER.rglob("*")):
        within = path.relative_to(FOLDER)
        if path.is_file() and (not names or within.parts[0] in names):
            yield str(within), path.read_bytes()


def letters() -> Iterator[tuple[str, bytes]]:
    """Everything that a mailbox may be made to hold: the corpora, and our own hostile letters in any case."""
    yield from OWN.items()
    yield from files()


def _nested(depth: int) -> bytes:
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
        for level in range(depth)
    )
    return b"From: a@school.example\r\n" + opened + b"\r\ntext\r\n"


_HEAD = b"From: family@mail.example\r\nTo: box@school.example\r\nSubject: x\r\n"
OWN: dict[str, bytes] = {
    "own/empty": b"",
    "own/newlines": b"\r\n" * 50,
    "own/no-header": "Балама көмектесіңіз\n".encode(),
    "own/noise": bytes(range(256)) * 40,
    "own/nul": _HEAD + b"\r\n" + b"\0" * 5000,
    "own/quotes-in-from": b"From: " + b'"' * 15000 + b"\r\n\r\nx",
    "own/parentheses-in-from": b"From: " + b"(" * 15000 + b"\r\n\r\nx",
    "own/long-field": b"From: " + b"a" * 20000 + b"\r\n\r\nx",
    "own/long-header": b"X-A: b\r\n" * 20000 + b"\r\nx",
    "own/many-fields": b"A: b\r\n" * 400 + b"\r\nx",
    "own/two-from": b"From: a@b.example\r\n" + _HEAD + b"\r\nx",
    "own/nested-10": _nested(10),
    "own/nested-30": _nested(30),
    "own/nested-500": _nested(500),
    "own/boundary-never-comes": _HEAD + b"Content-Type: multipart/mixed; boundary=z\r\n\r\nthe text",
    "own/boundary-missing": _HEAD + b"Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\nthe text",
    "own/semicolons": _HEAD + b"Content-Type: text/plain" + b";" * 2000 + b"\r\n\r\nx",
    "own/sections-without-number": _HEAD + b"Content-Type: a/b; name*9999999999999999999=x\r\n\r\nx",
    "own/charset-codec": _HEAD + b"Content-Type: text/plain; charset=zlib_codec\r\n\r\n\xd0\xba",
    "own/charset-undefined": _HEAD + b"Content-Type: text/plain; charset=undefined\r\n\r\n\xd0\xba",
    "own/bad-base64": _HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n====A%%%\r\n",
    "own/uuencode": _HEAD + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\nMMM\r\n",
    "own/encoded-words": b"Subject: " + b"=?utf-8?b?" * 1000 + b"\r\n\r\nx",
    "own/html-deep": _HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 50000 + b"x",
    "own/html-attributes": _HEAD
    + b"Content-Type: text/html\r\n\r\n<a "
    + b" ".join(b"a%d=1" % number for number in range(20000))
    + b">x",
    "own/attached-letter": _HEAD
    + b"Content-Type: message/rfc822\r\n\r\nReceived: "
    + b"from x by y " * 1000
    + b"\r\n\r\ninner",
}
