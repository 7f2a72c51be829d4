"""Finds our own unmarked lines in a reply, in any language, whatever the mail program made of them.

A line that stands in our letter is not always ours: staff may write the very example that our letter
gives. Alone it may be equal by chance; beside the line that stands beside it in our letter it is not.
"""

from itertools import pairwise

from intake.our_letter import LEAK, OurLetter
from intake.quotes import Line, Region, speaks
from reports.reference import tokens_in

_NOT_BY_CHANCE = 12  # squashed characters of a line, or of two neighbours


def our_lines(region: Region, ours: OurLetter, whole: str, *, last: bool) -> set[int]:
    """Which unmarked lines of a region are ours, by position. `whole` is the squashed reply; `last`: no
    earlier letter begins below this region."""
    lines, marked = region.lines, region.marked
    first_quoted = next((at for at, line in enumerate(lines) if line.depth), len(lines))
    above = first_quoted if not region.frame and (marked or not last) else 0
    unmarked = bool(region.frame) and not marked  # our letter stands here without marks
    anchored = _anchored(lines, ours, above)
    found: set[int] = set()
    for at, line in enumerate(lines):
        if line.depth or not line.squashed:
            continue
        if at in anchored or ours.tokens.intersection(tokens_in(line.text)):
            found.add(at)
        elif not ours.has(line.squashed):
            if unmarked and not speaks(line.text, ours) and ours.shares(line.squashed):
                found.add(at)  # a line of ours to which the program added something
        elif speaks(line.text, ours):
            # Below an introduction it is ours, unless it stands there more often than we wrote it.
            if unmarked and whole.count(line.squashed) <= ours.count(line.squashed):
                found.add(at)
        elif _follows_writer(lines, at, found) and not unmarked:
            continue  # it goes on with an answer: should it be ours, the leak guard sees the whole
        elif len(line.squashed) >= LEAK:
            found.add(at)
        elif at < above or _follows_writer(lines, at, found):
            continue
        elif unmarked or len(line.squashed) >= _NOT_BY_CHANCE:
            found.add(at)
    return found


def _anchored(lines: list[Line], ours: OurLetter, above: int) -> set[int]:
    """Lines that stand beside the same neighbour in our letter. Two lines that both name appeals prove
    nothing (they may both be our examples), unless one of them is anchored itself. `above` that line our
    letter is not expected, so more must be equal there."""
    filled = [at for at, line in enumerate(lines) if line.squashed and ours.has(line.squashed)]
    beside = [
        (one, other)
        for one, other in pairwise(filled)
        if not any(line.squashed for line in lines[one + 1 : other])
        and len(joined := lines[one].squashed + lines[other].squashed)
        >= (LEAK if other < above else _NOT_BY_CHANCE)
        and ours.has(joined)
    ]
    firm = {at for at in filled if lines[at].depth or not speaks(lines[at].text, ours)}
    found: set[int] = set()
    for pairs in (beside, beside[::-1]):
        for one, other in pairs:
            if {one, other} & (firm | found):
                found |= {one, other}
    return found


def _follows_writer(lines: list[Line], at: int, found: set[int]) -> bool:
    """Whether the line directly above is the writer's, so that this one goes on with it."""
    return at > 0 and bool(lines[at - 1].squashed) and not lines[at - 1].depth and at - 1 not in found
