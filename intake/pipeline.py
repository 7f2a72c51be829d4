"""What becomes of one incoming message: the questions, in their order. Read this first.

A message is RECORDED, UPDATED, IGNORED or HELD; there is no fifth way out. Deciding and writing down are
one transaction; the mail server is touched later, by `worker.pull`, once that transaction is committed.
"""

import logging
from datetime import datetime, time

from intake.desk import Case, Desk, Outcome, held
from intake.mailbox import Incoming, Mailbox
from intake.message import Unreadable
from intake.reader import ReaderUnavailable
from intake.recognise import automatic_answer_to_ours, automatic_mail, our_own_letter, put_aside
from intake.registration import form_letter, let_in, plain_letter
from intake.staff_reply import take_reply
from journal.faults import DatabaseUnreachable
from journal.mailroom import AlreadyReceived
from journal.model import Disposition, HeldState
from reports.clock import local_day

log = logging.getLogger(__name__)

# The first question that has an answer decides (DESIGN §4).
ORDER = (
    our_own_letter,  # a letter of ours that came back: the loop ends here, before its token is believed
    automatic_answer_to_ours,  # a delivery report, an out-of-office: tied to its letter, never a measure
    take_reply,  # a token of ours, or a member of staff: a reply, or held
    form_letter,  # our form's fields, whatever automatic marks the site's mailer adds
    automatic_mail,  # other machines talking
    put_aside,  # lists, bulk, spam marks: a person looks; we judge nothing by its content
    plain_letter,  # anything else that a person wrote is an appeal
)


class NotReleased(Exception):
    """A held message that cannot become an appeal; the message says what a person can do instead."""


def process(incoming: Incoming, desk: Desk) -> Outcome:
    """Decide what one message is and commit it.

    Raises DatabaseUnreachable and ReaderUnavailable when nothing could be written.
    """
    try:
        case = _read(incoming, desk)  # before the transaction: nobody waits for the Journal meanwhile
        with desk.journal.transaction():
            outcome = decide(case)
            _receive(incoming, outcome, desk)
    except AlreadyReceived:
        raise  # another worker was first: the caller files it as that one decided
    except (DatabaseUnreachable, ReaderUnavailable):
        raise  # our trouble, not the message's: it stays in the mailbox and is tried again
    except Exception as fault:  # one bad message never stops the line (DESIGN §5.6)
        with desk.journal.transaction():
            outcome = held(_reason(fault))
            _receive(incoming, outcome, desk)
        # The class alone: an error's text may quote the letter.
        log.warning("uid %d held: %s", incoming.origin.uid, outcome.reason)
    return outcome


def decide(case: Case) -> Outcome:
    """Ask the questions in their order. Raises Unreadable."""
    answers = (question(case) for question in ORDER)
    return next(outcome for outcome in answers if outcome is not None)  # plain_letter always answers


def release(held_id: int, desk: Desk) -> int:
    """Let a held message in as an appeal, by a person's decision. Returns the entry's number.

    Raises NoSuchHeld, NotReleased.
    """
    kept = desk.journal.held_message(held_id)
    if kept.state is not HeldState.WAITING:
        raise NotReleased(f"held message {held_id} was already settled ({kept.state}): see `senim held list`")
    if kept.raw is None:
        raise NotReleased(
            f"held message {held_id} is too large to be read: open it in the mailbox, folder for held mail, "
            f"and write what matters with the page; then `senim held discard {held_id}`"
        )
    received_at = datetime.combine(kept.on, time(), tzinfo=desk.school.time_zone)
    try:
        message = desk.reader.read(kept.raw)
        with desk.journal.transaction():
            recorded = let_in(Case(message=message, raw=kept.raw, received_at=received_at, desk=desk))
            desk.journal.settle_held(held_id, HeldState.RELEASED, on=desk.today, reason="released")
    except Unreadable as fault:
        raise NotReleased(
            f"held message {held_id} cannot be read ({fault.reason}): open it in the mailbox, folder for "
            f"held mail, and write what matters with the page; then `senim held discard {held_id}`"
        ) from None
    return recorded.number


def _read(incoming: Incoming, desk: Desk) -> Case:
    if incoming.raw is None:
        raise Unreadable("too-large" if incoming.size > Mailbox.LIMIT else "broken-on-server")
    message = desk.reader.read(incoming.raw)
    return Case(message=message, raw=incoming.raw, received_at=incoming.received_at, desk=desk)


def _receive(incoming: Incoming, outcome: Outcome, desk: Desk) -> None:
    on = local_day(desk.school, incoming.received_at)
    desk.journal.receive(
        incoming.origin,
        outcome.disposition,
        filing=outcome.filing,
        reason=outcome.reason,
        number=outcome.number,
        on=on,
    )
    if outcome.disposition is Disposition.HELD:
        desk.journal.hold(incoming.origin, reason=outcome.reason, raw=incoming.raw, size=incoming.size, on=on)


def _reason(fault: Exception) -> str:
    return fault.reason if isinstance(fault, Unreadable) else f"error-{type(fault).__name__}"
