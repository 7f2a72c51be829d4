"""The forms that a name takes in a Kazakh or a Russian sentence: «Қасымовқа», «Касымову», «Сәбитовалармен».

All of it is written as `reports.sounding` hears it. An ending of the wrong harmony («Қасымовге») counts too:
children type as they speak.
"""

import re
from collections.abc import Iterable

from reports.sounding import sound

# Kazakh endings: plural, possessive, case, and what hangs behind a case.
_CASE = (
    # the first consonant falls into the one before it: «Марат» + «тан» sounds «маратан»
    r"(?:[ндт]?ин|[гк]?[ае]|[ндт]?и|[дт]?[ае]|[ндт]?[ае]н|[мбп]?ен(?:ен)?|[ндт]?ики\w{0,6}|[ндт]аги\w{0,6}"
    r"|[дт][ае]и|ш[ае]|[мбп][ае]|[мбпс]и[нз])"
)
_OWN_CASE = rf"(?:на|не|н|нда|нде|нан|нен|{_CASE})"  # behind «his», «her»: «Маратқызына»
_MANY = r"[лдт]?[ае]р"
_POSSESSED = rf"(?:(?:им|ин|имиз|иниз)(?:[ае]|{_CASE})?|и{_OWN_CASE}?)"
ENDING = rf"(?:{_MANY})?(?:{_POSSESSED}|{_CASE})?"  # behind a diphthong
_BEHIND_CONSONANT = rf"(?:(?:{_MANY})?(?:{_POSSESSED}|{_CASE})?|{_MANY})"
_BEHIND_VOWEL = rf"(?:{_MANY}(?:{_POSSESSED}|{_CASE})?|(?:м|н|миз|низ|си)?(?:{_OWN_CASE}|[ае])?)"
# Russian ones, by the kind of word.
_OV = r"(?:а|у|им|е|ои|оу|и|ик|ими|ом|ем)"
_ADJECTIVE = r"(?:ого|его|ому|ему|им|ом|ои|оу|аа|уу|ие|ик|ими)"
_NOUN = r"(?:а|у|ом|ем|е|и|ов|ев|ам|ами|ак|оу|еу|ои|еи)"
_VOWEL_END = r"(?:и|е|у|ои|еи|оу|еу|ам|ами|ак)"

_IS_OV = re.compile(r"(.{2,}(?:ов|ев|ин))а?")
_IS_SKI = re.compile(r"(.{2,}(?:ск|тск))(?:и|аа|ои|а)")
_IS_CHILD_OF = re.compile(r"(.{2,}?)(?:кизи|гизи|ули|огли|ович|евич|овна|евна|инична|ична|ич)")
_PATRONYMIC = (
    rf"[аи]?(?:(?:[кг]изи|(?:уу?|ог)ли){_BEHIND_VOWEL}|(?:ов|ев)?ич(?:{_NOUN}|{_BEHIND_CONSONANT})"
    rf"|(?:(?:ов|ев)н|(?:ин)?ичн)(?:{_VOWEL_END}|[ае]{_BEHIND_VOWEL}))"
)


def surname(word: str) -> str:
    """A pattern of all forms of a surname, a man's and a woman's: «Сәбитова» and «Сәбитов» are one family."""
    return _any(_surname(one) for one in spellings(word))


def given_name(word: str) -> str:
    """A pattern of all forms of a given name."""
    return _any(_noun(one) for one in spellings(word))


def patronymic(word: str) -> str:
    """A pattern of all forms of a patronymic: «Маратқызы», «Марат қызы» joined, «Маратовна», «Маратұлы»."""
    return _any(re.escape(_father(one)) + _PATRONYMIC for one in spellings(word))


def words(bases: Iterable[str]) -> str:
    """A pattern of the forms of ordinary words, such as «апай» and «учитель»."""
    stems_by_ending: dict[str, list[str]] = {}  # each ending stands there once: it takes long to compile
    for base in bases:
        for stem, ending in _noun_parts(sound(base)):
            stems_by_ending.setdefault(ending, []).append(stem)
    return _any(rf"{_any(stems)}{ending}" for ending, stems in stems_by_ending.items())


def spellings(word: str) -> tuple[str, ...]:
    """How a name may sound on paper: Өтегенов is Отегенов and Утегенов, Әсет is Асет and Эсет."""
    heard = sound(word)
    found = [heard]
    first = re.search("[оу]", heard[:3])
    if first and ("ө" in word.casefold() or first.start() == 0):
        other = "у" if first[0] == "о" else "о"
        found.append(heard[: first.start()] + other + heard[first.end() :])
    if "ә" in word.casefold():
        found.append(heard.replace("а", "е", 1))
    if "иа" in heard[1:-1]:
        found.append(heard.replace("иа", "а", 1))  # Илияс, Ильяс
    return tuple(dict.fromkeys(found))


def stems(pattern_words: Iterable[str]) -> tuple[str, ...]:
    """What stands in every form of these words: a text without any of them need not be looked at closely."""
    found: list[str] = []
    for one in pattern_words:
        for heard in spellings(one):
            ov, ski, child = _IS_OV.fullmatch(heard), _IS_SKI.fullmatch(heard), _IS_CHILD_OF.fullmatch(heard)
            stem = next((match[1] for match in (child, ov, ski) if match), "")
            found.append(stem or (heard[:-1] if heard[-1:] in "аеиоу" and len(heard) > 2 else heard))
    return tuple(dict.fromkeys(found))


def _surname(heard: str) -> str:
    ov, ski = _IS_OV.fullmatch(heard), _IS_SKI.fullmatch(heard)
    if ov:
        stem = re.escape(ov[1])
        return rf"{stem}(?:{_OV}|{_BEHIND_CONSONANT}|а{_BEHIND_VOWEL})"
    if ski:
        stem = re.escape(ski[1])
        return rf"{stem}(?:{_ADJECTIVE}|(?:и|а|аа){_BEHIND_VOWEL})"
    if _IS_CHILD_OF.fullmatch(heard):
        return re.escape(_father(heard)) + _PATRONYMIC
    return _noun(heard)


def _noun(heard: str) -> str:
    return _any(f"{stem}{ending}" for stem, ending in _noun_parts(heard))


def _noun_parts(heard: str) -> list[tuple[str, str]]:
    """What its forms begin with, and the endings behind that."""
    stem, without = re.escape(heard), re.escape(heard[:-1])
    if heard[-1:] == "и":  # «Жұмабай», «Цой», but also «Али»
        return [(stem, f"(?:{_BEHIND_VOWEL}|{_BEHIND_CONSONANT})"), (without, "(?:а|у|ем|е|ев|ам|ами)")]
    if heard[-1:] in ("а", "е"):
        return [(stem, _BEHIND_VOWEL), (without, _VOWEL_END)]
    if heard[-1:] in ("о", "у"):
        return [(stem, _BEHIND_VOWEL)]
    return [(stem, f"(?:{_NOUN}|{_BEHIND_CONSONANT})")]


def _father(heard: str) -> str:
    found = _IS_CHILD_OF.fullmatch(heard)
    return found[1] if found else heard


def _any(patterns: Iterable[str]) -> str:
    return "(?:" + "|".join(patterns) + ")"
