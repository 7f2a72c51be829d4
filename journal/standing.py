"""What must stand in the register just now, told by the history alone: to find what was changed behind it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, select

from journal import chain
from journal.digests import conflicts_digests
from journal.model import DeedKind, Status
from journal.reading import write_roles
from journal.tables import deeds, entries, measures

# Kinds of events that change what stands in the register.
RECORDED, MEASURE = "recorded", "measure"
UNDONE = "undone"  # a measure or a deed was taken back
RESTORED = "restored"  # from a backup: numbers that were given after it are not given again
NAMED, LIFTED, MARKED = "named", "conflict-lifted", "conflict-marked"  # whom an appeal is not shown to
UNSAID = "conflict-restored"  # a mark or a lift was taken back
ESCALATED = "escalated"  # that it waits was told further up
DEEDS = frozenset(kind.value for kind in DeedKind)
_CLOSING = (DeedKind.CLOSED, DeedKind.FOUND)
_ON_ITS_WAY = (DeedKind.PASSED_ON, DeedKind.ANSWERED)
_CHANGING = (
    entries.c.status,
    entries.c.finding,
    entries.c.cause,
    entries.c.considered_by,
    entries.c.closed_on,
    entries.c.escalated,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """A measure or a deed, as far as the register's row depends on it. `code` of a measure is empty."""

    role: str
    kind: str | None  # None: a measure
    code: str = ""
    recorded_on: date | None = None


def standing_values(considered: str, measured: Sequence[str], done: Sequence[Any]) -> dict[str, Any]:
    """What an entry's row says where these measures (their roles) and deeds stand, in their order.

    A deed has a kind, a role, a code and a day. `considered` are the roles that it named until now, whose
    order stays.
    """
    closing = [one for one in done if one.kind in _CLOSING]
    found = [one for one in done if one.kind == DeedKind.FOUND]
    cause = [one for one in done if one.kind == DeedKind.CAUSE]
    under_way = bool(measured) or any(one.kind in _ON_ITS_WAY for one in done)
    roles = [*measured, *(one.role for one in done)]
    for role in roles:
        considered = write_roles(considered, role)
    return {
        "status": (
            Status.CLOSED if closing else Status.IN_PROGRESS if under_way else Status.REGISTERED
        ).value,
        "finding": found[-1].code if found else None,
        "cause": cause[-1].code if cause else "",
        "closed_on": closing[-1].recorded_on if closing else None,
        "considered_by": ",".join(one for one in considered.split(",") if one in roles),
    }


@dataclass(slots=True)
class _Line:
    """All that was done on one entry: what the changing part of its row must come to."""

    considered_by: str = ""
    measures: dict[int, _Taken] = field(default_factory=dict)
    deeds: dict[int, _Taken] = field(default_factory=dict)
    undone_measures: set[int] = field(default_factory=set)
    undone_deeds: set[int] = field(default_factory=set)
    escalated: int = 0

    def values(self) -> dict[str, Any]:
        """As `journal.deeds.stand` writes them."""
        measured = [one.role for at, one in self.measures.items() if at not in self.undone_measures]
        done = [one for at, one in self.deeds.items() if at not in self.undone_deeds]
        return standing_values(self.considered_by, measured, done) | {"escalated": self.escalated}


class Standing:
    """The register as the events that were heard so far have left it."""

    def __init__(self) -> None:
        self._lines: dict[int, _Line] = {}
        self._conflicts: dict[int, str] = {}
        self._last = 0

    def hear(self, event: chain.Event) -> chain.Altered | None:
        """One more event. What is told when it cannot have happened: a number that was passed over."""
        if event.kind == RESTORED:
            coming = chain.read_detail(event.detail).get("next_number")
            self._last = max(self._last, coming - 1) if isinstance(coming, int) else self._last
        if event.number is None:
            return None
        if event.kind == RECORDED:
            expected, self._last = self._last + 1, event.number
            self._lines[event.number] = _Line()
            return chain.Altered(number=expected, what="passed-over") if event.number != expected else None
        line = self._lines.get(event.number)
        if line is not None and event.kind in (MEASURE, UNDONE, *DEEDS):
            _hear(line, event)
        if line is not None and event.kind == ESCALATED:
            level = chain.read_detail(event.detail).get("level")
            line.escalated = level if isinstance(level, int) else 0
        if event.kind in (NAMED, LIFTED, MARKED, UNSAID):
            self._conflicts[event.number] = str(chain.read_detail(event.detail).get("kept", ""))
        return None

    def compare(self, connection: Connection) -> Iterator[chain.Altered]:
        """Where the rows say something else."""
        kept = {table: _kept(connection, table) for table in (measures, deeds)}
        seen = 0
        for row in connection.execute(select(entries.c.number, *_CHANGING).order_by(entries.c.number)):
            line = self._lines.get(row.number)
            if line is None:
                yield chain.Altered(number=row.number, what="added")
                continue
            seen += 1
            values = line.values()
            for column in _CHANGING:
                if row._mapping[column.name] != values[column.name]:
                    yield chain.Altered(number=row.number, what=column.name)
            for table, told, undone in (
                (measures, line.measures, line.undone_measures),
                (deeds, line.deeds, line.undone_deeds),
            ):
                yield from _differs(
                    row.number, table.name[:-1], kept[table].get(row.number, {}), told, undone
                )
        if seen < len(self._lines):
            rows = set(connection.execute(select(entries.c.number)).scalars())
            for number in sorted(self._lines.keys() - rows):
                yield chain.Altered(number=number, what="missing")
        found = conflicts_digests(connection)
        for number in sorted(found.keys() | self._conflicts.keys()):
            if found.get(number, "") != self._conflicts.get(number, ""):
                yield chain.Altered(number=number, what="conflict")


def _kept(connection: Connection, table: Table) -> dict[int, dict[int, bool]]:
    """Of each entry which ordinals there are, and whether they were taken back."""
    found: dict[int, dict[int, bool]] = {}
    query = select(table.c.number, table.c.ordinal, table.c.undone_on.is_not(None))
    for number, ordinal, undone in connection.execute(query):
        found.setdefault(number, {})[ordinal] = bool(undone)
    return found


def _differs(
    number: int, what: str, kept: Mapping[int, bool], told: Mapping[int, _Taken], undone: set[int]
) -> Iterator[chain.Altered]:
    if kept.keys() - told.keys():
        yield chain.Altered(number=number, what=f"{what}-added")
    if told.keys() - kept.keys():
        yield chain.Altered(number=number, what=f"{what}-missing")
    if {at for at, gone in kept.items() if gone} != undone:
        yield chain.Altered(number=number, what=f"{what}-undone")


def _hear(line: _Line, event: chain.Event) -> None:
    detail = chain.read_detail(event.detail)
    if event.kind == UNDONE:
        for name, undone in (("measure", line.undone_measures), ("deed", line.undone_deeds)):
            if isinstance(at := detail.get(name), int):
                undone.add(at)
    else:
        at = detail.get("ordinal")
        taken = _Taken(
            role=event.role or "",
            kind=None if event.kind == MEASURE else event.kind,
            code=str(detail.get("code", "")),
            recorded_on=event.on,
        )
        (line.measures if event.kind == MEASURE else line.deeds)[at if isinstance(at, int) else 0] = taken
    line.considered_by = str(line.values()["considered_by"])  # the order in which they came stays
