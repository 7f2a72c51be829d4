"""The Journal of one school: what may be done with it, on one page.

    with Journal.open("sqlite:///var/journal.db", key) as journal:
        recorded = journal.record(appeal, identity="…")

Each call is a transaction of its own; inside `with journal.transaction():` many calls share one, and each
becomes a savepoint. Any thread may use it. Letters are in `journal.letters`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from types import TracebackType
from typing import Self

from journal import database, history, mailroom, reading, writing
from journal.chain import Verified
from journal.mailroom import AlreadyReceived, AlreadySettled, NoSuchHeld
from journal.model import (
    Appeal,
    Attachment,
    Disposition,
    Entry,
    Filing,
    Held,
    HeldState,
    Measure,
    Origin,
    Recorded,
    Role,
)
from journal.reading import NoSuchEntry, Purged
from journal.store import Store

__all__ = ["AlreadyReceived", "AlreadySettled", "Journal", "NoSuchEntry", "NoSuchHeld", "Purged"]


class Journal:
    """A school's Journal, open."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @classmethod
    def open(cls, url: str, key: bytes) -> Self:
        """Raises SchemaOutOfDate, DatabaseUnreachable, WrongKey."""
        return cls(Store.open(url, key))

    def close(self) -> None:
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Many calls, one commit; inside another one, a savepoint."""
        with self.store.writing():
            yield

    def lock(self, name: str) -> AbstractContextManager[bool]:
        """True for one holder at a time; let go when its process dies."""
        return database.lock(self.store.engine, name)

    # The register

    def record(self, appeal: Appeal, *, identity: str) -> Recorded:
        """Give an appeal the next number. `identity`: its submission id or Message-ID, or empty."""
        return writing.record(self.store, appeal, identity=identity)

    def add_measure(self, number: int, measure: Measure) -> int:
        """Returns its place among the entry's measures."""
        return writing.add_measure(self.store, number, measure)

    def entry(self, number: int) -> Entry:
        return reading.read_entry(self.store, number)

    def entries(
        self, *, after: int = 0, from_day: date | None = None, to_day: date | None = None
    ) -> Iterator[Entry]:
        """By number, from the one after `after`; the days are those of receipt."""
        return reading.read_entries(self.store, after=after, from_day=from_day, to_day=to_day)

    def open_entries(self) -> list[Entry]:
        """Those without a measure and not closed, oldest first."""
        return reading.read_open(self.store)

    def numbers(self, *, from_day: date | None = None, to_day: date | None = None) -> list[int]:
        """Of the entries received on those days, without opening any."""
        return reading.read_numbers(self.store, from_day=from_day, to_day=to_day)

    def destroyed(self, numbers: Sequence[int]) -> set[int]:
        """Those of the entries whose content was destroyed."""
        return reading.read_destroyed(self.store, numbers)

    def last_number(self) -> int:
        return self.store.head().number

    def attachments(self, number: int) -> list[Attachment]:
        return reading.read_attachments(self.store, number)

    # Incoming messages

    def received(self, mailbox: str, uidvalidity: int, uids: Sequence[int]) -> dict[int, Filing]:
        """Those that were dealt with before, and where each is to be filed."""
        return mailroom.received(self.store, mailbox, uidvalidity, uids)

    def receive(
        self,
        origin: Origin,
        disposition: Disposition,
        *,
        filing: Filing,
        reason: str = "",
        number: int | None = None,
        on: date,
    ) -> None:
        """Raises AlreadyReceived, at the latest when the transaction around it is committed."""
        mailroom.receive(self.store, origin, disposition, filing=filing, reason=reason, number=number, on=on)

    def counts(self, since: date) -> dict[tuple[Disposition, str], int]:
        """Messages received since that day, by disposition and reason."""
        return mailroom.counts(self.store, since)

    def count_reply(self, letter_id: int, fingerprint: str, on: date) -> bool:
        """False if this reply was already counted."""
        return mailroom.count_reply(self.store, letter_id, fingerprint, on)

    # Held messages

    def hold(self, origin: Origin, *, reason: str, raw: bytes | None, size: int, on: date) -> int:
        return mailroom.hold(self.store, origin, reason=reason, raw=raw, size=size, on=on)

    def held(self, *, waiting_only: bool = True) -> list[Held]:
        """Without their bytes."""
        return mailroom.list_held(self.store, waiting_only=waiting_only)

    def held_message(self, number: int) -> Held:
        """With its bytes. Raises NoSuchHeld."""
        return mailroom.read_held(self.store, number)

    def settle_held(
        self,
        number: int,
        state: HeldState,
        *,
        on: date,
        reason: str,
        by: str = "",
        entry: int | None = None,
    ) -> None:
        """`by`: the login of who decided; `entry`: the appeal that it became."""
        mailroom.settle_held(self.store, number, state, on=on, reason=reason, by=by, entry=entry)

    def held_to_remove(self) -> Iterator[Held]:
        """Settled, with the server's copy not yet removed; with their bytes, one at a time."""
        return mailroom.to_remove(self.store)

    def held_removed(self, number: int) -> None:
        """The server's copy is gone: ours goes too."""
        mailroom.removed(self.store, number)

    # The history

    def note(
        self,
        kind: str,
        *,
        on: date,
        number: int | None = None,
        role: Role | None = None,
        detail: Mapping[str, str | int] | None = None,
    ) -> None:
        """Add to the history who did what: opened, exported, … Never content."""
        with self.store.writing() as current:
            history.append(current, kind, on=on, number=number, role=role, detail=detail)

    def verify(self, digest: str | None = None) -> Verified:
        """Walk the history; name the first broken link; look for a digest that a daily letter showed."""
        return history.verify(self.store, digest)

    def digest(self) -> str:
        """Of the newest event."""
        return self.store.head().digest

    def fingerprint(self, purpose: str, *parts: bytes | str) -> str:
        return self.store.keys.fingerprint(purpose, *parts)
