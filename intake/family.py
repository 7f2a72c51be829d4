"""Answers a family: the words are written down, wait for an objection, and then leave or lie ready."""

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from intake import leaving
from intake.apart import kept_back
from intake.belief import Belief
from intake.desk import Desk
from journal.deeds import Done, do
from journal.letters import owe
from journal.model import DeedKind, DeedState, Entry, LetterKind, Reader, Role
from journal.ways_out import period_of
from reports.family import KEPT, MAILED, UNUSABLE
from reports.school import School, StaffMember

_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+(?=[A-Za-z0-9-]*[A-Za-z])[A-Za-z0-9-]{2,63}"
)
_LONGEST, _LONGEST_LOCAL = 254, 64  # octets (RFC 5321 §4.5.3.1)
_MACHINES = frozenset({"mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply", "donotreply"})
_NOWHERE = (".localhost", ".localdomain", ".local", ".internal", ".invalid", ".arpa", ".onion")  # RFC 6761


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What became of «жауап: …». `done` is None where the reader may not, or is not believed enough."""

    number: int
    done: Done | None = None
    way: str = ""  # of `reports.family`: mailed, kept, unusable
    until: datetime | None = None  # as long as it can be taken back


def answer(number: int, text: str, member: StaffMember, belief: Belief, desk: Desk) -> Answered:
    """Write an answer down, to leave when `replies.answer_delay` is over. Raises NoSuchEntry, Purged."""
    if not belief.enough or kept_back([number], member, desk):
        return Answered(number=number)
    entry = desk.journal.entry(number)
    address = mailable(entry, desk.school)
    way = MAILED if address else UNUSABLE if _given(entry) else KEPT
    until = desk.now + desk.school.answer_delay
    with desk.journal.transaction():
        done = do(
            desk.journal,
            number,
            DeedKind.ANSWERED,
            by=member.name,
            role=member.role,
            on=desk.today,
            words=text,
            state=DeedState.WAITING,
        )
        if done is None:
            return Answered(number=number)
        data = {"number": number, "deed": done.ordinal, "from": member.address}
        owe(
            desk.journal,
            kind=LetterKind.ANSWER,
            reader=Reader(address=address, role=Role.FAMILY),
            period=period_of(number, done.ordinal),
            due_at=until,
            data=data | ({leaving.UNUSABLE: 1} if way == UNUSABLE else {}),
        )
    return Answered(number=number, done=done, way=way, until=until)


def undo_answer(done: Done, member: StaffMember, desk: Desk) -> bool:
    """Take an answer back before it has left. False: it has, so it stays."""
    return leaving.take_back(done, member, desk)


def mailable(entry: Entry, school: School) -> str:
    """The one address to which an answer may go; "" where the family gave none, or none that we write to.

    What was typed may name two people, a machine, our own box, or a reader: a letter to any of these would
    tell somebody of the appeal who need not know, or go round in a circle.
    """
    address = unicodedata.normalize("NFC", _given(entry))
    local, _, domain = address.rpartition("@")
    try:
        address = f"{local}@{domain.encode('idna').decode('ascii')}" if domain else ""
    except UnicodeError:
        return ""
    if not _ADDRESS.fullmatch(address) or len(address) > _LONGEST or len(local) > _LONGEST_LOCAL:
        return ""
    bare = _bare(address)
    if bare in {_bare(one) for one in _ours(school)} or bare.partition("@")[0] in _MACHINES:
        return ""
    return "" if ("." + bare.partition("@")[2]).endswith(_NOWHERE) else address


def _given(entry: Entry) -> str:
    return entry.applicant.email.strip(" \t") if entry.applicant else ""


def _ours(school: School) -> list[str]:
    single = [one for one in (school.administrator, school.last_resort) if one is not None]
    people = [*school.staff, *single, *school.forward.values()]
    return [school.box, *(one.address for one in people)]


def _bare(address: str) -> str:
    """Without subaddress and case (RFC 5233), the domain as the mail servers have it."""
    local, _, domain = address.casefold().rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    return f"{local.partition('+')[0]}@{domain}"
