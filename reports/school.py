"""A school and its staff, as letters and documents need to know them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from journal.model import Role


class Detail(StrEnum):
    """How much of an appeal a reader's letter shows."""

    FULL = "full"  # the whole text
    SHORT = "short"  # the brief content
    NUMBERS = "numbers"  # counts only


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """One reader of the letters. `hour` and `days` (0 is Monday) override the school's own."""

    name: str
    address: str
    role: Role
    language: str
    detail: Detail = Detail.FULL
    hour: time | None = None
    days: frozenset[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Within how many working days an appeal is answered, and decrees that move days off."""

    working_days: int = 15
    off: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """After how many working days without a measure an appeal is told to whom."""

    deputy_after: int = 5
    director_after: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A category of the generalisation; `words` are stems that suggest it."""

    id: str
    names: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """One school. `box` is the address of its Trust Box; times are local to `time_zone`."""

    names: Mapping[str, str]
    time_zone: ZoneInfo
    languages: tuple[str, ...]  # the first is the default
    box: str
    staff: tuple[StaffMember, ...]
    administrator: StaffMember | None = None
    summary_at: time = time(15)
    every_day: bool = True  # False: working days only
    deadline: Deadline = field(default_factory=Deadline)
    helplines: tuple[tuple[str, str], ...] = ()  # (what it is, number)
    reply_days: int = 30  # how long a reply to a letter is accepted
    subaddress: bool = True  # whether mail to «box+word@…» reaches the box: see reports.reference
    last_resort: StaffMember | None = None  # outside: gets an appeal only when it names all the staff
    undo: timedelta = timedelta(hours=24)  # how long what was done can be taken back
    answer_delay: timedelta = timedelta(minutes=30)  # between an answer to a family and its leaving
    urgent_steps: Mapping[str, str] = field(default_factory=dict)  # what was agreed on, by language
    acknowledge: timedelta = timedelta(hours=2)  # until an urgent appeal is told to the next in line
    escalation: Escalation = field(default_factory=Escalation)
    forward: Mapping[str, StaffMember] = field(default_factory=dict)  # recipients outside, by their id
    causes: tuple[Cause, ...] = ()

    def name(self, language: str) -> str:
        """The school's name in a language, else in its default one."""
        return (
            self.names.get(language) or self.names.get(self.languages[0]) or next(iter(self.names.values()))
        )

    def member(self, address: str) -> StaffMember | None:
        """The member of staff with this address, in any case of letters."""
        return _at(address, self.staff)

    def reader(self, address: str, role: Role | None = None) -> StaffMember | None:
        """Whoever may answer a letter of ours: a member of staff, or who is written to outside.

        `role` is that of the letter's reader. The education department may be the last resort too: what it
        may see in the one part it may not see in the other.
        """
        if role is Role.OUTSIDE:
            return _at(address, self.forward.values())
        last = [self.last_resort] if self.last_resort else []
        return _at(address, (*self.staff, *last, *(self.forward.values() if role is None else ())))


def _at(address: str, people: Iterable[StaffMember]) -> StaffMember | None:
    wanted = address.casefold()
    return next((one for one in people if one.address.casefold() == wanted), None)
