"""Finds the cause that a reply names, «себеп: буллинг», among those of the config.

It may be named by its id, by its name in any language, by some of the name's words or by the stems that the
config gives it, in any form and spelling. What fits no cause or several fits none: nothing is guessed.
"""

import re
from collections.abc import Sequence

from reports.school import Cause
from reports.sounding import sound, visible

_LONGEST = 200
_WORD = re.compile(r"[^\W\d_]+")
_STEM = 4  # letters that two words must share at the least
_ENDING = 3  # letters that may stand behind them in what was typed
_BESIDE = frozenset(("мен", "пен", "бен", "жане", "и", "в", "на", "по", "с", "and", "of", "in", "the"))


def cause_named(words: str, causes: Sequence[Cause]) -> Cause | None:
    """The one cause that all of the words speak of."""
    if len(words) > _LONGEST:
        return None
    typed = _heard(words)
    same = [one for one in causes if _is(words, typed, one)]
    if not same and typed:
        same = [one for one in causes if _speaks_of(typed, one)]
    return same[0] if len(same) == 1 else None


def _is(words: str, typed: Sequence[str], cause: Cause) -> bool:
    if words.strip(" .,!«»\"'").casefold() == cause.id.casefold():
        return True
    return bool(typed) and any(typed == _heard(name) for name in cause.names.values())


def _speaks_of(typed: Sequence[str], cause: Cause) -> bool:
    named = {one for name in cause.names.values() for one in _heard(name)}
    stems = [sound(visible(one)) for stems in cause.words.values() for one in stems]
    return all(
        any(_akin(one, name) for name in named) or any(stem and one.startswith(stem) for stem in stems)
        for one in typed
    )


def _akin(typed: str, name: str) -> bool:
    """«травли» and «травля», «тамақ» and «тамақтану», not «оқу» and «оқушы»."""
    shared = 0
    for one, other in zip(typed, name, strict=False):
        if one != other:
            break
        shared += 1
    return typed == name or (shared >= _STEM and len(typed) - shared <= _ENDING)


def _heard(words: str) -> list[str]:
    return [one for one in map(sound, _WORD.findall(visible(words))) if one not in _BESIDE]
