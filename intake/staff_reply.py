"""Takes a reply of a member of staff: believed, asked back, or put aside; nothing else becomes a measure.

What is proven (level L2) is written down. What has a token and the right sender, and no proof (L1), is asked
back at the registered address. Anything less (L0) is held, and the registered address is told.
"""

from datetime import timedelta

from intake import apart, grave_acts, taking_back
from intake.authentication import Level, may_reply
from intake.belief import BY_ITSELF, Belief
from intake.carrying_out import carry_out
from intake.deeds import Deeds
from intake.desk import Case, Desk, Outcome, held, ignored, updated
from intake.message import Message, sole_address
from intake.owing import owe_to
from intake.passing_on import answers_a_forward, to_measure
from intake.recognise import letter_named
from intake.reply import read_reply, unquote
from intake.round_trip import TOO_MANY, ask_again, ask_back, take_answer, too_many
from intake.understood import still_possible, to_deeds, without
from journal.letters import ASKED_DAYS
from journal.model import Filing, Letter, LetterKind
from journal.whole_replies import keep
from reports.clock import local_day
from reports.said import Answer, answer_in
from reports.school import StaffMember
from reports.undoing import split_undo


def take_reply(case: Case) -> Outcome | None:
    """A message with a token of ours, or from a member of staff. None: neither of these."""
    desk = case.desk
    letter = letter_named(case)
    if letter is None:
        return _from_staff_without_token(case.message, desk)
    verdict = may_reply(
        case.message, letter.reader, trust=desk.trust, signed_by=case.signed_by, box=desk.school.box
    )
    member = desk.school.reader(letter.reader.address, letter.reader.role)
    if member is None:
        return held("reader-left")
    if verdict.level < Level.L1:
        _owe_refusal(member, verdict.reason, desk)
        return held(verdict.reason)
    return consider(case, letter, member, Belief(level=verdict.level, by=BY_ITSELF))


def consider(case: Case, letter: Letter, member: StaffMember, belief: Belief) -> Outcome:
    """A reply to a letter of ours that its reader may have written: level L1, or a person says so."""
    desk = case.desk
    said = answer_in(unquote(case.message, letter.snapshot))
    answered = take_answer(said, letter, member, desk) if letter.kind is LetterKind.CONFIRM else None
    deeds = _asked_for(case, letter, member)
    if answered is not None and not deeds.anything:
        return answered
    if letter.kind is LetterKind.CONFIRM and not deeds.anything:
        return ask_again(letter, member, desk)
    act = grave_acts.act_in(letter)
    if act is not None and said is Answer.STOP:
        if case.received_at > act.until:
            grave_acts.too_late(act, member, desk)
            return updated("too-late")
        deeds = without(Deeds(stop=act), apart.kept_back([act.number], member, desk))
    return _take(deeds, case, letter, member, belief)


def _asked_for(case: Case, letter: Letter, member: StaffMember) -> Deeds:
    """What a reply asks for: what stands in it, and what it takes back of an earlier one."""
    desk, message = case.desk, case.message
    confirms = letter.kind is LetterKind.CONFIRMATION
    slip, undo = split_undo(read_reply(message, letter.snapshot, letter.about), answers=confirms)
    if answers_a_forward(letter, member):
        deeds = Deeds() if undo else to_measure(message, letter, member, desk)
    else:
        deeds = to_deeds(slip, member, desk)
    if undo is None:
        return deeds
    deeds = taking_back.with_undo(deeds, undo.numbers, letter, case.received_at)
    return still_possible(without(deeds, apart.kept_back(deeds.numbers, member, desk)), desk)


def _take(deeds: Deeds, case: Case, letter: Letter, member: StaffMember, belief: Belief) -> Outcome:
    """Write it down, or ask whether it may be; each reply once."""
    desk, message = case.desk, case.message
    asks = deeds.anything and not belief.enough
    if asks and too_many(member, desk):
        _owe_refusal(member, TOO_MANY, desk)
        return held(TOO_MANY)
    fingerprint = _fingerprint(message, member, desk)
    if not desk.journal.count_reply(letter.id, fingerprint, desk.today):
        return ignored("repeat", Filing.EXPUNGED)
    apart.tell_tried(deeds.tried, member, desk)
    kept = _keep(case, letter, fingerprint, asks)
    if asks:
        return ask_back(deeds, letter, fingerprint, member, desk)
    carry_out(deeds, letter, fingerprint, member, belief, desk)
    if deeds.anything:
        return updated("reply")
    # Where it is not kept it stands nowhere else: it stays a while, unless it speaks of what is destroyed.
    gone = kept or deeds.destroyed
    return updated("nothing-understood", Filing.EXPUNGED if gone else Filing.JOURNALED)


def _keep(case: Case, letter: Letter, fingerprint: str, asked: bool) -> bool:
    """Keep the whole reply, until nobody can object any more to what was understood of it.

    Where our letter was forgotten because an appeal in it was destroyed, the reply would bring that back.
    """
    desk = case.desk
    if letter.snapshot is None:
        return False
    until = desk.now + desk.school.undo + (timedelta(days=ASKED_DAYS) if asked else timedelta())
    keep(desk.journal, letter.id, fingerprint, case.raw, until=local_day(desk.school, until))
    return True


def _fingerprint(message: Message, member: StaffMember, desk: Desk) -> str:
    """By which a reply is known again, whichever letter it is said to answer.

    Whoever has a true reply with its signature can send it again. The Message-ID and the references are
    theirs to change; the words, and the Date with nearly every provider, are signed.
    """
    words = (" ".join(text.split()) for text in (message.text, message.html))
    return desk.journal.fingerprint("reply", member.address, message.date or message.message_id, *words)


def _from_staff_without_token(message: Message, desk: Desk) -> Outcome | None:
    # From alone proves nothing, so nothing is recorded; the registered address is told (level L0).
    address = sole_address(message)
    member = desk.school.member(address) if address else None
    if member is None:
        return None
    _owe_refusal(member, "no-valid-token", desk)
    return held("no-valid-token")


def _owe_refusal(member: StaffMember, reason: str, desk: Desk) -> None:
    data = {"reason": reason, "on": desk.today.isoformat()}
    owe_to(LetterKind.REFUSAL, member, desk.today.isoformat(), desk, data)
