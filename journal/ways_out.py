"""What leaves the school's staff, a forward or an answer: taken back in time, laid ready, read by the family.

A deed of this kind has one letter, known by the kind and by the period «12-3»: the number and the ordinal.
"""

from datetime import datetime

from sqlalchemy import and_, delete, or_, select, update

from journal.book import Journal
from journal.deeds import come_to
from journal.hours import settled
from journal.letters import read_letter
from journal.model import Deed, DeedKind, DeedState, Letter, LetterKind, LetterState
from journal.tables import letters

CARRIED = {LetterKind.FORWARD: DeedKind.PASSED_ON, LetterKind.ANSWER: DeedKind.ANSWERED}
BY_LETTER = {deed: letter for letter, deed in CARRIED.items()}
TAKEN_BACK = "taken-back"


def period_of(number: int, ordinal: int) -> str:
    """For what the letter of a deed is owed."""
    return f"{number}-{ordinal}"


def cancel(journal: Journal, kind: DeedKind, number: int, ordinal: int, now: datetime) -> bool:
    """Take back the letter of a deed. False where it has left, may have left, or is leaving just now."""
    run_out = and_(
        letters.c.kind == BY_LETTER[kind].value,
        letters.c.period == period_of(number, ordinal),
        letters.c.state == LetterState.OWED.value,
    )
    # Written and not sent: a server may have it already, unless the only attempt ended with its «no».
    still_here = or_(
        letters.c.snapshot.is_(None),
        and_(letters.c.lease_until.is_(None), letters.c.attempts == 1, letters.c.error != "OutcomeUnknown"),
    )
    with journal.store.writing() as writing:
        run = writing.connection.execute
        row = run(select(letters).where(run_out, still_here)).first()
        if row is None:
            return False
        values = {
            "state": LetterState.FAILED.value,
            "attempts": row.attempts + 1,  # whoever is writing it just now comes too late
            "error": TAKEN_BACK,
            "data": None,
            "snapshot": None,
            **settled(read_letter(journal, row, None), now),
        }
        run(update(letters).where(letters.c.id == row.id).values(values))
        return True


def lay_ready(journal: Journal, letter: Letter, number: int, ordinal: int, state: DeedState) -> None:
    """An answer that no mail server carries: its time is over, and nothing of the hour stays."""
    with journal.store.writing() as writing:
        mine = (letters.c.id == letter.id) & (letters.c.attempts == letter.attempts)
        waiting = delete(letters).where(mine, letters.c.state == LetterState.OWED.value)
        if writing.connection.execute(waiting).rowcount == 1:
            come_to(journal, number, ordinal, state)


def stop_waiting(journal: Journal, now: datetime) -> tuple[int, ...]:
    """Let nothing leave that waited when a backup was made: it may have left since, or been taken back.

    Returns the numbers of the appeals.
    """
    stopped = []
    waiting = letters.c.kind.in_([kind.value for kind in CARRIED]) & (
        letters.c.state == LetterState.OWED.value
    )
    with journal.store.writing() as writing:
        for row in writing.connection.execute(select(letters).where(waiting).order_by(letters.c.id)).all():
            letter = read_letter(journal, row, None)
            number, ordinal = (int(part) for part in letter.period.split("-"))
            gone = {"state": LetterState.FAILED.value, "error": "restored", "data": None, "snapshot": None}
            this = update(letters).where(letters.c.id == row.id)
            writing.connection.execute(this.values(**gone, **settled(letter, now)))
            come_to(journal, number, ordinal, DeedState.FAILED)
            stopped.append(number)
    return tuple(stopped)


def answers_ready(journal: Journal, number: int) -> tuple[Deed, ...]:
    """The answers that the family of an appeal may read: none that can still be taken back, or was.

    One that was mailed too, also where the letter came back; none of a destroyed content. Raises NoSuchEntry.
    """
    entry = journal.entry(number)
    return tuple(
        one
        for one in (entry.deeds if entry.purged_on is None else ())
        if one.kind is DeedKind.ANSWERED and one.undone_on is None and one.state is not DeedState.WAITING
    )
