"""The letter with one appeal for one reader: for whom it alone is left, or from whom it was kept back."""

from journal.book import Journal
from reports.card import goes_on, to_card
from reports.conflict import Sight
from reports.conflict_words import LIFTED
from reports.links import new_links
from reports.render import Draft, to_draft
from reports.school import Detail, School, StaffMember
from reports.slip import write_slip
from reports.words import numbers, speak

ALONE = "alone"


def write_alone(
    journal: Journal, school: School, member: StaffMember, number: int, why: str, seen: Sight
) -> tuple[Draft, tuple[int, ...]]:
    """The letter, and the appeal's number if its text goes on in a letter of its own."""
    entry = journal.entry(number)
    detail = Detail.FULL if seen.reads_whole(entry, member) else member.detail
    links = new_links(school, member.language, [number])
    speech = speak(member.language)
    headlines = {
        ALONE: speech.gettext("%(numbers)s was sent to you alone"),
        LIFTED: speech.gettext("%(numbers)s is now shown to you too"),
    }
    context = {
        "headline": headlines[why] % {"numbers": numbers([number])},
        "why": why,
        "card": to_card(entry, member.language, detail=detail, today=seen.on, links=links),
        "example": write_slip(number, speech.gettext("a talk was held")),
        "private": True,
    }
    draft = to_draft("alone", school, member, context, links=links)
    return draft, (number,) if goes_on(entry, detail) else ()
