"""Understands from when to when somebody is away: «1–15 желтоқсан», «до 15 декабря», «tomorrow».

What staff say of themselves is read strictly: every word must be one that is known, else they are asked. In
an answering machine's letter a last day is looked for among words of any kind. Words are in `days.toml`.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from reports.shipped import templates

LONGEST = 100  # days of one leave: a longer one is a slip of the pen, or a reason to change config.yaml
_AHEAD = 300  # days until it begins
_READ = 300  # characters of what somebody says
_MACHINE_READ = 4_000  # characters of an answering machine's letter

_TOKEN = re.compile(
    r"(?P<iso>\d{4}-\d{1,2}-\d{1,2})(?!\d)"
    r"|(?P<dots>\d{1,2}[./]\d{1,2}(?:[./](?:20)?\d{2})?)(?![\d])"
    r"|(?P<year>20\d\d)(?!\d)"
    r"|(?P<number>\d{1,2})(?!\d)(?:-?(?:st|nd|rd|th|го|е|ое|нен|нан|ден|дан|тен|тан|не|на|ға|ге|ке|қа|ші|шы|і|ы)\b)?"
    r"|(?P<dash>[-–—−])"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<other>\S)"
)
_SPANNING = {"dash", "until", "between", "from", "back"}
_HARMLESS = ".,;:()«»“”\"'!"


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """From the first day to the last, both of them included."""

    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class _Sign:
    """A word that says how the days beside it are meant, a day, or a word that says nothing of days."""

    kind: str  # day, until, from, back, between, and, dash, other
    day: int | None = None
    month: int | None = None
    year: int | None = None
    on: date | None = None  # where it is one day, whatever the others say
    named: bool = False  # by its weekday


def read_days(words: str, today: date) -> Days | None:
    """The days that somebody says of themselves; None where they are not clear, over, or too many."""
    signs = list(_signs(words[:_READ], today))
    if any(one.kind == "other" for one in signs):
        return None
    days = [one for one in signs if one.kind == "day"]
    kinds = {one.kind for one in signs}
    first: date | None
    if len(days) == 1:
        last = _ending(days[0], today) or _next(days[0], today)
        if "from" in kinds and not kinds & {"until", "back", "dash"}:
            return None  # until when?
        first = today if kinds & {"until", "back"} else last
    elif len(days) == 2:
        first, last = _pair(days[0], days[1], today)
        joined = "and" in kinds and not kinds & _SPANNING
        if joined and first and last and last - first > timedelta(days=1):
            return None  # «1 и 15 декабря»: two days, and not what lies between
    else:
        return None
    if last is not None and "back" in kinds:
        last -= timedelta(days=1)
    return _checked(first, last, today)


def last_day_in(text: str, today: date) -> date | None:
    """Until when an answering machine says that its owner is away; None where it does not, or not clearly."""
    for line in text[:_MACHINE_READ].splitlines():
        signs = list(_signs(line, today))
        for at, one in enumerate(signs):
            if one.kind == "day" and (found := _last(signs, at, today)) and today <= found:
                return found if (found - today).days <= LONGEST else None
    return None


def _last(signs: Sequence[_Sign], at: int, today: date) -> date | None:
    """The last day that the day at this place says, with what stands beside it; None for another day."""
    before = [one.kind for one in signs[max(at - 4, 0) : at]]
    after = [one.kind for one in signs[at + 1 : at + 3]]
    on = _ending(signs[at], today)
    if on is None or ("day" in after and ("dash" in after or "until" in after)):
        return None  # the first of two
    pair = len(before) > 1 and before[-1] in ("dash", "and") and before[-2] == "day"
    if pair or "until" in before[-1:] + after[:1]:
        return on
    if "back" in before or after[:1] == ["back"]:
        return on - timedelta(days=1)
    return None


def _pair(one: _Sign, two: _Sign, today: date) -> tuple[date | None, date | None]:
    """«1–15 желтоқсан», «December 1–15», «28 декабря – 8 января»: the later one decides the year."""
    if two.month is None and two.on is None:
        two = replace(two, month=one.month, year=two.year or one.year)
    last = _ending(two, today)
    if one.month is None and one.on is None:
        one = replace(one, month=two.month or (last.month if last else None), year=one.year)
    if last is None:
        return None, None
    if one.on is not None:
        return one.on, last + timedelta(days=7 if two.named and last < one.on else 0)
    years = (one.year,) if one.year else (last.year, last.year - 1)
    found = [day for year in years if (day := _day(year, one.month, one.day)) and day <= last]
    return (found[0] if found else None), last


def _ending(sign: _Sign, today: date) -> date | None:
    """The next such day, from today on."""
    if sign.on is not None:
        return sign.on
    if sign.month is None:
        return None
    years = (sign.year,) if sign.year else (today.year, today.year + 1)
    found = [day for year in years if (day := _day(year, sign.month, sign.day))]
    return next((day for day in found if day >= today), None)


def _next(sign: _Sign, today: date) -> date | None:
    """«15-ке дейін», «до 15»: the next day of this number."""
    if sign.month is not None or sign.on is not None:
        return None
    ahead = (today + timedelta(days=days) for days in range(31))
    return next((day for day in ahead if day.day == sign.day), None)


def _day(year: int | None, month: int | None, day: int | None) -> date | None:
    try:
        return date(year or 0, month or 0, day or 0)
    except ValueError:
        return None


def _checked(first: date | None, last: date | None, today: date) -> Days | None:
    """Days of a leave that can be: not over, not turned round, not for half a year."""
    if first is None or last is None or last < today or first > last:
        return None
    if (last - first).days >= LONGEST or (first - today).days > _AHEAD:
        return None
    return Days(starts=max(first, today), ends=last)


def _signs(words: str, today: date) -> Iterator[_Sign]:
    """The days and what stands around them, with each month and year put to its day."""
    waiting: _Sign | None = (
        None  # a day whose month may follow: «15 желтоқсан», or stood before: «December 15»
    )
    month: int | None = None
    for one in _read(words, today):
        if one.kind == "month":
            if waiting is not None and waiting.month is None:
                waiting = replace(waiting, month=one.month)
            else:
                month = one.month
            continue
        if one.kind == "year":
            if waiting is not None and waiting.on is None:
                waiting = replace(waiting, year=one.year)
            continue
        if one.kind == "blank":
            continue
        if waiting is not None and one.kind == "day" and one.named and not waiting.named:
            continue  # «7 декабря, понедельник»
        if waiting is not None and not (waiting.named and one.kind == "day"):
            yield waiting
        if one.kind == "day" and one.on is None and one.month is None and month is not None:
            one, month = replace(one, month=month), None
        waiting = one if one.kind == "day" else None
        if waiting is None:
            yield one
    if waiting is not None:
        yield waiting
    elif month is not None:
        yield _Sign("other")  # a whole month: «декабрь»


def _read(words: str, today: date) -> Iterator[_Sign]:
    for found in _TOKEN.finditer(_smoothed(words)):
        kind, said = str(found.lastgroup), found[0]
        if kind == "iso":
            yield _exact(*(int(part) for part in said.split("-")))
        elif kind == "dots":
            parts = [int(part) for part in re.split(r"[./]", said)]
            year = parts[2] + (2000 if parts[2] < 100 else 0) if len(parts) > 2 else None
            yield _Sign("day", day=parts[0], month=parts[1], year=year)
        elif kind == "year":
            yield _Sign("year", year=int(said))
        elif kind == "number":
            yield _Sign("day", day=int(found["number"]))
        elif kind == "word":
            yield _word(said, today)
        elif kind == "dash":
            yield _Sign("dash")
        else:
            yield _Sign("blank" if said in _HARMLESS else "other")


def _smoothed(words: str) -> str:
    """Small letters and single spaces; «15-желтоқсан» in two words."""
    return re.sub(r"(\d)-(?=[^\W\d_]{4,})", r"\1 ", " ".join(words.casefold().replace("ё", "е").split()))


def _exact(year: int, month: int, day: int) -> _Sign:
    return _Sign("day", day=day, month=month, year=year)


def _word(said: str, today: date) -> _Sign:
    kind, value = _known(said)
    if kind == "month":
        return _Sign("month", month=value)
    if kind == "relative":
        return _Sign("day", on=today + timedelta(days=value))
    if kind == "weekday":
        # Whoever says «until Monday» on a Monday means the next one.
        return _Sign("day", on=today + timedelta(days=(value - today.weekday() - 1) % 7 + 1), named=True)
    return _Sign(kind)


def _known(said: str) -> tuple[str, int]:
    """What a word is: a whole one is looked for first, then the beginnings, the longest first."""
    whole, beginnings = _words()
    if said in whole:
        return whole[said]
    return next((what for stem, what in beginnings if said.startswith(stem)), ("other", 0))


@cache
def _words() -> tuple[Mapping[str, tuple[str, int]], Sequence[tuple[str, tuple[str, int]]]]:
    listed: dict[str, Any] = tomllib.loads((templates() / "days.toml").read_text(encoding="utf-8"))
    found: dict[str, tuple[str, int]] = {}
    for kind, rows, first in (("month", listed["months"], 1), ("weekday", listed["weekdays"], 0)):
        for at, row in enumerate(rows, first):
            found |= dict.fromkeys(row, (kind, at))
    for days, row in listed["relative"].items():
        found |= dict.fromkeys(row, ("relative", int(days)))
    for kind, row in listed["signs"].items():
        named = "blank" if kind == "passed_over" else kind
        found |= {word: (named, 0) for word in row if word not in found}
    stems = {word[:-1]: what for word, what in found.items() if word.endswith("*")}
    whole = {word: what for word, what in found.items() if not word.endswith("*")}
    return whole, sorted(stems.items(), key=lambda one: -len(one[0]))
