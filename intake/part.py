"""What one part of a message says of itself: its kind, its alphabet, the name of its file, its words.

Everything is read once, from the tree of Python's own parser (compat32: linear on hostile input, mail.md §1).
"""

import binascii
import re
from contextlib import suppress
from email.message import Message as Tree
from functools import cached_property

from intake.charset import decode
from intake.gate import Unreadable
from intake.headers import as_written, unstructured
from intake.html import to_text, without_pictures
from intake.text import plain_text, unflow

MOST_TEXT = 300_000  # characters of all text parts together: a book; nobody reads it in a letter
_PADDED_BREAK = re.compile(
    rb"=[ \t]+(\r?\n)"
)  # RFC 2045 §6.7: spaces at the end of a line are the transport's
_OF_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n"
_END_OF_BASE64 = rb"(?:={1,2}[ \t]*\r?\n|\r?\n(?=--|__))"
_FOOTED = re.compile(rb"([A-Za-z0-9+/\r\n]+" + _END_OF_BASE64 + rb")(.*[^A-Za-z0-9+/=\s].*)", re.DOTALL)
_META_CHARSET = re.compile(rb"(?i)charset\s{0,9}=\s{0,9}[\"']?([\w-]{1,40})")

_Value = str | tuple[str | None, str | None, str]  # the second is RFC 2231's


class Part:
    """A part that has no parts of its own, or one whose parts are in `children`."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        _make_content_fields_readable(tree)
        self.kind = tree.get_content_type()
        self.children = [Part(child) for child in children(tree)] if self._opens else []

    @property
    def _opens(self) -> bool:
        return not self.kind.startswith("message/")  # attached letters stay shut

    @property
    def is_file(self) -> bool:
        if self.kind.startswith("multipart/"):
            return False  # a multipart whose boundary never came: what is there is shown as text
        if self.kind not in ("text/plain", "text/html"):
            return True
        disposition = str(self.tree.get("Content-Disposition", "")).partition(";")[0].strip().lower()
        return disposition == "attachment" or (disposition != "inline" and bool(self.file_name))

    @property
    def says_something(self) -> bool:
        """Whether this is a plain version with words; some programs send an empty one beside the HTML."""
        return self.kind == "text/plain" and not self.children and not self.is_file and bool(self.words)

    @cached_property
    def file_name(self) -> str:
        """The name that the sender gave (RFC 2183, 2231, 2047), decoded; "" without one."""
        disposition = _parameters(self.tree, "content-disposition")
        return _decoded(disposition.get("filename")) or _decoded(self._parameters.get("name"))

    @cached_property
    def octets(self) -> bytes:
        """The bytes, their transfer encoding undone; words that were never encoded as they stand."""
        return octets(self.tree, words=not self.is_file)

    @cached_property
    def words(self) -> str:
        """The text of a plain part. Raises Unreadable."""
        if len(self.octets) > 4 * MOST_TEXT:
            raise Unreadable("text-too-long")
        text = decode(self.octets, self._parameter("charset"))
        if self._parameter("format").lower() == "flowed":
            text = unflow(text, delete_space=self._parameter("delsp").lower() == "yes")
        return plain_text(text)

    @cached_property
    def html(self) -> str:
        """The source of an HTML part, without the pictures written into it."""
        meta = _META_CHARSET.search(self.octets, 0, 2048)
        label = self._parameter("charset") or (meta[1].decode() if meta else None)
        return without_pictures(decode(self.octets, label))

    @property
    def visible_words(self) -> str:
        return to_text(self.html)

    @cached_property
    def _parameters(self) -> dict[str, _Value]:
        return _parameters(self.tree, "content-type")

    def _parameter(self, name: str) -> str:
        return _plain(self._parameters.get(name))


def children(tree: Tree) -> list[Tree]:
    if not tree.is_multipart():  # get_payload() of a leaf would apply whatever codec the sender names
        return []
    return [child for child in tree.get_payload() if isinstance(child, Tree)]


def octets(tree: Tree, *, words: bool = False) -> bytes:
    """The bytes of a leaf, its transfer encoding undone; `words`: where it truly is one."""
    encoding = _encoding(tree)
    if encoding == "base64" and (content := _whole_base64(tree)) is not None:
        return content
    payload = tree.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    if encoding == "base64" and words:
        return _as_it_stands(_stored(tree), content)
    if encoding == "quoted-printable" and (stored := _stored(tree)) and _PADDED_BREAK.search(stored):
        return binascii.a2b_qp(_PADDED_BREAK.sub(rb"=\1", stored))
    return content


def _as_it_stands(stored: bytes, content: bytes) -> bytes:
    """Words that were never base64, although their label or what stands above them says so."""
    if len(stored.translate(None, _OF_BASE64)) * 4 > len(stored):
        return stored
    if footed := _FOOTED.fullmatch(stored):  # a mail server wrote its own words below
        with suppress(binascii.Error):
            return binascii.a2b_base64(footed[1]) + b"\r\n" + footed[2]
    return content


def _stored(tree: Tree) -> bytes:
    """The bytes of a leaf as they came."""
    payload = vars(tree).get("_payload")  # get_payload() would decode it as its sender says
    return payload.encode("ascii", "surrogateescape") if isinstance(payload, str) else b""


def _encoding(tree: Tree) -> str:
    return str(tree.get("Content-Transfer-Encoding", "")).strip().lower()


def _whole_base64(tree: Tree) -> bytes | None:
    """What base64 without a fault says; None leaves it to the library: lenient, and slow for photos."""
    payload = vars(tree).get("_payload")
    if not isinstance(payload, str) or not payload.isascii():
        return None
    signs = len(payload) - payload.count("\n") - payload.count("\r")
    padding = payload[-8:].count("=")
    try:
        content = binascii.a2b_base64(payload)
    except binascii.Error:
        return None
    return content if 4 * (len(content) + padding) == 3 * signs else None  # else something was skipped


def parameter(tree: Tree, name: str) -> str:
    """A parameter of Content-Type, or ""."""
    return _plain(_parameters(tree, "content-type").get(name))


def _make_content_fields_readable(tree: Tree) -> None:
    """Letters above 127 in Content-* fields; the library would give marks of doubt for them."""
    for name, value in tree.raw_items():
        if not str(value).isascii() and name.lower().startswith("content-"):
            tree.replace_header(name, as_written(str(value)))


def _parameters(tree: Tree, field: str) -> dict[str, _Value]:
    """The parameters of a field by their names in lower case; of several alike the first."""
    try:
        found = tree.get_params(failobj=[], header=field)
    except (ValueError, LookupError, TypeError, AttributeError):  # RFC 2231 sections that are no numbers
        return {}
    return {name.lower(): value for name, value in reversed(found)}


def _plain(value: _Value | None) -> str:
    return value[2] if isinstance(value, tuple) else value or ""


def _decoded(value: _Value | None) -> str:
    if isinstance(value, tuple):
        charset, _, text = value
        return decode(text.encode("latin-1", "replace"), charset) if text else ""
    return unstructured(value) if value else ""
