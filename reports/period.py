"""Stretches of time that the school looks back on: a month, a quarter, a school year.

«2026-11», «2026-Q4», «2026-2027»; a school year begins on 1 September.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_WRITTEN = re.compile(r"(\d{4})-(?:(0[1-9]|1[0-2])|[Qq]([1-4])|(\d{4}))", re.ASCII)
_YEAR_BEGINS = 9  # September


class Length(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class NoPeriod(ValueError):
    """This is no period."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"«{text}» is no period: name a month (2026-11), a quarter (2026-Q4) or a year (2026-2027)."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From its first day to its last, as local days of the school."""

    length: Length
    first: date

    @property
    def last(self) -> date:
        return _on(self.first, _MONTHS[self.length]) - timedelta(days=1)

    @property
    def code(self) -> str:
        """As a person types it."""
        year = self.first.year
        return {
            Length.MONTH: f"{year}-{self.first.month:02}",
            Length.QUARTER: f"{year}-Q{(self.first.month + 2) // 3}",
            Length.YEAR: f"{year}-{year + 1}",
        }[self.length]

    @property
    def before(self) -> "Period":
        """The one directly before it."""
        return Period(length=self.length, first=_on(self.first, -_MONTHS[self.length]))

    @property
    def year_before(self) -> "Period":
        """The same one a year earlier."""
        return Period(length=self.length, first=_on(self.first, -12))


_MONTHS = {Length.MONTH: 1, Length.QUARTER: 3, Length.YEAR: 12}


def read_period(text: str) -> Period:
    """From what a person typed. Raises NoPeriod."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None or int(found[1]) < 1:
        raise NoPeriod(text)
    year, month, quarter, until = found.groups()
    if until is not None:
        if int(until) != int(year) + 1:
            raise NoPeriod(text)
        return Period(length=Length.YEAR, first=date(int(year), _YEAR_BEGINS, 1))
    if quarter is not None:
        return Period(length=Length.QUARTER, first=date(int(year), 3 * int(quarter) - 2, 1))
    return Period(length=Length.MONTH, first=date(int(year), int(month), 1))


def month_of(day: date) -> Period:
    """The month in which a day is."""
    return Period(length=Length.MONTH, first=day.replace(day=1))


def _on(first: date, months: int) -> date:
    at = first.year * 12 + first.month - 1 + months
    return date(at // 12, at % 12 + 1, 1)
