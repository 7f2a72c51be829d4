"""Turns bytes into letters, also when a mail program named the wrong alphabet or none at all.

Kazakh and Russian letters come as utf-8, windows-1251, koi8-r, kz1048 (STRK1048) and ptcp154; programs leave
the label out or lie in it. Nothing here ever raises: what cannot be decoded is shown with replacement marks.
"""

import re
from collections import Counter
from encodings.aliases import aliases

# Only these: Python also has "codecs" that unpack, evaluate escapes or cost the square of the length.
_SINGLE = """
cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 koi8_r koi8_u koi8_t kz1048 ptcp154 cp866 cp855
mac_cyrillic mac_roman latin_1 iso8859_2 iso8859_3 iso8859_4 iso8859_5 iso8859_6 iso8859_7 iso8859_8 iso8859_9
iso8859_10 iso8859_13 iso8859_14 iso8859_15 iso8859_16 tis_620 cp874 cp437 cp850 cp852
"""
_MULTI = "gb2312 gbk gb18030 big5 shift_jis cp932 euc_jp euc_kr cp949"
# Their bytes may all be ASCII, or hold NULs: only the label tells.
_TOLD = """
utf_7 utf_16 utf_16_le utf_16_be utf_32 utf_32_le utf_32_be iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_kr hz
"""
_SINGLE_BYTE, _MULTI_BYTE, _LABEL_ONLY = (frozenset(names.split()) for names in (_SINGLE, _MULTI, _TOLD))
_OURS = {
    "windows1251": "cp1251",
    "win_1251": "cp1251",
    "cp_1251": "cp1251",
    "strk1048_2002": "kz1048",
    "kz_1048": "kz1048",
    "utf8": "utf_8",
    "unicode_1_1_utf_7": "utf_7",
    "koi8r": "koi8_r",
    "koi8": "koi8_r",
    "iso8859_1": "latin_1",
    "x_mac_cyrillic": "mac_cyrillic",
    "hz_gb_2312": "hz",
}
_GUESSES = ("cp1251", "koi8_r", "kz1048", "ptcp154")
_SAMPLE = 4_000  # bytes that are enough to guess from
_FIRST_FOREIGN = re.compile(rb"[\x80-\xff]")

# How often a letter stands in Russian and Kazakh text, roughly, best first.
_COMMON = "аеоиныртлсдкмпуыіқбяғвзжчөгйұшхьңәүющцэфъһё"
_WEIGHT = {letter: max(0.3, 2.0 - 0.09 * place) for place, letter in enumerate(_COMMON)}
_VOWELS = frozenset("аеёиоуыэюяәіөұүьъ")
# In the signs of `_kind`: a fourth consonant, «пРИВЕТ», «trиs» (no word mixes alphabets).
_CONSONANTS = re.compile(r"(?<=[cCm]{3})[cCm]")
_LARGE_INSIDE = re.compile(r"(?<=[lvc])[LVC]")
_MIXED = re.compile(r"(?<=[lL])[vVcC]|(?<=[vVcC])[lL]")
_USUAL_MARKS = frozenset("«»—–…№“”„‘’•\u00a0°§")


def decode(data: bytes, label: str | None) -> str:
    """The text of `data`; `label` is the charset that the message names, which may be wrong."""
    name = _codec(label) if label else None
    for mark, codec in ((b"\xef\xbb\xbf", "utf_8"), (b"\xff\xfe", "utf_16"), (b"\xfe\xff", "utf_16")):
        if data.startswith(mark) and (text := _strictly(data, codec)) is not None:
            return text.removeprefix("\ufeff")
    if (wide := _sixteen_bits(data)) and (text := _strictly(data, wide)) is not None:
        return text
    if name in _LABEL_ONLY and (text := _strictly(data, name)) is not None:
        return text.removesuffix("\u0a0d")  # a mail server's own \r\n, read as UTF-16
    if (text := _strictly(data, "utf_8")) is not None:
        return text  # bytes above 127 are hardly ever valid UTF-8 by chance
    if name in _MULTI_BYTE and (text := _strictly(data, name)) is not None:
        return text
    return _guess(data, name if name in _SINGLE_BYTE else None)


def _sixteen_bits(data: bytes) -> str | None:
    """Which UTF-16 this is, when it has no mark and the label says neither: every second byte is 0 or 4."""
    if len(data) % 2 or not (b"\0" in data or b"\4" in data):  # no other text holds these
        return None
    for first, codec in ((0, "utf_16_be"), (1, "utf_16_le")):
        high = data[first : 2 * _SAMPLE : 2]
        if 10 * (high.count(0) + high.count(4)) > 7 * len(high) and high.count(4):
            return codec
    return None


def _codec(label: str) -> str | None:
    """Python's name for a charset label, if it is one that may be used."""
    if len(label) > 40:
        return None
    norm = "".join(c if c.isascii() and c.isalnum() else "_" for c in label.strip(" \"'").lower())
    name = _OURS.get(norm) or aliases.get(norm, norm)
    name = _OURS.get(name, name)
    return name if name in _SINGLE_BYTE | _MULTI_BYTE | _LABEL_ONLY else None


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError, OverflowError):
        return None


def _guess(data: bytes, named: str | None) -> str:
    """The reading that looks most like Kazakh or Russian; the named charset wins when it looks as good."""
    found = _FIRST_FOREIGN.search(data)
    begins = max(0, found.start() - 40) if found else 0
    sample = data[begins : begins + _SAMPLE]
    damaged = sample.decode("utf_8", "replace")
    if damaged.count("\ufffd") * 20 <= sum(letter > "\x7f" for letter in damaged):
        return data.decode("utf_8", "replace")  # UTF-8 with a letter cut in two somewhere
    candidates = dict.fromkeys([*([named] if named else []), *_GUESSES, "cp1252"])
    readings = {codec: sample.decode(codec, "replace") for codec in candidates}
    scores = {reading: _score(reading) for reading in set(readings.values())}  # several are often the same
    best = max(
        readings, key=lambda codec: scores[readings[codec]]
    )  # the first of equals: the named one, then the commonest
    return data.decode(best, "replace")


def _score(text: str) -> float:
    """How much like Kazakh or Russian a reading looks: common letters, small after large, no odd signs."""
    kinds = text.translate(_KINDS)
    score = sum(_WEIGHTS[character] * count for character, count in Counter(text).items())
    score -= len(_CONSONANTS.findall(kinds))  # «онлнцхре»: no word sounds like that
    score -= 2.0 * (len(_LARGE_INSIDE.findall(kinds)) + len(_MIXED.findall(kinds)))
    return round(score, 6)  # sums of equal parts in another order are equal too


def _kind(character: str) -> str:
    """One sign for what matters of a character: its alphabet, its size, whether it is a consonant."""
    if not _is_cyrillic(character):
        return " " if not character.isalpha() else "L" if character.isupper() else "l"
    if not character.isalpha():
        return "m"
    kind = "v" if character.lower() in _VOWELS else "c"
    return kind.upper() if character.isupper() else kind


def _weight(character: str) -> float:
    if character <= "\x7f":
        return 0.0
    if (weight := _WEIGHT.get(character)) is not None:
        return weight
    if (weight := _WEIGHT.get(character.lower())) is not None:
        return weight * 0.8
    if character in _USUAL_MARKS:
        return 0.2
    return 0.0 if character.isalpha() else -3.0


def _is_cyrillic(character: str) -> bool:
    return "\u0400" <= character <= "\u052f"


class _Kinds(dict[int, str]):
    """What `str.translate` takes: filled as characters come."""

    def __missing__(self, point: int) -> str:
        kind = self[point] = _kind(chr(point))
        return kind


class _Weights(dict[str, float]):
    def __missing__(self, character: str) -> float:
        weight = self[character] = _weight(character)
        return weight


_KINDS, _WEIGHTS = _Kinds(), _Weights()
