"""Hears in an appeal that a child may be in danger, so that it need not wait until 15:00.

The words are in `templates/danger.toml`, for a school to edit; how an entry of it is read stands at its top.
When in doubt it is danger: so is everything while that file cannot be read.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from reports.shipped import templates
from reports.sounding import alike, sound, visible

_HARMLESS = "harmless"
_BETWEEN = 6  # words that may stand between two parts of an entry
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ`][^\W\d_]+)*|(?P<end>[.!?…;]+|\n\s*\n)")
_SPACED = re.compile(r"(?<![^\W\d_])(?:[^\W\d_][ .\-–_*·]{1,2}){3,60}[^\W\d_](?![^\W\d_])")
_STRETCHED = re.compile(r"(.)\1{2,}")
_IS_CYRILLIC = re.compile("[а-яёәғқңөұүһі]")
_IS_LATIN = re.compile("[a-z]")
_APOSTROPHES = str.maketrans("", "", "'’ʼ`")
_RUSSIAN = str.maketrans("ёәғқңөұүһі", "еагкноуухи")
_NO_WORD = "0"  # in place of a word of another language, or of one that was found harmless
_SHORTEST = 5  # letters of an entry that is looked for inside letters with spaces between


class ListUnreadable(Exception):
    """Somebody has edited the list, and it is no list any more."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of the list, ready to be looked for. One of each of the `stems` stands where it is found."""

    pattern: re.Pattern[str]
    stems: tuple[tuple[str, ...], ...]
    closed: str = ""  # its words written together; nothing for one of two parts

    def found_in(self, text: str) -> bool:
        return all(any(one in text for one in stems) for stems in self.stems) and bool(
            self.pattern.search(text)
        )


@dataclass(frozen=True, slots=True)
class _List:
    """The entries of one language, as one way of writing has them."""

    danger: tuple[_Entry, ...]
    harmless: tuple[_Entry, ...]


def tells_of_danger(*texts: str) -> bool:
    """Whether a family speaks of danger to life, self-harm, violence, flight, extortion or weapons."""
    try:
        lists = read_lists()
    except ListUnreadable:
        return True
    read = visible("\n\n".join(texts))
    spaced = ["".join(re.findall(r"[^\W\d_]", run[0])) for run in _SPACED.finditer(read)]
    return any(_speaks(lists[name], text) for name, text in _readings(read)) or any(
        _speaks_spaced(lists[name], text) for run in spaced for name, text in _readings(run)
    )


def _speaks(listed: _List, text: str) -> bool:
    if not any(one.found_in(text) for one in listed.danger):
        return False
    for one in listed.harmless:
        if one.found_in(text):
            text = one.pattern.sub(_without, text)
    return any(one.found_in(text) for one in listed.danger)


def _speaks_spaced(listed: _List, run: str) -> bool:
    letters = run.replace(" ", "").strip()
    return any(one.closed and re.search(one.closed, letters) for one in listed.danger)


def _without(found: re.Match[str]) -> str:
    """The same without the words of the entry; what stands between its parts stays."""
    said, begin = found[0], found.start()
    for number in sorted((n for n, part in enumerate(found.groups(), 1) if part), key=found.start)[::-1]:
        said = said[: found.start(number) - begin] + _NO_WORD + said[found.end(number) - begin :]
    return said


def _readings(text: str) -> Iterable[tuple[str, str]]:
    """A text as each of the lists wants it: words with single spaces, a line for each sentence."""
    words = _words(text.casefold())
    by_looks = [alike(word) for word in words]
    yield "ru", _joined(word.translate(_RUSSIAN) if _IS_CYRILLIC.search(word) else word for word in by_looks)
    yield "kk", sound(_joined(by_looks))
    if any(_IS_LATIN.search(word) for word in words):
        latin = _joined(word if _IS_LATIN.search(word) else _foreign(word) for word in words)
        yield "en", latin
        yield "ru-latin", sound(latin)
        yield "kk", sound(_joined(words))  # words of two alphabets by their sounds


def _words(small: str) -> list[str]:
    """Its words; «\\n» where a sentence ends."""
    found = []
    for one in _WORD.finditer(small):
        word = one[0].translate(_APOSTROPHES)
        found.append("\n" if one["end"] else _STRETCHED.sub(r"\1", word))
    return found


def _joined(words: Iterable[str]) -> str:
    return " " + " ".join(words) + " "


def _foreign(word: str) -> str:
    return word if word == "\n" else _NO_WORD


@cache
def read_lists() -> dict[str, _List]:
    """The lists, ready to be looked for. Raises ListUnreadable."""
    try:
        return _made_of(tomllib.loads((templates() / "danger.toml").read_text(encoding="utf-8")))
    except (OSError, ValueError, AttributeError, TypeError, re.error) as fault:
        raise ListUnreadable(
            "templates/danger.toml cannot be read, so every appeal counts as urgent: put its quotes and "
            "commas right, or the file that came with Senim in its place."
        ) from fault


def _made_of(listed: dict[str, dict[str, list[str]]]) -> dict[str, _List]:
    harmless = listed.pop(_HARMLESS, {})

    def of(language: str, *, heard: bool) -> _List:
        danger = [entry for kind in listed.values() for entry in kind.get(language, ())]
        return _List(_compiled(danger, heard=heard), _compiled(harmless.get(language, ()), heard=heard))

    return {
        "ru": of("ru", heard=False),
        "kk": of("kk", heard=True),
        "en": of("en", heard=False),
        "ru-latin": of("ru", heard=True),
    }


def _compiled(entries: Sequence[str], *, heard: bool) -> tuple[_Entry, ...]:
    return tuple(_compile(one, heard=heard) for one in entries)


def _compile(entry: str, *, heard: bool) -> _Entry:
    """`heard`: it is looked for in a text as it sounds."""
    parts = [[_alternatives(word, heard=heard) for word in part.split()] for part in entry.split("&")]
    written = [
        " ".join(f"(?:{'|'.join(map(_to_pattern, alternatives))})" for alternatives in part) for part in parts
    ]
    if len(written) == 1:
        pattern = f"(?<= )({written[0]})(?= )"
    else:
        first, second = written  # a ValueError where there are three
        gap = rf"(?: \w+){{0,{_BETWEEN}}} "
        pattern = f"(?<= )(?:({first}){gap}({second})|({second}){gap}({first}))(?= )"
    stems = tuple(tuple(one.rstrip("*") for one in word) for part in parts for word in part)
    closed = written[0].replace(" ", "") if len(written) == 1 else ""
    shortest = sum(min(map(len, word)) for word in stems)
    return _Entry(re.compile(pattern), stems, closed if shortest >= _SHORTEST else "")


def _alternatives(word: str, *, heard: bool) -> list[str]:
    """`меня|нас` one by one, as the text is written in which they are looked for."""
    small = word.casefold()
    return [sound(one) if heard else one.translate(_RUSSIAN) for one in small.split("|")]


def _to_pattern(word: str) -> str:
    return re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else "")
