"""Letters about the post itself: one did not reach its reader, a trouble has begun or is over."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from journal.condition import Trouble
from journal.model import LetterKind, Role
from reports.away_words import write_nobody_left
from reports.catalogue import short_date
from reports.render import Draft, to_draft
from reports.school import School, StaffMember
from reports.trouble_words import words_of
from reports.words import numbers, role_named, speak

CHECK = "senim check"
_SHOWN = 10


def write_bounced(school: School, member: StaffMember, data: Mapping[str, object]) -> Draft:
    """Tells the others that a letter did not reach one of them; of an answer, who wrote it."""
    if data["kind"] == LetterKind.ANSWER:
        return _unanswered(school, member, data)
    speech = speak(member.language)
    to = str(data.get("to", "")) or role_named(Role(str(data.get("role", ""))), member.language)
    facts = [
        (speech.gettext("Letter"), _letter(data, member.language)),
        (speech.gettext("To"), f"{to} ({role_named(Role(str(data.get('role', ''))), member.language)})"),
        (speech.gettext("Why"), _why(str(data.get("why", "")), member.language)),
    ]
    new = int(str(data.get("new", 0)))
    if new:
        facts.append((speech.gettext("New appeals in it"), str(new)))
    if data["role"] == Role.OUTSIDE:
        remedy = speech.gettext(
            "Nobody there has the appeal. Whoever passed it on may do so in another way; the address stands "
            "under forward in config.yaml."
        )
    elif member.role is Role.ADMINISTRATOR:
        remedy = speech.gettext(
            "See that the address under staff in config.yaml is right and that this mailbox has room, and "
            "tell its owner."
        )
    else:
        remedy = speech.gettext("Please tell your colleague today.")
        if school.administrator is not None:
            remedy += " " + speech.gettext("The administrator knows of it too.")
    if data["kind"] == LetterKind.DAILY:
        again = speech.gettext("The letter of the next day tells of the same appeals again.")
        remedy = f"{remedy} {again}"
    headline = speech.gettext("A letter did not reach %(name)s") % {"name": to}
    return _draft(school, member, headline, {"facts": facts, "remedy": remedy})


def _unanswered(school: School, member: StaffMember, data: Mapping[str, object]) -> Draft:
    speech, number = speak(member.language), int(str(data.get("number", 0)))
    facts = [
        (speech.gettext("Letter"), _letter(data, member.language)),
        (speech.gettext("Why"), _why(str(data.get("why", "")), member.language)),
    ]
    remedy = speech.gettext(
        "The answer stands in the Journal. If the family gave a telephone or an address, please tell them "
        "that way."
    )
    headline = speech.gettext("The answer on №%(number)s did not reach the family") % {"number": number}
    if not number:
        headline = speech.gettext("An answer did not reach the family")
    return _draft(school, member, headline, {"facts": facts, "remedy": remedy})


def write_notice(school: School, member: StaffMember, data: Mapping[str, object]) -> Draft:
    """Tells the administrator of a trouble that has begun or is over, or of what could not be read.

    Of a Journal that was restored it tells everybody.
    """
    if data.get("about") == "held":
        return _unread(school, member, data)
    if data.get("about") == "restored":
        return _restored(school, member, data)
    if data.get("about") == "conflict":
        return _nobody_left(school, member, int(str(data["number"])))
    if data.get("about") == "waited":
        return _waited(school, member, data)
    if data.get("about") == "urgent":
        return _nobody_answered(school, member, data)
    if data.get("about") == "closed-alone":
        return _closed_alone(school, member, data)
    if data.get("about") == "nobody-left":
        return write_nobody_left(school, member, data)
    speech = speak(member.language)
    words = words_of(Trouble(str(data["trouble"])), member.language)
    since = _moment(school, data["since"], member.language)
    if data.get("until"):
        facts = [
            (speech.gettext("Fault"), words.wrong),
            (speech.gettext("Since"), since),
            (speech.gettext("Until"), _moment(school, data["until"], member.language)),
        ]
        said = speech.gettext(
            "It is over, and what waited meanwhile goes on by itself: nothing is left to do."
        )
        return _draft(school, member, words.right, {"said": [said], "facts": facts})
    context = {
        "said": [words.means],
        "facts": [(speech.gettext("Since"), since)],
        "remedy": words.remedy % {"command": CHECK},
        "after": speech.gettext("When it is over, one more letter comes."),
    }
    return _draft(school, member, words.wrong, context)


def _nobody_left(school: School, member: StaffMember, number: int) -> Draft:
    speech = speak(member.language)
    said = speech.gettext(
        "It names everyone who reads the Trust Box, so it was sent to nobody. It is safe in the Journal."
    )
    remedy = speech.gettext(
        "In config.yaml, under conflict.last_resort, write the address of somebody outside the school who "
        "may consider it, such as the education department. It goes there with the next daily letters."
    )
    headline = speech.gettext("%(numbers)s has nobody to read it") % {"numbers": numbers([number])}
    return _draft(school, member, headline, {"said": [said], "remedy": remedy})


def _waited(school: School, member: StaffMember, data: Mapping[str, object]) -> Draft:
    speech, found = speak(member.language), data.get("numbers")
    named = numbers(int(one) for one in found) if isinstance(found, list) else ""
    said = speech.gettext("No deputy director and no director may be told of it here, so only you hear.")
    remedy = speech.gettext(
        "Please tell the director, and name a deputy director and a director in config.yaml under staff."
    )
    headline = speech.gettext("%(numbers)s: no measure for too long") % {"numbers": named}
    return _draft(school, member, headline, {"said": [said], "remedy": remedy})


def _nobody_answered(school: School, member: StaffMember, data: Mapping[str, object]) -> Draft:
    speech, found = speak(member.language), data.get("numbers")
    named = numbers(int(one) for one in found) if isinstance(found, list) else ""
    said = speech.gettext("Everyone who may read it was written to. Nobody has replied.")
    remedy = speech.gettext(
        "Please telephone the psychologist or the director now: they find it in their mailbox."
    )
    headline = speech.gettext("%(numbers)s: urgent, and nobody has answered") % {"numbers": named}
    return _draft(school, member, headline, {"said": [said], "remedy": remedy})


def _closed_alone(school: School, member: StaffMember, data: Mapping[str, object]) -> Draft:
    speech, number = speak(member.language), int(str(data["number"]))
    said = speech.gettext(
        "It was closed by %(by)s. No other reader may see this appeal, so there was nobody else to tell."
    ) % {"by": data["by"]}
    remedy = speech.gettext(
        "Please see whether that is right, with the director if need be: “%(command)s”."
    ) % {"command": f"senim journal show {number}"}
    headline = speech.gettext("%(numbers)s was closed as unfounded") % {"numbers": numbers([number])}
    return _draft(school, member, headline, {"said": [said], "remedy": remedy})


def _unread(school: School, member: StaffMember, data: Mapping[str, object]) -> Draft:
    speech = speak(member.language)
    held = [(int(number), str(reason)) for number, reason in _pairs(data.get("held"))]
    count = len(held)
    headline = speech.ngettext(
        "%(num)s message could not be read", "%(num)s messages could not be read", count
    ) % {"num": count}
    facts = [
        (f"senim held show {number}", _unread_because(reason, member.language))
        for number, reason in held[:_SHOWN]
    ]
    said = [
        speech.gettext(
            "What could not be read was put aside as it came. It may be an appeal: please look at it."
        )
    ]
    if count > _SHOWN:
        said.append(
            speech.ngettext("%(num)s more: senim held list", "%(num)s more: senim held list", count - _SHOWN)
            % {"num": count - _SHOWN}
        )
    number = held[0][0] if held else 1
    remedy = speech.gettext(
        "“%(show)s” says why and how large it is. The message itself lies in the mailbox, in the folder for "
        "held mail. If it is an appeal, write what matters with the page; then “%(discard)s”."
    ) % {"show": f"senim held show {number}", "discard": f"senim held discard {number}"}
    return _draft(school, member, headline, {"said": said, "facts": facts, "remedy": remedy})


def _restored(school: School, member: StaffMember, data: Mapping[str, object]) -> Draft:
    speech = speak(member.language)
    made_on = short_date(date.fromisoformat(str(data["made_on"])), member.language)
    first, coming = int(str(data["last"])) + 1, int(str(data["next"]))
    facts = [(speech.gettext("Backup of"), made_on)]
    if coming > first:
        lost = f"№{first}" if coming == first + 1 else f"№{first}–{coming - 1}"
        facts.append((speech.gettext("No longer in the Journal"), lost))
    facts.append((speech.gettext("The next number"), f"№{coming}"))
    said = [
        speech.gettext(
            "The Journal is again as it was when the backup was made. What was recorded later, appeals, "
            "measures and closings, is no longer in it."
        )
    ]
    unsent = data.get("unsent")
    if isinstance(unsent, list) and unsent:
        said.append(
            speech.gettext(
                "Waiting when the backup was made, and not sent now: answers to families and forwarded "
                "appeals (%(numbers)s). They may have left before, or been taken back. If one is still "
                "wanted, please write it again."
            )
            % {"numbers": numbers(unsent)}
        )
    if member.role is Role.ADMINISTRATOR:
        remedy = speech.gettext(
            "Letters that were filed in the mailbox since then can be recorded again, and what was destroyed "
            "since then at a family's request is to be destroyed again: docs/setup.md, “When the disk died”."
        )
    else:
        remedy = speech.gettext(
            "Please keep the letters of the Trust Box that came since then: nothing else may be left of "
            "those appeals. Measures of that time please send once more, as a reply to the next daily "
            "letter; a reply to a letter of that time does not count."
        )
    headline = speech.gettext("The Journal was restored from a backup")
    return _draft(school, member, headline, {"said": said, "facts": facts, "remedy": remedy})


def _pairs(value: object) -> Sequence[tuple[int, str]]:
    return [(one[0], one[1]) for one in value] if isinstance(value, Sequence) else []


def _unread_because(reason: str, language: str) -> str:
    speech = speak(language)
    if "large" in reason or "long" in reason or "many" in reason:
        return speech.gettext("too large")
    if reason == "reader-too-slow":
        return speech.gettext("reading takes too long")
    if reason.startswith(("reader-", "error-")):
        return speech.gettext("reading broke off")
    return speech.gettext("broken or hostile in its form")


def _letter(data: Mapping[str, object], language: str) -> str:
    speech = speak(language)
    kinds = {
        LetterKind.DAILY: speech.gettext("the daily letter"),
        LetterKind.TEXT: speech.gettext("the whole text of an appeal"),
        LetterKind.FILES: speech.gettext("the files of an appeal"),
        LetterKind.CONFIRMATION: speech.gettext("what was recorded from a reply"),
        LetterKind.FORWARD: speech.gettext("an appeal that was passed on"),
        LetterKind.ANSWER: speech.gettext("the answer to the family"),
        LetterKind.URGENT: speech.gettext("an urgent appeal"),
        LetterKind.ESCALATION: speech.gettext("a letter about appeals without measures"),
    }
    kind = kinds.get(LetterKind(str(data["kind"])), speech.gettext("a letter about a reply"))
    return f"{kind}, {short_date(date.fromisoformat(str(data['day'])), language)}"


def _why(code: str, language: str) -> str:
    speech = speak(language)
    reasons = {
        "unknown-address": speech.gettext("there is no such address"),
        "switched-off": speech.gettext("this mailbox is switched off"),
        "full": speech.gettext("this mailbox is full"),
        "too-large": speech.gettext("the letter is too large for this mailbox"),
        "not-reached": speech.gettext("its mail server cannot be reached"),
    }
    return reasons.get(code, speech.gettext("its mail server refused the letter"))


def _moment(school: School, value: object, language: str) -> str:
    at = datetime.fromisoformat(str(value)).astimezone(school.time_zone)
    return f"{short_date(at.date(), language)}, {at:%H:%M}"


def _draft(school: School, member: StaffMember, headline: str, context: Mapping[str, object]) -> Draft:
    bare = {"headline": headline, "said": [], "facts": [], "remedy": "", "after": ""}
    return to_draft("notice", school, member, {**bare, **context})
