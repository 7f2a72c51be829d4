"""Says how far an appeal has come: who looks after it, where it was passed on, what the family was told."""

from collections.abc import Mapping, Sequence

from journal.doings import Doing
from journal.model import Deed, DeedKind, DeedState, Entry, Role, Status
from reports.catalogue import short_date
from reports.done_words import cause_name
from reports.school import School, StaffMember
from reports.words import found, numbers, one_line, role_named, speak

# Letters and digits of a measure that a letter shows. With more of them a reader who did the same could not
# say so in the same words: what stands in our letter is not taken as theirs (the leak guard).
_SAID = 24


def progress(entry: Entry, school: School, member: StaffMember) -> str:
    """On one line, with nothing that the others' names would not tell: codes, names of staff, days."""
    said = [
        *_responsible(entry, school, member),
        *_considered(entry, member.language),
        *_passed_on(entry, school, member.language),
        *_answered(entry, member.language),
    ]
    return " · ".join(said)


def _recipient(code: str, school: School, language: str) -> str:
    """To whom something was passed on: a recipient of the config, or what somebody is at the school."""
    if code in school.forward:
        return school.forward[code].name
    return role_named(Role(code), language) if code in set(Role) else code


def _responsible(entry: Entry, school: School, member: StaffMember) -> list[str]:
    who = school.member(entry.responsible) if entry.responsible else None
    if who is None:
        return []
    speech = speak(member.language)
    if who.address.casefold() == member.address.casefold():
        return [speech.gettext("you look after it")]
    return [speech.gettext("%(name)s looks after it") % {"name": who.name}]


def _considered(entry: Entry, language: str) -> list[str]:
    """Who has read what waits: of what has measures, the measures say it."""
    if entry.status is not Status.REGISTERED or not entry.considered_by:
        return []
    roles = ", ".join(role_named(role, language) for role in entry.considered_by)
    return [speak(language).gettext("considered by: %(roles)s") % {"roles": roles}]


def _passed_on(entry: Entry, school: School, language: str) -> list[str]:
    newest = {one.code: one for one in _standing(entry, DeedKind.PASSED_ON)}
    return [_way(entry, one, school, language) for one in newest.values()]


def _way(entry: Entry, deed: Deed, school: School, language: str) -> str:
    speech = speak(language)
    told = {"name": _recipient(deed.code, school, language), "date": short_date(deed.recorded_on, language)}
    to = school.forward.get(deed.code)
    roles = {to.role} if to else {Role(deed.code)} & set(Role) if deed.code in set(Role) else set()
    names = {to.name} if to else {one.name for one in school.staff if one.role in roles}
    if any(one.by in names and one.recorded_on >= deed.recorded_on for one in entry.measures):
        return speech.gettext("%(name)s has answered (passed on %(date)s)") % told
    if deed.state is DeedState.FAILED:
        return speech.gettext("passing it on to %(name)s failed (%(date)s)") % told
    return speech.gettext("passed on to %(name)s on %(date)s, no answer yet") % told


def _answered(entry: Entry, language: str) -> list[str]:
    speech = speak(language)
    standing = _standing(entry, DeedKind.ANSWERED)
    if not standing:
        return []
    said = {
        DeedState.WAITING: speech.gettext("the answer to the family leaves soon"),
        DeedState.READY: speech.gettext("the answer to the family is ready"),
        DeedState.SENT: speech.gettext("the family has been answered"),
        DeedState.FAILED: speech.gettext("the answer did not reach the family"),
    }
    return [said[standing[-1].state or DeedState.READY]]


def _standing(entry: Entry, kind: DeedKind) -> Sequence[Deed]:
    return [one for one in entry.deeds if one.kind is kind and one.undone_on is None]


def done_lines(done: Sequence[Doing], school: School, member: StaffMember) -> list[tuple[str, str]]:
    """What was recorded, each with the numbers of its appeals: «№3, 5–9», «Данияр Әлиев: танысты»."""
    lines: dict[str, list[int]] = {}
    for one in done:
        lines.setdefault(_line(one, school, member), []).append(one.number)
    return [(numbers(of), said) for said, of in lines.items()]


def _line(one: Doing, school: School, member: StaffMember) -> str:
    speech = speak(member.language)
    by = speech.gettext("you") if one.by == member.name else one.by or role_named(one.role, member.language)
    said = _said(one, school, member.language)
    if one.undone:
        said = speech.gettext("taken back: %(said)s") % {"said": said}
    return f"{by}: {said}"


def _said(one: Doing, school: School, language: str) -> str:
    speech = speak(language)
    if one.kind is None:
        return _first_words(one.words)
    if one.kind is DeedKind.FOUND:
        sentence = found(one.code, language)
        return sentence[:1].lower() + sentence[1:]
    if one.kind is DeedKind.PASSED_ON:
        return speech.gettext("passed on to %(name)s") % {"name": _recipient(one.code, school, language)}
    if one.kind is DeedKind.RESPONSIBLE:
        who = school.member(one.words)
        if who is not None and who.name == one.by:
            return speech.gettext("taken over")
        return speech.gettext("handed over to %(name)s") % {"name": who.name if who else one.words}
    if one.kind is DeedKind.CAUSE:
        return speech.gettext("cause: %(cause)s") % {"cause": cause_name(one.code, school, language)}
    said: Mapping[DeedKind, str] = {
        DeedKind.CLOSED: speech.gettext("considered and closed"),
        DeedKind.CONTENT: speech.gettext("the brief content corrected"),
        DeedKind.CLASS: speech.gettext("the class corrected"),
        DeedKind.NAME: speech.gettext("the name corrected"),
        DeedKind.ANSWERED: speech.gettext("an answer to the family"),
        DeedKind.CONSIDERED: speech.gettext("noted as read"),
    }
    return said[one.kind]


def _first_words(text: str) -> str:
    words, room = one_line(text).split(), _SAID
    kept = []
    for word in words:
        room -= sum(sign.isalnum() for sign in word)
        if room < 0:
            break
        kept.append(word)
    if not kept:  # one long word
        return words[0][:_SAID] + "…" if words else ""
    return " ".join(kept) if len(kept) == len(words) else " ".join(kept).rstrip(" .,;:–—-") + "…"
