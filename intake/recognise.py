"""Tells letters written by people from what machines send each other.

Each function answers one question of the pipeline's order: an outcome, or None for «ask the next one».
"""

from dataclasses import replace

from intake import absence
from intake.alarm import next_in_line
from intake.delivery_report import DeliveryReport, read_report, returned_part
from intake.desk import Case, Desk, Outcome, held, ignored
from intake.leaving import lost
from intake.message import OUT_OF_OFFICE
from journal.deliveries import did_not_arrive
from journal.letters import by_token
from journal.model import Filing, Letter
from reports.reference import family_marks_in, tokens_in


def our_own_letter(case: Case) -> Outcome | None:
    """A letter of ours that was forwarded or bounced back into the box."""
    return ignored("our-letter") if case.message.marks.our_letter else None


def automatic_answer_to_ours(case: Case) -> Outcome | None:
    """A delivery report or an out-of-office about a letter that we sent (RFC 3464, RFC 3834)."""
    desk = case.desk
    reason = case.message.marks.automatic
    if not reason:
        return None
    letter = letter_named(case) or (letter_returned(case) if case.message.marks.delivery_report else None)
    if letter is None:
        return None
    desk.journal.note(reason, on=desk.today, role=letter.reader.role, detail={"letter": letter.id})
    if case.message.marks.delivery_report:
        _look_into(read_report(case.raw), letter, desk)
        return ignored(reason, Filing.EXPUNGED)  # it brings our letter back, with families' words in it
    if reason == OUT_OF_OFFICE:
        absence.heard(case.message, letter, desk)
        next_in_line(letter, desk)
    return ignored(reason)


def _look_into(report: DeliveryReport, letter: Letter, desk: Desk) -> None:
    # Whoever has a letter of ours can forge a report on it: all that comes of one is that a reader is told
    # something twice and the others get a notice, once.
    if report.failed and did_not_arrive(desk.journal, letter, desk.now, f"bounced-{report.why}"):
        lost(letter, report.why, desk)


def automatic_mail(case: Case) -> Outcome | None:
    """Automatic mail that has nothing to do with us."""
    reason = case.message.marks.automatic
    return ignored(reason) if reason else None


def put_aside(case: Case) -> Outcome | None:
    """Lists, bulk and spam-marked mail, and letters without a way back: a person looks at them."""
    return held(case.message.aside) if case.message.aside else None


def letter_named(case: Case) -> Letter | None:
    """The first letter of ours whose token the message carries: in its addresses, references or body.

    `about` it is an appeal where the link of that appeal was tapped. In a quotation stand all its links.
    """
    message, desk = case.message, case.desk
    addressed = tokens_in(*message.recipients)
    found = tokens_in(*message.recipients, *message.references, message.text, message.html)
    for token in found:
        letter = by_token(desk.journal, token, desk.now)
        if letter is not None:
            return letter if (addressed or found) == [token] else replace(letter, about=None)
    return None


def letter_returned(case: Case) -> Letter | None:
    """The letter that a delivery report brings back, by the header fields of the copy in it."""
    desk = case.desk
    header = returned_part(case.raw)
    tokens = (*tokens_in(header), *family_marks_in(header))
    named = (by_token(desk.journal, token, desk.now) for token in tokens)
    return next((letter for letter in named if letter is not None), None)
