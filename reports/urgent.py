"""The letter of an urgent appeal: read in ten seconds, at night, on a telephone.

The subject and the first lines hold nothing of the appeal: a telephone shows them while it is locked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from journal.model import Entry
from reports.card import Card, goes_on, to_card, to_line
from reports.conflict import Sight
from reports.danger import tells_of_danger
from reports.links import Links, new_links
from reports.render import Draft, to_draft
from reports.school import Detail, School, StaffMember
from reports.words import numbers, speak

_SHOWN, _IN_LINES = 5, 40  # appeals that a letter about several shows whole, and in a line


def write_urgent(
    school: School, member: StaffMember, told: Sequence[Entry], seen: Sight, data: Mapping[str, object]
) -> tuple[Draft, tuple[int, ...]]:
    """The letter, and the appeals whose text goes on in a letter of its own."""
    speech = speak(member.language)
    reads = {one.number: _reads(one, member, seen) for one in told}
    named = numbers(reads)
    # A flood of the same words must not push another child's out of sight.
    told = sorted(told, key=lambda one: (one.repeats is not None, one.number))
    shown, rest = told[:_SHOWN], [one for one in told[_SHOWN:] if reads[one.number] is not Detail.NUMBERS]
    links = new_links(school, member.language, [one.number for one in shown])
    headline = speech.gettext("URGENT: please read %(numbers)s now") % {"numbers": named}
    context = {
        "headline": headline,
        "subject": headline,  # a telephone shows its beginning alone
        "first": bool(data.get("first")),
        "last": bool(data.get("last")),
        "others": ", ".join(_names(data)),
        "example": speech.gettext("%(numbers)s: seen") % {"numbers": named},
        "within": _span(school.acknowledge, member.language),
        "cards": [_card(one, member, reads[one.number], seen, links) for one in shown],
        "rest": [to_line(one, member.language) for one in rest[:_IN_LINES]],
        "more": [one.number for one in told[_SHOWN:] if one not in rest[:_IN_LINES]],
        "blind": all(one is Detail.NUMBERS for one in reads.values()),
        "steps": school.urgent_steps.get(member.language) or next(iter(school.urgent_steps.values()), ""),
        "helplines": school.helplines or _helplines(member.language),
        "private": True,
    }
    draft = replace(to_draft("urgent", school, member, context, links=links), subject=headline)
    return draft, tuple(one.number for one in shown if goes_on(one, reads[one.number]))


def _reads(entry: Entry, member: StaffMember, seen: Sight) -> Detail:
    return Detail.FULL if seen.reads_whole(entry, member) else member.detail


def _card(entry: Entry, member: StaffMember, detail: Detail, seen: Sight, links: Links) -> Card:
    named = tuple(one.name for one in seen.named(entry))
    card = to_card(entry, member.language, detail=detail, today=seen.on, named=named, links=links)
    if detail is Detail.NUMBERS:
        return replace(card, mark="", facts=(), content="", text="", notes=())
    return replace(card, notes=(_why(entry, member.language), *card.notes))


def _why(entry: Entry, language: str) -> str:
    speech = speak(language)
    if tells_of_danger(entry.content, entry.text):
        return speech.gettext("Urgent because its words speak of danger.")
    return speech.gettext("Urgent because whoever wrote it said so.")


def _names(data: Mapping[str, object]) -> list[str]:
    found = data.get("names")
    return [str(one) for one in found] if isinstance(found, list) else []


def _span(span: timedelta, language: str) -> str:
    speech = speak(language)
    minutes = round(span.total_seconds() / 60)
    if minutes % 60:
        return speech.ngettext("%(num)s minute", "%(num)s minutes", minutes) % {"num": minutes}
    return speech.ngettext("%(num)s hour", "%(num)s hours", minutes // 60) % {"num": minutes // 60}


def _helplines(language: str) -> tuple[tuple[str, str], ...]:
    """What holds in the whole country, where the school has named none."""
    speech = speak(language)
    return (
        (speech.gettext("rescue service, police, ambulance"), "112"),
        (speech.gettext("help line for children and families: free, day and night"), "111"),
    )
