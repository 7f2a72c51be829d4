"""Makes the parts of a message harmless before a library reads them: bounded, decoded, attached letters shut.

Works in place on the tree of Python's own parser (compat32: linear on hostile input, mail.md §1).
Afterwards every leaf is one of three: text/plain, text/html (both decoded) or a file with a safe name.
"""

import base64
import re
from email import message_from_bytes
from email.message import Message as Tree

from intake.charset import decode
from intake.file_names import safe_name
from intake.gate import MOST_FIELD_BYTES, MOST_FIELDS, Unreadable
from intake.headers import as_written, unstructured
from intake.html import to_text, without_pictures
from intake.text import plain_text, unflow

MOST_DEPTH = 20
MOST_PARTS = 200
MOST_CONTENT_FIELD = 2_500  # reading the parameters of a field costs the square of its length
MOST_TEXT = 300_000  # characters of all text parts together: a book; nobody reads it in a letter
MOST_HTML = 1_500_000
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}")
_META_CHARSET = re.compile(rb"(?i)charset\s{0,9}=\s{0,9}[\"']?([\w-]{1,40})")


class _Room:
    """How many characters a message may still bring; a hundred small parts cost as much as a large one."""

    def __init__(self) -> None:
        self.text = MOST_TEXT
        self.html = MOST_HTML

    def take(self, *, text: int = 0, html: int = 0) -> None:
        self.text -= text
        self.html -= html
        if min(self.text, self.html) < 0:
            raise Unreadable("text-too-long")


def open_tree(raw: bytes) -> Tree:
    """Python's parse of the message. Raises Unreadable when it has too many or too deep parts."""
    try:
        tree = message_from_bytes(raw)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError) as fault:
        raise Unreadable("not-mail") from fault
    waiting = [(tree, 1)]
    seen = 0
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        if depth > MOST_DEPTH:
            raise Unreadable("too-deep")
        if seen > MOST_PARTS:
            raise Unreadable("too-many-parts")
        _check_fields(part, root=part is tree)
        waiting += [(child, depth + 1) for child in _children(part)]
    return tree


def prepare(tree: Tree) -> None:
    """Leaves only decoded text and named files. A HTML part without a plain version gets one beside it."""
    _prepare(tree, _Room(), has_plain=False)


def _prepare(part: Tree, room: _Room, *, has_plain: bool) -> None:
    _read_content_fields(part)
    kind = part.get_content_type()
    part.defects = []
    if kind.startswith("message/"):
        _as_file(part, _as_sent(part), "message/rfc822", _file_name(part) or "letter.eml")
    elif part.is_multipart():
        told = has_plain or (kind == "multipart/alternative" and any(map(_says_something, _children(part))))
        for child in _children(part):
            _prepare(child, room, has_plain=told)
        _keep_only(part, "content-type")
    elif _is_file(part, kind):
        media_type = kind if _MEDIA_TYPE.fullmatch(kind) else "application/octet-stream"
        _as_file(part, _octets(part), media_type, _file_name(part))
    elif kind == "text/html":
        _as_html(part, room, has_plain)
    else:
        words = _words(part)
        room.take(text=len(words))
        _as_leaf(part, "text/plain", words)


def _read_content_fields(part: Tree) -> None:
    """Letters above 127 in Content-* fields made readable; the library would give marks of doubt for them."""
    for name, value in part.raw_items():
        if name.lower().startswith("content-") and not str(value).isascii():
            part.replace_header(name, as_written(str(value)))


def _is_file(part: Tree, kind: str) -> bool:
    if kind.startswith("multipart/"):
        return False  # a multipart whose boundary never came: what is there is shown as text
    if kind not in ("text/plain", "text/html"):
        return True
    disposition = str(part.get("Content-Disposition", "")).partition(";")[0].strip().lower()
    return disposition == "attachment" or (disposition != "inline" and bool(_file_name(part)))


def _check_fields(part: Tree, *, root: bool) -> None:
    for count, (name, value) in enumerate(part.raw_items(), 1):
        limit = MOST_CONTENT_FIELD if name.lower().startswith("content-") else MOST_FIELD_BYTES
        if count > MOST_FIELDS or len(str(value)) > limit:
            raise Unreadable("field-too-long" if root else "part-header-too-long")


def _children(part: Tree) -> list[Tree]:
    if not part.is_multipart():  # get_payload() of a leaf would apply whatever codec the sender names
        return []
    return [child for child in part.get_payload() if isinstance(child, Tree)]


def _says_something(part: Tree) -> bool:
    """Whether this is a plain version with words in it; some programs send an empty one beside the HTML."""
    kind = part.get_content_type()
    return (
        kind == "text/plain"
        and not part.is_multipart()
        and not _is_file(part, kind)
        and bool(_words(part).strip())
    )


def _words(part: Tree) -> str:
    octets = _octets(part)
    if len(octets) > 4 * MOST_TEXT:
        raise Unreadable("text-too-long")
    text = decode(octets, _parameter(part, "charset"))
    if _parameter(part, "format").lower() == "flowed":
        text = unflow(text, delete_space=_parameter(part, "delsp").lower() == "yes")
    return plain_text(text)


def _as_html(part: Tree, room: _Room, has_plain: bool) -> None:
    """The HTML part holds its visible text from here on; nobody further in needs the tags."""
    source = _octets(part)
    meta = _META_CHARSET.search(source, 0, 2048)
    html = without_pictures(
        decode(source, _parameter(part, "charset") or (meta[1].decode() if meta else None))
    )
    room.take(html=len(html))
    words = to_text(html)
    room.take(text=0 if has_plain else len(words))
    if has_plain:
        _as_leaf(part, "text/html", words)
        return
    twins = [Tree(), Tree()]
    _as_leaf(twins[0], "text/plain", words)
    _as_leaf(twins[1], "text/html", words)
    _keep_only(part)
    part["Content-Type"] = "multipart/alternative"
    part.set_payload([*twins])


def _as_leaf(part: Tree, kind: str, text: str) -> None:
    _keep_only(part)
    part["Content-Type"] = kind
    part.set_payload(text)


def _as_file(part: Tree, content: bytes, kind: str, name: str) -> None:
    _keep_only(part)
    part["Content-Type"] = kind
    part["Content-Transfer-Encoding"] = "base64"
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", safe_name(name, kind)))
    part.set_payload(base64.b64encode(content).decode("ascii"))


def _keep_only(part: Tree, *kept: str) -> None:
    for name in {name.lower() for name, _ in part.raw_items()} - {*kept}:
        del part[name]


def _octets(part: Tree) -> bytes:
    """The bytes of a leaf, its transfer encoding undone."""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _parameter(part: Tree, name: str) -> str:
    """A parameter of Content-Type, or ""."""
    value = part.get_param(name)
    if isinstance(value, tuple):  # RFC 2231
        value = value[2]
    return value if isinstance(value, str) else ""


def _file_name(part: Tree) -> str:
    """The name that the sender gave a part (RFC 2183, 2231, 2047), decoded; "" without one."""
    for field, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        try:
            value = part.get_param(parameter, header=field)
        except (ValueError, LookupError, TypeError, AttributeError):  # RFC 2231 sections that are no numbers
            continue
        if isinstance(value, tuple):
            charset, _, text = value
            return decode(text.encode("latin-1", "replace"), charset) if text else ""
        if isinstance(value, str) and value:
            return unstructured(value)
    return ""


def _as_sent(part: Tree) -> bytes:
    """An attached letter as it came. The library's generator takes quadratic time for it."""
    return b"\r\n\r\n".join(_written(child) for child in _children(part)) or _octets(part)


def _written(part: Tree) -> bytes:
    header = "".join(f"{name}: {value}\n" for name, value in part.raw_items()) + "\n"
    lines = header.encode("utf-8", "surrogateescape")
    inner = _children(part)
    if part.get_content_type().startswith("message/") and inner:
        return lines + _as_sent(part)
    if not inner:
        return lines + _stored(part)
    boundary = b"--" + _parameter(part, "boundary").encode("utf-8", "replace")
    return (
        lines + b"".join(boundary + b"\n" + _written(child) + b"\n" for child in inner) + boundary + b"--\n"
    )


def _stored(part: Tree) -> bytes:
    """The body of a leaf with its transfer encoding still on."""
    encoding = part["Content-Transfer-Encoding"]
    del part["Content-Transfer-Encoding"]
    body = _octets(part)
    if encoding is not None:
        part["Content-Transfer-Encoding"] = str(encoding)
    return body
