"""Turns a letter of a family into a numbered entry of the Journal."""

from dataclasses import dataclass, replace

from intake.appeal import to_appeal
from intake.desk import Case, Outcome
from intake.form import FormFields, NotOurForm, read_form
from intake.layouts import read_layout
from intake.reader import ReaderUnavailable
from journal.model import Appeal, Channel, Disposition, Filing, Recorded
from reports.clock import term


def form_letter(case: Case) -> Outcome | None:
    """A letter with our form's JSON part, else one in the layout of another site's form mailer."""
    form = _form(case)
    return None if form is None else _outcome(_record(case, form), case)


def plain_letter(case: Case) -> Outcome | None:
    """Anything else that a person wrote: a plain letter to the box is an appeal too."""
    return _outcome(_record(case, None), case)


def let_in(case: Case) -> Recorded:
    """Record a held message as an appeal after all, by a person's decision."""
    return _record(case, _form(case))


def with_pictures_drawn(case: Case) -> Case:
    """The same with its appeal made where there are files: drawing pictures anew takes its time.

    Raises ReaderUnavailable. Another fault counts only if the letter does turn out to be an appeal.
    """
    if not case.message.attachments:
        return case
    try:
        return replace(case, appeal=_appeal(case, _form(case)))
    except ReaderUnavailable:
        raise
    except Exception as fault:
        return replace(case, appeal=fault)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """What was typed into a form, and which: our page's or another site's."""

    fields: FormFields
    channel: Channel


def _form(case: Case) -> _Form | None:
    """The form in a letter; None for a plain one. A part that only looks like ours does not count."""
    if case.message.form_part is not None:
        try:
            return _Form(fields=read_form(case.message.form_part), channel=Channel.PAGE)
        except NotOurForm:
            pass  # its text may still be a layout
    if case.message.marks.delivery_report:
        return None  # whatever a mail server quotes in it
    fields = read_layout(case.message, case.desk.labels)
    return None if fields is None else _Form(fields=fields, channel=Channel.FORM)


def _record(case: Case, form: _Form | None) -> Recorded:
    if isinstance(case.appeal, Exception):
        raise case.appeal
    appeal = case.appeal or _appeal(case, form)
    message, journal = case.message, case.desk.journal
    # A letter without any id is known again by its bytes: after a change of UIDVALIDITY it comes once more.
    identity = message.submission_id or message.message_id or journal.fingerprint("bytes", case.raw)
    return journal.record(appeal, identity=identity)


def _appeal(case: Case, form: _Form | None) -> Appeal:
    school = case.desk.school
    appeal = to_appeal(
        case.message,
        form.fields if form else None,
        term=term(school, case.received_at, day_only=True),
        default_language=school.languages[0],
        clean=case.desk.reader.clean,
        form=form.channel if form else Channel.LETTER,
        staff=[member.name for member in school.staff],
    )
    if appeal.applicant is not None:
        # The hour counts for those who signed: after it, the appeal is registered on the next working day.
        appeal = replace(appeal, term=term(school, case.received_at))
    return appeal


def _outcome(recorded: Recorded, case: Case) -> Outcome:
    filing = Filing.EXPUNGED if recorded.anonymous else case.desk.signed_goes
    if recorded.repeat:
        # A repeat of an anonymous letter would tell as much as its original: it is destroyed like it.
        return Outcome(
            disposition=Disposition.IGNORED, filing=filing, reason="repeat", number=recorded.number
        )
    return Outcome(disposition=Disposition.RECORDED, filing=filing, number=recorded.number)
