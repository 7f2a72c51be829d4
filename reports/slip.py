"""The lines that staff write to record measures, «№12: әңгіме өткізілді»: written and read in this one file.

Reading is strict where a mistake would put words on another child's record. «№12» is a number wherever
it begins a line; a bare «12» is one only before a colon, a bracket, a dot or a dash, and, when we know
which numbers the reader was told of (`told`), only if it is among them. What stays unclear is stored
nowhere: it comes back in `not_understood`, for the person who wrote it.

«№12: қайшылық жоқ» speaks of a conflict of interest; whether there is one to speak of is for others to say.
«№12: негізсіз» is no measure but a finding, and «№12: негізсіз — камера қаралды» is both.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from journal.model import DeedKind, Finding
from reports.numbers import Head, file_request, read_head, wants_files
from reports.said import Interest, finding_in, interest_in

LONGEST = 4_000  # characters of one measure; what is over it comes back as not understood
MOST = 200  # measures of one slip, counted per number
_READ = 100_000  # characters of a slip that are looked at
_NOTES = 30  # pieces that come back as not understood
_SOFT_WRAP = 60  # a line this long was broken by a mail program, not by its writer


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


def read_slip(text: str, *, told: Collection[int] | None = None) -> Slip:
    """Measures, requests for files, and what was neither. Expects the writer's own words without quotes."""
    reading = _Reading(told=told)
    for line in text[:_READ].splitlines():
        reading.take(line.strip())
    if len(text) > _READ:
        reading.take("")
        reading.take("…")
    return reading.slip()


@dataclass(slots=True)
class _Item:
    """Lines that belong together: under one head, or under none."""

    head: Head | None
    lines: list[str]
    doubtful: bool = False

    def whole(self) -> str:
        return join_lines([self.head.line, *self.lines] if self.head else self.lines)

    def words(self) -> str:
        return join_lines([self.head.rest, *self.lines] if self.head else self.lines).strip()


@dataclass(slots=True)
class _Reading:
    """A slip while its lines go by."""

    told: Collection[int] | None
    items: list[_Item] = field(default_factory=list)
    open: bool = False  # the last item may still take lines: no blank line since
    next_point: int = 1  # the point «1) … 2) …» of a list inside a measure that would come next
    files: list[int] = field(default_factory=list)

    def take(self, line: str) -> None:
        if not line:
            # «№12:» and a blank line: many programs put one between any two lines
            self.open = bool(self.items) and self.items[-1].head is not None and not self.items[-1].words()
            return
        wanted = file_request(line)
        if wanted:
            self.files.extend(wanted)
            self.open = False
            return
        head = read_head(line)
        if head and self._is_point(head):
            self._take_point(line, head)
        elif head:
            self.items.append(_Item(head=head, lines=[], doubtful=not self._trusted(head)))
            self.next_point = 1
            self.open = True
        elif self.open:
            self.items[-1].lines.append(line)
        else:
            self.items.append(_Item(head=None, lines=[line]))
            self.open = True

    def _trusted(self, head: Head) -> bool:
        """A number with its mark and its colon is meant; any other must be one that the reader was told."""
        if not head.clear:
            return False
        return (head.marked and bool(head.style)) or self.told is None or set(head.numbers) <= set(self.told)

    def _is_point(self, head: Head) -> bool:
        """«1) … 2) …» under another head, or under «Шаралар:», lists the parts of one thing."""
        if not self.items or head.marked or head.numbers != (self.next_point,):
            return False
        last = self.items[-1]
        if self.next_point > 1:
            return True
        if last.head is None:
            return last.lines[-1].endswith(":") and head.style != ":"
        other = last.head.marked or last.head.style != head.style
        return other and (self.open or (head.style != ":" and last.words().endswith(":")))

    def _take_point(self, line: str, head: Head) -> None:
        last = self.items[-1]
        if last.head is not None and (not self.open or (self.told and head.numbers[0] in self.told)):
            last.doubtful = True  # it may as well be appeal № 1: nobody but the writer can say
        last.lines.append(line)
        self.next_point += 1
        self.open = True

    def slip(self) -> Slip:
        measures: list[SlipLine] = []
        notes: list[str] = []
        room = MOST
        for item in self.items:
            words = item.words()
            if item.head is None or item.doubtful or not _has_words(words):
                notes.append(item.whole())
            elif wants_files(words):
                self.files.extend(item.head.numbers)
            elif len(item.head.numbers) > room:
                notes.append(item.whole())
            else:
                room -= len(item.head.numbers)
                finding, text = finding_in(words) or (None, words)
                kind = None if finding is None else DeedKind.FOUND
                interest, about = interest_in(words) or (None, "")
                measures.append(
                    SlipLine(
                        numbers=item.head.numbers,
                        text=text[:LONGEST].rstrip(),
                        kind=kind,
                        finding=finding,
                        interest=interest,
                        about=about[:LONGEST],
                    )
                )
                if len(text) > LONGEST:
                    notes.append("… " + text[LONGEST:].lstrip())
        return Slip(
            measures=tuple(measures),
            files=tuple(dict.fromkeys(self.files))[:MOST],
            not_understood=tuple(note[:LONGEST] for note in notes[:_NOTES]),
        )


def join_lines(lines: list[str]) -> str:
    """Lines as their writer meant them: what a mail program broke is put together again."""
    text = ""
    previous = 0
    for line in lines:
        text += line if not text else (" " if previous >= _SOFT_WRAP else "\n") + line
        previous = len(line)
    return text


def _has_words(text: str) -> bool:
    return re.search(r"[^\W_]", text) is not None
