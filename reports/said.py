"""Knows the few words by which staff answer us: yes, no, stop, and what an appeal was found to be.

The words are in `templates/replies.toml`, as people type them. Whatever is not clearly one of them is none:
a measure that only mentions such a word stays a measure, and «да, но не я» confirms nothing.
"""

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import TypeVar

from journal.model import Finding
from reports.shipped import templates

_DASH = re.compile(r"(?<!\s)(?:\s+-{1,2}\s+|\s*[–—]\s*)")  # at the beginning of a gap: not its length squared
_BEHIND = re.compile(r"(?<!\s)(?:\s+-{1,2}\s+|\s*[–—:,(]\s*)")
_ENDS = re.compile(r"\s*(?:[,.!;:()–—]|-(?=\s|$)|$)")
_QUOTES = " *_«»“”„\"'()…"
_Said = TypeVar("_Said")
_EDGES = " \t\u00a0.,!;:*_«»“”„\"'()…"


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


def finding_in(words: str) -> tuple[Finding, str] | None:
    """The finding that a measure's words are, and what is said of it; None where they are a measure.

    «негізсіз» and «негізсіз — камера қаралды» are findings; «негізсіз шағым туралы сөйлестім» is a measure.
    """
    return _said_first(words, _findings(), _DASH)


def interest_in(words: str) -> tuple[Interest, str] | None:
    """Whether a measure's words speak of a conflict of interest, and what stands behind: whom it concerns.

    «қайшылық жоқ», «есть конфликт — Данияр Қасымов»; «конфликт между учениками» is a measure.
    """
    return _said_first(words, _interests(), _BEHIND)


def _said_first(words: str, known: Mapping[str, _Said], cut: re.Pattern[str]) -> tuple[_Said, str] | None:
    """What the first line says, up to its end or to such a cut; and all that stands behind."""
    line, _, below = words.strip().partition("\n")
    found = known.get(_folded(line))
    if found is not None:
        return found, below.strip()
    end = cut.search(line)
    found = known.get(_folded(line[: end.start()])) if end else None
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
    for answer, phrases in _answers().items():
        if any(line.startswith(one) and _ENDS.match(line, len(one)) for one in phrases):
            other = _answers()[_OPPOSITE[answer]] if answer in _OPPOSITE else ()
            return None if (_words(*other) - _words(*phrases)) & _words(line) else answer
    return None


@cache
def _findings() -> Mapping[str, Finding]:
    listed = _read()["finding"]
    return {phrase: Finding(name) for name, phrases in listed.items() for phrase in phrases}


@cache
def _interests() -> Mapping[str, Interest]:
    listed = _read()["conflict"]
    return {phrase: Interest(name) for name, phrases in listed.items() for phrase in phrases}


@cache
def _answers() -> Mapping[Answer, tuple[str, ...]]:
    listed = _read()["answer"]
    return {answer: tuple(listed[answer.value]) for answer in Answer}


@cache
def _read() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((templates() / "replies.toml").read_text(encoding="utf-8"))


def _words(*lines: str) -> set[str]:
    return {word for line in lines for word in re.findall(r"[^\W\d_]+", line)}


def _smoothed(line: str) -> str:
    """Small letters, single spaces, no quotes or stars around; «да - это я» keeps its signs inside."""
    return " ".join(line.casefold().replace("ё", "е").split()).strip(_QUOTES)


def _folded(line: str) -> str:
    return " ".join(line.casefold().replace("ё", "е").split()).strip(_EDGES)
