"""The questions «was it you?»: how many a reader was asked, which are open, and the one answer that counts.

A question may be asked more than once. What it is about is one reply to one letter of ours, both named in its
sealed data: `letter` and `reply`.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from journal.book import Journal
from journal.letters import ASKED_DAYS, mark_of, read_letter
from journal.model import Letter, LetterKind, LetterState, Reader
from journal.tables import letters, replies


def asked_since(journal: Journal, reader: Reader, since: datetime) -> int:
    """How many questions a reader was asked from that time on."""
    query = select(func.count()).select_from(letters).where(*_of(journal, reader), letters.c.due_at >= since)
    with journal.store.reading() as connection:
        return connection.execute(query).scalar_one()


def settle(journal: Journal, question: Letter, on: date) -> bool:
    """Note that it was answered. False if it was before: the first answer counts."""
    letter, fingerprint = _about(journal, question)
    return journal.count_reply(letter, fingerprint, on)


def is_settled(journal: Journal, question: Letter) -> bool:
    letter, fingerprint = _about(journal, question)
    counted = select(replies.c.day).where(replies.c.letter == letter, replies.c.fingerprint == fingerprint)
    with journal.store.reading() as connection:
        return connection.execute(counted).first() is not None


def open_questions(journal: Journal, reader: Reader, now: datetime) -> list[Letter]:
    """Those that still can be answered and are not, the oldest first; asked again, it is one."""
    columns = [column for column in letters.c if column.name != "snapshot"]
    asked = letters.c.due_at > now - timedelta(days=ASKED_DAYS + 1)  # of one that was sent, the day is kept
    kept = letters.c.data.is_not(None)  # else a «no» has ended it before its time
    lost = letters.c.state == LetterState.FAILED.value
    query = select(*columns).where(*_of(journal, reader), asked, ~lost, kept).order_by(letters.c.id)
    with journal.store.reading() as connection:
        found = [read_letter(journal, row, None) for row in connection.execute(query)]
    newest = {str(one.data["reply"]): one for one in found}
    return [one for one in newest.values() if not is_settled(journal, one)]


def _of(journal: Journal, reader: Reader) -> tuple[ColumnElement[bool], ...]:
    return letters.c.kind == LetterKind.CONFIRM.value, letters.c.reader == mark_of(journal, reader)


def _about(journal: Journal, question: Letter) -> tuple[int, str]:
    return int(str(question.data["letter"])), journal.fingerprint("settled", str(question.data["reply"]))
