"""Reads the few words by which staff answer us from `templates/replies.toml`, and says what is wrong there.

A school may add words of its own. What cannot be read there is left out, never guessed at: a word that would
mean two things means neither, so that nothing is closed and nobody is written to by a slip of an editor.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from journal.model import Finding
from reports.shipped import templates
from reports.sounding import visible

# The sections of the file, and the meanings that each one tells apart.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "finding": tuple(one.value for one in Finding),
    "line": ("closed", "considered", "responsible", "undo", "over", "courtesy"),
    "head": ("cause", "content", "class", "name", "passed_on", "answered", "responsible", "leave"),
    "doubt": ("head", "closed", "answered", "name", "question"),
    "whom": ("office", "title"),
    "conflict": ("none", "some"),
    "answer": ("yes", "no", "stop"),
}
# Among these a word must have one meaning; in the other sections the lists are asked one at a time.
_RIVALS = (
    (("finding", None), ("line", None)),
    (("head", None), ("doubt", "head")),
    (("conflict", None),),
    (("answer", None),),
)
_LONGEST = 80  # characters of one phrase

# What a keyboard without Kazakh letters gives for them, and Latin letters that look like those around them.
_ONE_SPELLING = str.maketrans("ёәіғқңөұүһ", "еаигкноуух")
_ALIKE = str.maketrans("abcehikmoptxy", "авсеникмортху")
_CYRILLIC = re.compile("[а-яёәіғқңөұүһ]")
_LATIN = re.compile("[a-z]")
_NOT_SAID = re.compile(r"(?:[^\w?❓❔⁉❌🚫👎⛔✖]|_)+")
_JOINTS = re.compile(r"(?<=\w)[-‐‑](?=\w)")
_DOTS = re.compile(r"(?<=\w)\.(?=\w)")
_APOSTROPHES = re.compile(r"(?<=\w)['’ʼ`´](?=\w)")


class SpoiltWords(ValueError):
    """The file of words cannot be read at all. The message says where, and what to do."""


@dataclass(frozen=True, slots=True)
class ReplyWords:
    """The words, folded. `faults` are sentences for whoever edited the file."""

    lists: Mapping[tuple[str, str], frozenset[str]]  # (section, meaning)
    faults: tuple[str, ...]

    def meaning(self, section: str, phrase: str) -> str | None:
        """What a folded phrase means in a section."""
        lists = ((meaning, self.lists[section, meaning]) for meaning in SECTIONS[section])
        return next((meaning for meaning, phrases in lists if phrase in phrases), None)


def fold(text: str) -> str:
    """A phrase as it is compared: small letters, one spelling, single spaces, no signs around it.

    A question mark stays, and so does a sign that takes back what stands before it: «қаралды ❌».
    """
    words = _JOINTS.sub(" ", _DOTS.sub("", smooth(text))).split()
    while words and not _said(words[0]):
        words.pop(0)
    while words and not _said(words[-1]):
        words.pop()
    if not words:
        return ""
    first = _NOT_SAID.match(words[0])
    words[0] = words[0][first.end() :] if first else words[0]
    words[-1] = _without_end(words[-1])
    return " ".join(words)


def smooth(text: str) -> str:
    """Small letters, one spelling, single spaces; signs stay."""
    small = visible(text.replace("№", "#")).casefold()  # else it would become «No», which is an answer
    if _LATIN.search(small) and _CYRILLIC.search(small):
        small = small.translate(_ALIKE)
    return " ".join(_APOSTROPHES.sub("", small.translate(_ONE_SPELLING)).split())


def _said(word: str) -> bool:
    return _NOT_SAID.fullmatch(word) is None


def _without_end(word: str) -> str:
    end = len(word)
    while end and _NOT_SAID.fullmatch(word[end - 1]):
        end -= 1
    return word[:end]


def begins_with(folded: str, phrases: frozenset[str]) -> bool:
    """Whether a folded text begins with one of these words; «дан*» stands for any word that begins so."""
    return any(
        folded.startswith(one[:-1])
        if one.endswith("*")
        else folded == one or (folded.startswith(one) and not folded[len(one)].isalnum())
        for one in phrases
    )


@cache
def reply_words() -> ReplyWords:
    """The words of this installation. Raises SpoiltWords when the file cannot be read."""
    return read_words(templates() / "replies.toml")


def read_words(path: Path) -> ReplyWords:
    """The words of a file, and what is wrong with it."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        where = re.search(r"line \d+", str(fault))
        raise SpoiltWords(
            f"{path.name}{' at ' + where[0] if where else ''} cannot be read, so no reply can be; "
            "each list is a name, =, and words in double quotes with commas between them in [ ]. In doubt "
            "put the file of this version of Senim back"
        ) from None
    faults: list[str] = []
    listed = dict(_listed(raw, faults))
    for rivals in _RIVALS:
        _part(listed, [key for section, only in rivals for key in _keys(section, only)], faults)
    return ReplyWords({key: frozenset(phrases) for key, phrases in listed.items()}, tuple(faults))


def _listed(raw: Mapping[str, object], faults: list[str]) -> Iterator[tuple[tuple[str, str], list[str]]]:
    """Each list of the file with its phrases folded; what is not as it should be is told."""
    faults.extend(f"[{name}] is no section of this file; remove it" for name in raw if name not in SECTIONS)
    for section, meanings in SECTIONS.items():
        found = raw.get(section)
        lists = found if isinstance(found, dict) else {}
        faults.extend(
            f"[{section}] {name} is no list of this section; write one of {', '.join(meanings)}"
            for name in lists
            if name not in meanings
        )
        for meaning in meanings:
            phrases = list(_phrases(lists.get(meaning), f"[{section}] {meaning}", faults))
            yield (section, meaning), phrases


def _phrases(found: object, place: str, faults: list[str]) -> Iterator[str]:
    if not isinstance(found, list) or not found:
        faults.append(f'{place} has no words, so nothing is understood by them; write {place} = ["…", "…"]')
        return
    for count, phrase in enumerate(found, start=1):
        folded = fold(phrase) if isinstance(phrase, str) and len(phrase) <= _LONGEST else ""
        if not folded:
            faults.append(f"{place}: the entry {count} is no word or phrase; write it in double quotes")
            continue
        yield folded + ("*" if isinstance(phrase, str) and phrase.endswith("*") else "")


def _part(listed: dict[tuple[str, str], list[str]], keys: list[tuple[str, str]], faults: list[str]) -> None:
    """Take out what would mean two things."""
    places: dict[str, list[tuple[str, str]]] = {}
    for key in keys:
        for phrase in dict.fromkeys(listed[key]):
            places.setdefault(phrase, []).append(key)
    for phrase, meant in places.items():
        if len(meant) < 2:
            continue
        where = " and ".join(f"[{section}] {meaning}" for section, meaning in meant)
        faults.append(f"«{phrase}» stands in {where}: it means neither; leave it in one of them")
        for key in meant:
            listed[key] = [one for one in listed[key] if one != phrase]


def _keys(section: str, only: str | None) -> list[tuple[str, str]]:
    return [(section, one) for one in SECTIONS[section] if only in (None, one)]
