"""Tells which lines of a reply its writer added, where they stand in our letter, and which may be anybody's.

Between quoted lines no number is needed: the place says on which appeal the words are. Where it does not, or
where the lines might still be of our letter, they are in doubt: shown to the writer, and stored nowhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from intake.between import Gap, Held, Walk, walk
from intake.courtesies import begins_signature, greets, names_of, says_nothing
from intake.notices import begins_notice
from intake.our_letter import OurLetter
from intake.quotes import (
    Line,
    Region,
    introduces_another,
    is_foreign,
    names_us,
    own_depth,
    own_mark,
    read_lines,
    speaks,
    split_regions,
)
from intake.subtraction import our_lines
from reports.reference import tokens_in
from reports.slip_items import opens_answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Lines of a reply that belong together. `headed`: they name their appeals themselves."""

    text: str
    number: int | None = None  # the appeal of which the quoted lines around them tell
    between: bool = False
    headed: bool = False
    sure: bool = True  # they are the writer's


def own_pieces(text: str, from_fields: tuple[str, ...], ours: OurLetter) -> list[Piece]:
    """What the writer of a reply added, from above to below."""
    writer = names_of(from_fields[0]) if from_fields else frozenset()
    lines = read_lines(text, ours)
    reading = _Reading(lines, writer, ours)
    pieces = [piece for chunk in _chunks(reading.kept()) for piece in _pieces(chunk, reading)]
    return pieces + [Piece(text=one, sure=False) for one in reading.inside_quotes()]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A line that may be the writer's; a blank one for what is certainly not, or says nothing."""

    text: str
    line: Line | None = None
    region: Region | None = None
    gap: Gap | None = None
    doubted: bool = False  # it may be a notice of the writer's office
    parted: bool = False  # ours stands here: what follows is another chunk


@dataclass(slots=True)
class _Reading:
    """A reply under the eye: its parts, and how its lines go along with our letter."""

    lines: list[Line]
    writer: frozenset[str]
    ours: OurLetter
    regions: list[Region] = field(init=False)
    walk: Walk | None = field(init=False)
    whole: str = field(init=False)
    taken: set[str] = field(default_factory=set)  # lines inside the quotation that are the writer's

    def __post_init__(self) -> None:
        self.whole = "".join(line.squashed for line in self.lines)
        self.regions = [
            region
            for region in split_regions(self.lines, self.ours)
            if not is_foreign(region, self._tokens(region), self.ours, self.writer)
        ]
        held = [
            Held(line=line, quoted=line.depth > 0 or not region.marked)
            for region in self.regions
            for line in region.lines
        ]
        self.walk = walk(held, self.ours) if self.ours.known else None

    def _tokens(self, region: Region) -> list[str]:
        return tokens_in("\n".join(line.text for line in region.lines if not line.depth))

    def kept(self) -> Iterator[_Kept]:
        """Every line of the reply, blank where it is not the writer's."""
        first = 0
        inside = self._answers_inside()
        for region in self.regions:
            found = our_lines(region, self.ours, self.whole, last=region is self.regions[-1])
            signature = answering = False
            for at, line in enumerate(region.lines):
                gap = self.walk.gaps.get(first + at) if self.walk else None
                if self._is_ours(line, first + at, at in found, gap, inside):
                    signature = signature and _stands_alone(region, at, found)
                    answering = answering and not line.squashed
                    yield _Kept("", parted=bool(line.squashed))
                elif speaks(line.text, self.ours):
                    signature, answering = False, opens_answer(line.text)
                    yield _Kept(line.text, line, region, gap)
                elif signature or self._signs(region, at, first + at):
                    signature = True
                    yield _Kept("")
                elif line.text and (notice := begins_notice(_below(region, at))) is not False:
                    signature = bool(notice)
                    yield _Kept(line.text, line, region, gap, doubted=True) if notice is None else _Kept("")
                elif line.squashed and (
                    (answering and greets(line.text)) or not says_nothing(line.text, self.writer)
                ):
                    answering = answering or opens_answer(line.text)
                    yield _Kept(line.text, line, region, gap)
                else:
                    yield _Kept("")
            first += len(region.lines)
            yield _Kept("", parted=True)

    def _walked(self, at: int) -> bool:
        return self.walk is not None and at in self.walk.ours

    def _signs(self, region: Region, at: int, place: int) -> bool:
        line = region.lines[at]
        if not line.text or not begins_signature(_below(region, at), self.writer):
            return False
        return not self._a_familys_dashes(line, place)

    def _a_familys_dashes(self, line: Line, at: int) -> bool:
        """«--» begins no signature where our letter stands on both sides: a family may have written it."""
        around = self.walk.ours if self.walk else frozenset()
        return not line.squashed and bool(around) and min(around) < at < max(around)

    def _is_ours(self, line: Line, at: int, found: bool, gap: Gap | None, inside: bool) -> bool:
        """A line that stands in our letter too is the writer's where nothing of it is missing and it stands
        there more often than we wrote it."""
        if self._walked(at):
            return True
        new = (
            gap is not None
            and gap.whole
            and None not in (gap.start, gap.end)
            and self.whole.count(line.squashed) > self.ours.count(line.squashed)
        )
        if line.depth:
            if inside and new:
                self.taken.add(line.text)
                return False
            return True
        return found and not new

    def _answers_inside(self) -> bool:
        """Whether words inside the quotation can be new: nobody but the writer has written there.

        Where quotes stand in quotes, or another letter's introduction, the outer ones hold an earlier reply,
        which was read when it came.
        """
        marked = [line for line in self.lines if line.depth and not own_mark(line, self.ours)]
        if self._nested():
            return False
        frames = [region.frame for region in self.regions if region.marked and region.frame]
        if not all(names_us(frame, self.ours) for frame in frames):
            return False
        return not any(introduces_another(marked, at, self.ours) for at in range(len(marked)))

    def _nested(self) -> bool:
        """Whether quotes stand in quotes, without the marks that a family may have written itself."""
        quoted = [
            line for line in self.lines if line.depth and line.squashed and not own_mark(line, self.ours)
        ]
        shallowest = max((line.depth - own_depth(line, self.ours) for line in quoted), default=0)
        return not quoted or shallowest > min(line.depth for line in quoted)

    def inside_quotes(self) -> list[str]:
        """Lines typed inside the quotation: perhaps answers, perhaps not."""
        if not self.ours.known or self._nested():
            return []
        return [
            line.text
            for line in self.lines
            if line.depth
            and line.text not in self.taken
            and speaks(line.text, self.ours)
            and not self.ours.has(line.squashed)
            and not self.ours.shows(line.squashed)
        ]


def _stands_alone(region: Region, at: int, found: set[int]) -> bool:
    """The school's name in a signature stands in our letter too: below it the signature goes on."""
    if region.lines[at].depth:
        return False
    under = [place for place in range(at + 1, min(at + 3, len(region.lines))) if region.lines[place].squashed]
    return bool(under) and not region.lines[under[0]].depth and under[0] not in found


def _below(region: Region, at: int) -> list[str]:
    """A line and the two under it: a notice is often broken over lines."""
    return [line.text for line in region.lines[at : at + 3]]


def _chunks(kept: Iterator[_Kept]) -> Iterator[list[_Kept]]:
    """Lines that stand together, with nothing of ours between them."""
    chunk: list[_Kept] = []
    for one in kept:
        if one.parted:
            if any(each.line for each in chunk):
                yield chunk
            chunk = []
        else:
            chunk.append(one)


def _pieces(chunk: list[_Kept], reading: _Reading) -> Iterator[Piece]:
    """The lines of a chunk above the first that names an appeal, and those from there on."""
    speaking = [at for at, one in enumerate(chunk) if one.line and speaks(one.text, reading.ours)]
    first = speaking[0] if speaking else len(chunk)
    lead = _lead(chunk[:first], reading)
    doubtful = any(_may_be_ours(chunk[at], reading) for at in speaking)
    if any(one.doubted for one in chunk) and len([one for one in chunk if one.line]) > 1:
        yield Piece(text=_joined(chunk), sure=False)
        return
    if lead and lead.sure and not lead.between and speaking and not doubtful:
        yield Piece(text=_joined(chunk), headed=True)  # «Шаралар: 1) … 2) …» is one thing
        return
    if lead:
        yield lead
    if speaking:
        yield Piece(text=_joined(chunk[first:]), headed=True, sure=not doubtful)


def _joined(chunk: list[_Kept]) -> str:
    return "\n".join(one.text for one in chunk).strip()


def _may_be_ours(one: _Kept, reading: _Reading) -> bool:
    """A line that names an appeal, where nothing is marked and something of ours is missing."""
    gap, region = one.gap, one.region
    if region is None or region.marked or one.line is None or (gap and gap.whole):
        return False
    if gap is None or gap.start is None:
        return bool(region.frame) and reading.ours.known  # another letter, or ours beyond recognition
    return reading.ours.resembles(one.line.squashed)


def _lead(chunk: list[_Kept], reading: _Reading) -> Piece | None:
    lines = [one for one in chunk if one.line]
    if not lines:
        return None
    text = _joined(chunk)
    gap, region = lines[0].gap, lines[0].region
    marked = region is not None and region.marked
    # Between an introduction and our letter programs put warnings of their own.
    free = marked or (region is not None and not region.frame)
    strange = any(one.line and reading.ours.resembles(one.line.squashed) for one in lines)
    if gap is None or reading.walk is None:
        return Piece(text=text, sure=free)
    if gap.start is None:
        return Piece(text=text, sure=free and (marked or gap.whole or not strange))
    if gap.end is None:
        return Piece(text=text, sure=marked or gap.whole)
    sure = gap.whole or (marked and not strange)
    number = reading.walk.number(gap) if sure else None
    return Piece(text=_joined(lines), number=number, between=True, sure=sure)
