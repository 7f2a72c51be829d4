"""Makes a Journal of a backup again: all of it, proved to be whole and readable, or nothing at all."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from journal import database, history
from journal.arrival import Arrival, BrokenCopy, empty_tables, fill, first_record
from journal.book import Journal
from journal.copying import Origin
from journal.openness import broken_seals
from journal.sealing import Keys
from journal.standing import RESTORED
from journal.store import Head, Store

_NAMED = 3  # places of broken seals that are told

Stream = Callable[[Callable[[bytes], None]], None]  # hands over all of a copy, piece by piece


class DamagedCopy(BrokenCopy):
    """The backup is whole, but the Journal was damaged already when it was made."""


class _Enough(Exception):
    """The beginning was all that was wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came of it."""

    origin: Origin
    next_number: int
    damage: tuple[str, ...] = ()


def read_beginning(stream: Stream) -> Origin:
    """What it is a copy of, from its first bytes; nobody has vouched for them yet."""
    found: list[Origin] = []
    arrival = Arrival(first_record(found))

    def take(data: bytes) -> None:
        arrival.take(data, more=True)
        if found:
            raise _Enough

    with suppress(_Enough):
        stream(take)
    arrival.end()
    return found[0]


def restore(
    url: str,
    keys: Keys,
    stream: Stream,
    *,
    next_number: int,
    on: date,
    damaged_too: bool = False,
    then: Callable[[Journal, Restored], object] = lambda *_: None,
) -> Restored:
    """In one transaction: until it has been proved, nobody sees any of it. `then` belongs to it.

    Raises NotEmpty, BrokenCopy, DamagedCopy, SchemaOutOfDate, and what the stream raises.
    """
    origin = read_beginning(stream)
    with database.rebuilding(url) as connection:
        empty_tables(connection, origin)
        arrival = Arrival(fill(connection, keys))
        stream(arrival.take)
        arrival.end()
        store = Store.of(connection, keys)
        with store.within(connection) as writing:
            damage = _damage(store)
            if damage and not damaged_too:
                raise DamagedCopy(
                    "The Journal was damaged already when this backup was made: "
                    f"{'; '.join(damage)}. Take an older backup, or add --damaged to have what there is."
                )
            head = writing.head
            writing.head = Head(number=next_number - 1, event=head.event, digest=head.digest)
            restored = Restored(origin=origin, next_number=next_number, damage=damage)
            numbers = {"last_number": head.number, "next_number": next_number}
            history.append(
                writing, RESTORED, on=on, detail={"backup_of": origin.made_on.isoformat(), **numbers}
            )
            then(Journal(store), restored)
    return restored


def _damage(store: Store) -> tuple[str, ...]:
    verified = history.verify(store)
    found = []
    if verified.broken_at is not None:
        found.append(f"the history is broken at event {verified.broken_at}")
    elif not verified.ok:
        found.append("the register is not as the history says")
    seals = [str(fault) for _, fault in zip(range(_NAMED), broken_seals(store), strict=False)]
    return (*found, *seals)
