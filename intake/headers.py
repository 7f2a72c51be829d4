"""Reads the header of a message: its fields as they stand, encoded words, addresses.

Everything here is linear and takes compat32's raw text (bytes above 127 are surrogates); the library's own
field parsers are not used on what comes from outside (mail.md §1).
"""

import base64
import binascii
import re
from collections.abc import Iterator
from email.message import Message as Tree

from intake.charset import decode
from intake.text import plain_line

MOST_ALIKE = 30  # fields of one kind that are read; a second From is already one too many

_WORD = r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\r\n]*)\?="
_ENCODED = re.compile(_WORD)
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_STRUCTURE = re.compile(r'["\\()<>\[\]:;@,\x00-\x1f\x7f]')
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_PLAIN_ADDRESS = re.compile(
    rf"{_ATEXT}{{1,64}}(?:\.{_ATEXT}{{1,64}}){{0,20}}@(?:[A-Za-z0-9-]{{1,63}}\.){{1,10}}[A-Za-z0-9-]{{2,63}}"
)
_QUOTED_NAME = re.compile(r'"((?:[^"\\]|\\.)*)"\s*<([^<>]*)>')
_BARE_NAME = re.compile(r'([^"<>@,;:()\\]*)<([^<>]*)>')
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_SEPARATORS = re.compile(r'[\s<>,;:"()\[\]\\]+')
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,300}>")


class Header:
    """The fields of a message in their order, nothing merged; names without case."""

    def __init__(self, tree: Tree) -> None:
        self._fields = [(name.lower(), str(value)) for name, value in tree.raw_items()]
        self.names = frozenset(name for name, _ in self._fields)

    def in_order(self) -> Iterator[tuple[str, str]]:
        """(name, value unfolded) of every field, top first."""
        return ((name, _unfolded(value)) for name, value in self._fields)

    def raw(self, *names: str) -> list[str]:
        """The raw values of the fields with one of these names, top first."""
        if self.names.isdisjoint(names):
            return []
        return [value for name, value in self._fields if name in names][:MOST_ALIKE]

    def lines(self, *names: str) -> list[str]:
        """The same as a person reads them."""
        return list(map(unstructured, self.raw(*names)))

    def addresses(self, *names: str) -> tuple[str, ...]:
        """The same for address fields, each decoded but not taken apart."""
        return tuple(map(addresses_as_read, self.raw(*names)))

    def ids(self, *names: str) -> list[str]:
        """Every message id in these fields, with its angle brackets and without what nobody sees."""
        values = (_HIDDEN.sub("", as_written(value)) for value in self.raw(*names))
        return [one for value in values for one in _MESSAGE_ID.findall(value)]

    def word(self, *names: str) -> str:
        """What stands before a «;» in the first of these fields, in lower case: «auto-replied»."""
        return next(iter(self.lines(*names)), "").partition(";")[0].strip().lower()


def as_written(raw: str) -> str:
    """One raw value unfolded (RFC 5322 §2.2.3), its encoded words left alone."""
    text = raw if raw.isascii() else decode(raw.encode("utf-8", "surrogateescape"), None)
    return _unfolded(text)


def _unfolded(text: str) -> str:
    return text.replace("\r", "").replace("\n", "")


def unstructured(raw: str) -> str:
    """A Subject or the like as a person reads it: encoded words decoded (RFC 2047), one clean line."""
    return plain_line(_decode_words(as_written(raw), structure=True))


def addresses_as_read(raw: str) -> str:
    """An address field with its encoded words decoded, where no decoded or hidden sign poses as an address.

    A decoded word stands between spaces and without `<>@,;`; a hidden character becomes U+FFFD, not nothing.
    """
    return plain_line(_HIDDEN.sub("\ufffd", _decode_words(as_written(raw), structure=False)), 16 * 1024)


def plain_mailbox(field: str) -> tuple[str, str] | None:
    """(display name, address) when a field as read is one plain mailbox and nothing else; otherwise None."""
    field = field.strip()
    if _PLAIN_ADDRESS.fullmatch(field):
        return "", field.lower()
    found = _QUOTED_NAME.fullmatch(field) or _BARE_NAME.fullmatch(field)
    if not found or not _PLAIN_ADDRESS.fullmatch(found[2]):
        return None
    return " ".join(found[1].replace("\\", "").split()), found[2].lower()


def mailboxes_in(field: str) -> list[str]:
    """The addresses of a list of plain mailboxes, lower-cased; what is no plain mailbox is left out."""
    listed, start, quoted, escaped = [], 0, False, False
    for at, sign in enumerate(field):
        if sign == "," and not quoted:
            listed.append(field[start:at])
            start = at + 1
        quoted ^= sign == '"' and not escaped
        escaped = sign == "\\" and quoted and not escaped
    found = [plain_mailbox(one) for one in [*listed, field[start:]]]
    return [mailbox[1] for mailbox in found if mailbox is not None]


def addresses_in(field: str) -> list[str]:
    """Every address that a field names, lower-cased, without trust in its form."""
    return [
        part.lower()
        for part in _SEPARATORS.split(field)
        if 0 < part.find("@") == part.rfind("@") < len(part) - 1
    ]


def _decode_words(text: str, *, structure: bool) -> str:
    """Encoded words decoded once; neighbours of one charset together, since letters get cut between them."""
    if "=?" not in text:
        return text
    pieces: list[str] = []
    pending = b""
    pending_charset = ""
    position = 0
    text = _BETWEEN_WORDS.sub(r"\1", text)
    for word in _ENCODED.finditer(text):
        charset = word[1].split("*", 1)[0].lower()  # RFC 2231 §5: a language after the star
        if word.start() != position or charset != pending_charset:
            pieces += [_safe(decode(pending, pending_charset), structure), text[position : word.start()]]
            pending, pending_charset = b"", charset
        pending += _word_bytes(word[2], word[3])
        position = word.end()
    pieces += [_safe(decode(pending, pending_charset), structure), text[position:]]
    return "".join(pieces)


def _safe(decoded: str, structure: bool) -> str:
    return decoded if structure or not decoded else f" {_STRUCTURE.sub(' ', decoded)} "


def _word_bytes(encoding: str, text: str) -> bytes:
    ascii_text = text.encode("ascii", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(ascii_text, header=True)
    try:
        return base64.b64decode(ascii_text.rstrip(b"=") + b"==")
    except binascii.Error:
        return ascii_text
