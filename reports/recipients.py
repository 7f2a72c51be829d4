"""Finds out whom a reader means in «жолдау: директор»: by an id or a name in the config, by name, by role.

Every ending is understood («завучке», «директору», «в отдел образования»). What may mean two people means
nobody: the reader is shown whom one can name.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache

from journal.model import Role
from reports import name_forms
from reports.name_words import TITLES
from reports.school import School, StaffMember
from reports.shipped import templates
from reports.sounding import sound, sounds, visible
from reports.words import one_line, role_named

MOST = 200  # characters in which a recipient is named
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ`][^\W\d_]+)*|\d+")
_PARTED = re.compile(r"\s+-{1,2}\s+|\s*[–—:;\n]\s*|,\s+|\.\s+")
_ADJECTIVE = re.compile(r"(?:ый|ий|ой|ая|яя|ое|ее|ые|ие)$")
_ITS_FORMS = r"(?:и|ого|его|ому|ему|им|ом|ем|ои|еи|аа|а|уу|у|ое|ее|е|ие|ик|ими)"


def parted(words: str, note: str = "") -> tuple[str, str]:
    """Whom and what for: «отделу образования — просим рассмотреть». A note that is given stays."""
    words = words.strip()
    cut = None if note.strip() else _PARTED.search(words)
    if cut is None:
        return words, note.strip()
    return words[: cut.start()].strip(), words[cut.end() :].strip()


def meant(words: str, people: Sequence[StaffMember], school: School) -> tuple[StaffMember, ...]:
    """Those of these people whom the words may mean: one, or nobody, or too many."""
    said = words.strip().strip("«»\"'“”.").strip()
    if not said or len(said) > MOST:
        return ()
    ids = {id(one): code for code, one in school.forward.items()}
    by_id = [one for one in people if ids.get(id(one), "") == said.casefold().replace(" ", "_")]
    heard = [one for one in _tokens(said) if not any(each in _passed_over() for each in one)]
    for found in (
        by_id,
        [one for one in people if _whole(heard, one)],
        [one for one in people if _part(heard, one)],
    ):
        if found:
            return tuple(found)
    return ()


def called(member: StaffMember, language: str) -> str:
    """Whom one can name, as a list shows it: «Данияр Әлиев (директордың орынбасары)»."""
    if member.role is Role.OUTSIDE:
        return one_line(member.name)
    return f"{one_line(member.name)} ({role_named(member.role, language)})"


def _tokens(text: str) -> list[tuple[str, ...]]:
    """The words as they sound; one in two alphabets in both of its readings."""
    return [sounds(found) for found in _WORD.findall(visible(text))]


def _whole(heard: Sequence[tuple[str, ...]], member: StaffMember) -> bool:
    """Whether these words are the name or the role of this person, and all of it."""
    phrases = _roles().get(member.role, ()) if member.role is not Role.OUTSIDE else ()
    own = _as_phrase(member.name) if member.role is Role.OUTSIDE else ()
    return any(_are(heard, phrase) for phrase in (*phrases, own))


def _part(heard: Sequence[tuple[str, ...]], member: StaffMember) -> bool:
    """Whether each word belongs to the name, to the role, or is a title, and one at least is of the name."""
    names = _of_name(member)
    known = [*names, TITLES, *(one for phrase in _roles().get(member.role, ()) for one in phrase)]
    return any(_fits(one, names) for one in heard) and all(_fits(one, known) for one in heard)


def _are(heard: Sequence[tuple[str, ...]], phrase: Sequence[re.Pattern[str]]) -> bool:
    return len(heard) == len(phrase) > 0 and all(
        _fits(one, [pattern]) for one, pattern in zip(heard, phrase, strict=True)
    )


def _fits(readings: tuple[str, ...], patterns: Sequence[re.Pattern[str]]) -> bool:
    return any(pattern.fullmatch(one) for pattern in patterns for one in readings)


def _of_name(member: StaffMember) -> tuple[re.Pattern[str], ...]:
    return _as_phrase(member.name) if member.role is Role.OUTSIDE else _person(member.name)


@cache
def _person(name: str) -> tuple[re.Pattern[str], ...]:
    forms = (name_forms.surname, name_forms.given_name, name_forms.patronymic)
    words = [one for one in _WORD.findall(visible(name)) if len(one) > 1]
    return tuple(re.compile(form(word)) for word in words for form in forms)


@cache
def _as_phrase(words: str) -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(_forms(one))
        for one in _WORD.findall(visible(words))
        if not any(each in _passed_over() for each in sounds(one))
    )


def _forms(word: str) -> str:
    heard = sound(word)
    forms = name_forms.words([word])
    if _ADJECTIVE.search(word.casefold()):
        forms += f"|{re.escape(heard.rstrip('аеиоу'))}{_ITS_FORMS}"
    return f"(?:{forms}|{re.escape(heard)})"


@cache
def _roles() -> dict[Role, tuple[tuple[re.Pattern[str], ...], ...]]:
    return {Role(role): tuple(map(_as_phrase, phrases)) for role, phrases in _listed("role")}


@cache
def _passed_over() -> frozenset[str]:
    return frozenset(sound(one) for _, words in _listed("passing") for one in words)


def _listed(part: str) -> Iterator[tuple[str, list[str]]]:
    yield from _file()[part].items()


@cache
def _file() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((templates() / "recipients.toml").read_text(encoding="utf-8"))
