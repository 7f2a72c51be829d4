"""Two letters that ask a reader: was this reply yours, and shall what a colleague did stand?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from journal.model import DeedKind
from reports.away_words import asked
from reports.catalogue import long_date
from reports.confirmation import cards
from reports.conflict_words import STATES, write_apart
from reports.render import Draft, to_draft
from reports.school import School, StaffMember
from reports.words import found, numbers, speak

_SHOWN = 60  # measures of one reply; the rest is counted
# What an echo tells of one appeal. The first three can be stopped.
ACTS = ("closed", "closed-again", "handed", "reopened", "changed", "given-back", "late", "late-handed")


def write_confirm(school: School, member: StaffMember, data: Mapping[str, Any]) -> Draft:
    """Shows what a reply in the reader's name would record, exactly, and asks whether it may."""
    speech = speak(member.language)
    stored: Sequence[Mapping[str, Any]] = data["stored"]
    files, stop = data["files"], data["stop"]
    about = asked_of(data)
    headline = speech.gettext("%(numbers)s — did you write this?") % {"numbers": numbers(about)}
    context = {
        "headline": headline if about else speech.gettext("Did you write this?"),
        "away": asked(data.get("away"), member.language),
        "stored": cards(stored[:_SHOWN], school, member.language),
        "undone": cards(data.get("undo", ()), school, member.language),
        "more": max(len(stored) - _SHOWN, 0),
        "files": files,
        "stop": _stops(stop, member.language) if stop else "",
    }
    return to_draft("confirm", school, member, context)


def asked_of(data: Mapping[str, Any]) -> list[int]:
    """The appeals that a question «did you write this?» is about."""
    stop = [data["stop"]["number"]] if data["stop"] else []
    undone = [one["number"] for one in data.get("undo", ())]
    return [*undone, *(one["number"] for one in data["stored"]), *data["files"], *stop]


def _stops(stop: Mapping[str, Any], language: str) -> str:
    speech = speak(language)
    said = speech.gettext("%(numbers)s will be open again.")
    if stop.get("kind") == DeedKind.RESPONSIBLE:
        said = speech.gettext("%(numbers)s will be looked after as before.")
    return said % {"numbers": numbers([stop["number"]])}


def write_echo(school: School, member: StaffMember, data: Mapping[str, Any]) -> Draft:
    """Tells what was done to an appeal that is hard to undo, or that somebody wrote in a reader's name."""
    state = str(data["state"])
    if state in STATES:
        return write_apart(school, member, data)
    context = _disowned(member, data) if state == "disowned" else _about_one(school, member, data)
    return to_draft("echo", school, member, {"state": state, "by": data["by"], **context})


def _about_one(school: School, member: StaffMember, data: Mapping[str, Any]) -> dict[str, object]:
    speech = speak(member.language)
    closed = speech.gettext("%(numbers)s was closed as unfounded")
    handed = speech.gettext("%(numbers)s: who looks after it has changed")
    headlines = {
        "closed": closed,
        "closed-again": closed,
        "reopened": speech.gettext("%(numbers)s is open again"),
        "changed": speech.gettext("%(numbers)s: the finding has changed"),
        "late": speech.gettext("%(numbers)s stays closed"),
        "handed": handed,
        "given-back": handed,
        "late-handed": speech.gettext("%(numbers)s: nothing was changed"),
    }
    until = _moment(school, member, data)
    return {
        "headline": headlines[str(data["state"])] % {"numbers": numbers([data["number"]])},
        "number": data["number"],
        "mark": data["mark"],
        "text": data.get("text", ""),
        "finding": found(str(data.get("finding", "")), member.language),
        "to": str(data.get("to", "")),
        "was": str(data.get("was", "")),
        "own": bool(data.get("to")) and data["to"] == member.name,
        **until,
    }


def _moment(school: School, member: StaffMember, data: Mapping[str, Any]) -> dict[str, str]:
    """Until when it can be stopped, where it can."""
    if not data.get("until"):
        return {"date": "", "time": ""}
    until = datetime.fromisoformat(str(data["until"])).astimezone(school.time_zone)
    return {"date": long_date(until.date(), member.language), "time": f"{until:%H:%M}"}


def _disowned(member: StaffMember, data: Mapping[str, Any]) -> dict[str, object]:
    speech = speak(member.language)
    own = data["by"] == member.name
    warned = speech.gettext("Somebody wrote in the name of a colleague")
    return {
        "headline": speech.gettext("Nothing was recorded") if own else warned,
        "own": own,
        "numbers": numbers(data["numbers"]),
    }
