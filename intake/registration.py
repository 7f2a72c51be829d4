"""Turns a letter of a family into a numbered entry of the Journal."""

from dataclasses import replace

from intake.alarm import raise_alarm
from intake.apart import note_named
from intake.desk import Case, Outcome
from intake.draft import Draft
from intake.message import Unreadable
from intake.reader import ReaderUnavailable
from journal.model import Appeal, Channel, Disposition, Filing, Recorded
from reports.clock import term


def form_letter(case: Case) -> Outcome | None:
    """A letter with our form's JSON part, else one in the layout of another site's form mailer."""
    if case.appeal is None or (isinstance(case.appeal, Appeal) and case.appeal.channel is Channel.LETTER):
        return None
    return _recorded(case)


def plain_letter(case: Case) -> Outcome | None:
    """Anything else that a person wrote: a plain letter to the box is an appeal too."""
    return _recorded(case)


def let_in(case: Case) -> Recorded:
    """Record a held message as an appeal after all, by a person's decision."""
    return _record(_looked_at(case))


def drafted(case: Case, draft: Draft) -> Case:
    """The same with its appeal, made before any transaction: writing files anew takes its time.

    Raises ReaderUnavailable. Another fault counts only if the letter does turn out to be an appeal.
    """
    try:
        return replace(case, appeal=_whole(case, draft), named=draft.named)
    except ReaderUnavailable:
        raise
    except Exception as fault:
        return replace(case, appeal=fault)


def _whole(case: Case, draft: Draft) -> Appeal | Unreadable | None:
    """An appeal with its days and its files. Raises Unreadable, ReaderUnavailable."""
    appeal = draft.appeal
    if not isinstance(appeal, Appeal):
        return appeal
    anonymous = appeal.applicant is None
    # The hour counts for those who signed: after it, the appeal is registered on the next working day.
    appeal = replace(appeal, term=term(case.desk.school, case.received_at, day_only=anonymous))
    if anonymous and draft.message.attachments:
        files = case.desk.reader.clean(draft.message.attachments)
        appeal = replace(appeal, attachments=files.kept, refused=files.refused)
    return appeal


def _looked_at(case: Case) -> Case:
    """The same with its appeal, also where nobody asked, as it looked like something else."""
    desk = case.desk
    return drafted(case, desk.reader.draft(case.raw, desk.habits)) if case.appeal is None else case


def _recorded(case: Case) -> Outcome:
    case = _looked_at(case)
    return _outcome(_record(case), case)


def _record(case: Case) -> Recorded:
    desk, appeal = case.desk, case.appeal
    if not isinstance(appeal, Appeal):
        raise appeal or Unreadable("no-appeal")
    message, journal = case.message, desk.journal
    # A letter without any id is known again by its bytes: after a change of UIDVALIDITY it comes once more.
    identity = message.submission_id or message.message_id or journal.fingerprint("bytes", case.raw)
    recorded = journal.record(appeal, identity=identity)
    if not recorded.repeat:
        note_named(recorded.number, case.named, desk)
        if appeal.urgent:
            raise_alarm(recorded.number, desk)
    return recorded


def _outcome(recorded: Recorded, case: Case) -> Outcome:
    filing = Filing.EXPUNGED if recorded.anonymous else case.desk.signed_goes
    if recorded.repeat:
        # A repeat of an anonymous letter would tell as much as its original: it is destroyed like it.
        return Outcome(
            disposition=Disposition.IGNORED, filing=filing, reason="repeat", number=recorded.number
        )
    return Outcome(
        disposition=Disposition.RECORDED,
        filing=filing,
        number=recorded.number,
        urgent=isinstance(case.appeal, Appeal) and case.appeal.urgent,
    )
