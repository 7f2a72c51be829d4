"""Writes words as they sound, so that one name is the same name however it was typed.

«Қасымов», «Касымов», «Kassymov» and «Qasymov» come out alike: Kazakh letters as the Russian ones that stand
in for them, Latin as what it transcribes, small letters, nothing doubled.
"""

import re
import unicodedata

# What no reader sees, and accents: between the letters of a name they would hide it.
_UNSEEN = re.compile("[\u00ad\u0300-\u036f\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LETTERS = str.maketrans(
    {
        **dict(zip("ёэйыіїєґәяюұүөғқхһңщ", "ееииииегаауууогкккнш", strict=True)),
        **dict.fromkeys("ьъ'’ʼ`ʹ", ""),
        "ц": "тс",
    }
)
_LATIN_MARKS = str.maketrans({"ş": "sh", "ç": "ch", "ı": "y", "ə": "a", "ñ": "n", "ŋ": "n"})
_PAIRS = {
    "shch": "ш",
    "sch": "ш",
    "sh": "ш",
    "ch": "ч",
    "zh": "ж",
    "kh": "к",
    "gh": "г",
    "ph": "ф",
    "ts": "тс",
}
_PAIRS |= {"ya": "а", "yu": "у", "yo": "е", "ye": "е"}
_PAIR = re.compile("|".join(_PAIRS))
_LATIN = str.maketrans(
    {
        **dict(zip("abcdefghijklmnopqrstuvwyz", "абкдефгкижклмнопкрстуввиз", strict=True)),
        "x": "кс",
    }
)
# Latin letters that only look like the Cyrillic ones among which they stand: «Кaсымов» with a Latin «a».
_ALIKE = str.maketrans(dict(zip("abcehikmoprtuxy", "авсенікморгтиху", strict=True)))
_WORD = re.compile(r"[^\W\d_]+")
_IS_CYRILLIC = re.compile("[а-яёәғқңөұүһі]")
_DOUBLED = re.compile(r"([бвгджзиклмнпрстфчш])\1+|(.)\2{2,}")
_HAS_LATIN = re.compile("[a-z]")


def visible(text: str) -> str:
    """A text in composed letters, without what no reader sees. Capitals stay."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text))


def sound(word: str) -> str:
    """One word, or a whole text, as it sounds. Expects what `visible` gave."""
    return _heard(word.casefold())


def sounds(word: str) -> tuple[str, ...]:
    """The same; of a word in two alphabets both readings, by its letters' looks and by their sounds."""
    small = word.casefold()
    if not _is_mixed(small):
        return (_heard(small),)
    return (_heard(small.translate(_ALIKE)), _heard(small))


def all_sounds(text: str) -> str:
    """A whole text as it sounds, the second readings of its mixed words behind it: to look for a name in."""
    small = text.casefold()
    if _is_mixed(small):
        mixed = [word.translate(_ALIKE) for word in _WORD.findall(small) if _is_mixed(word)]
        small = " ".join([small, *mixed])
    return _heard(small)


def alike(small: str) -> str:
    """A word in two alphabets with the Latin letters that only look like Cyrillic ones made such."""
    return small.translate(_ALIKE) if _is_mixed(small) else small


def _is_mixed(small: str) -> bool:
    return _HAS_LATIN.search(small) is not None and _IS_CYRILLIC.search(small) is not None


def _heard(small: str) -> str:
    if _HAS_LATIN.search(small):
        bare = unicodedata.normalize("NFKD", small.translate(_LATIN_MARKS))
        bare = "".join(one for one in bare if not unicodedata.combining(one))
        small = _PAIR.sub(lambda pair: _PAIRS[pair[0]], bare).translate(_LATIN)
    return _DOUBLED.sub(lambda run: run[1] or run[2], small.translate(_LETTERS))
