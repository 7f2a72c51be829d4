"""What staff did with an appeal, in words, as letters tell it: «Себебі: буллинг», «Жауапты: Данияр Әлиев»."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from journal.model import DeedKind
from reports.catalogue import short_date
from reports.conflict_words import noted
from reports.family import KEPT, MAILED, UNUSABLE
from reports.passing import left_out
from reports.school import School
from reports.words import found, speak

# Why something that was understood was not written down.
NO_CAUSE, NOBODY, ANONYMOUS, LONG, UNSENT = "no-cause", "nobody", "anonymous", "long", "unsent"
UNHEARD = "unheard"  # nobody else would be left who hears of the appeal
# Why something could not be taken back.
BEFORE, SINCE, GONE_OUT = "before", "since", "gone-out"

# Of these the words are a measure's, and stand below what was done.
_WITH_A_MEASURE = ("", DeedKind.CLOSED, DeedKind.FOUND)


def deed_said(one: Mapping[str, Any], school: School, language: str) -> str:
    """A line of a letter's data as a sentence without its full stop; "" for a measure alone."""
    kind = str(one.get("kind", ""))
    finding = str(one.get("finding", "") or (kind == DeedKind.FOUND and one.get("code", "")) or "")
    if finding:  # under that name an older Senim kept it
        return found(finding, language)
    said = _labels(language).get(kind, "")
    if not said:
        return noted(one, language)
    names = ", ".join(str(name) for name in one.get("names", ()))
    if kind == DeedKind.PASSED_ON and not names:
        names = str(one.get("text", ""))  # as it was typed, while nothing is recorded yet
    if kind == DeedKind.CAUSE:
        names = cause_name(str(one.get("code", "")), school, language)
    return (said % {"what": names}).rstrip(" :") if "%" in said else said


def leaving(one: Mapping[str, Any], school: School, language: str) -> str:
    """When an answer goes out and by which way, or without what an appeal does; "" for all else."""
    if one.get("shows"):
        return left_out(str(one["shows"]), language)
    if not one.get("leaves"):
        return ""
    speech = speak(language)
    leaves = datetime.fromisoformat(str(one["leaves"])).astimezone(school.time_zone)
    said = {
        MAILED: speech.gettext(
            "It goes to the family's address on %(date)s at %(time)s. Until then it can be taken back."
        ),
        KEPT: speech.gettext(
            "From %(date)s, %(time)s on it lies ready for whoever has the receipt code. Until then it can be "
            "taken back."
        ),
        UNUSABLE: speech.gettext(
            "The address that the family gave cannot be written to. From %(date)s, %(time)s on the answer "
            "lies ready for whoever has the receipt code."
        ),
    }
    return said[str(one["way"])] % {"date": short_date(leaves.date(), language), "time": f"{leaves:%H:%M}"}


def measure_in(one: Mapping[str, Any]) -> str:
    """The words of a measure in such a line, if it has any."""
    return str(one.get("text", "")) if one.get("kind", "") in _WITH_A_MEASURE else ""


def words_in(one: Mapping[str, Any]) -> str:
    """The words of a deed: a correction, an answer, a note on what was passed on."""
    kind = one.get("kind", "")
    typed = kind == DeedKind.PASSED_ON and not one.get("names")
    return "" if typed or kind in _WITH_A_MEASURE else str(one.get("text", ""))


def cause_name(code: str, school: School, language: str) -> str:
    """A cause as people know it; its id where the config has it no more."""
    cause = next((one for one in school.causes if one.id == code), None)
    if cause is None:
        return code
    return (
        cause.names.get(language) or cause.names.get(school.languages[0]) or next(iter(cause.names.values()))
    )


def _labels(language: str) -> Mapping[str, str]:
    speech = speak(language)
    return {
        DeedKind.CLOSED: speech.gettext("Considered and closed"),
        DeedKind.CAUSE: speech.gettext("Cause: %(what)s"),
        DeedKind.CONTENT: speech.gettext("Brief content"),
        DeedKind.CLASS: speech.gettext("Class of the applicant"),
        DeedKind.NAME: speech.gettext("Name of the applicant"),
        DeedKind.PASSED_ON: speech.gettext("Passed on: %(what)s"),
        DeedKind.ANSWERED: speech.gettext("Answer to the family"),
        DeedKind.RESPONSIBLE: speech.gettext("Looks after it: %(what)s"),
        DeedKind.CONSIDERED: speech.gettext("Read and taken note of"),
    }
