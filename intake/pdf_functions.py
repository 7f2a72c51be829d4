"""Functions inside a PDF, by which colours are reckoned: their numbers and steps alone."""

import math
import re

_STEPS = frozenset(
    b"""
{ } abs add and atan bitshift ceiling copy cos cvi cvr div dup eq exch exp false floor ge gt idiv if ifelse
index le ln log lt mod mul ne neg not or pop roll round sin sqrt sub true truncate xor
""".split()
)
_NUMBER = re.compile(rb"[-+]?(?:\d{1,12}(?:\.\d{0,12})?|\.\d{1,12})")
_COMMENT = re.compile(rb"%[^\r\n]*")
_MOST_SAMPLES = 10_000_000


def bare_program(old: bytes) -> bytes:
    """A function that is a program: its steps without remarks. Raises ValueError for any other word."""
    words = _COMMENT.sub(b" ", old).replace(b"{", b" { ").replace(b"}", b" } ").split()
    depth = 0
    for place, word in enumerate(words):
        depth += (word == b"{") - (word == b"}")
        if word not in _STEPS and not _NUMBER.fullmatch(word):
            raise ValueError("an unknown step of a function")
        if depth < 1 and place < len(words) - 1:
            raise ValueError("words behind the end of a function")
    return b" ".join(words)


def bare_table(old: bytes, sizes: list[int], bits: int) -> bytes:
    """A function that is a table: as many bytes as it has values. Raises ValueError if there are less."""
    count = math.prod(sizes)
    size = (count * bits + 7) // 8
    if not 0 < count <= _MOST_SAMPLES or not 0 < size <= len(old):
        raise ValueError("a table of another size")
    return old[:size]
