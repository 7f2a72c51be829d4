"""Parts a reply into what is said under one number, under the next, and under none.

«1) … 2) …» below another number, or below nothing where the letter was about one appeal, lists the parts of
one thing. The words of an answer to a family go on over blank lines, until a number with its mark begins
something else; whatever else may end them makes the answer doubtful.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from reports.deed_words import begins_answer, is_alone, join_lines
from reports.numbers import Head, file_request, marked_number, read_head
from reports.said import headed, is_over

OVER = "over"
_WRAPPED = range(60, 90)  # characters of a line whose end a mail program may have put on the next one
_FAR = 4  # blank lines behind which words are hardly those of the same answer
APART = "\n" * (_FAR + 1)  # between words that stood in different places of a reply
_LEAVE = 200  # characters of a leave
_BEGIN = ("с ", "со ", "до ", "по ", "from ", "until ", "till ", "to ")


def opens_answer(line: str) -> bool:
    """Whether a line of a reply begins the words for a family, behind a number or without one."""
    head = read_head(line)
    return begins_answer(head.rest if head else line)


@dataclass(slots=True)
class Item:
    """Lines that belong together: under one head, or under none."""

    head: Head | None
    lines: list[str] = field(default_factory=list)
    doubtful: bool = False
    answering: bool = False  # «жауап:» stands above: blank lines end nothing
    empty: bool = True  # nothing stands under the number yet
    points: int = 0  # of the list that it began with, where no number stands over it

    def add(self, line: str) -> None:
        self.lines.append(line)
        self.empty = self.empty and not line
        self.answering = self.answering or begins_answer(line)

    def whole(self) -> str:
        return join_lines([self.head.line, *self.lines] if self.head else self.lines).strip()

    def lines_said(self) -> list[str]:
        return [self.head.rest, *self.lines] if self.head else self.lines


@dataclass(slots=True)
class Items:
    """A slip while its lines go by."""

    told: Collection[int] | None
    sole: int | None = None
    found: list[Item] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    away: str = ""
    open: bool = False  # the last item may still take lines: no blank line since
    blanks: int = 0
    next_point: int = 1  # the point «1) … 2) …» of a list inside a measure that would come next

    def take(self, line: str) -> None:
        if not line:
            self._blank()
            return
        if self.open and self.found and self.found[-1].answering:
            self._in_answer(line)
        else:
            self._line(line)
        self.blanks = 0

    def cut_off(self) -> None:
        """The rest is not looked at: what stands last may go on there."""
        if self.found and self.open:
            self.found[-1].doubtful |= self.found[-1].answering
        self.open = False
        self.found.append(Item(head=None, lines=["…"], doubtful=True))

    def _blank(self) -> None:
        self.blanks += 1
        if not self.found:
            return
        last = self.found[-1]
        if self.open and last.answering:
            last.add("")
        else:
            # «№12:» and a blank line: many programs put one between any two lines
            self.open = last.head is not None and last.empty

    def _line(self, line: str) -> None:
        wanted = file_request(line)
        if wanted:
            self.files.extend(wanted)
            self.open = False
            return
        head = read_head(line)
        if head and self._is_point(head):
            self._take_point(line, head)
        elif head:
            self._begin(head)
        elif self._is_leave(line):
            return
        elif self.open:
            self.found[-1].doubtful |= self._may_name_another(line)
            self.found[-1].add(line)
        else:
            self._without_number(line)

    def _begin(self, head: Head) -> None:
        item = Item(head=head, doubtful=not self._trusted(head) or self._may_be_broken_off(head))
        if item.doubtful and self.open and self._trusted(head):
            self.found[-1].doubtful = True
        item.empty = not any(one.isalnum() for one in head.rest)
        item.answering = begins_answer(head.rest)
        self.found.append(item)
        self.next_point = 2 if self._begins_list(head.rest) else 1
        self.open = True

    def _begins_list(self, rest: str) -> bool:
        """«№12: 1) әңгіме», and «2) хат» on the next line."""
        inner = read_head(rest)
        return inner is not None and not inner.marked and inner.numbers == (1,) and inner.style in (")", ".")

    def _without_number(self, line: str) -> None:
        """A paragraph of its own; where the letter was about one appeal, all of them are of that one."""
        last = self.found[-1] if self.found else None
        if last is None or last.head is not None or self.sole is None:
            self.found.append(Item(head=None))
            self.next_point = 1
        self.found[-1].add(line)
        self.open = True

    def _in_answer(self, line: str) -> None:
        """A line below «жауап: …»: the family's, unless a number with its mark begins something else."""
        last, parted = self.found[-1], self.blanks > 0
        head = read_head(line)
        if head is not None and not self._is_point_of_answer(head):
            plain = self._trusted(head) and bool(head.style)
            if plain and (parted or (head.marked and head.style == ":")):
                self._begin(head)
                return
            last.doubtful = True
        elif head is not None:
            self.next_point += 1
        elif file_request(line):
            if parted:
                self._line(line)
                return
            last.doubtful = True
        elif self.blanks >= _FAR or self._may_name_another(line):
            last.doubtful = True
        last.add(line)

    def _is_point_of_answer(self, head: Head) -> bool:
        return not head.marked and head.numbers == (self.next_point,) and not self._is_told(head.numbers[0])

    def _is_leave(self, line: str) -> bool:
        """A line on one's own leave is of no appeal, wherever it stands."""
        if self.away or len(line) > _LEAVE:
            return False
        head = headed(line)
        if is_over(line) and not (self.open and self.found[-1].head):
            self.away = OVER
        elif head is not None and head.leave and head.rest and self._says_when(head.rest, head.sign):
            self.away = head.rest
        else:
            return False
        return True

    def _says_when(self, rest: str, sign: str) -> bool:
        under = self.open and self.found[-1].head is not None
        if sign == ":":
            return not under or any(one.isdigit() for one in rest)
        small = rest.casefold()
        begun = next((small[len(one) :] for one in _BEGIN if small.startswith(one)), small)
        return not under and begun[:1].isdigit() and len(rest.split()) <= 8

    def _trusted(self, head: Head) -> bool:
        """A number with its mark and its colon is meant; any other must be one that the reader was told."""
        if not head.clear:
            told = head.marked and bool(self.told) and set(head.numbers) <= set(self.told or ())
            return told and is_alone(head.rest)  # «№12, 13 қаралды»: of both, whatever else may be counted
        return (head.marked and bool(head.style)) or self.told is None or set(head.numbers) <= set(self.told)

    def _may_name_another(self, line: str) -> bool:
        """«№13 оқушымен сөйлестім» below №12: a line on appeal 13, or on a pupil of school №13?"""
        number = marked_number(line)
        if number is None or (self.found[-1].head and number in self.found[-1].head.numbers):
            return False
        return self.told is None or number in self.told

    def _is_told(self, number: int) -> bool:
        return bool(self.told) and number in (self.told or ())

    def _may_be_broken_off(self, head: Head) -> bool:
        """«… қатысқандар саны | 13. Ата-аналар …»: a sentence that a mail program broke, or appeal №13."""
        if not self.open or head.marked or head.style not in (".", "-"):
            return False
        last = self.found[-1]
        if last.head is not None and not last.head.marked and last.head.style == head.style:
            return False  # a list of appeals in the writer's own way
        line = last.lines[-1] if last.lines else last.head.line if last.head else ""
        return len(line) in _WRAPPED and line[-1] not in ".!?;:…»)"

    def _is_point(self, head: Head) -> bool:
        """«1) … 2) …» under another head, or under «Шаралар:», lists the parts of one thing."""
        if head.marked or head.numbers != (self.next_point,):
            return False
        last = self.found[-1] if self.found else None
        if last is None or (last.head is None and self.sole is not None):
            alone = self.sole is not None and head.numbers[0] != self.sole
            return alone and not self._is_told(head.numbers[0]) and head.style in (")", ".")
        if self.next_point > 1:
            return True
        if last.head is None:
            return last.lines[-1].endswith(":") and head.style != ":"
        other = last.head.marked or last.head.style != head.style
        return other and (self.open or (head.style != ":" and self._ends_with_colon(last)))

    def _ends_with_colon(self, item: Item) -> bool:
        line = item.lines[-1] if item.lines else item.head.rest if item.head else ""
        return line.endswith(":")

    def _take_point(self, line: str, head: Head) -> None:
        if not self.found or (self.found[-1].head is None and self.sole is not None):
            if not self.found:
                self.found.append(Item(head=None))
            last = self.found[-1]
            last.points += not last.lines or last.points > 0
        else:
            last = self.found[-1]
            if last.head is not None and (not self.open or self._is_told(head.numbers[0])):
                last.doubtful = True  # it may as well be appeal № 1: nobody but the writer can say
        last.add(line)
        self.next_point += 1
        self.open = True
