"""The letter that answers a reply: what exactly was recorded or taken back, and how to say the rest."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from journal.model import DeedKind, Finding
from reports.away_words import confirmed
from reports.done_words import (
    ANONYMOUS,
    BEFORE,
    GONE_OUT,
    LONG,
    NO_CAUSE,
    NOBODY,
    SINCE,
    UNHEARD,
    UNSENT,
    cause_name,
    deed_said,
    leaving,
    measure_in,
    words_in,
)
from reports.render import Draft, to_draft
from reports.school import School, StaffMember
from reports.slip import write_slip
from reports.words import destroyed, numbers, speak

_QUOTED = 600  # characters of what was not understood
_SHOWN = 10  # pieces of it
_LEAVES = (DeedKind.ANSWERED, DeedKind.PASSED_ON)  # taken back only until then


def write_confirmation(school: School, member: StaffMember, data: Mapping[str, Any]) -> Draft:
    """What exactly was stored from a reply, and what was not, with the way to say it."""
    speech = speak(member.language)
    stored = _lines(data, "stored")
    undone, standing = _parted(_lines(data, "undo"))
    files, unknown, withheld, gone, late = (
        _numbers(data, key) for key in ("files", "unknown", "withheld", "destroyed", "late")
    )
    leave, away = confirmed(data.get("away"), member.language)
    unclear = [str(one)[:_QUOTED] for one in _items(data, "not_understood")]
    unstored = _lines(data, "unstored")
    which = _numbers(data, "which") if unclear else []
    known = [*_of(stored), *_of(undone), *files, *_of(unstored), *late, *which] or [12]
    back = speech.gettext("UNDO")
    done = [one for one in stored if one.get("done")]
    back_in_time = any(one.get("kind") not in _LEAVES for one in done)
    context = {
        "headline": _headline(data, leave, member.language),
        "stored": cards(stored, school, member.language),
        "undone": cards(undone, school, member.language),
        "standing": [_standing(one, school, member.language) for one in standing],
        "stoppable": _hours(school) if any(map(_is_closing, stored)) else 0,
        "handed": _hours(school) if any(map(_is_handing, stored)) else 0,
        "files": files,
        "back_home": bool(data.get("back")),
        "leave": leave if stored or files or undone else "",
        "away": away,
        "unknown": unknown,
        "withheld": withheld,
        "destroyed": gone,
        "unstored": [_unstored(one, school, member.language) for one in unstored[:_SHOWN]],
        "not_understood": unclear[:_SHOWN],
        "unclear_more": max(len(unclear) - _SHOWN, 0) + max(len(unstored) - _SHOWN, 0),
        "which": which[:_SHOWN] if len(which) > 1 else [],
        "which_more": max(len(which) - _SHOWN, 0),
        "example": write_slip(known[0], speech.gettext("a talk was held")),
        "late": late,
        "lost": bool(data.get("lost")),
        "back": back,
        "back_one": f"{back} №{known[0]}" if len(set(_of(stored))) > 1 else "",
        "hours": _hours(school) if back_in_time else 0,
        "leaves": bool(done) and not back_in_time,
    }
    return to_draft("confirmation", school, member, context)


def cards(lines: Sequence[Mapping[str, Any]], school: School, language: str) -> list[dict[str, Any]]:
    """What letters show of each appeal: its number, of whom it is, and all that was said of it."""
    found: dict[int, dict[str, Any]] = {}
    for one in lines:
        card = found.setdefault(
            one["number"], {"number": one["number"], "mark": _mark(one, language), "said": []}
        )
        card["said"].append(
            {
                "what": deed_said(one, school, language),
                "text": measure_in(one) or words_in(one),
                "note": leaving(one, school, language),
            }
        )
    return list(found.values())


def _headline(data: Mapping[str, Any], leave: str, language: str) -> str:
    speech = speak(language)
    undone, _ = _parted(_lines(data, "undo"))
    for said, of in (
        (speech.gettext("%(numbers)s — recorded"), _of(_lines(data, "stored"))),
        (speech.gettext("%(numbers)s — taken back"), _of(undone)),
        (speech.gettext("%(numbers)s — the files are coming"), _numbers(data, "files")),
    ):
        if of:
            return said % {"numbers": numbers(of)}
    if leave:
        return leave
    if len(_numbers(data, "which")) > 1 and data.get("not_understood"):
        return speech.gettext("Which appeal is this about?")
    asked = data.get("undo") or data.get("late") or data.get("lost")
    return speech.gettext("Nothing was changed") if asked else speech.gettext("Nothing was recorded")


def _parted(
    lines: Iterable[Mapping[str, Any]],
) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """What was taken back, and what could not be."""
    every = list(lines)
    return [one for one in every if not one.get("why")], [one for one in every if one.get("why")]


def _standing(one: Mapping[str, Any], school: School, language: str) -> str:
    """Why something could not be taken back."""
    speech = speak(language)
    said = {
        BEFORE: speech.gettext("%(numbers)s: it had been taken back before."),
        SINCE: speech.gettext("%(numbers)s: a colleague has decided on it since, so it stays as it is."),
        GONE_OUT: speech.gettext("%(numbers)s: it has left already, so it cannot be taken back any more."),
    }
    # Of one appeal a part may have left and a part not.
    what = deed_said({**one, "text": ""}, school, language)
    which = numbers([one["number"]])
    return said[str(one["why"])] % {"numbers": f"{which} ({what})" if what else which}


def _unstored(one: Mapping[str, Any], school: School, language: str) -> dict[str, str]:
    """What was understood and not written down: the words, and how to say it."""
    speech, why = speak(language), str(one["why"])
    said = {
        NO_CAUSE: _causes(school, language),
        NOBODY: speech.gettext(
            "We could not tell which colleague is meant. Please write one name, a role or an address: "
            "%(people)s."
        ),
        ANONYMOUS: speech.gettext(
            "This appeal is anonymous, and nothing about who wrote it is ever added: that is what the box "
            "promises. Nothing was recorded."
        ),
        UNSENT: speech.gettext("This could not be sent to the family. Nothing was recorded."),
        UNHEARD: speech.gettext(
            "Nobody but you would hear of this appeal any more, so it was not done. Please have an "
            "administrator named (“administrator” in config.yaml), who is told of it then, and send this "
            "once more."
        ),
        LONG: speech.gettext(
            "This is too long for the register: please say it shorter. Nothing was recorded."
        ),
    }
    names = ", ".join(str(name) for name in one.get("people", ()))
    what = said[why] % {"people": names} if why == NOBODY else said[why]
    quoted = str(one.get("text", ""))[:_QUOTED]
    return {"quoted": write_slip(one["number"], quoted) if quoted else f"№{one['number']}", "why": what}


def _causes(school: School, language: str) -> str:
    speech = speak(language)
    if not school.causes:
        return speech.gettext(
            "The school has no list of causes yet: the administrator can write one in config.yaml."
        )
    named = ", ".join(cause_name(one.id, school, language) for one in school.causes)
    return speech.gettext("Please write one of these causes: %(causes)s.") % {"causes": named}


def _is_closing(one: Mapping[str, Any]) -> bool:
    return one.get("kind") == DeedKind.FOUND and one.get("code") == Finding.UNFOUNDED


def _is_handing(one: Mapping[str, Any]) -> bool:
    return any(past.get("told") for past in one.get("done", ()))


def _hours(school: School) -> int:
    return round(school.undo / timedelta(hours=1))


def _mark(one: Mapping[str, Any], language: str) -> str:
    """Of whom it is; or that its words were destroyed after they had been recorded."""
    day = str(one.get("purged_on", ""))
    return destroyed(date.fromisoformat(day), language) if day else str(one.get("mark", ""))


def _items(data: Mapping[str, Any], key: str) -> Sequence[object]:
    found = data.get(key, ())
    return found if isinstance(found, Sequence) and not isinstance(found, str) else ()


def _lines(data: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    return [one for one in _items(data, key) if isinstance(one, Mapping)]


def _numbers(data: Mapping[str, Any], key: str) -> list[int]:
    return [int(one) for one in _items(data, key) if isinstance(one, int)]


def _of(stored: Sequence[Mapping[str, Any]]) -> list[int]:
    return list(dict.fromkeys(int(one["number"]) for one in stored))
