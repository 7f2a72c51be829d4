"""Hides small numbers from who is outside, so that no count of a few children can be read or reckoned.

A table of counts leaves the school with its total. So one hidden count alone could be found by subtraction,
and so could several that are all nought. Enough others are hidden with them that whoever knows this very rule
and all that is shown still has more than one answer for each count that is not.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

FEW = 5  # a count under this one is not shown

_Name = TypeVar("_Name")


def masked(counts: Mapping[_Name, int]) -> dict[_Name, int | None]:
    """The counts of one table, None in place of what is hidden.

    The total may stand beside it when it is `FEW` or more; when it is less, nothing is shown. Two tables of
    the same appeals may stand side by side: all that they have in common is their total.
    """
    names = list(counts)
    hidden = _hidden([counts[name] for name in names])
    return {name: None if at in hidden else counts[name] for at, name in enumerate(names)}


def _hidden(counts: Sequence[int]) -> set[int]:
    """Which of the counts are hidden, by their places."""
    if sum(counts) < FEW:
        return set(range(len(counts)))
    hidden = {at for at, count in enumerate(counts) if count < FEW}
    if not hidden:
        return hidden
    # The smallest of the others go with them, and whatever equals them: which of two was taken would tell.
    others = sorted({count for count in counts if count >= FEW})
    while others and _can_be_solved([counts[at] for at in hidden]):
        smallest = others.pop(0)
        hidden |= {at for at, count in enumerate(counts) if count == smallest}
    return hidden


def _can_be_solved(counts: Sequence[int]) -> bool:
    """Whether hidden counts follow from their sum: one alone, all nought, all as large as may be."""
    small = all(count < FEW for count in counts)
    # Less by one than all of them could be: else of «4, 4, 4» the total alone would tell all three.
    return len(counts) < 2 or sum(counts) == 0 or (small and sum(counts) >= (FEW - 1) * len(counts) - 1)
