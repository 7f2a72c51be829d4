"""Everything that we send: owed by the Journal first, rendered when claimed, submitted, settled.

A crash anywhere is repaired by running again: an owed letter stays owed, and a frozen one is resent as it
was, with the same Message-ID, until the server has taken it.
"""

import logging
from collections.abc import Callable, Collection
from datetime import date
from enum import Enum

from intake import absence
from intake.alarm import next_in_line
from intake.apart import owe_another
from intake.composing import write
from intake.delivery_report import why_by_code
from intake.desk import Desk
from intake.escalating import owe_escalations
from intake.generalising import owe_generalisations
from intake.leaving import arrived_at, lost, published, stopped
from intake.owing import reader_of
from intake.server import ServerFault
from intake.submission import OutcomeUnknown, Refused
from journal.alarms import numbers_in
from journal.letters import claim, fail, freeze, last_daily, owe, postpone, settle
from journal.links import keep_links
from journal.model import DeedState, Letter, LetterKind, Reader, Role
from journal.openings import CARRIERS, note_forwarded
from reports.clock import due_daily
from reports.reference import family_mark, new_token
from reports.render import compose
from reports.school import School, StaffMember

log = logging.getLogger(__name__)

Submit = Callable[[bytes, str], None]  # (message, recipient); raises ServerFault


class Sent(Enum):
    """What one step of sending came to."""

    NOTHING_OWED = "nothing owed"
    SENT = "sent"
    DEFERRED = "deferred"  # tried again later
    FAILED = "failed"  # refused for good
    PUBLISHED = "published"  # an answer that no mail carries: it lies ready
    KEPT_BACK = "kept back"  # it must not leave any more: taken back, or its appeal is about its reader
    SERVER_DOWN = "server down"  # no use in trying the next letter now


def owe_due(desk: Desk) -> int:
    """Owe what the day brings: each reader's summary, last month's generalisation. How many are new."""
    absence.tell_if_nobody_is_left(desk)
    daily = sum(_owe_daily(member, desk) for member in desk.school.staff)
    owe_escalations(desk)
    return daily + owe_generalisations(desk)


def _owe_daily(member: StaffMember, desk: Desk) -> bool:
    due = due_daily(desk.school, member, desk.now)
    if due is None:
        return False
    if absence.spared(member, due.period, desk):
        return False
    reader = reader_of(member)
    if due.period < desk.today and not _still_wanted(due.period, reader, desk):
        return False
    return owe(
        desk.journal,
        kind=LetterKind.DAILY,
        reader=reader,
        period=due.period.isoformat(),
        due_at=due.due_at,
    )


def _still_wanted(period: date, reader: Reader, desk: Desk) -> bool:
    """Whether the letter of a day that is over is owed, where it was not owed on its day."""
    newest = last_daily(desk.journal, reader)
    if newest is None:
        # A new reader, or the first morning of all: yesterday's letter is owed only if there was news.
        return next(iter(desk.journal.entries(to_day=period)), None) is not None
    return newest < period.isoformat()  # else a clock was put back: a letter of a later day has told all


def send_one(desk: Desk, submit: Submit, kinds: Collection[LetterKind] = tuple(LetterKind)) -> Sent:
    """Claim the oldest letter of these kinds that is due, write it, submit it, settle it."""
    letter = claim(desk.journal, desk.now, kinds=kinds)
    if letter is None:
        return Sent.NOTHING_OWED
    member = _addressee(letter, desk.school)
    if member is None:
        return _reader_left(letter, desk)
    if letter.snapshot is None:
        why = stopped(letter, member, desk)
        if why:
            with desk.journal.transaction():
                fail(desk.journal, letter, desk.now, why)
                arrived_at(letter, DeedState.FAILED, desk)
                next_in_line(letter, desk, why)
            return Sent.KEPT_BACK
        if published(letter, desk):
            return Sent.PUBLISHED
    try:
        raw = letter.snapshot or _freeze(letter, member, desk)
    except Exception as fault:  # a letter that cannot be written must not silence the others (DESIGN §5.6)
        return _put_off(letter, fault, desk)
    return _submit(letter, raw, member, desk, submit)


def _submit(letter: Letter, raw: bytes, member: StaffMember, desk: Desk, submit: Submit) -> Sent:
    try:
        submit(raw, member.address)
    except Refused as refusal:
        if not refusal.permanent:
            return _put_off(letter, refusal, desk)
        with desk.journal.transaction():
            fail(desk.journal, letter, desk.now, f"refused-{refusal.code}")
            lost(letter, why_by_code(refusal.code), desk)
        log.error("letter %d (%s) refused for good: %d", letter.id, letter.kind, refusal.code)
        return Sent.FAILED
    except OutcomeUnknown as fault:
        # It may have arrived. The same Message-ID lets the reader's side drop the second copy.
        return _put_off(letter, fault, desk)
    except ServerFault as fault:
        _put_off(letter, fault, desk)
        return Sent.SERVER_DOWN
    with desk.journal.transaction():
        settle(desk.journal, letter, desk.now)
        arrived_at(letter, DeedState.SENT, desk)
    log.info("letter %d (%s) sent", letter.id, letter.kind)
    return Sent.SENT


def _reader_left(letter: Letter, desk: Desk) -> Sent:
    with desk.journal.transaction():
        fail(desk.journal, letter, desk.now, "reader-left")
        if letter.kind is LetterKind.FORWARD:  # who passed it on must hear that nobody has it
            lost(letter, "unknown-address", desk)
        next_in_line(letter, desk)
    return Sent.FAILED


def _put_off(letter: Letter, fault: Exception, desk: Desk) -> Sent:
    postpone(desk.journal, letter, desk.now, type(fault).__name__)
    log.warning("letter %d (%s) put off: %s", letter.id, letter.kind, type(fault).__name__)
    return Sent.DEFERRED


def _freeze(letter: Letter, member: StaffMember, desk: Desk) -> bytes:
    token = new_token()
    written = write(letter, member, desk)
    message = compose(
        written.draft, school=desk.school, to=member.address, kind=letter.kind, token=token, now=desk.now
    )
    raw = message.as_bytes()
    with desk.journal.transaction():
        if letter.kind in CARRIERS:  # before it leaves: what the history cannot take is not sent
            for number in numbers_in(letter):
                note_forwarded(desk.journal, letter, number, desk.today)
        freeze(
            desk.journal,
            letter,
            raw=raw,
            token=family_mark(token) if letter.kind is LetterKind.ANSWER else token,
            covers_to=written.covers_to,
            covers_event=written.covers_event,
            now=desk.now,
            days=desk.school.reply_days,
        )
        keep_links(desk.journal, letter, written.draft.links)
        for number in written.long_texts:
            owe(
                desk.journal,
                kind=LetterKind.TEXT,
                reader=letter.reader,
                # Of this letter: should it not arrive, the next one tells of the appeal again.
                period=f"{number}-{letter.id}",
                due_at=desk.now,
                data={"number": number},
            )
        for number in written.unread:
            owe_another(number, desk)
    return raw


def _addressee(letter: Letter, school: School) -> StaffMember | None:
    # Only who is in the config today: someone who left the school gets nothing that was owed before.
    if letter.reader.role is Role.FAMILY:  # the family's address is in no config
        return StaffMember(
            name="", address=letter.reader.address, role=Role.FAMILY, language=school.languages[0]
        )
    administrator = school.administrator
    if letter.reader.role is Role.ADMINISTRATOR:
        return administrator if administrator and administrator.address == letter.reader.address else None
    return school.reader(letter.reader.address, letter.reader.role)
