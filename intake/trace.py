"""Remembers in which order the fields of a message stand: a mail server puts its own above what it was given.

The place of a field tells who wrote it (RFC 5321 §4.4). Only names are kept, and of Received the server that
wrote it: whom it came from is nobody's business here.
"""

import re
from collections.abc import Iterable

MOST_RECEIVED = 2_000  # characters of one Received field that are looked at

_COMMENT = re.compile(r"\([^()]*\)")
_PROTOCOL = re.compile(r"[a-z0-9/-]{1,20}")
_HOST = re.compile(r"[a-z0-9][a-z0-9.:-]{0,253}")


def trace_of(fields: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Of (name in lower case, unfolded value): the names, top first; «received by HOST with PROTOCOL»."""
    return tuple(_received(value) if name == "received" else name for name, value in fields)


def written_by(line: str) -> tuple[str, str]:
    """(host, protocol) of a line of the trace; empty for another field, or a Received of another form."""
    words = line.split(" ")
    return (words[2], words[4]) if len(words) == 5 and words[0] == "received" else ("", "")


def is_received(line: str) -> bool:
    return line.split(" ")[0] == "received"


def _received(value: str) -> str:
    """The clauses in the order of RFC 5321 §4.4 and no other: from, by, with."""
    words = _without_comments(value[:MOST_RECEIVED].partition(";")[0]).lower().split()
    if words[:1] == ["from"]:
        words = words[2:]
    if len(words) < 4 or (words[0], words[2]) != ("by", "with"):
        return "received"
    known = _HOST.fullmatch(words[1]) and _PROTOCOL.fullmatch(words[3])
    return f"received by {words[1]} with {words[3]}" if known else "received"


def _without_comments(text: str) -> str:
    for _ in range(3):  # Exim and sendmail write comments within comments
        if "(" not in text:
            break
        text = _COMMENT.sub(" ", text)
    return text
