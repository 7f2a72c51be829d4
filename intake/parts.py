"""Makes the parts of a message harmless before a library reads them: bounded, decoded, attached letters shut.

What comes out is a new tree (compat32: linear on hostile input, mail.md §1) in which every leaf is one of
three: text/plain, text/html (both decoded) or a file with a safe name.
"""

import re
from email import message_from_bytes
from email.message import Message as Tree

from intake.file_names import safe_name
from intake.gate import MOST_FIELD_BYTES, MOST_FIELDS, Unreadable
from intake.long_runs import LongRuns
from intake.part import MOST_TEXT, Part, children, octets, parameter

MOST_DEPTH = 20
MOST_PARTS = 200
MOST_CONTENT_FIELD = 2_500  # reading the parameters of a field costs the square of its length
MOST_HTML = 1_500_000
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}")


def open_tree(raw: bytes, runs: LongRuns) -> Tree:
    """Python's parse of a message out of which the long runs were taken.

    Raises Unreadable when it has too many or too deep parts.
    """
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
        runs.put_back(part)
        waiting += [(child, depth + 1) for child in children(part)]
    return tree


class Prepared:
    """A message of decoded text and named files. A HTML part without a plain version gets one beside it.

    The payload of a file in `tree` is its place in `contents`: no library needs to look at its bytes.
    """

    def __init__(self, tree: Tree) -> None:
        self.contents: list[bytes] = []
        # How many characters may still come; a hundred small parts cost as much as a large one.
        self._text_left, self._html_left = MOST_TEXT, MOST_HTML
        self.tree = self._prepared(Part(tree), has_plain=False)

    def _prepared(self, part: Part, *, has_plain: bool) -> Tree:
        if part.kind.startswith("message/"):
            return self._file(_as_sent(part.tree), "message/rfc822", part.file_name or "letter.eml")
        if part.children or part.tree.is_multipart():
            told = has_plain or (
                part.kind == "multipart/alternative" and any(child.says_something for child in part.children)
            )
            inner = [self._prepared(child, has_plain=told) for child in part.children]
            return _multipart(part.tree.get_all("Content-Type", []), inner)
        if part.is_file:
            kind = part.kind if _MEDIA_TYPE.fullmatch(part.kind) else "application/octet-stream"
            return self._file(part.octets, kind, part.file_name)
        if part.kind == "text/html":
            return self._html(part, has_plain=has_plain)
        self._take(text=len(part.words))
        return _leaf("text/plain", part.words)

    def _html(self, part: Part, *, has_plain: bool) -> Tree:
        """The HTML part holds its visible text from here on; nobody further in needs the tags."""
        self._take(html=len(part.html))
        words = part.visible_words
        if has_plain:
            return _leaf("text/html", words)
        self._take(text=len(words))
        twins = [_leaf("text/plain", words), _leaf("text/html", words)]
        return _multipart(["multipart/alternative"], twins)

    def _file(self, content: bytes, kind: str, name: str) -> Tree:
        part = _leaf(kind, str(len(self.contents)))
        part["Content-Transfer-Encoding"] = "base64"
        part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", safe_name(name, kind)))
        self.contents.append(content)
        return part

    def _take(self, *, text: int = 0, html: int = 0) -> None:
        self._text_left -= text
        self._html_left -= html
        if min(self._text_left, self._html_left) < 0:
            raise Unreadable("text-too-long")


def _check_fields(part: Tree, *, root: bool) -> None:
    for count, (name, value) in enumerate(part.raw_items(), 1):
        limit = MOST_CONTENT_FIELD if name.lower().startswith("content-") else MOST_FIELD_BYTES
        if count > MOST_FIELDS or len(str(value)) > limit:
            raise Unreadable("field-too-long" if root else "part-header-too-long")


def _leaf(kind: str, text: str) -> Tree:
    part = Tree()
    part["Content-Type"] = kind
    part.set_payload(text)
    return part


def _multipart(kinds: list[str], inner: list[Tree]) -> Tree:
    part = Tree()
    for kind in kinds:
        part["Content-Type"] = kind
    part.set_payload([*inner])
    return part


def _as_sent(part: Tree) -> bytes:
    """An attached letter as it came. The library's generator takes quadratic time for it."""
    return b"\r\n\r\n".join(_written(child) for child in children(part)) or octets(part)


def _written(part: Tree) -> bytes:
    header = "".join(f"{name}: {value}\n" for name, value in part.raw_items()) + "\n"
    lines = header.encode("utf-8", "surrogateescape")
    inner = children(part)
    if part.get_content_type().startswith("message/") and inner:
        return lines + _as_sent(part)
    if not inner:
        return lines + _stored(part)
    boundary = b"--" + parameter(part, "boundary").encode("utf-8", "replace")
    return (
        lines + b"".join(boundary + b"\n" + _written(child) + b"\n" for child in inner) + boundary + b"--\n"
    )


def _stored(part: Tree) -> bytes:
    """The body of a leaf with its transfer encoding still on."""
    encoding = part["Content-Transfer-Encoding"]
    del part["Content-Transfer-Encoding"]
    body = octets(part)
    if encoding is not None:
        part["Content-Transfer-Encoding"] = str(encoding)
    return body
