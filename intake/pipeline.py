"""What becomes of one incoming message: the questions, in their order. Read this first.

A message is RECORDED, UPDATED, IGNORED or HELD; there is no fifth way out. It is read before the
transaction and decided inside it, with whatever is written; the mail server is touched later, by
`intake.pull`, once the transaction is committed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from intake.desk import Case, Desk, Outcome, held
from intake.draft import Draft
from intake.evidence import signers
from intake.mailbox import Incoming, Mailbox
from intake.message import Unreadable
from intake.reader import ReaderUnavailable
from intake.recognise import automatic_answer_to_ours, automatic_mail, our_own_letter, put_aside
from intake.registration import drafted, form_letter, plain_letter
from intake.staff_reply import take_reply
from journal.faults import DatabaseUnreachable
from journal.mailroom import AlreadyReceived
from journal.model import Disposition
from reports.clock import local_day

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message, ready to be decided: its case, or why there is none."""

    incoming: Incoming
    case: Case | Exception


def read(batch: Sequence[Incoming], desk: Desk) -> list[Letter]:
    """All that takes time, before any transaction: nobody waits for the Journal. Raises ReaderUnavailable."""
    drafts = desk.reader.drafts([one.raw for one in batch if one.raw is not None], desk.habits)
    return [
        Letter(incoming=one, case=_case(one, None if one.raw is None else next(drafts), desk))
        for one in batch
    ]


def take(letter: Letter, desk: Desk) -> Outcome:
    """Decide what one message is and write it down: a transaction, or a savepoint of a batch's.

    Raises AlreadyReceived when another worker was first, DatabaseUnreachable when nothing could be written.
    """
    try:
        with desk.journal.transaction():
            if isinstance(letter.case, Exception):
                raise letter.case
            outcome = decide(letter.case)
            _receive(letter.incoming, outcome, desk)
    except (AlreadyReceived, DatabaseUnreachable, ReaderUnavailable):
        raise  # no fault of the message: it is filed as the other worker decided, or tried again
    except Exception as fault:  # one bad message never stops the line (DESIGN §5.6)
        outcome = hold(letter.incoming, _reason(fault), desk)
    return outcome


def hold(incoming: Incoming, reason: str, desk: Desk) -> Outcome:
    """Put a message aside for a person, without a question."""
    outcome = held(reason)
    with desk.journal.transaction():
        _receive(incoming, outcome, desk)
    return outcome


def process(incoming: Incoming, desk: Desk) -> Outcome:
    """One message by itself, from its bytes to its row."""
    (letter,) = read([incoming], desk)
    return take(letter, desk)


def decide(case: Case) -> Outcome:
    """Ask the questions in their order. Raises Unreadable."""
    answers = (question(case) for question in ORDER)
    return next(outcome for outcome in answers if outcome is not None)  # plain_letter always answers


def _case(one: Incoming, draft: Draft | Unreadable | None, desk: Desk) -> Case | Exception:
    if one.raw is None or draft is None:
        return Unreadable("too-large" if one.size > Mailbox.LIMIT else "broken-on-server")
    if isinstance(draft, Unreadable):
        return draft
    message = draft.message
    try:
        signed_by = signers(message, one.raw, desk)
        case = Case(message=message, raw=one.raw, received_at=one.received_at, desk=desk, signed_by=signed_by)
        return drafted(case, draft)
    except ReaderUnavailable:
        raise
    except Exception as fault:  # of this letter alone: it is held for it
        return fault


def _receive(incoming: Incoming, outcome: Outcome, desk: Desk) -> None:
    on = local_day(desk.school, incoming.received_at)
    what = (incoming.origin, outcome.disposition)
    desk.journal.receive(*what, filing=outcome.filing, reason=outcome.reason, number=outcome.number, on=on)
    if outcome.disposition is Disposition.HELD:
        desk.journal.hold(incoming.origin, reason=outcome.reason, raw=incoming.raw, size=incoming.size, on=on)


def _reason(fault: Exception) -> str:
    # Of others the class alone: an error's text may quote the letter.
    return fault.reason if isinstance(fault, Unreadable) else f"error-{type(fault).__name__}"
