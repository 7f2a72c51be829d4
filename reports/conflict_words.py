"""What staff are told of appeals that name one of them: at the appeal, and in letters of their own."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports.render import Draft, to_draft
from reports.school import School, StaffMember
from reports.slip import write_slip
from reports.words import numbers, speak

LIFTED, MARKED, TRIED, RESTORED = "lifted", "marked", "tried", "restored"  # states of an echo
STATES = frozenset({LIFTED, MARKED, TRIED, RESTORED})


def named_note(number: int, named: Sequence[str], language: str) -> list[str]:
    """Why an appeal is not shown to a colleague, and how to say that this is a mistake."""
    if not named:
        return []
    why = speak(language).ngettext(
        "This appeal names %(names)s, so it is not shown to that reader. If this is a mistake, "
        "reply “%(example)s”.",
        "This appeal names %(names)s, so it is not shown to these readers. If this is a mistake, "
        "reply “%(example)s”.",
        len(named),
    )
    return [why % {"names": ", ".join(named), "example": lifting(number, named, language)}]


def lifting(number: int, named: Sequence[str], language: str) -> str:
    """The line that lifts a conflict, as `slip` reads it: «№12: қайшылық жоқ»."""
    words = speak(language).gettext("no conflict")
    return write_slip(number, words if len(named) == 1 else f"{words} — {named[0]}")


def marking(number: int, named: Sequence[str], language: str) -> str:
    """The line that says whom an appeal concerns: «№12: қайшылық бар — Данияр Қасымов»."""
    return write_slip(number, f"{speak(language).gettext('there is a conflict')} — {', '.join(named)}")


def noted(one: Mapping[str, Any], language: str) -> str:
    """What a reply said of a conflict, as a sentence without its full stop; "" for nothing."""
    speech = speak(language)
    said = {
        LIFTED: speech.gettext("No conflict of interest: %(names)s"),
        MARKED: speech.gettext("A conflict of interest: %(names)s"),
    }
    state = str(one.get("conflict", ""))
    return said[state] % {"names": ", ".join(one["names"])} if state else ""


def write_apart(school: School, member: StaffMember, data: Mapping[str, Any]) -> Draft:
    """Tells the other readers that a conflict was lifted or marked, or what else was done about one."""
    speech, state, number = speak(member.language), str(data["state"]), int(data["number"])
    headlines = {
        LIFTED: speech.gettext("%(numbers)s: no conflict of interest"),
        MARKED: speech.gettext("%(numbers)s: a conflict of interest"),
        TRIED: speech.gettext("%(numbers)s: a reply was not accepted"),
        RESTORED: speech.gettext("%(numbers)s: what was said of a conflict of interest was taken back"),
    }
    named = [str(one) for one in data["names"]]
    own = member.name in named
    answer = ""
    if state != RESTORED and named and not own and member != school.administrator:
        write = marking if state == LIFTED else lifting
        answer = write(number, named, member.language)
    context = {
        "headline": headlines[state] % {"numbers": numbers([number])},
        "state": state,
        "number": number,
        "by": data["by"],
        "names": ", ".join(named),
        "own": own,
        "answer": answer,
    }
    return to_draft("apart", school, member, context)
