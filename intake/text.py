"""Makes any text plain: no control characters, no invisible marks, one way of writing each letter.

What a person sees stays; what only a machine sees goes (mail.md, "Reading hostile mail", point 5).
"""

import re
import unicodedata

_BREAKS = re.compile("[\r\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
# A run begins with a mark: letters of ours and all before the first mark are passed over at once.
_MARKS = re.compile(r"[^\x00-\u02ff\u0370-\u0482\u048a-\u0590][^\w\s\x00-\x7f]{30,}")
_MOST_QUOTES = 10
_MOST_MARKS = 30  # the Stream-Safe Text Format of UAX #15; ordering a longer run costs its length squared


def plain_text(text: str) -> str:
    """Several lines, with \\n between them, NFC, no trailing spaces, nothing empty around."""
    text = _INVISIBLE.sub("", _with_line_ends(text))
    text = unicodedata.normalize("NFC", _MARKS.sub(_fewer_marks, text))
    return "\n".join([line.rstrip() for line in text.split("\n")]).strip()


def plain_line(text: str, most: int = 998) -> str:
    """One line with single spaces, cut after `most` characters."""
    clean = text if text.isascii() and text.isprintable() else plain_text(text)
    return " ".join(clean.split())[:most].rstrip()


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Undoes format=flowed (RFC 3676 §4): soft breaks joined, stuffing and quote marks made even."""
    lines: list[
        list[str]
    ] = []  # the pieces of each line: joining them one by one would cost the length squared
    open_depth = -1  # quote depth of a line that ended softly
    for raw in _with_line_ends(text).split("\n"):
        bare = raw.lstrip(">")
        depth = len(raw) - len(bare)
        line = bare.removeprefix(" ")
        if open_depth == depth and line != "-- ":
            lines[-1].append(line)
        else:
            lines.append(["> " * min(depth, _MOST_QUOTES), line])
        if delete_space and line.endswith(" ") and line != "-- ":
            lines[-1][-1] = line[:-1]
        open_depth = depth if line.endswith(" ") and line != "-- " else -1
    return "\n".join(map("".join, lines))


def _with_line_ends(text: str) -> str:
    return _BREAKS.sub("\n", text.replace("\r\n", "\n"))


def _fewer_marks(run: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for character in run.group():
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)
