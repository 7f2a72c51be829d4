"""Who may see which appeal: one that names a reader is not for that reader, and somebody else must read it.

`hidden_from` gives the one question that every letter, count, register and generalisation asks.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date

from journal.book import Journal
from journal.conflicts import Kept, kept
from journal.model import Entry, Role
from reports.school import Detail, School, StaffMember
from reports.whom import named_by

_READS = {Detail.NUMBERS: 0, Detail.SHORT: 1, Detail.FULL: 2}


@dataclass(frozen=True, slots=True)
class Sight:
    """Who may see which appeal on a day.

    What is kept of a reader and an appeal decides. Where nothing is kept the words do: so an appeal that came
    before somebody was put into the config is not shown to them either.
    """

    school: School
    on: date
    kept: Kept
    _named: dict[int, tuple[StaffMember, ...]] = field(default_factory=dict)

    def hidden(self, entry: Entry, member: StaffMember) -> bool:
        """Whether an appeal is not for this reader. Who is outside sees only what names all the others."""
        if member.role is Role.LAST_RESORT:
            return not all(self._ever(entry, one) for one in self.school.staff)
        known = self.kept.of(entry.number, member.address)
        if known is not None:
            return known.holds(self.on)
        return any(one.address == member.address for one in self._by_words(entry))

    def named(self, entry: Entry) -> tuple[StaffMember, ...]:
        """The readers from whom it is kept back."""
        return tuple(one for one in self.school.staff if self.hidden(entry, one))

    def in_words(self, entry: Entry, member: StaffMember) -> bool:
        """Whether the appeal itself names this reader, whatever a colleague has said of it."""
        return any(one.address == member.address for one in self._by_words(entry))

    def lifted(self, entry: Entry, member: StaffMember) -> bool:
        """Whether a colleague has said that it does not concern this reader, today or before."""
        known = self.kept.of(entry.number, member.address)
        return known is not None and known.lifted

    def needs_another(self, entry: Entry) -> bool:
        """Whether nobody is left who reads as much of it as somebody at this school does of any other."""
        named = self.named(entry)
        if not named:
            return False
        most = max(_READS[one.detail] for one in self.school.staff)
        return not any(_READS[one.detail] == most for one in self.school.staff if one not in named)

    def stand_in(self, entry: Entry) -> StaffMember | None:
        """Who gets it then: the director, another reader, at last the one outside. None: nobody is left."""
        named = self.named(entry)
        left = [one for one in self.school.staff if one not in named]
        directors = [one for one in left if one.role is Role.DIRECTOR]
        return next(iter([*directors, *left]), self.school.last_resort)

    def reads_whole(self, entry: Entry, member: StaffMember) -> bool:
        """Whether this reader gets whole texts and files, as a rule or of this appeal."""
        if member.detail is Detail.FULL:
            return True
        return self.needs_another(entry) and self.stand_in(entry) == member

    def _ever(self, entry: Entry, member: StaffMember) -> bool:
        """Also where it was lifted since: whoever has begun with an appeal may go on."""
        return self.kept.of(entry.number, member.address) is not None or self.hidden(entry, member)

    def _by_words(self, entry: Entry) -> tuple[StaffMember, ...]:
        found = self._named.get(entry.number)
        if found is None:
            named = named_by(entry, [one.name for one in self.school.staff])
            found = tuple(one for one in self.school.staff if one.name in named)
            self._named[entry.number] = found
        return found


def sight(journal: Journal, school: School, on: date, numbers: Collection[int] | None = None) -> Sight:
    """Who may see these appeals, or all, on that day."""
    return Sight(school, on, kept(journal, numbers))


def hidden_from(journal: Journal, school: School, member: StaffMember, on: date) -> Callable[[Entry], bool]:
    """The question whether an appeal is kept back from this reader, for a register or a generalisation."""
    seen = sight(journal, school, on)
    return lambda entry: seen.hidden(entry, member)
