"""The letter about appeals that have had no measure for too long: which ones, and who looks after them."""

from collections.abc import Sequence
from dataclasses import replace

from journal.model import Entry
from reports.card import Row, to_row
from reports.conflict import Sight
from reports.in_charge import in_charge
from reports.links import new_links
from reports.render import Draft, to_draft
from reports.school import Detail, School, StaffMember
from reports.slip import write_slip
from reports.words import speak

_ROWS = 15  # in a list before «and N more»


def write_escalation(school: School, member: StaffMember, told: Sequence[Entry], seen: Sight) -> Draft:
    """Short: the deputy director has the daily letter too."""
    speech = speak(member.language)
    told = sorted(told, key=lambda one: (not one.urgent, one.number))
    shown = told[:_ROWS]
    links = new_links(school, member.language, [one.number for one in shown])
    count = len(told)
    context = {
        "headline": speech.ngettext(
            "%(num)s appeal has waited too long for a measure",
            "%(num)s appeals have waited too long for a measure",
            count,
        )
        % {"num": count},
        "rows": [
            _row(one, member, seen, to_row(one, member.language, today=seen.on, links=links)) for one in shown
        ],
        "more": [one.number for one in told[_ROWS:]],
        "example": write_slip(told[0].number if told else 1, speech.gettext("a talk was held")),
        "private": member.detail is not Detail.NUMBERS,
    }
    return to_draft("escalation", school, member, context, links=links)


def _row(entry: Entry, member: StaffMember, seen: Sight, row: Row) -> Row:
    speech = speak(member.language)
    who = in_charge(entry, seen)
    after = speech.gettext("looks after it: %(name)s") % {"name": who.name} if who else ""
    facts = (*row.facts, *([after] if after else []))
    if member.detail is Detail.NUMBERS:
        return replace(row, facts=facts, mark="", content="")
    return replace(row, facts=facts)
