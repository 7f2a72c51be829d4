"""What must stand in the register just now, told by the history alone: to find what was changed behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from journal import chain
from journal.model import Status
from journal.reading import write_roles
from journal.tables import entries, measures

# Kinds of events that change what stands in the register.
RECORDED, MEASURE = "recorded", "measure"
CLOSED, REOPENED, FOUND = "closed", "reopened", "found"
RESTORED = "restored"  # from a backup: numbers that were given after it are not given again
_DEEDS = (CLOSED, REOPENED, FOUND)
_CHANGING = (
    entries.c.status,
    entries.c.finding,
    entries.c.cause,
    entries.c.considered_by,
    entries.c.closed_on,
)


@dataclass(slots=True)
class _Line:
    """The changing part of one entry's row, by the names of its columns; and how many measures it has."""

    status: str = Status.REGISTERED.value
    finding: str | None = None
    cause: str = ""
    considered_by: str = ""
    closed_on: date | None = None
    measures: int = 0


class Standing:
    """The register as the events that were heard so far have left it."""

    def __init__(self) -> None:
        self._lines: dict[int, _Line] = {}
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
        if line is None or event.kind not in (MEASURE, *_DEEDS):
            return None
        if event.role is not None:
            line.considered_by = write_roles(line.considered_by, event.role)
        if event.kind == MEASURE:
            line.measures += 1
            line.status = line.status if line.status == Status.CLOSED else Status.IN_PROGRESS.value
        else:
            _decide(line, event)
        return None

    def compare(self, connection: Connection) -> Iterator[chain.Altered]:
        """Where the rows say something else."""
        taken: dict[int, int] = {}
        counted = select(measures.c.number, func.count()).group_by(measures.c.number)
        for number, count in connection.execute(counted):
            taken[number] = count
        seen = 0
        for row in connection.execute(select(entries.c.number, *_CHANGING).order_by(entries.c.number)):
            line = self._lines.get(row.number)
            if line is None:
                yield chain.Altered(number=row.number, what="added")
                continue
            seen += 1
            for column in _CHANGING:
                if row._mapping[column.name] != getattr(line, column.name):
                    yield chain.Altered(number=row.number, what=column.name)
            if taken.get(row.number, 0) > line.measures:
                yield chain.Altered(number=row.number, what="measure-added")
            elif taken.get(row.number, 0) < line.measures:
                yield chain.Altered(number=row.number, what="measure-missing")
        if seen < len(self._lines):
            kept = set(connection.execute(select(entries.c.number)).scalars())
            for number in sorted(self._lines.keys() - kept):
                yield chain.Altered(number=number, what="missing")


def _decide(line: _Line, event: chain.Event) -> None:
    """As `journal.findings` writes it."""
    finding = chain.read_detail(event.detail).get("finding")
    line.finding = None if finding == "none" else str(finding)
    if event.kind == CLOSED:
        line.status, line.closed_on = Status.CLOSED.value, event.on
    else:
        still = Status.IN_PROGRESS if line.measures else Status.REGISTERED
        line.status, line.closed_on = still.value, None
