"""Letters that did not arrive, letters that are late, and letters that must say something else now."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select, update

from journal import history
from journal.book import Journal
from journal.letters import CODE, mark_of, read_letter
from journal.model import Letter, LetterKind, LetterState, Reader
from journal.store import Writing
from journal.tables import letters

# Servers try for five days at most (RFC 5321 §4.5.4.1). A report that comes later, honest or forged, must not
# make half a term's appeals new again.
REPORTED_WITHIN = timedelta(days=7)
_UNWRITTEN = dict.fromkeys(("snapshot", "token", "token_until", "covers_to", "covers_event"))


def did_not_arrive(journal: Journal, letter: Letter, now: datetime, code: str) -> bool:
    """A letter came back although it was accepted. False if that was known.

    What it told of counts as not told, also where a later letter has gone beyond it: the next one tells it
    again. Better twice than never.
    """
    with journal.store.writing() as writing:
        known = letters.c.state == LetterState.FAILED.value
        values = {"state": LetterState.FAILED.value, "lease_until": None, "error": code[:CODE]}
        failed = update(letters).where(letters.c.id == letter.id, ~known).values(values)
        if writing.connection.execute(failed).rowcount != 1:
            return False
        if letter.kind is LetterKind.DAILY and now - letter.due_at < REPORTED_WITHIN:
            _tell_again(writing, letter)
        detail = {"letter": letter.id, "kind": letter.kind.value, "period": letter.period, "code": code}
        history.append(writing, "failed", on=now.date(), role=letter.reader.role, detail=detail)
        return True


def _tell_again(writing: Writing, letter: Letter) -> None:
    run = writing.connection.execute
    mark = run(select(letters.c.reader).where(letters.c.id == letter.id)).scalar_one()
    daily = and_(letters.c.kind == LetterKind.DAILY.value, letters.c.reader == mark)
    arrived = and_(daily, letters.c.state != LetterState.FAILED.value)
    before = select(func.max(letters.c.covers_to), func.max(letters.c.covers_event)).where(
        arrived, letters.c.period < letter.period
    )
    told, event = run(before).one()
    later = and_(daily, letters.c.period > letter.period, letters.c.covers_to.is_not(None))
    run(update(letters).where(later).values(covers_to=told, covers_event=event))


def last_in(journal: Journal, letter: Letter) -> int:
    """The last number of which a letter told as it was written; 0 where it was not written yet."""
    with journal.store.reading() as connection:
        return connection.execute(select(letters.c.covers_to).where(letters.c.id == letter.id)).scalar() or 0


def late_since(journal: Journal, before: datetime) -> datetime | None:
    """The hour of the daily letter that is owed the longest; None when all that were due by then are gone."""
    waiting = and_(
        letters.c.kind == LetterKind.DAILY.value,
        letters.c.state == LetterState.OWED.value,
        letters.c.due_at <= before,
    )
    # Not MIN(due_at): SQLite gives back a bare string for it, without the column's own reading.
    first = select(letters.c.due_at).where(waiting).order_by(letters.c.due_at).limit(1)
    with journal.store.reading() as connection:
        return connection.execute(first).scalar()


def reword(
    journal: Journal, *, kind: LetterKind, reader: Reader, period: str, data: Mapping[str, object]
) -> bool:
    """Give an owed letter other words, unless it may have left with its old ones or is just leaving."""
    store = journal.store
    mark = mark_of(journal, reader)
    with store.writing() as writing:
        run = writing.connection.execute
        here = and_(
            letters.c.kind == kind.value,
            letters.c.reader == mark,
            letters.c.period == period,
            letters.c.state == LetterState.OWED.value,
            letters.c.lease_until.is_(None),
            letters.c.error != "OutcomeUnknown",
        )
        number = run(select(letters.c.id).where(here)).scalar()
        if number is None:
            return False
        written = json.dumps(dict(data), ensure_ascii=False)
        values = {
            "data": store.keys.seal_text(written, place=store.place("letters", "data", number)),
            "next_attempt_at": None,
            **_UNWRITTEN,
        }
        run(update(letters).where(letters.c.id == number).values(values))
        return True


def write_anew(journal: Journal, number: int, reader: Reader) -> None:
    """Have what waits for this reader written again: that appeal is not for them any more.

    The answers to its family too: one may be that reader's. What may have left stays as it was, and so does
    a letter that is leaving just now.
    """
    answer = and_(letters.c.kind == LetterKind.ANSWER.value, letters.c.period.startswith(f"{number}-"))
    waiting = and_(
        or_(letters.c.reader == mark_of(journal, reader), answer),
        letters.c.state == LetterState.OWED.value,
        letters.c.snapshot.is_not(None),
        letters.c.lease_until.is_(None),
        letters.c.error != "OutcomeUnknown",
    )
    with journal.store.writing() as writing:
        writing.connection.execute(update(letters).where(waiting).values(_UNWRITTEN))


def notices_owed(journal: Journal, about: str, since: datetime) -> int:
    """How many notices of which the period begins and ends so («mailbox-…-begun») were owed since then."""
    head, _, tail = about.partition("…")
    mine = and_(
        letters.c.kind == LetterKind.NOTICE.value,
        letters.c.due_at >= since,
        letters.c.period.startswith(head, autoescape=True),
        letters.c.period.endswith(tail, autoescape=True),
    )
    with journal.store.reading() as connection:
        return connection.execute(select(func.count()).select_from(letters).where(mine)).scalar_one()


def notice_waiting(journal: Journal, reader: Reader, begins: str) -> Letter | None:
    """The notice of which the period begins so («held-…») and which has not left yet."""
    columns = [column for column in letters.c if column.name != "snapshot"]
    mine = and_(
        letters.c.kind == LetterKind.NOTICE.value,
        letters.c.reader == mark_of(journal, reader),
        letters.c.state == LetterState.OWED.value,
        letters.c.period.startswith(begins, autoescape=True),
    )
    with journal.store.reading() as connection:
        row = connection.execute(select(*columns).where(mine)).first()
    return None if row is None else read_letter(journal, row, None)


def last_held_told(journal: Journal) -> int:
    """The last number of a held message of which a notice has told, or is about to."""
    notice = letters.c.kind == LetterKind.NOTICE.value
    with journal.store.reading() as connection:
        return connection.execute(select(func.max(letters.c.covers_to)).where(notice)).scalar() or 0
