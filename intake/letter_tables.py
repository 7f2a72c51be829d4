"""Tables inside documents that tell which letter each shape is, for who copies or searches the text."""

import re
from collections.abc import Iterator

_COMMENT = re.compile(rb"%[^\r\n]*")
_TABLE = re.compile(rb"begin(codespacerange|bfchar|bfrange)\b(.*?)\bend\1\b", re.DOTALL)
_TOKEN = re.compile(rb"<[0-9A-Fa-f\s]*>|[\[\]]|\S+?(?=[<\[\]\s]|$)")
_LONGEST_CODE, _LONGEST_LETTERS = 4, 16  # in bytes; ligatures of Arabic have up to eight letters
_HEAD = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Adobe-Identity-UCS def
/CMapType 2 def
"""
_TAIL = b"endcmap CMapName currentdict /CMap defineresource pop end end\n"


def bare_letters(old: bytes) -> bytes:
    """The same pairs of code and letter, written anew. What is no such pair is left out."""
    spaces: list[bytes] = []
    single: dict[bytes, bytes] = {}
    ranges: dict[tuple[bytes, bytes], bytes] = {}
    for kind, table in _TABLE.findall(_COMMENT.sub(b" ", old)):
        tokens = iter(_TOKEN.findall(table))
        for first in tokens:
            second = next(tokens, b"")
            if kind == b"bfchar":
                if _is_code(first) and _is_letters(second):
                    single[_hex(first)] = _hex(second)
                continue
            third = b"" if kind == b"codespacerange" else _letters_of_range(next(tokens, b""), tokens)
            if not (_is_code(first) and _is_code(second)):
                continue
            if kind == b"codespacerange":
                spaces.append(b"%s %s" % (_hex(first), _hex(second)))
            elif third:
                ranges[_hex(first), _hex(second)] = third
    chars = [b"%s %s" % pair for pair in single.items()]
    whole = [b"%s %s %s" % (*codes, letters) for codes, letters in ranges.items()]
    tables = ((b"codespacerange", spaces[:4]), (b"bfchar", chars), (b"bfrange", whole))
    return _HEAD + b"".join(_written(kind, lines) for kind, lines in tables) + _TAIL


def _letters_of_range(first: bytes, rest: Iterator[bytes]) -> bytes:
    if first != b"[":
        return _hex(first) if _is_letters(first) else b""
    letters = []
    for one in rest:
        if one == b"]":
            break
        letters.append(_hex(one) if _is_letters(one) else b"<FFFD>")
    return b"[%s]" % b" ".join(letters[:256])


def _written(kind: bytes, lines: list[bytes]) -> bytes:
    """In tables of a hundred: readers take no longer ones."""
    return b"".join(
        b"%d begin%s\n%s\nend%s\n" % (len(part), kind, b"\n".join(part), kind)
        for part in (lines[at : at + 100] for at in range(0, len(lines), 100))
    )


def _hex(token: bytes) -> bytes:
    return b"".join(token.split()).upper()


def _is_code(token: bytes) -> bool:
    return token[:1] == b"<" and 2 < len(_hex(token)) <= 2 * _LONGEST_CODE + 2


def _is_letters(token: bytes) -> bool:
    return token[:1] == b"<" and 2 < len(_hex(token)) <= 2 * _LONGEST_LETTERS + 2
