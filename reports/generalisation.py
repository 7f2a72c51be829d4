"""The generalisation of appeals (clause 2.1): how many came of what, and why the justified ones were.

Values only. Who may see an appeal is asked before: an appeal that names a reader is not in that reader's
counts. What leaves the school is masked: see `mask`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median

from journal.model import Channel, Entry, Finding, Measure, Status
from reports.period import Period
from reports.school import School
from reports.small_numbers import FEW, masked
from reports.words import grade_band


class Band(StrEnum):
    """Grades taken together."""

    PRIMARY = "1-4"
    MIDDLE = "5-9"
    SENIOR = "10-12"
    UNKNOWN = "unknown"  # not given, or not to be read as one grade


class Progress(StrEnum):
    """How far the appeals of a period have come."""

    CLOSED = "closed"
    OPEN = "open"  # in time
    OVERDUE = "overdue"


UNNAMED = ""  # no cause was written down yet
NOT_FOUND = "none"  # no finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a table: of this period, of the one before, of the same a year ago. None: hidden."""

    code: str
    now: int | None
    before: int | None = None
    year_before: int | None = None


Table = tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A justified appeal and what was done."""

    number: int
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Justified:
    """A cause of justified appeals, wholly or in part, with each of them."""

    cause: str
    appeals: tuple[Answered, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Generalisation:
    """What a period's appeals come to."""

    period: Period
    masked: bool = False
    total: Line
    causes: Table
    bands: Table
    signed: Table  # «signed», «anonymous»
    channels: Table
    findings: Table
    progress: Table
    justified: tuple[Justified, ...] = ()  # the most first
    median_days: float | None = None  # to the first measure, from registration
    slowest_days: int | None = None
    slowest: int | None = None  # the number of that appeal
    overdue: tuple[int, ...] = ()  # numbers
    without_cause: tuple[int, ...] = ()


def generalise(
    school: School,
    period: Period,
    now: Sequence[Entry],
    before: Sequence[Entry],
    year_before: Sequence[Entry],
    *,
    today: date,
) -> Generalisation:
    """From the appeals received in the period, in the one before it, and in the same one a year ago."""
    three = (now, before, year_before)

    def table(names: Iterable[str], key: Callable[[Entry], str]) -> Table:
        return _table(names, [Counter(map(key, entries)) for entries in three])

    configured = [cause.id for cause in school.causes]
    others = sorted({one.cause for entries in three for one in entries} - {UNNAMED, *configured})
    waits = [(one, days) for one in now if (days := _days(one)) is not None]
    slowest = max(waits, key=lambda found: (found[1], -found[0].number), default=None)
    return Generalisation(
        period=period,
        total=Line(code="", now=len(now), before=len(before), year_before=len(year_before)),
        causes=table([*configured, *others, UNNAMED], lambda one: one.cause),
        bands=table(Band, _band),
        signed=table(("signed", "anonymous"), lambda one: "anonymous" if one.anonymous else "signed"),
        channels=table(Channel, lambda one: one.channel),
        findings=table([*Finding, NOT_FOUND], lambda one: one.finding or NOT_FOUND),
        progress=table(Progress, lambda one: _progress(one, today)),
        justified=_justified(now),
        median_days=median(days for _, days in waits) if waits else None,
        slowest_days=slowest[1] if slowest else None,
        slowest=slowest[0].number if slowest else None,
        overdue=tuple(one.number for one in now if _progress(one, today) is Progress.OVERDUE),
        without_cause=tuple(one.number for one in now if one.cause == UNNAMED),
    )


def mask(found: Generalisation) -> Generalisation:
    """The same as it may leave the school: no count under five, no number, nobody's words.

    Tables side by side have only their total in common, so no two of them can be used to reckon a count. What
    would stand across two tables (the causes of justified appeals) is left out, and so are other periods,
    which have papers of their own.
    """
    few = (found.total.now or 0) < FEW
    return Generalisation(
        period=found.period,
        masked=True,
        total=Line(code="", now=None if few else found.total.now),
        causes=_masked_table(found.causes),
        bands=_masked_table(found.bands),
        signed=_masked_table(found.signed),
        channels=_masked_table(found.channels),
        findings=_masked_table(found.findings),
        progress=_masked_table(found.progress),
    )


def _masked_table(table: Table) -> Table:
    counts = masked({line.code: line.now or 0 for line in table})
    return tuple(Line(code=code, now=count) for code, count in counts.items())


def _table(names: Iterable[str], counts: Sequence[Counter[str]]) -> Table:
    now, before, year = counts
    return tuple(
        Line(code=str(name), now=now[name], before=before[name], year_before=year[name]) for name in names
    )


def _band(entry: Entry) -> Band:
    grade = grade_band(entry.class_group)
    if grade is None or not 1 <= grade <= 12:
        return Band.UNKNOWN
    return Band.PRIMARY if grade <= 4 else Band.MIDDLE if grade <= 9 else Band.SENIOR


def _progress(entry: Entry, today: date) -> Progress:
    if entry.status is Status.CLOSED or entry.purged_on is not None:
        return Progress.CLOSED
    return Progress.OVERDUE if today > entry.term.due_on else Progress.OPEN


def _days(entry: Entry) -> int | None:
    """From registration to the first measure."""
    first = min((one.recorded_on for one in entry.measures), default=None)
    return None if first is None else max((first - entry.term.registered_on).days, 0)


def _justified(entries: Iterable[Entry]) -> tuple[Justified, ...]:
    """Those found justified, wholly or in part, by their causes."""
    by_cause: dict[str, list[Answered]] = {}
    for one in entries:
        if one.finding in (Finding.JUSTIFIED, Finding.PARTLY):
            by_cause.setdefault(one.cause, []).append(Answered(number=one.number, measures=one.measures))
    found = (Justified(cause=cause, appeals=tuple(appeals)) for cause, appeals in by_cause.items())
    return tuple(sorted(found, key=lambda one: (-len(one.appeals), one.cause)))
