"""Who of the readers is away on a day, and whose letters wait until they are back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from journal.book import Journal
from journal.leaves import Leave, all_away
from reports.school import Detail, School, StaffMember

_READS = {Detail.NUMBERS: 0, Detail.SHORT: 1, Detail.FULL: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Absences:
    """The leaves of a day, by address. `nobody_left`: all who read most of an appeal told of a leave."""

    leaves: Mapping[str, Leave]
    nobody_left: bool

    def of(self, member: StaffMember) -> Leave | None:
        """The leave of this reader, whoever told of it."""
        return self.leaves.get(member.address)

    def spares(self, member: StaffMember) -> bool:
        """Whether letters wait for this reader. Somebody must read what a child writes: else nobody's do."""
        leave = self.of(member)
        return leave is not None and not leave.automatic and not self.nobody_left


def absences(journal: Journal, school: School, on: date) -> Absences:
    """Who is away on that day."""
    found = all_away(journal, [one.address for one in school.staff], on)
    told = {address for address, leave in found.items() if not leave.automatic}
    return Absences(leaves=found, nobody_left=bool(told) and {one.address for one in closest(school)} <= told)


def closest(school: School) -> tuple[StaffMember, ...]:
    """Those who read as much of an appeal as anybody at this school does."""
    most = max((_READS[one.detail] for one in school.staff), default=0)
    return tuple(one for one in school.staff if _READS[one.detail] == most)
