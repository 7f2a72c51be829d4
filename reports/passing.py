"""Passes an appeal on by letter: to a colleague as their letters show it, to the outside without the child.

Nobody outside the school learns from it who wrote: no name, no address, no telephone, no class, no file.
"""

from collections.abc import Mapping
from dataclasses import replace

from journal.book import Journal
from journal.model import Entry, Role
from reports.card import Card, goes_on, to_card
from reports.catalogue import short_date
from reports.conflict import Sight
from reports.links import new_links
from reports.masking import GONE, without_writer
from reports.render import Draft, to_draft
from reports.school import Detail, School, StaffMember
from reports.words import cut, grade_band, numbers, one_line, role_named, speak

_LONGEST = 30_000  # characters of a text in a letter to the outside


def write_forward(
    journal: Journal, school: School, member: StaffMember, data: Mapping[str, object], seen: Sight
) -> tuple[Draft, tuple[int, ...]]:
    """The letter, and the appeal's number if its text goes on in a letter of its own."""
    number = int(str(data["number"]))
    entry = journal.entry(number)
    outside = member.role is Role.OUTSIDE
    detail = Detail.FULL if outside or seen.reads_whole(entry, member) else member.detail
    speech = speak(member.language)
    # Outside only measures are recorded.
    links = new_links(school, member.language, [number], most=1 if outside else 2)
    card = _outside_card(entry, member.language) if outside else _card(entry, member, detail, seen)
    context = {
        "headline": speech.gettext("%(numbers)s was passed on to you") % {"numbers": numbers([number])},
        "by": _by(str(data["by"]), school, member.language),
        "note": str(data.get("note", "")),
        "outside": outside,
        "signed": not entry.anonymous,
        "card": replace(card, acts=links.acts(number)),
        "only_number": detail is Detail.NUMBERS,
        "private": True,
    }
    long = (number,) if not outside and goes_on(entry, detail) else ()
    return to_draft("forward", school, member, context, links=links), long


def recipient_named(code: str, school: School, language: str) -> str:
    """Whom the Journal names as the recipient of a forward: a role, or somebody of the config."""
    outside = school.forward.get(code)
    if outside is not None:
        return one_line(outside.name)
    return role_named(Role(code), language) if code in set(Role) else code


def shown_to(to: StaffMember) -> str:
    """How much a recipient sees of an appeal, as a confirmation keeps it."""
    return "outside" if to.role is Role.OUTSIDE else to.detail.value


def left_out(shows: str, language: str) -> str:
    """What a recipient does not see, for whoever passed the appeal on."""
    speech = speak(language)
    if shows == "outside":
        return speech.gettext(
            "It goes there without the name, the address, the telephone, the class letter and the files."
        )
    if shows == Detail.NUMBERS:
        return speech.gettext("Only the number is shown there: please tell the rest in person.")
    return speech.gettext("It is shown there as in the other letters to that person.")


def _by(name: str, school: School, language: str) -> str:
    """Who passed it on, with the role as it is today."""
    member = next((one for one in school.staff if one.name == name), None)
    return f"{name} ({role_named(member.role, language)})" if member else name


def _card(entry: Entry, member: StaffMember, detail: Detail, seen: Sight) -> Card:
    if detail is not Detail.NUMBERS:
        named = tuple(one.name for one in seen.named(entry))
        return to_card(entry, member.language, detail=detail, today=seen.on, named=named)
    return _bare(entry, member.language)


def _bare(
    entry: Entry, language: str, *, mark: str = "", text: str = "", notes: tuple[str, ...] = ()
) -> Card:
    """A card on which stands nothing of who wrote."""
    speech = speak(language)
    return Card(
        number=entry.number,
        urgent=entry.urgent,
        mark=mark,
        facts=(
            (speech.gettext("Received"), short_date(entry.term.received_on, language)),
            (speech.gettext("Deadline"), short_date(entry.term.due_on, language)),
        ),
        content="",
        text=text,
        notes=notes,
        language=entry.language,
    )


def _outside_card(entry: Entry, language: str) -> Card:
    speech = speak(language)
    text = without_writer(entry)
    shown = text[: cut(text, _LONGEST)].rstrip()
    notes = []
    if GONE in shown:
        notes.append(
            speech.gettext("Where “%(gone)s” stands, words were left out by which somebody could be known.")
            % {"gone": GONE}
        )
    if len(shown) < len(text):
        notes.append(speech.gettext("The text is longer; the school has the rest of it."))
    count = len(entry.attachments)
    if count:
        kept = speech.ngettext(
            "%(num)s file came with it; it stays at the school.",
            "%(num)s files came with it; they stay at the school.",
            count,
        )
        notes.append(kept % {"num": count})
    return _bare(entry, language, mark=_grade(entry, language), text=shown, notes=tuple(notes))


def _grade(entry: Entry, language: str) -> str:
    grade = grade_band(entry.class_group)
    return "" if grade is None else speak(language).gettext("grade %(grade)s") % {"grade": grade}
