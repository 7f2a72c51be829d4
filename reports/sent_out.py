"""What a confirmation says of a forward and of an answer: to whom, without what, how long it waits."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from journal.model import DeedKind, Role
from reports.family import MAILED, UNUSABLE
from reports.school import Detail, School, StaffMember
from reports.words import one_line, speak

HIDDEN = "hidden"  # the way of an answer, to a reader who learns nothing of families


def passed_data(to: StaffMember, note: str) -> dict[str, object]:
    """What a confirmation keeps of a forward."""
    shows = "outside" if to.role is Role.OUTSIDE else to.detail.value
    return {"to": to.name, "shows": shows, "note": note}


def answered_data(way: str, member: StaffMember) -> dict[str, object]:
    """What a confirmation keeps of an answer. A reader of numbers is not told whether there is an address."""
    return {"way": HIDDEN if member.detail is Detail.NUMBERS else way}


def sent_out(one: Mapping[str, Any], school: School, language: str) -> str:
    """What becomes of a line of a confirmation that leaves the staff; "" for any other."""
    kind = one.get("kind")
    if kind == DeedKind.PASSED_ON and "to" in one:
        return _passed(one, language)
    if kind == DeedKind.ANSWERED and "way" in one:
        return _answered(str(one["way"]), school.answer_delay, language)
    return ""


def _passed(one: Mapping[str, Any], language: str) -> str:
    speech, to = speak(language), {"to": one_line(str(one["to"]))}
    if one["shows"] == "outside":
        return (
            speech.gettext(
                "It goes to %(to)s without the name, the address, the telephone, the class letter "
                "and the files."
            )
            % to
        )
    if one["shows"] == Detail.NUMBERS:
        return speech.gettext("%(to)s learns the number alone: please tell the rest in person.") % to
    return speech.gettext("It goes to %(to)s as their own letters show an appeal.") % to


def _answered(way: str, delay: timedelta, language: str) -> str:
    speech = speak(language)
    minutes = max(round(delay / timedelta(minutes=1)), 1)
    if way == UNUSABLE:
        said = speech.ngettext(
            "No letter can be sent to the address that the family gave. In %(num)s minute the answer lies "
            "ready for the family; please call, if there is a telephone.",
            "No letter can be sent to the address that the family gave. In %(num)s minutes the answer lies "
            "ready for the family; please call, if there is a telephone.",
            minutes,
        )
    elif way == MAILED:
        said = speech.ngettext(
            "It is mailed to the family in %(num)s minute.",
            "It is mailed to the family in %(num)s minutes.",
            minutes,
        )
    else:
        said = speech.ngettext(
            "It is ready for the family in %(num)s minute.",
            "It is ready for the family in %(num)s minutes.",
            minutes,
        )
    return said % {"num": minutes}
