"""Turns a letter of a family into a numbered entry of the Journal."""

from dataclasses import replace

from intake.appeal import to_appeal
from intake.desk import Case, Outcome
from intake.form import FormFields, NotOurForm, read_form
from intake.message import Message
from journal.model import Disposition, Filing, Recorded
from reports.clock import term


def form_letter(case: Case) -> Outcome | None:
    """A letter that our form's JSON part describes, from our page or any site that writes the same."""
    fields = form_fields(case.message)
    if fields is None:
        return None
    return _outcome(_record(case, fields), case)


def plain_letter(case: Case) -> Outcome | None:
    """Anything else that a person wrote: a plain letter to the box is an appeal too."""
    return _outcome(_record(case, None), case)


def form_fields(message: Message) -> FormFields | None:
    """The fields of a form's letter; None for a plain one, and for a part that only looks like ours."""
    if message.form_part is None:
        return None
    try:
        return read_form(message.form_part)
    except NotOurForm:
        return None


def let_in(case: Case) -> Recorded:
    """Record a held message as an appeal after all, by a person's decision."""
    return _record(case, form_fields(case.message))


def _record(case: Case, fields: FormFields | None) -> Recorded:
    message, school, reader = case.message, case.desk.school, case.desk.reader
    days = term(school, case.received_at, day_only=True)
    appeal = to_appeal(message, fields, term=days, default_language=school.languages[0], clean=reader.clean)
    if appeal.applicant is not None:
        # The hour counts for those who signed: after it, the appeal is registered on the next working day.
        appeal = replace(appeal, term=term(school, case.received_at))
    journal = case.desk.journal
    # A letter without any id is known again by its bytes: after a change of UIDVALIDITY it comes once more.
    identity = message.submission_id or message.message_id or journal.fingerprint("bytes", case.raw)
    return journal.record(appeal, identity=identity)


def _outcome(recorded: Recorded, case: Case) -> Outcome:
    filing = Filing.EXPUNGED if recorded.anonymous else case.desk.signed_goes
    if recorded.repeat:
        # A repeat of an anonymous letter would tell as much as its original: it is destroyed like it.
        return Outcome(
            disposition=Disposition.IGNORED, filing=filing, reason="repeat", number=recorded.number
        )
    return Outcome(disposition=Disposition.RECORDED, filing=filing, number=recorded.number)
