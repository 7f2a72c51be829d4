"""What is left of an entry whose content was destroyed: its line of the register, and nothing else.

The event of the destruction holds a digest of that line. So a line changed afterwards is found, and so are
content that was put back, and content destroyed behind our back.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select

from journal import chain
from journal.digests import FIXED_DEED, FIXED_ENTRY, FIXED_MEASURE, digest_of, row_of
from journal.standing import DEEDS, MEASURE, RECORDED
from journal.tables import attachments, deeds, entries, fingerprints, measures

PURGED = "purged"  # a kind of event
_LINE = [*FIXED_ENTRY, entries.c.data_key, entries.c.purged_on]
_STANDS = (entries.c.number, entries.c.purged_on, entries.c.data_key.is_(None).label("keyless"))


def remains_digest(connection: Connection, number: int) -> str | None:
    """Of all that is still there of an entry. None when not even its row is."""
    row = connection.execute(select(*_LINE).where(entries.c.number == number)).first()
    if row is None:
        return None
    taken = connection.execute(
        select(*FIXED_MEASURE).where(measures.c.number == number).order_by(measures.c.ordinal)
    )
    counts = [
        connection.execute(select(func.count()).select_from(table).where(table.c.number == number)).scalar()
        for table in (attachments, fingerprints)
    ]
    lines = [row_of(FIXED_MEASURE, one._asdict()) for one in taken]
    done = connection.execute(select(*FIXED_DEED).where(deeds.c.number == number).order_by(deeds.c.ordinal))
    lines += [row_of(FIXED_DEED, one._asdict()) for one in done]
    return digest_of([row_of(_LINE, row._asdict()), lines, counts])


class Remains:
    """Compares the rows of destroyed entries with the history, while it is walked from its beginning."""

    def __init__(self) -> None:
        self._unexplained: dict[int, int] = {}  # number → the event that recorded it
        self.excused: set[int] = set()  # events of the last batch whose rows are no longer as written
        self.spoilt: set[int] = set()  # events of the last batch whose rows are as they may not be

    def hear(self, connection: Connection, batch: Sequence[chain.Event]) -> None:
        """The next events, in their order."""
        self.excused, self.spoilt = set(), set()
        told = [event for event in batch if event.kind in (RECORDED, MEASURE, PURGED, *DEEDS)]
        numbers = {event.number for event in told if event.number is not None}
        rows: dict[int | None, Row[Any]] = {
            row.number: row
            for row in connection.execute(select(*_STANDS).where(entries.c.number.in_(numbers)))
        }
        for event in told:
            row = rows.get(event.number)
            if row is None:
                self.spoilt.add(event.seq)
            elif event.kind == PURGED:
                self._purged(connection, event, row)
            elif row.purged_on is not None:
                self.excused.add(event.seq)
                self._unexplained.setdefault(row.number, event.seq)
            elif row.keyless:
                self.spoilt.add(event.seq)

    def unexplained(self) -> list[tuple[int, int]]:
        """Entries of which the row says that they were destroyed, while the history knows nothing of it.

        Each with the event that recorded it.
        """
        return sorted(self._unexplained.items())

    def _purged(self, connection: Connection, event: chain.Event, row: Row[Any]) -> None:
        self._unexplained.pop(row.number, None)
        written = chain.read_detail(event.detail).get("row")
        if row.purged_on != event.on or remains_digest(connection, row.number) != written:
            self.spoilt.add(event.seq)
