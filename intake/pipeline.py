"""What becomes of one incoming message: the questions, in their order. Read this first.

A message is RECORDED, UPDATED, IGNORED or HELD; there is no fifth way out. Deciding and writing down are
one transaction; the mail server is touched later, by `intake.pull`, once that transaction is committed.
"""

import logging

from intake.desk import Case, Desk, Outcome, held
from intake.mailbox import Incoming, Mailbox
from intake.message import Unreadable
from intake.reader import ReaderUnavailable
from intake.recognise import automatic_answer_to_ours, automatic_mail, our_own_letter, put_aside
from intake.registration import form_letter, plain_letter
from intake.staff_reply import take_reply
from journal.faults import DatabaseUnreachable
from journal.mailroom import AlreadyReceived
from journal.model import Disposition
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
