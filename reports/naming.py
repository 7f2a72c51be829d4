"""Finds out whether a text names a person: by the surname, by initials, by the given name with a title.

What counts, for «Қасымов Данияр Асқарұлы»: the surname alone, in any form and spelling; «Данияр Асқарұлы»;
«Данияр ағай», «психолог Данияр»; «Д.А. ағай», «Қ.Д.А.». What does not: «Данияр» alone, who may be any boy;
«психолог» alone, or all that is written about psychologists would be hidden from the one who reads the box;
nicknames. Readers mark those by hand.

A surname that is a word too («Бақыт», «Волков») or is very short («Ким») counts with a capital letter inside
a sentence, or beside a title, an initial or the given name.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from reports import name_forms
from reports.name_words import COMMON, LINKS, OFFICE, TITLES
from reports.names import Name, split_name
from reports.sounding import all_sounds, sound, sounds, visible

_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ`][^\W\d_]+)*")
_PART = re.compile(r"[^\W\d_]+(?:[-‐'’ʼ`][^\W\d_]+)*")  # of a name in config.yaml
_HYPHEN = re.compile(r"[\s\-‐]+")
_SENTENCE = re.compile(r"[.!?…:;\n\r]")
_NEAR = re.compile(r"[\s.\-‐‑–«»\"“”„()*_']{0,4}")
_SPACED = re.compile(r"(?<![^\W\d_])(?:[^\W\d_][ .\-‐–_*·]{1,2}){3,40}[^\W\d_](?![^\W\d_])")
_TWO_INITIALS = re.compile(r"(?<!\w)[^\W\d_]\. ?[^\W\d_]\.")
_SHORT = 3  # letters of a name that may be any word
_SHOWN = 60  # characters of what is told of a finding


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a text. `begins`: behind a full stop or at the start; `near`: close behind the one before."""

    raw: str
    heard: tuple[str, ...]
    begins: bool
    near: bool

    @property
    def capital(self) -> bool:
        return self.raw[0].isupper()

    @property
    def letter(self) -> str:
        """The letter, of an initial; else nothing."""
        return self.heard[0][:1] if len(self.raw) == 1 and self.capital else ""

    def fits(self, pattern: re.Pattern[str] | None) -> bool:
        return pattern is not None and any(pattern.fullmatch(one) for one in self.heard)


@dataclass(frozen=True, slots=True)
class _Surname:
    pattern: re.Pattern[str]
    stem: str
    weak: bool  # it is a word too, or may be a given name
    plural: bool  # only as it stands: «волков», but not «волкову»
    exact: str  # the beginning of a very short one, as typed: «Ким» is not «кім»


@dataclass(frozen=True, slots=True)
class _Person:
    """A name, ready to be looked for."""

    surnames: tuple[_Surname, ...]
    given: re.Pattern[str] | None
    titled: re.Pattern[str] | None  # «айгүлапай», written together
    patronymic: re.Pattern[str] | None
    stems: tuple[str, ...]  # one of them stands in any text that names this person, initials apart
    initials: tuple[str, ...]  # of three: «қда», «дақ»
    short: str  # of two: «да»


def named_in(text: str, name: str) -> str:
    """The words by which a text names this person, as they stand there; nothing when it does not."""
    return named_among(text, [name])[0]


def named_among(text: str, names: Sequence[str]) -> list[str]:
    """The same for several people at once."""
    text = visible(text)
    heard = all_sounds(text)
    initials = _TWO_INITIALS.search(text) is not None
    spaced = [found[0] for found in _SPACED.finditer(text)]
    words: list[_Word] = []
    found = []
    for person in map(_person, names):
        said = ""
        if initials or any(stem in heard for stem in person.stems):
            words = words or list(_words(text))
            said = next(filter(None, (_at(place, words, person) for place in range(len(words)))), "")
        found.append((said or _spaced(spaced, person))[:_SHOWN])
    return found


def called_in(words: str, name: str) -> bool:
    """Whether a member of staff who speaks of a colleague means this one: the given name alone is enough."""
    if named_in(words, name):
        return True
    person = _person(name)
    every = list(_words(visible(words)))
    return any(
        one.fits(person.given) or any(one.fits(each.pattern) for each in person.surnames) for one in every
    )


def _words(text: str) -> Iterator[_Word]:
    end, initial = 0, False
    for found in _WORD.finditer(text):
        gap = text[end : found.start()]
        raw = found[0]
        stop = _SENTENCE.search(gap) is not None and not (initial and "\n" not in gap and gap.strip() == ".")
        near = end > 0 and not (stop and gap.strip()) and _NEAR.fullmatch(gap) is not None
        yield _Word(raw, sounds(raw), stop or end == 0, near)
        end, initial = found.end(), len(raw) == 1


def _at(place: int, words: Sequence[_Word], person: _Person) -> str:
    """What stands at this place, if it names the person."""
    here = words[place]
    for one in person.surnames:
        if here.fits(one.pattern) and (not one.weak or _meant(place, words, one, person)):
            return here.raw
    if here.fits(person.titled):
        return here.raw
    if here.fits(person.given):
        beside = _beside(place, words)
        other = next((one for one in beside if one.fits(person.patronymic) or one.fits(TITLES)), None)
        if other is not None or _split_patronymic(place, words, person):
            return (
                f"{here.raw} {other.raw}" if other is not None and other in _next(place, words) else here.raw
            )
    if here.fits(person.patronymic) and _patronymic_alone(place, words, person):
        return here.raw
    return _initials_at(place, words, person) if here.letter else ""


def _meant(place: int, words: Sequence[_Word], one: _Surname, person: _Person) -> bool:
    """Whether a word that is a surname too is one here."""
    here = words[place]
    if one.plural and COMMON.isdisjoint(here.heard):
        return True
    if one.exact and not here.raw.casefold().startswith(one.exact):
        return False
    if here.capital and not here.begins:
        return True
    return any(
        other.letter or other.fits(TITLES) or other.fits(person.given) or other.fits(person.patronymic)
        for other in _beside(place, words)
    )


def _patronymic_alone(place: int, words: Sequence[_Word], person: _Person) -> bool:
    """«Маратовна» without another woman's name before it: «Динара Маратовна» is somebody else."""
    here = words[place]
    if not here.near:
        return True
    before = words[place - 1]
    if before.letter:
        return bool(person.short) and before.letter == person.short[0]
    if before.fits(TITLES) or before.fits(person.given):
        return True
    return here.capital and not before.capital


def _split_patronymic(place: int, words: Sequence[_Word], person: _Person) -> bool:
    """«Айгүл Марат қызы»: the patronymic in two words."""
    if person.patronymic is None:
        return False
    pair = words[place + 1 : place + 3]
    return (
        len(pair) == 2
        and all(one.near for one in pair)
        and any(person.patronymic.fullmatch(a + b) for a in pair[0].heard for b in pair[1].heard)
    )


def _initials_at(place: int, words: Sequence[_Word], person: _Person) -> str:
    run = [words[place]]
    if words[place].near and words[place - 1].letter:
        return ""  # looked at from its beginning
    for one in words[place + 1 : place + 4]:
        if not (one.letter and one.near):
            break
        run.append(one)
    letters = "".join(one.letter for one in run)
    if len(letters) == 3 and letters in person.initials:
        return ".".join(one.raw for one in run) + "."
    around = [*_beside(place, words), *_next(place + len(run) - 1, words)]
    if len(letters) == 2 and letters == person.short and any(one.fits(TITLES) for one in around):
        return ".".join(one.raw for one in run) + "."
    return ""


def _beside(place: int, words: Sequence[_Word]) -> list[_Word]:
    """The words right before and behind, with one «деген» or «по имени» between."""
    found = list(_next(place, words))
    back = place
    while back > 0 and words[back].near:
        back -= 1
        found.append(words[back])
        if not words[back].fits(LINKS):
            break
    return found


def _next(place: int, words: Sequence[_Word]) -> list[_Word]:
    found = []
    for one in words[place + 1 : place + 4]:
        if not one.near:
            break
        found.append(one)
        if not one.fits(LINKS):
            break
    return found


def _spaced(runs: Sequence[str], person: _Person) -> str:
    """«Қ а с ы м о в»: a surname with something between its letters."""
    for run in runs:
        joined = sound("".join(_WORD.findall(run)))
        if any(len(one.stem) > _SHORT and one.stem in joined and not one.weak for one in person.surnames):
            return run
    return ""


def has_surname(name: str) -> bool:
    """Whether a name in config.yaml is one by which its owner can be known for sure."""
    parts = _parts(name)
    return bool(parts.surname or parts.patronymic)


def _parts(name: str) -> Name:
    """Without words that say what somebody is: «Психолог» is no name to look for."""
    words = _PART.findall(visible(name))
    called = [one for one in words if not all(map(OFFICE.fullmatch, map(sound, _HYPHEN.split(one))))]
    return split_name(" ".join(called))


@lru_cache(maxsize=256)
def _person(name: str) -> _Person:
    parts = _parts(name)
    unsure = not (parts.surname or parts.patronymic)
    given = parts.given_name.split() if unsure else [parts.given_name] * bool(parts.given_name)
    given = [one for one in given if _is_whole(one)]
    families = [one for one in _families(parts, unsure=unsure) if _is_whole(one)]
    patronymic = parts.patronymic.replace(" ", "")
    patronymic = patronymic if _is_whole(patronymic) else ""
    every = [*families, *given, *([patronymic] if patronymic else [])]
    initials, short = _initials(parts)
    return _Person(
        surnames=tuple(_to_surname(one, weak=unsure) for one in families),
        given=_compiled(*map(name_forms.given_name, given)),
        titled=_compiled(*(f"{sound(one)}(?:апаи|агаи){name_forms.ENDING}" for one in given)),
        patronymic=_compiled(name_forms.patronymic(patronymic)) if patronymic else None,
        stems=tuple(stem for stem in name_forms.stems(every) if stem),
        initials=initials,
        short=short,
    )


def _is_whole(part: str) -> bool:
    """No initial: «Қасымов Д.» is looked for by the surname and by nothing else."""
    return len(sound(part)) > 1


def _families(parts: Name, *, unsure: bool) -> list[str]:
    """What serves as the surname; the halves of a double one each do."""
    if unsure:
        words = parts.given_name.split()
        return words if len(words) > 1 else []  # one word alone is a given name
    return _HYPHEN.split(parts.surname or parts.patronymic.replace(" ", ""))


def _to_surname(word: str, *, weak: bool) -> _Surname:
    heard = sound(word)
    base, short = heard.removesuffix("а"), len(heard) <= _SHORT
    return _Surname(
        pattern=re.compile(name_forms.surname(word)),
        stem=name_forms.stems([word])[0],
        weak=weak or short or not COMMON.isdisjoint({heard, base}),
        plural=not weak and base.endswith(("ов", "ев")),
        exact=word.casefold()[:_SHORT] if short else "",
    )


def _initials(parts: Name) -> tuple[tuple[str, ...], str]:
    """«қда» and «дақ», and the two without the surname."""
    surname, given, father = (sound(one[:1]) for one in (parts.surname, parts.given_name, parts.patronymic))
    if not (given and father):
        return (), ""
    return ((surname + given + father, given + father + surname) if surname else ()), given + father


def _compiled(*patterns: str) -> re.Pattern[str] | None:
    return re.compile("|".join(patterns)) if patterns else None
