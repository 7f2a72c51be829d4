"""What a daily letter needs so that several people work as one: what they did, what only one has not seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from journal.book import Journal
from journal.doings import Doing, done_since, told_to
from journal.leaves import Leave
from journal.model import Entry, Reader, Role
from journal.waiting import considered, some, under_way
from reports.away import absences
from reports.clock import add_working_days
from reports.school import School, StaffMember

SOON = 3  # working days
_CLOSED_WITHIN = timedelta(days=30)  # what was closed longer ago is asked of nobody any more
# Clause 3.4: these register and consider the appeals, together with the deputy director.
SPECIALISTS = frozenset({Role.PSYCHOLOGIST, Role.SOCIAL_PEDAGOGUE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Before it is asked what of it this reader may see."""

    under_way: tuple[Entry, ...]
    to_consider: tuple[Entry, ...]
    done: tuple[Doing, ...]
    entries: Mapping[int, Entry]  # those of which something was done
    event: int
    away: tuple[tuple[StaffMember, Leave], ...]
    own_leave: Leave | None

    @property
    def numbers(self) -> list[int]:
        """All the appeals that it speaks of."""
        return [one.number for one in (*self.under_way, *self.to_consider, *self.entries.values())]


def gather_together(journal: Journal, school: School, member: StaffMember, today: date) -> Together:
    """What there is for this reader. Nothing of it walks through the whole register."""
    event = journal.store.head().event
    told = told_to(journal, Reader(address=member.address, role=member.role))
    done = done_since(journal, told) if told is not None else []  # a first letter looks ahead
    here = absences(journal, school, today)
    own = here.of(member)
    return Together(
        under_way=tuple(under_way(journal, add_working_days(school, today, SOON))),
        to_consider=tuple(_to_consider(journal, member, today)),
        done=tuple(done),
        entries=some(journal, {one.number for one in done}),
        event=event,
        away=tuple((one, leave) for one in school.staff if one != member and (leave := here.of(one))),
        own_leave=own if own and here.nobody_left and not own.automatic else None,
    )


def _to_consider(journal: Journal, member: StaffMember, today: date) -> list[Entry]:
    """What the specialists have considered and the deputy has not, and the other way round."""
    since = today - _CLOSED_WITHIN
    if member.role is Role.DEPUTY_DIRECTOR:
        return considered(journal, by=SPECIALISTS, but_not={Role.DEPUTY_DIRECTOR}, since=since)
    if member.role in SPECIALISTS:
        others = {Role.DEPUTY_DIRECTOR, Role.DIRECTOR}
        return considered(journal, by=others, but_not=SPECIALISTS, since=since)
    return []
