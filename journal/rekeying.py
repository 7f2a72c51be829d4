"""Seals the Journal with a new key: after it the old key opens nothing that stands in the database.

What belongs to one appeal stays sealed with that appeal's own key, which is wrapped anew; the history's
digests of the rows go on being true. One transaction, in which nobody else writes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy import Column, Connection, bindparam, select, update

from journal import database, history
from journal.book import Journal
from journal.sealing import Keys, Place, WrongKey
from journal.store import Store, check_place, fingerprint_place
from journal.sweeping import note_unswept
from journal.tables import entries, events, held, kept_replies, letters, school

REKEYED = "rekeyed"  # a kind of event
_BATCH = 200
_LARGE = {held.c.raw, letters.c.snapshot, kept_replies.c.raw}  # up to 30 MB each: one at a time
# Every sealed column of the Journal is in one of these three; a test compares them with the tables.
BY_THE_SCHOOL = (letters.c.address, letters.c.data, letters.c.snapshot, held.c.raw, kept_replies.c.raw)
WRAPPED = (entries.c.data_key,)
OF_THE_SCHOOL = (school.c.key_check, school.c.fingerprint_key)

Told = Callable[[int], None]


@contextmanager
def alone(url: str) -> Iterator[bool]:
    """One change of the key at a time: False if another one is under way."""
    with database.reached(url) as engine, database.lock(engine, "rekey") as mine:
        yield mine


def rekey(journal: Journal, key: bytes, *, on: date, tell: Told = lambda _: None) -> str:
    """Seal all anew and return the new key's id. This `journal` cannot be written to any more.

    `tell` hears how many values were sealed so far. What the old key opens still lies in the files of the
    database until `journal.purging.finish` has been there.
    """
    store = journal.store
    old, new = store.keys, store.keys.successor(key)
    with store.writing() as writing:
        done = 0
        for column, seal_anew in _columns(old, new):
            for count in _seal_anew(store, writing.connection, column, seal_anew):
                done += count
                tell(done)
        note_unswept(writing, on)
        history.append(writing, REKEYED, on=on, detail={"before": old.id, "key": new.id})
        writing.connection.execute(
            update(school).values(
                key_check=new.check_value(check_place(store.school)),
                fingerprint_key=new.seal_fingerprint_key(fingerprint_place(store.school)),
            )
        )
    return new.id


_SealAnew = Callable[[bytes, Place], bytes]


def _columns(old: Keys, new: Keys) -> Iterator[tuple[Column[bytes], _SealAnew]]:
    for column in WRAPPED:
        yield column, lambda envelope, place: old.rewrap(envelope, new, place)
    for column in BY_THE_SCHOOL:
        yield column, lambda envelope, place: new.seal(old.open(envelope, place=place), place=place)


def _seal_anew(
    store: Store, connection: Connection, column: Column[bytes], seal_anew: _SealAnew
) -> Iterator[int]:
    """A batch at a time; of what may be 30 MB long, one at a time."""
    table = column.table
    (key,) = table.primary_key.columns
    step = 1 if column in _LARGE else _BATCH
    query = select(key, column).where(column.is_not(None)).order_by(key).limit(step)
    put = update(table).where(key == bindparam("at")).values({column.name: bindparam("sealed")})
    last = -1
    while rows := connection.execute(query.where(key > last)).all():
        connection.execute(
            put,
            [
                {"at": at, "sealed": seal_anew(envelope, store.place(table.name, column.name, at))}
                for at, envelope in rows
            ],
        )
        last = rows[-1][0]
        yield len(rows)


def opens(url: str, key: bytes) -> bool:
    """Whether this is the Journal's key. Waits for a change that is just being committed."""
    # By a writer's lock: a commit may be under way in the server when the one who asked for it is dead.
    with database.reached(url) as engine, database.faults(), engine.begin() as connection:
        row = connection.execute(select(school.c.id, school.c.key_check).with_for_update()).first()
    if row is None:
        return False
    try:
        Keys(key).prove(row.key_check, check_place(row.id))
    except WrongKey:
        return False
    return True


def changed_on(url: str) -> date:
    """The day of the last change of the key."""
    last = select(events.c.day).where(events.c.kind == REKEYED).order_by(events.c.seq.desc()).limit(1)
    with database.reached(url) as engine, database.faults(), database.only_reading(engine) as connection:
        found: date = connection.execute(last).scalar_one()
        return found
