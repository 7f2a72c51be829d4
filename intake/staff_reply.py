"""Takes a reply of a member of staff: measures into the Journal, a confirmation owed, or nothing at all."""

from collections.abc import Mapping

from intake.authentication import REQUIRED, may_reply
from intake.desk import Case, Desk, Outcome, held, ignored
from intake.message import Message, sole_address
from intake.recognise import letter_named
from intake.reply import read_reply
from journal.letters import owe
from journal.model import Disposition, Filing, Letter, LetterKind, Measure, Reader
from reports.school import Detail, StaffMember
from reports.slip import Slip
from reports.words import mark


def take_reply(case: Case) -> Outcome | None:
    """A message with a token of ours, or from a member of staff. None: neither of these."""
    message, desk = case.message, case.desk
    letter = letter_named(case)
    if letter is None:
        return _from_staff_without_token(message, desk)
    verdict = may_reply(message, letter.reader)
    member = desk.school.member(letter.reader.address)
    if member is None:
        return held("reader-left")
    if verdict.level < REQUIRED:
        _owe_refusal(member, verdict.reason, desk)
        return held(verdict.reason)
    return _accept(message, letter, member, desk)


def _from_staff_without_token(message: Message, desk: Desk) -> Outcome | None:
    # From alone proves nothing, so nothing is recorded; the registered address is told (level L0).
    address = sole_address(message)
    member = desk.school.member(address) if address else None
    if member is None:
        return None
    _owe_refusal(member, "no-valid-token", desk)
    return held("no-valid-token")


def _accept(message: Message, letter: Letter, member: StaffMember, desk: Desk) -> Outcome:
    slip = read_reply(message, letter.snapshot)
    fingerprint = desk.journal.fingerprint("reply", message.message_id, message.text, message.html)
    if not desk.journal.count_reply(letter.id, fingerprint, desk.today):
        return ignored("repeat")
    known = desk.journal.last_number()
    stored = [
        (number, line.text) for line in slip.measures for number in line.numbers if 1 <= number <= known
    ]
    for number, text in stored:
        measure = Measure(text=text, by=member.name, role=member.role, recorded_on=desk.today)
        desk.journal.add_measure(number, measure)
    files = [number for number in slip.files if 1 <= number <= known and _may_have_files(member)]
    for number in files:
        _owe(LetterKind.FILES, member, f"{fingerprint[:16]}-{number}", desk, {"number": number})
    _owe_confirmation(member, fingerprint, slip, stored, files, desk)
    return Outcome(disposition=Disposition.UPDATED, filing=Filing.JOURNALED, reason="reply")


def _may_have_files(member: StaffMember) -> bool:
    return member.detail is Detail.FULL


def _owe_confirmation(
    member: StaffMember,
    fingerprint: str,
    slip: Slip,
    stored: list[tuple[int, str]],
    files: list[int],
    desk: Desk,
) -> None:
    named = [number for line in slip.measures for number in line.numbers] + list(slip.files)
    accepted = {number for number, _ in stored} | set(files)
    data = {
        "stored": [
            {"number": number, "mark": mark(desk.journal.entry(number), member.language), "text": text}
            for number, text in stored
        ],
        "files": files,
        "unknown": sorted({number for number in named if number not in accepted}),
        "not_understood": list(slip.not_understood),
        "withheld": list(slip.withheld),
    }
    # Where nothing was stored, once a day is enough: an answering machine would go on for ever.
    period = fingerprint[:32] if stored or files else f"nothing-{desk.today.isoformat()}"
    _owe(LetterKind.CONFIRMATION, member, period, desk, data)


def _owe_refusal(member: StaffMember, reason: str, desk: Desk) -> None:
    data = {"reason": reason, "on": desk.today.isoformat()}
    _owe(LetterKind.REFUSAL, member, desk.today.isoformat(), desk, data)


def _owe(kind: LetterKind, member: StaffMember, period: str, desk: Desk, data: Mapping[str, object]) -> None:
    reader = Reader(address=member.address, role=member.role)
    owe(desk.journal, kind=kind, reader=reader, period=period, due_at=desk.now, data=data)
