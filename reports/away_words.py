"""Says from when to when somebody is away, and to the reader who told of a leave what became of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from reports.catalogue import short_date
from reports.render import Draft, to_draft
from reports.school import School, StaffMember
from reports.words import speak


def span(starts: date, ends: date, language: str) -> str:
    """«1–15 желтоқсан», «28 желтоқсан – 8 қаңтар», «5 желтоқсан»."""
    if starts == ends:
        return short_date(starts, language)
    if (starts.year, starts.month) == (ends.year, ends.month):
        return f"{starts.day}–{short_date(ends, language)}"
    return f"{short_date(starts, language)} – {short_date(ends, language)}"


def confirmed(data: Mapping[str, Any] | None, language: str) -> tuple[str, list[str]]:
    """What a confirmation says of a leave: its headline, and the sentences; nothing where none was told."""
    if not data:
        return "", []
    speech = speak(language)
    if data["unread"]:
        return "", [_ask(language)]
    if not data["starts"]:
        back = speech.gettext("You are back: the daily letter comes to you as usual.")
        return speech.gettext("Your leave is over"), [back]
    said = speech.gettext(
        "Until you are back no daily letter comes to you; the first one afterwards tells of everything since."
    )
    undo = speech.gettext("Back earlier? Reply “I am back”. A mistake? Reply “UNDO”.")
    return speech.gettext("Your leave: %(days)s") % {"days": days_of(data, language)}, [said, undo]


def asked(data: Mapping[str, Any] | None, language: str) -> str:
    """The same as it would be recorded, for the question whether the reader wrote it."""
    if not data or data["unread"]:
        return ""
    if not data["starts"]:
        return speak(language).gettext("Your leave is over")
    return speak(language).gettext("Your leave: %(days)s") % {"days": days_of(data, language)}


def days_of(data: Mapping[str, Any], language: str) -> str:
    """The days of a leave as a letter's data keeps them."""
    return span(date.fromisoformat(data["starts"]), date.fromisoformat(data["ends"]), language)


def _ask(language: str) -> str:
    return speak(language).gettext(
        "The days of your leave were not clear (100 days at most): "
        "please write them like “leave: 1–15 December”."
    )


def write_nobody_left(school: School, member: StaffMember, data: Mapping[str, Any]) -> Draft:
    """Tells the administrator that all who read whole appeals are away, and that their letters go on."""
    speech = speak(member.language)
    said = speech.gettext(
        "Everyone who reads whole appeals has told of a leave, until %(date)s at the earliest. Somebody has "
        "to read what children write, so their letters go on as if nobody were away."
    ) % {"date": short_date(date.fromisoformat(data["until"]), member.language)}
    remedy = speech.gettext(
        "Please agree with the director who reads the Trust Box meanwhile, and name that person in "
        "config.yaml under staff, with detail: full."
    )
    headline = speech.gettext("All readers of the Trust Box are away")
    context = {"headline": headline, "said": [said], "facts": [], "remedy": remedy, "after": ""}
    return to_draft("notice", school, member, context)
