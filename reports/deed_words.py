"""Reads what is said of one appeal: a measure, its closing, its cause, a correction, an answer to the family.

«себеп: буллинг» stands at the head of a line; «қаралды» is all of it, or stands before a dash. Every other
line is a measure's. Where two readings are possible and one of them would write to a family, correct a name
or close an appeal, nothing is read at all: the writer is asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from journal.model import DeedKind, Finding
from reports.numbers import wants_files
from reports.said import (
    Headed,
    deed_in,
    finding_in,
    headed,
    is_no_answer,
    is_no_name,
    is_not_closed,
    is_only_a_head,
    is_question,
    is_undo,
    names_somebody,
)

LONGEST = 4_000  # characters of one measure; what is over it comes back as not understood
_SOFT_WRAP = 60  # a line this long was broken by a mail program, not by its writer
_WRAPPED = range(50, 90)  # so long is a line whose last word such a program may have put on the next one
_DASHES = 1  # «қаралды — негізсіз — камера қаралды» says two things
_CAUSE = 120  # characters of a cause; a longer one is a story
_NAME = re.compile(r"(?=.{1,100}$)[^\W\d_](?:[^\W\d_]|['’ʼ.-])*(?:[\s,]+[^\W\d_](?:[^\W\d_]|['’ʼ.-])*){0,5}")
_CLASS = re.compile(
    r"(?:1[0-2]|[0-9])(?!\d)(?:-?(?:ші|шы|й|ый)\b)?[\s\-–]*[«\"“(]?(?:[^\W\d_](?![^\W\d_]))?[»\"”)]?"
    r"[\s\-–]*(?:(?:сын|кл|grade)\w{0,8})?\W{0,5}",
    re.I,
)
_GROUP = re.compile(r"(?=.{1,40}$)(?:.*\b(?:топ|тобы|группа|group|grade|класс|class|сынып|сыныбы)\b.*)", re.I)
_NEXT = re.compile(r"(?<=\w{3})[.;!]\s+(?=[^\W\d_]{3})")
_ENDED = re.compile(r"[.!?;:…»)\]]\W*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One thing that is said: a measure (`kind` is None) or a deed; or that the files are wanted."""

    text: str = ""
    kind: DeedKind | None = None
    finding: Finding | None = None
    files: bool = False


@dataclass(slots=True)
class _Piece:
    kind: DeedKind | None = None
    finding: Finding | None = None
    lines: list[str] = field(default_factory=list)
    complete: bool = False  # «таныстым», «өзім қараймын»: nothing belongs to it
    doubtful: bool = False


# Behind these stands what was done besides, on their own line and on those below.
_BESIDES = (DeedKind.FOUND, DeedKind.CLOSED)


def spoken_in(lines: Sequence[str]) -> tuple[Spoken, ...]:
    """What these lines say, in their order. Nothing: it is not certain."""
    lines = _trimmed(lines)
    if not lines or is_undo(" ".join(lines)[:200]):
        return ()
    if wants_files(" ".join(lines)):
        return (Spoken(files=True),)
    asked = wants_files(lines[0])
    pieces = _pieces(lines[1:] if asked else lines)
    said = [_spoken(piece) for piece in pieces]
    whole = [one for one in said if one is not None]
    found = {one.finding for one in whole if one.finding is not None}
    answers = sum(piece.kind is DeedKind.ANSWERED for piece in pieces)
    if len(whole) < len(said) or len(found) > 1 or answers > 1 or (answers and any(map(is_question, lines))):
        return ()
    read = [one for one in whole if one.kind is not None or _has_words(one.text)]
    return (Spoken(files=True), *read) if asked else tuple(read)


def begins_answer(line: str) -> bool:
    """Whether all that follows is for the family: «жауап: …»."""
    found = headed(line)
    return found is not None and found.sign == ":" and found.kind is DeedKind.ANSWERED


def is_alone(line: str) -> bool:
    """Whether a line is nothing but «қаралды», «негізсіз» or their like."""
    found = _said_alone(line)
    return found is not None and not found[2]


def join_lines(lines: Sequence[str]) -> str:
    """Lines as their writer meant them: what a mail program broke is put together again."""
    text: list[str] = []
    previous = 0
    for line in lines:
        if text:
            text.append(" " if previous >= _SOFT_WRAP and line else "\n")
        text.append(line)
        previous = len(line)
    return "".join(text)


def _trimmed(lines: Sequence[str]) -> list[str]:
    """Without the blank lines at both ends; those inside part the paragraphs of an answer."""
    kept = [at for at, line in enumerate(lines) if line]
    return list(lines[kept[0] : kept[-1] + 1]) if kept else []


def _pieces(lines: Sequence[str]) -> list[_Piece]:
    pieces: list[_Piece] = []
    before = ""
    for line in lines:
        _take(line, before, pieces)
        before = line
    return pieces


def _take(line: str, before: str, pieces: list[_Piece], dashes: int = 0) -> None:
    """One line: it begins something, or goes on with it. `dashes`: behind how many."""
    last = pieces[-1] if pieces else None
    if last is not None and last.kind is DeedKind.ANSWERED:
        last.lines.append(line)  # whatever it says: `_is_answer` refuses what may be no line of the answer
    elif not line:
        return
    elif is_only_a_head(line) and not _belongs_above(before):
        pieces.append(_Piece(doubtful=True))
    elif piece := _headed_piece(line):
        pieces.append(piece)
        _part_sentence(piece, pieces)
    elif dashes <= _DASHES and not _belongs_above(before) and (said := _said_alone(line)):
        kind, finding, rest = said
        pieces.append(_Piece(kind=kind, finding=finding, complete=kind not in _BESIDES))
        if rest:
            _take(rest, "", pieces, dashes + 1)
            # an answer has a line of its own, else its paragraphs would not be known
            pieces[-1].doubtful |= pieces[-1].kind is DeedKind.ANSWERED or is_not_closed(rest)
    elif last is not None and _goes_on(last, before):
        last.lines.append(line)
    else:
        pieces.append(_Piece(lines=[line]))


def _part_sentence(piece: _Piece, pieces: list[_Piece]) -> None:
    """«себеп: буллинг. Сыныппен сөйлестім»: a cause is no sentence, so what follows is a measure."""
    parts = _NEXT.split(piece.lines[0], maxsplit=1) if piece.kind is DeedKind.CAUSE and piece.lines else []
    if len(parts) == 2:
        piece.lines[0] = parts[0]
        pieces.append(_Piece(lines=[parts[1]]))


def _goes_on(piece: _Piece, before: str) -> bool:
    """Whether a line without a word of ours belongs to what stands above it."""
    if piece.complete:
        return False
    if piece.kind is None or piece.kind in _BESIDES or not piece.lines:
        return True  # «себеп:», and the cause on the next line
    return _may_be_broken_off(before)


def _belongs_above(before: str) -> bool:
    """Whether even «қаралды» would be a part of the line above: of its sentence, or of its list."""
    return before.endswith((":", ",")) or _may_be_broken_off(before)


def _may_be_broken_off(line: str) -> bool:
    """Whether a mail program may have put the end of this line's sentence on the next one."""
    return len(line) in _WRAPPED and not _ENDED.search(line[-10:])


def _said_alone(line: str) -> tuple[DeedKind, Finding | None, str] | None:
    """A line that is nothing but such a word, with what stands behind its dash."""
    found = finding_in(line)
    if found is not None:
        return DeedKind.FOUND, found[0], found[1]
    deed = deed_in(line)
    return None if deed is None else (deed[0], None, deed[1])


def _headed_piece(line: str) -> _Piece | None:
    """What a line with one of our words at its head begins; None where the rest is nothing of that kind."""
    head = headed(line)
    if head is None or head.leave:
        return None
    if head.kind is None:
        return _Piece(doubtful=True)
    if head.kind is DeedKind.ANSWERED:
        return _Piece(kind=head.kind, lines=[head.rest]) if head.sign == ":" else None
    if not _fits(head):
        return None
    # Without a colon nothing leaves the school: «передать директору» may be what somebody means to do
    doubtful = head.kind is DeedKind.PASSED_ON and head.sign != ":"
    return _Piece(kind=head.kind, lines=[head.rest] if head.rest else [], doubtful=doubtful)


def _fits(head: Headed) -> bool:
    if head.sign != ":" and head.kind in (DeedKind.RESPONSIBLE, DeedKind.PASSED_ON):
        return names_somebody(head.rest)
    if head.sign == "" or (head.sign == "-" and head.kind not in (DeedKind.CAUSE, DeedKind.CLASS)):
        return False
    if not head.rest:
        return True
    if head.kind is DeedKind.CLASS:
        return bool(_CLASS.fullmatch(head.rest) or _GROUP.fullmatch(head.rest))
    if head.kind is DeedKind.NAME:
        return _NAME.fullmatch(head.rest) is not None
    return head.kind is not DeedKind.CAUSE or len(head.rest) <= _CAUSE


def _spoken(piece: _Piece) -> Spoken | None:
    """What a piece says; None where that is not certain."""
    text = join_lines(piece.lines).strip()
    if piece.doubtful:
        return None
    if piece.kind is None or piece.kind in _BESIDES or piece.complete:
        return Spoken(text=text, kind=piece.kind, finding=piece.finding)
    if len(text) > LONGEST or not _has_words(text):
        return None
    if piece.kind is DeedKind.ANSWERED and not _is_answer(piece.lines):
        return None
    if piece.kind is DeedKind.NAME and is_no_name(text):
        return None
    return Spoken(text=text, kind=piece.kind)


def _is_answer(lines: Sequence[str]) -> bool:
    """Whether these are the words for a family, all of them and nothing else."""
    first = next(line for line in lines if line)
    if is_no_answer(first) or _said_alone(first):
        return False
    return not any(map(_speaks_to_us, lines[1:], lines))


def _speaks_to_us(line: str, before: str) -> bool:
    """«себеп: буллинг» below an answer: for us, or for the family?"""
    head = headed(line)
    if _headed_piece(line) is not None or (head is not None and head.leave and head.sign == ":"):
        return True
    return not _belongs_above(before) and (_said_alone(line) is not None or is_undo(line))


def _has_words(text: str) -> bool:
    return re.search(r"[^\W_]", text) is not None
