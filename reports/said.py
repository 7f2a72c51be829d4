"""Knows what a few words of staff mean: yes, no, stop, closed, what was found, and the words before a colon.

The words are in `templates/replies.toml`, as people type them. Whatever is not clearly one of them is none:
a measure that only mentions such a word stays a measure, and «да, но не я» confirms nothing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TypeVar

from journal.model import DeedKind, Finding
from reports.reply_words import begins_with, fold, reply_words, smooth

_DASH = re.compile(r"(?<!\s)(?:\s+-{1,2}\s+|\s*[–—]\s*)")  # at the beginning of a gap: not its length squared
_BEHIND = re.compile(r"(?<!\s)(?:\s+-{1,2}\s+|\s*[–—:,(]\s*)")
_ENDS = re.compile(r"\s*(?:[,.!;:()–—]|-(?=\s|$)|$)")
_QUOTES = " *_«»“”„\"'()…"
_BULLET = re.compile(r"[-‐–—•·▪*]\s+")
_PARTS = re.compile(r"[,.!;\n]+")
_LOOKED = 120  # characters at the beginning of a line in which such a word is looked for
_Said = TypeVar("_Said")


class Interest(StrEnum):
    """What a reader says of a conflict of interest."""

    NONE = "none"
    SOME = "some"


class Answer(StrEnum):
    """What a reader answers to a question of ours."""

    YES = "yes"
    NO = "no"
    STOP = "stop"


_OPPOSITE = {Answer.YES: Answer.NO, Answer.NO: Answer.YES}
LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Headed:
    """A line with one of our words before a colon, «себеп: буллинг», and what stands behind it.

    `kind` is None for a leave, which is of no appeal, and for a word that may mean two things.
    `sign`: ":", "-" or none at all; few of them do without a colon.
    """

    kind: DeedKind | None
    rest: str
    sign: str
    leave: bool = False


def finding_in(words: str) -> tuple[Finding, str] | None:
    """The finding that a measure's words are, and what is said of it; None where they are a measure.

    «негізсіз» and «негізсіз — камера қаралды» are findings; «негізсіз шағым туралы сөйлестім» is a measure.
    """
    return _said_first(words, _finding, _DASH)


def interest_in(words: str) -> tuple[Interest, str] | None:
    """Whether a measure's words speak of a conflict of interest, and what stands behind: whom it concerns.

    «қайшылық жоқ», «есть конфликт — Данияр Қасымов»; «конфликт между учениками» is a measure.
    """
    return _said_first(words, _interest, _BEHIND)


def deed_in(line: str) -> tuple[DeedKind, str] | None:
    """What a line does that is nothing else, «қаралды», and what stands behind its dash."""
    return _said_first(line, _deed, _DASH)


def is_undo(words: str) -> bool:
    """Whether all that somebody writes is that it was a mistake."""
    return reply_words().meaning("line", _folded(words)) == "undo"


def is_over(line: str) -> bool:
    """Whether a line says that its writer is back from leave."""
    return reply_words().meaning("line", _folded(line.replace(":", " "))) == "over"


def is_courtesy(words: str) -> bool:
    """«иә», «рахмет, түсінікті»: an answer to nothing that we asked."""
    words = words.strip()
    parts = [part for part in map(_folded, _PARTS.split(words)) if part] if len(words) <= _LOOKED else []
    known = reply_words()
    read = [part for part in parts if known.meaning("line", part) == "considered"]
    polite = [p for p in parts if known.meaning("answer", p) or known.meaning("line", p) == "courtesy"]
    return bool(polite) and len(polite) + len(read) == len(parts)


def is_not_closed(words: str) -> bool:
    """«бірақ ашық қалсын», behind the dash of a closing."""
    return begins_with(fold(words[:_LOOKED]), reply_words().lists["doubt", "closed"])


def is_only_a_head(line: str) -> bool:
    """«жауап» without its colon, and the answer perhaps below."""
    return ":" not in line and reply_words().meaning("head", _folded(without_bullet(line))) is not None


def headed(line: str) -> Headed | None:
    """A line with one of our words at its head; None for any other, which is a measure's."""
    line = without_bullet(line)
    colon = line.find(":", 0, _LOOKED)
    if colon > 0 and (found := _head(line[:colon], line[colon + 1 :], ":")):
        return found
    dash = _DASH.search(line, 0, _LOOKED)
    if dash and (found := _head(line[: dash.start()], line[dash.end() :], "-")):
        return found
    return _without_a_sign(line)


def is_question(line: str) -> bool:
    """«Сұрақ: …»: a talk that is written down."""
    colon = line.find(":", 0, _LOOKED)
    return colon > 0 and begins_with(fold(line[:colon]), reply_words().lists["doubt", "question"])


def is_no_answer(words: str) -> bool:
    """«дан устно»: a note on an answer to a family, and not its words."""
    return begins_with(fold(words[:_LOOKED]), reply_words().lists["doubt", "answered"])


def is_no_name(words: str) -> bool:
    """«не указано»."""
    return begins_with(fold(words[:_LOOKED]), reply_words().lists["doubt", "name"])


def names_somebody(words: str) -> bool:
    """Whether words are a colleague's name or office and nothing else: «Данияр агайга», «директорға»."""
    lists = reply_words().lists
    office, title = lists["whom", "office"], lists["whom", "title"]
    found = words.strip(" .!()").split()
    if not 0 < len(found) <= 5 or any(one[-1] in ".,;:?!" for one in found[:-1] if len(one) > 2):
        return False
    folded = [fold(one) for one in found]
    for at, word in enumerate(found):
        titled = at + 1 < len(found) and begins_with(folded[at + 1], title)
        known = begins_with(folded[at], office) or (at > 0 and begins_with(folded[at], title))
        if not (known or titled or (word[0].isupper() and not word.isupper())):
            return False
    return any(not begins_with(one, frozenset({"the", "to", "of"})) for one in folded)


def without_bullet(line: str) -> str:
    """«- қаралды» in a list of one's own."""
    bullet = _BULLET.match(line)
    return line[bullet.end() :] if bullet else line


def _head(word: str, rest: str, sign: str) -> Headed | None:
    folded = _folded(word)
    found = reply_words().meaning("head", folded)
    if found == LEAVE:
        return Headed(None, rest.strip(), sign, leave=True)
    if found is not None:
        return Headed(DeedKind(found), rest.strip(), sign)
    unclear = sign == ":" and folded in reply_words().lists["doubt", "head"]
    return Headed(None, rest.strip(), sign) if unclear else None


def _without_a_sign(line: str) -> Headed | None:
    """«тапсыру Данияр ағайға», «отпуск с 1 по 15 декабря»: the longest such word at its head."""
    words = line[:_LOOKED].split(None, 4)
    if not words or fold(words[0]).partition(" ")[0] not in _first_words():
        return None
    for count in range(min(len(words) - 1, 4), 0, -1):
        if _head(" ".join(words[:count]), "", ""):
            return _head(" ".join(words[:count]), line.split(None, count)[count], "")
    return None


@cache
def _first_words() -> frozenset[str]:
    lists = reply_words().lists
    return frozenset(
        phrase.partition(" ")[0]
        for section, meaning in lists
        if section == "head"
        for phrase in lists[section, meaning]
    )


def _said_first(
    words: str, known: Callable[[str], _Said | None], cut: re.Pattern[str]
) -> tuple[_Said, str] | None:
    """What the first line says, up to its end or to such a cut; and all that stands behind."""
    line, _, below = words.strip().partition("\n")
    line = without_bullet(line)
    found = known(_folded(line))
    if found is not None:
        return found, below.strip()
    end = cut.search(line, 0, _LOOKED)
    found = known(_folded(line[: end.start()])) if end else None
    if end is None or found is None:
        return None
    return found, "\n".join(part for part in (line[end.end() :].strip(), below.strip()) if part)


def answer_in(own: str) -> Answer | None:
    """What the first line of somebody's own words answers, if it is clear.

    Clear is a line that begins with such words and then ends or goes on behind a comma or a full stop, asks
    nothing, and of yes and no has no word that only the other one has.
    """
    line = next((one for one in map(_smoothed, own.splitlines()) if one), "")
    if not line or "?" in line:
        return None
    for answer in Answer:
        phrases = reply_words().lists["answer", answer.value]
        if any(line.startswith(one) and _ENDS.match(line, len(one)) for one in phrases):
            opposite = _OPPOSITE.get(answer)
            other = reply_words().lists["answer", opposite.value] if opposite else ()
            return None if (_words(*other) - _words(*phrases)) & _words(line) else answer
    return None


def _deed(phrase: str) -> DeedKind | None:
    found = reply_words().meaning("line", phrase)
    return DeedKind(found) if found in tuple(DeedKind) else None


def _finding(phrase: str) -> Finding | None:
    found = reply_words().meaning("finding", phrase)
    return None if found is None else Finding(found)


def _interest(phrase: str) -> Interest | None:
    found = reply_words().meaning("conflict", phrase)
    return None if found is None else Interest(found)


def _words(*lines: str) -> set[str]:
    return {word for line in lines for word in re.findall(r"[^\W\d_]+", line)}


def _smoothed(line: str) -> str:
    """Small letters, one spelling, no quotes or stars around; «да - это я» keeps its signs inside."""
    return smooth(line).strip(_QUOTES)


def _folded(line: str) -> str:
    """As `fold`; what is much too long is none of our words."""
    return fold(line) if len(line) <= _LOOKED else ""
