"""What staff have done since a moment of the history, for the letter that says what was recorded, by whom.

The history is walked from where it stood when the reader's last letter was written, so nothing is told twice
or left out whatever the hour; no row of the register need be searched for its day.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Table, and_, func, select, tuple_

from journal import chain
from journal.book import Journal
from journal.letters import mark_of
from journal.model import DeedKind, DeedState, LetterKind, LetterState, Reader, Role
from journal.reading import entry_seal
from journal.standing import DEEDS, MEASURE, UNDONE
from journal.store import Store
from journal.tables import deeds, entries, events, letters, measures

_MOST = 500  # events: a reader who was away for a term is told of the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """One thing recorded of an appeal: a measure (`kind` is None) or a deed. `undone`: taken back."""

    number: int
    kind: DeedKind | None
    by: str
    role: Role
    words: str = ""
    code: str = ""
    state: DeedState | None = None
    undone: bool = False
    undone_on: date | None = None


_Key = tuple[str, int, int]  # table, number, ordinal


def told_to(journal: Journal, reader: Reader) -> int | None:
    """The newest event of the history of which a DAILY letter told this reader; None where none did."""
    arrived = and_(
        letters.c.kind == LetterKind.DAILY.value,
        letters.c.reader == mark_of(journal, reader),
        letters.c.state != LetterState.FAILED.value,
    )
    with journal.store.reading() as connection:
        return connection.execute(select(func.max(letters.c.covers_event)).where(arrived)).scalar()


def last_told(journal: Journal) -> int:
    """The last number of which any DAILY letter told anybody; 0 if there was none."""
    daily = letters.c.kind == LetterKind.DAILY.value
    with journal.store.reading() as connection:
        return connection.execute(select(func.max(letters.c.covers_to)).where(daily)).scalar() or 0


def done_since(journal: Journal, event: int) -> list[Doing]:
    """In the order in which it was recorded. What was recorded and taken back since is not told at all."""
    store = journal.store
    query = (
        select(events.c.kind, events.c.number, events.c.detail)
        .where(events.c.seq > event, events.c.kind.in_([MEASURE, UNDONE, *DEEDS]))
        .order_by(events.c.seq.desc())
        .limit(_MOST)
    )
    with store.reading() as connection:
        found = connection.execute(query).all()
    recorded: dict[_Key, bool] = {}  # and whether it was taken back
    for row in reversed(found):
        key = _key(row)
        if key is not None and row.kind == UNDONE and recorded.get(key) is False:
            del recorded[key]
        elif key is not None:
            recorded[key] = row.kind == UNDONE
    rows = _rows(store, recorded)
    return [_doing(store, rows[key], undone) for key, undone in recorded.items() if key in rows]


def doings(store: Store, keys: Collection[_Key]) -> dict[_Key, Doing]:
    """Measures and deeds by their place: the table, the number, the ordinal. None of what was destroyed."""
    return {
        key: _doing(store, row, row.undone_on is not None) for key, row in _rows(store, set(keys)).items()
    }


def _key(row: Row[Any]) -> _Key | None:
    detail = chain.read_detail(row.detail)
    if row.kind == UNDONE:
        table = "measures" if "measure" in detail else "deeds"
        ordinal = detail.get("measure", detail.get("deed"))
    else:
        table = "measures" if row.kind == MEASURE else "deeds"
        ordinal = detail.get("ordinal")
    return (table, row.number, ordinal) if isinstance(ordinal, int) and row.number is not None else None


def _rows(store: Store, keys: Collection[_Key]) -> dict[_Key, Row[Any]]:
    """With the wrapped key of each entry. What was destroyed is left out."""
    found: dict[_Key, Row[Any]] = {}
    with store.reading() as connection:
        for table in (measures, deeds):
            wanted = [(number, ordinal) for name, number, ordinal in keys if name == table.name]
            query = (
                select(table, entries.c.data_key)
                .join(entries, entries.c.number == table.c.number)
                .where(tuple_(table.c.number, table.c.ordinal).in_(wanted), entries.c.data_key.is_not(None))
            )
            for row in connection.execute(query) if wanted else ():
                found[table.name, row.number, row.ordinal] = row
    return found


def _doing(store: Store, row: Row[Any], undone: bool) -> Doing:
    values: Mapping[str, Any] = row._asdict()
    seal = entry_seal(store, row.number, row.data_key)
    table: Table = deeds if "kind" in values else measures
    words = "words" if table is deeds else "text"

    def opened(column: str) -> str:
        envelope = values[column]
        place = store.place(table.name, column, f"{row.number}.{row.ordinal}")
        return "" if envelope is None else seal.open_text(envelope, place=place)

    return Doing(
        number=row.number,
        kind=DeedKind(row.kind) if table is deeds else None,
        by=opened("person"),
        role=Role(row.role),
        words=opened(words),
        code=values.get("code", ""),
        state=DeedState(values["state"]) if values.get("state") else None,
        undone=undone,
        undone_on=row.undone_on,
    )
