"""Destroys the content of an entry for good. Its number, its days and «жасырын» stay in the register.

The wrapped key of the entry goes, and with it go all sealed values, wherever a copy of them might be; the
values themselves, its files, its fingerprints, and every letter that still holds its words go too.
"""

import json
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, and_, delete, func, or_, select, update

from journal import history
from journal.book import Journal
from journal.letters import mark_of
from journal.model import Entry, LetterKind, LetterState, Reader, Role
from journal.reading import NoSuchEntry, Purged
from journal.remains import remains_digest
from journal.store import Store, Writing
from journal.sweeping import StillInUse, note_unswept, sweep
from journal.tables import attachments, deeds, entries, events, fingerprints, letters, measures, messages
from journal.whole_replies import forget_with

REQUEST, SIGNED, ANONYMOUS = "request", "retention.signed", "retention.anonymous"  # by which rule
LONGEST_REASON = 100  # characters: the history keeps codes and references, never content

_CONTENT = (
    "surname",
    "given_name",
    "patronymic",
    "address",
    "email",
    "class_group",
    "phone",
    "content",
    "text",
    "refused",
    "data_key",
    "repeats",  # says of another entry that it has the same words
)
# The texts in a letter's data that are no words of anybody: codes, names of staff, days, digests.
_CODES = frozenset(
    {"state", "finding", "before", "until", "by", "to", "was", "reply", "kind", "code", "about", "why", "day"}
    | {"starts", "ends", "way", "leaves"}
)
# Where it holds bare numbers.
_LISTS = frozenset({"files", "numbers", "unknown", "withheld", "destroyed", "late", "which"})

NumbersIn = Callable[[bytes], Collection[int]]
_BRIEF = (
    letters.c.id,
    letters.c.kind,
    letters.c.period,
    letters.c.state,
    letters.c.token,
    letters.c.data,
    letters.c.snapshot.is_not(None).label("frozen"),
)


class Told:
    """Which letters name which appeals; each letter is read once for however many are destroyed.

    `numbers_in` reads a letter as it was sent. Without it, every daily letter is taken to name them all.
    """

    def __init__(self, numbers_in: NumbersIn | None = None) -> None:
        self._numbers_in = numbers_in
        self._known: dict[tuple[int, str], frozenset[int]] = {}

    def names(self, store: Store, writing: Writing, row: Row[Any], number: int) -> bool:
        """Whether a letter names an appeal, as it was written."""
        if self._numbers_in is None:
            return bool(row.kind == LetterKind.DAILY.value)
        written = (row.id, row.token)  # a letter that is written anew has another token
        if written not in self._known:
            sealed = writing.connection.execute(
                select(letters.c.snapshot).where(letters.c.id == row.id)
            ).scalar_one()
            sent = store.keys.open(sealed, place=store.place("letters", "snapshot", row.id))
            self._known[written] = frozenset(self._numbers_in(sent))
        return number in self._known[written]


def due(journal: Journal, *, on: date, signed: timedelta, anonymous: timedelta) -> list[int]:
    """The entries whose time of keeping is over.

    It begins with the closing; of one that was never closed, with its last measure. What has neither waits
    for staff, and is never destroyed by time.
    """
    measured = (
        select(func.max(measures.c.recorded_on))
        .where(measures.c.number == entries.c.number, measures.c.undone_on.is_(None))
        .scalar_subquery()
    )
    settled = func.coalesce(entries.c.closed_on, measured)
    over = or_(
        and_(entries.c.anonymous.is_(True), settled <= _before(on, anonymous)),
        and_(entries.c.anonymous.is_(False), settled <= _before(on, signed)),
    )
    query = select(entries.c.number).where(entries.c.purged_on.is_(None), over).order_by(entries.c.number)
    with journal.store.reading() as connection:
        return list(connection.execute(query).scalars())


def _before(on: date, span: timedelta) -> date:
    return date.min if span.days >= (on - date.min).days else on - span


def purge(
    journal: Journal,
    number: int,
    *,
    on: date,
    reason: str,
    rule: str = REQUEST,
    told: Told | None = None,
) -> None:
    """Destroy the content of an entry, whole or not at all. Raises NoSuchEntry, Purged.

    Afterwards `finish` takes the bytes out of the database's files.
    """
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ValueError(f"the reason is a few words for the history: {LONGEST_REASON} characters at most")
    with journal.store.writing() as writing:
        run = writing.connection.execute
        entry = run(
            select(entries.c.received_on, entries.c.purged_on).where(entries.c.number == number)
        ).first()
        if entry is None:
            raise NoSuchEntry(number)
        if entry.purged_on is not None:
            raise Purged(number)
        values: dict[str, object] = {**dict.fromkeys(_CONTENT), "purged_on": on}
        run(update(entries).where(entries.c.number == number).values(values))
        run(update(measures).where(measures.c.number == number).values(person=None, text=None))
        run(update(deeds).where(deeds.c.number == number).values(person=None, words=None))
        for table in (attachments, fingerprints):
            run(delete(table).where(table.c.number == number))
        # The mail server's log knows the sender of each UID.
        run(update(messages).where(messages.c.number == number).values(number=None))
        _forget_letters(journal.store, writing, number, on, entry.received_on, told or Told())
        _forget_family(journal, writing, number)
        remains = remains_digest(writing.connection, number)
        detail = {"reason": reason, "rule": rule, "row": str(remains)}
        history.append(writing, history.PURGED, on=on, number=number, detail=detail)
        note_unswept(writing, on)


def last_traffic(journal: Journal) -> date | None:
    """The newest day on which an appeal came or a letter of ours was taken by a mail server."""
    moved = events.c.kind.in_((history.RECORDED, LetterState.SENT.value))
    newest = select(events.c.day).where(moved).order_by(events.c.seq.desc()).limit(1)
    with journal.store.reading() as connection:
        return connection.execute(newest).scalar()


def same_words(journal: Journal, entry: Entry) -> list[int]:
    """The other entries that have the very words of this one, and have them still."""
    first = entry.repeats or entry.number
    alike = or_(entries.c.number == first, entries.c.repeats == first)
    query = select(entries.c.number).where(
        alike, entries.c.number != entry.number, entries.c.purged_on.is_(None)
    )
    with journal.store.reading() as connection:
        return list(connection.execute(query.order_by(entries.c.number)).scalars())


def finish(journal: Journal) -> bool:
    """Take what was destroyed out of the database's files as well. False when there was nothing.

    Raises StillInUse; then, and when it dies half-way, the next call makes up for it.
    """
    with journal.lock("sweep") as mine:
        if not mine:
            raise StillInUse
        return sweep(journal.store)


def _forget_letters(store: Store, writing: Writing, number: int, on: date, since: date, told: Told) -> None:
    run = writing.connection.execute
    # Who is writing a letter just now may have read the appeal before: the lease is taken away.
    owed = letters.c.state == LetterState.OWED.value
    leased = and_(owed, letters.c.lease_until.is_not(None), letters.c.snapshot.is_(None))
    run(update(letters).where(leased).values(attempts=letters.c.attempts + 1, lease_until=None))
    kept = or_(letters.c.snapshot.is_not(None), letters.c.data.is_not(None))
    # The token of a letter outlives the moment in which the letter was written.
    day_before = datetime.combine(since, time(), tzinfo=UTC) - timedelta(days=1)
    later = or_(letters.c.token_until.is_(None), letters.c.token_until >= day_before)
    for row in run(select(*_BRIEF).where(kept, later)).all():
        values = _without(store, writing, row, number, on, told)
        if values:
            run(update(letters).where(letters.c.id == row.id).values(values))
            forget_with(writing, row.id, row.period)


def _forget_family(journal: Journal, writing: Writing, number: int) -> None:
    """Of an answer the address to which it went: it stands nowhere else than in the appeal."""
    answer = (letters.c.kind == LetterKind.ANSWER.value) & letters.c.period.startswith(f"{number}-")
    nobody = Reader(address="", role=Role.FAMILY)
    for letter_id in writing.connection.execute(select(letters.c.id).where(answer)).scalars().all():
        place = journal.store.place("letters", "address", letter_id)
        values = {
            "reader": mark_of(journal, nobody),
            "address": journal.store.keys.seal_text("", place=place),
            "token": None,
        }
        writing.connection.execute(update(letters).where(letters.c.id == letter_id).values(values))


def _without(
    store: Store, writing: Writing, row: Row[Any], number: int, on: date, told: Told
) -> dict[str, object]:
    """The columns of a letter that must change so that nothing of an entry is left in it."""
    values: dict[str, object] = {}
    place = store.place("letters", "data", row.id)
    data = None if row.data is None else json.loads(store.keys.open(row.data, place=place))
    if data is not None and _names(data, number):
        written = json.dumps(_cleared(data, number, on), ensure_ascii=False)
        values["data"] = store.keys.seal_text(written, place=place)
    if row.frozen and (values or told.names(store, writing, row, number)):
        values["snapshot"] = None
        if row.state == LetterState.OWED.value:  # it is written anew, of what is then to be told
            values |= {"covers_to": None, "covers_event": None}
    return values


def _names(data: object, number: int) -> bool:
    """Whether a letter's data speaks of an entry."""
    if isinstance(data, Mapping):
        if data.get("number") == number:
            return True
        if any(number in data[key] for key in _LISTS & data.keys() if isinstance(data[key], list)):
            return True
        return any(_names(value, number) for value in data.values())
    return isinstance(data, list) and any(_names(value, number) for value in data)


def _cleared(data: Mapping[str, Any], number: int, on: date) -> dict[str, Any]:
    """The same without a word: of codes and numbers alone can be said that nobody's words are in them."""
    said = {"purged_on": on.isoformat()} if data.get("number") == number else {}
    return {key: _kept(key, value, number, on) for key, value in data.items()} | said


def _kept(key: str, value: Any, number: int, on: date) -> Any:
    if isinstance(value, Mapping):
        of_another = isinstance(value.get("number"), int) and value["number"] != number
        return dict(value) if of_another else _cleared(value, number, on)
    if isinstance(value, list):
        return [_kept(key, one, number, on) for one in value if not isinstance(one, str)]
    return "" if isinstance(value, str) and key not in _CODES else value
