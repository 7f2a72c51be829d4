"""Takes a full name apart into surname, given name and patronymic, as Kazakh and Russian custom writes them.

A register has three columns. Where the order is not sure the name stays whole in the given name: a person can
read it there, and nothing is put under a wrong heading.
"""

import re
from dataclasses import dataclass

_PATRONYMIC = re.compile(
    r""".+(ұлы|улы|уулу|қызы|кызы|гызы|вич|ич|вна|ична|uly|ulı|kyzy|qyzy|qızı|ovich|evich|ovna|evna)""",
    re.IGNORECASE,
)
_PATRONYMIC_APART = frozenset(("ұлы", "улы", "уулу", "қызы", "кызы", "оғлы", "оглы", "uly", "kyzy", "qyzy"))
_SURNAME = re.compile(
    r""".+(ов|ова|ев|ева|ёв|ёва|ин|ина|ын|ына|ский|ская|цкий|цкая|их|ых|енко|чук|янц?|дзе|швили
    |ov|ova|ev|eva|yov|yova|in|ina|sky|skiy|skaya|enko|chuk)""",
    re.IGNORECASE | re.VERBOSE,
)
_ENDING_LIKE_SURNAMES = """
алина марина ирина карина полина екатерина катерина кристина ангелина арина нина галина дина сабина мадина
амина регина эвелина альбина антонина валентина василина дарина жанина зарина камина карлина лина малина
милина мина рина руфина самина фарина эльвина эмина тина константин валентин мартин августин вениамин амин
ясин ева севиль ян иван alina marina irina karina polina ekaterina kristina angelina arina nina galina dina
sabina madina amina regina albina valentina zarina konstantin valentin martin eva benjamin robin kevin colin
justin edwin
"""
GIVEN_LIKE_SURNAMES = frozenset(_ENDING_LIKE_SURNAMES.split())
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ`-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """The three parts of a name as the register has them (clause 4.2)."""

    surname: str = ""
    given_name: str = ""
    patronymic: str = ""


def split_name(full: str) -> Name:
    """«Сейітқызы Айгүл» · «Ерлан Маратов» · «Әлиев Данияр Маратұлы» → their parts, letters as written."""
    words = _joined(full.replace(",", " ").split())
    match len(words):
        case 1:
            return Name(surname=words[0]) if _is_surname(words[0]) else Name(given_name=words[0])
        case 2:
            return _two(*words)
        case 3:
            return _three(*words)
    return Name(given_name=" ".join(words))


def is_full_name(text: str) -> bool:
    """Whether words can be a person's full name: two or three, capitalised, no initials."""
    words = _joined(text.split())
    if len(words) not in (2, 3):
        return False
    return all(_WORD.fullmatch(part) for word in words for part in word.split()) and all(
        map(_is_capitalised, words)
    )


def _is_capitalised(word: str) -> bool:
    return (
        len(word) > 1 and word[0].isupper() and (word.isupper() or word[1:].islower() or not word.isalpha())
    )


def _joined(words: list[str]) -> list[str]:
    """A patronymic written apart («Серік қызы») counts as one word."""
    joined: list[str] = []
    for word in words:
        if joined and word.lower() in _PATRONYMIC_APART:
            joined[-1] += " " + word
        else:
            joined.append(word)
    return joined


def _two(first: str, second: str) -> Name:
    if _is_patronymic(second) and not _is_surname(first):
        return Name(given_name=first, patronymic=second)
    if _is_patronymic(first) and not _is_surname(second):
        return Name(surname=first, given_name=second)  # a patronymic that comes first serves as the surname
    if _is_surname(first) and not _is_surname(second):
        return Name(surname=first, given_name=second)
    if _is_surname(second) and not _is_surname(first):
        return Name(surname=second, given_name=first)
    if first.isascii() and second.isascii():
        return Name(given_name=first, surname=second)
    return Name(given_name=f"{first} {second}")


def _three(first: str, second: str, third: str) -> Name:
    if _is_patronymic(third):
        return Name(surname=first, given_name=second, patronymic=third)
    if _is_patronymic(second):
        return Name(given_name=first, patronymic=second, surname=third)
    if _is_surname(first) and not _is_surname(third):
        return Name(surname=first, given_name=second, patronymic=third)  # the father's name as it is
    if _is_surname(third) and not _is_surname(first):
        return Name(given_name=first, patronymic=second, surname=third)
    return Name(given_name=f"{first} {second} {third}")


def _is_patronymic(word: str) -> bool:
    return bool(_PATRONYMIC.fullmatch(word)) and len(word) > 4


def _is_surname(word: str) -> bool:
    """«Бекмұхамедова-Ким» is one by its first half alone."""
    return any(
        _SURNAME.fullmatch(part) is not None and part.lower() not in GIVEN_LIKE_SURNAMES and len(part) > 3
        for part in word.split("-")
    )
