"""Finds where in our letter the lines of a reply stand: words written between two of them are on that appeal.

A family's words must never pass for such words, whatever a mail program makes of our letter. So what counts
is what is missing: where two lines of ours follow each other in our letter as they do in the reply, nothing
of ours can have become what stands between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from intake.our_letter import LEAK, Body, OurLetter
from intake.quotes import Line

_NOT_BY_CHANCE = 12  # squashed characters
_FAR = 4 * LEAK  # so far a place is followed to see whether it is the only one of its kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A line of a reply. `quoted`: marked as quoted, or in a part where nothing is marked."""

    line: Line
    quoted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Where words of a reply stand: behind this offset of our letter, before that one.

    `start` is None above our letter; `end` is None below all that is left of it. `whole`: nothing of our
    letter is missing here.
    """

    start: int | None
    end: int | None
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A reply held against our letter. `gaps`: where each line stands that is not ours, by position."""

    body: Body
    ours: frozenset[int]
    gaps: dict[int, Gap]

    def number(self, gap: Gap) -> int | None:
        """On which appeal words are that stand there; None where that is not certain."""
        if gap.start is None or gap.end is None or gap.end < gap.start:
            return None
        skipped = self.body.head_within(gap.start, gap.end)
        if skipped and not self.body.head_within(gap.end, gap.end + 1):
            return None  # the reader cut out where another appeal begins
        return self.body.number_at(gap.start)


def walk(lines: Sequence[Held], ours: OurLetter) -> Walk | None:
    """Along that form of our letter of which more is in the reply; None where there is nothing of it."""
    walks = [_Walking(lines, body).walk() for body in ours.bodies]
    found = [one for one in walks if one.ours]
    return max(found, key=lambda one: sum(len(lines[at].line.squashed) for at in one.ours), default=None)


class _Walking:
    """Goes through a reply line by line and through our letter beside it."""

    def __init__(self, lines: Sequence[Held], body: Body) -> None:
        self._filled = [at for at, one in enumerate(lines) if one.line.squashed]
        self._words = [lines[at].line.squashed for at in self._filled]
        self._quoted = [lines[at].quoted for at in self._filled]
        self._marked = [lines[at].line.depth > 0 for at in self._filled]
        self._body = body
        self._all = body.squashed
        self._heads = {str(number): offset for offset, number in body.heads if number}

    def walk(self) -> Walk:
        spans: dict[int, tuple[int, int]] = {}
        here = 0  # our letter has come by up to this offset
        straight = False  # whether the line before was ours
        for turn, at in enumerate(self._filled):
            start = self._start(turn, here, straight=straight)
            straight = start is not None
            if start is not None:
                here = start + len(self._words[turn])
                spans[at] = (start, here)
        return Walk(body=self._body, ours=frozenset(spans), gaps=self._gaps(spans))

    def _start(self, turn: int, here: int, *, straight: bool) -> int | None:
        """Where this line stands in our letter; None if it is not ours, or if that cannot be said."""
        words, head = self._words[turn], self._heads.get(self._words[turn])
        if self._all.startswith(words, here):
            sure = straight or self._marked[turn] or head == here
            if sure or (self._quoted[turn] and self._run(turn, here, _NOT_BY_CHANCE)[0] >= _NOT_BY_CHANCE):
                return here
        if not self._quoted[turn]:
            return None
        # Lines of ours were cut out, or it is quoted a second time.
        if head is not None:
            return head if self._run(turn, head, LEAK)[0] >= LEAK else None
        return self._elsewhere(turn, here) if len(words) >= _NOT_BY_CHANCE else None

    def _elsewhere(self, turn: int, here: int) -> int | None:
        start = self._all.find(self._words[turn], here)
        if start < 0:
            start = self._all.find(self._words[turn])
        if start < 0:
            return None
        length, count = self._run(turn, start, _FAR)
        alone = count < 2 and not self._marked[turn] and start + length < len(self._all)
        if alone or length < LEAK or self._all.count(self._all[start : start + length]) > 1:
            return None
        return start

    def _run(self, turn: int, start: int, enough: int) -> tuple[int, int]:
        """How many characters, and lines, go on as our letter does from there."""
        length = count = 0
        for words in islice(self._words, turn, turn + enough + 1):
            if length >= enough or not self._all.startswith(words, start + length):
                break
            length += len(words)
            count += 1
        return length, count

    def _gaps(self, spans: dict[int, tuple[int, int]]) -> dict[int, Gap]:
        starts: dict[int, int | None] = {}
        start: int | None = None
        for at in self._filled:
            if at in spans:
                start = spans[at][1]
            else:
                starts[at] = start
        gaps: dict[int, Gap] = {}
        end: int | None = None
        for at in reversed(self._filled):
            if at in spans:
                end = spans[at][0]
            else:
                start = starts[at]
                whole = (start or 0) == (len(self._all) if end is None else end)
                gaps[at] = Gap(start=start, end=end, whole=whole)
        return gaps
