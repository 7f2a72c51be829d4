"""The lines that staff write to record measures, «№12: әңгіме өткізілді»: written and read in this one file.

Reading is strict where a mistake would put words on another child's record. «№12» is a number wherever
it begins a line; a bare «12» is one only before a colon, a bracket, a dot or a dash, and, when we know
which numbers the reader was told of (`told`), only if it is among them. What stays unclear is stored
nowhere: it comes back in `not_understood`, for the person who wrote it.

«№12: қайшылық жоқ» speaks of a conflict of interest; whether there is one to speak of is for others to say.
«№12: негізсіз» is no measure but a finding, and «№12: негізсіз — камера қаралды» is both.
"""

from collections.abc import Collection
from dataclasses import dataclass

from journal.model import DeedKind, Finding
from reports.deed_words import LONGEST, spoken_in
from reports.said import Interest, interest_in, is_courtesy, is_undo
from reports.slip_items import Item, Items

MOST = 200  # things said in one slip, counted per number
_READ = 100_000  # characters of a slip that are looked at
_NOTES = 30  # pieces that come back as not understood


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipLine:
    """One thing said of one appeal or of several: a measure (`kind` is None), or a deed.

    `text` is a measure's words, a deed's own (a cause or a recipient as typed, the answer, a correction), or
    what was done besides (behind a finding and a closing); of responsibility, empty for the writer.
    """

    numbers: tuple[int, ...]
    text: str
    kind: DeedKind | None = None
    finding: Finding | None = None
    interest: Interest | None = None  # what it says of a conflict of interest; `text` is then all its words
    about: str = ""  # whom it names with that


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What a reply says. `withheld`: numbers whose measure repeated our own letter, so it was not taken."""

    measures: tuple[SlipLine, ...] = ()  # deeds as well, in the order in which they were written
    files: tuple[int, ...] = ()
    undo: bool = False  # take back what the confirmation tells of
    away: str = ""  # what stands behind «демалыс:»
    not_understood: tuple[str, ...] = ()
    withheld: tuple[int, ...] = ()


def write_slip(number: int, text: str) -> str:
    """The line that records `text` as a measure on appeal `number`."""
    return f"№{number}: {' '.join(text.split())}"


def read_slip(text: str, *, told: Collection[int] | None = None, sole: int | None = None) -> Slip:
    """What a reply says of which appeal, and what was not clear. Expects the writer's own words, no quotes.

    `sole` is the one appeal that the answered letter is about: words without a number are then of that one,
    unless the reply names another appeal as well.
    """
    if is_undo(text.strip()):
        return Slip(undo=True)
    items = Items(told={sole} if told is None and sole is not None else told, sole=sole)
    for line in text[:_READ].splitlines():
        items.take(line.strip())
    if len(text) > _READ:
        items.cut_off()
    return _to_slip(items, sole)


def _to_slip(items: Items, sole: int | None) -> Slip:
    said: list[SlipLine] = []
    notes: list[str] = []
    files = list(items.files)
    room = MOST
    others = any(item.head is not None and set(item.head.numbers) != {sole} for item in items.found)
    others = others or bool(set(items.files) - {sole})
    for item in items.found:
        numbers = item.head.numbers if item.head else () if sole is None or others else (sole,)
        spoken = () if item.doubtful or not numbers or _is_nothing(item) else spoken_in(item.lines_said())
        if not spoken or len(numbers) * len(spoken) > room:
            notes.append(item.whole())
            continue
        room -= len(numbers) * len(spoken)
        for place, one in enumerate(spoken):
            if one.files:
                files.extend(numbers)
                continue
            interest, about = (interest_in(one.text) if one.kind is None and not place else None) or (
                None,
                "",
            )
            said.append(
                SlipLine(
                    numbers=numbers,
                    text=one.text[:LONGEST].rstrip(),
                    kind=one.kind,
                    finding=one.finding,
                    interest=interest,
                    about=about[:LONGEST],
                )
            )
            if len(one.text) > LONGEST:
                notes.append("… " + one.text[LONGEST:].lstrip())
    return Slip(
        measures=tuple(said),
        files=tuple(dict.fromkeys(files))[:MOST],
        away=items.away,
        not_understood=tuple(note[:LONGEST] for note in notes[:_NOTES]),
    )


def _is_nothing(item: Item) -> bool:
    """Without a number: a courtesy, a question, the first point of a list that has no second."""
    if item.head is not None:
        return False
    return item.points == 1 or item.lines[-1].endswith("?") or is_courtesy("\n".join(item.lines[:9]))
