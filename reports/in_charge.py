"""Who looks after an appeal, as its readers may know it."""

from journal.model import Entry
from reports.conflict import Sight
from reports.school import StaffMember


def in_charge(entry: Entry, seen: Sight) -> StaffMember | None:
    """None while nobody has said so, where they have left, or where the appeal turned out to name them."""
    who = seen.school.reader(entry.responsible) if entry.responsible else None
    return None if who is None or seen.hidden(entry, who) else who
