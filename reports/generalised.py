"""The generalisation as its reader gets it: causes of justified appeals first, then the counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from journal.model import Channel, Finding
from reports.catalogue import long_date, month_named
from reports.done_words import cause_name
from reports.generalisation import NOT_FOUND, UNNAMED, Band, Generalisation, Justified, Line, Progress, Table
from reports.period import Length, Period
from reports.render import Draft, to_draft
from reports.school import School, StaffMember
from reports.words import brief, in_figures, numbers, speak

_MEASURE = 300  # characters of a measure; the register has it whole
_MOST = 30  # measures of one cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A count with its name; `share` is the length of its bar in hundredths of the longest, 0 for none."""

    name: str
    count: str
    share: int
    compared: str = ""
    hidden: bool = False


def write_generalisation(found: Generalisation, school: School, member: StaffMember, *, today: date) -> Draft:
    """The letter, and the page that `senim generalisation --html` writes."""
    language = member.language
    speech = speak(language)
    headline = speech.gettext("Generalisation of appeals: %(period)s") % {
        "period": period_named(found.period, language)
    }
    context: dict[str, object] = {
        "headline": headline,
        "day": long_date(today, language),
        "masked": found.masked,
        "total": _count(found.total, language),
        "compared": _compared(found.total, language),
        "justified": [_shown(one, school, language) for one in found.justified],
        "draft": _paragraph(found, school, language),
        "tables": _tables(found, school, language),
        "facts": _facts(found, language),
        "private": not found.masked,
    }
    return to_draft("generalisation", school, member, context)


def period_named(period: Period, language: str) -> str:
    """As a heading has it: «2026 жылғы қараша»."""
    speech, first = speak(language), period.first
    if period.length is Length.MONTH:
        month = {"month": month_named(first.month, language), "year": first.year}
        return speech.gettext("%(month)s %(year)s") % month
    if period.length is Length.QUARTER:
        quarter = {"quarter": (first.month + 2) // 3, "year": first.year}
        return speech.gettext("quarter %(quarter)s of %(year)s") % quarter
    years = {"first": first.year, "second": first.year + 1}
    return speech.gettext("school year %(first)s/%(second)s") % years


def _cause_shown(cause: str, school: School, language: str) -> str:
    """A cause in words, also of appeals that have none."""
    if cause == UNNAMED:
        return speak(language).gettext("cause not named yet")
    return cause_name(cause, school, language)


def _tables(found: Generalisation, school: School, language: str) -> list[tuple[str, list[Row]]]:
    speech = speak(language)
    titled = (
        (speech.gettext("By cause"), found.causes, _Causes(school, language)),
        (speech.gettext("By what was found"), found.findings, _findings(language)),
        (speech.gettext("By grade"), found.bands, _bands(language)),
        (speech.gettext("Signed and anonymous"), found.signed, _signed(language)),
        (speech.gettext("By the way they came"), found.channels, _channels(language)),
        (speech.gettext("How far they have come"), found.progress, _progress(language)),
    )
    shown = ((title, _rows(table, named, language)) for title, table, named in titled)
    return [(title, rows) for title, rows in shown if rows]


class _Causes(dict[str, str]):
    """Names of causes by their ids."""

    def __init__(self, school: School, language: str) -> None:
        super().__init__()
        self._of = school, language

    def __missing__(self, cause: str) -> str:
        return _cause_shown(cause, *self._of)


def _rows(table: Table, named: Mapping[str, str], language: str) -> list[Row]:
    """Without what never was; in what leaves the school nought is hidden like any small count."""
    kept = [line for line in table if line.now is None or line.now or line.before or line.year_before]
    longest = max((line.now or 0 for line in kept), default=0)
    return [
        Row(
            name=named[line.code],
            count=_count(line, language),
            share=round(100 * line.now / longest) if line.now else 0,
            compared=_compared(line, language),
            hidden=line.now is None,
        )
        for line in kept
    ]


def _count(line: Line, language: str) -> str:
    return speak(language).gettext("hidden") if line.now is None else str(line.now)


def _compared(line: Line, language: str) -> str:
    """«алдыңғы кезең: 4 · былтыр: 7»."""
    if line.before is None or line.year_before is None:
        return ""
    said = speak(language).gettext("before: %(before)s · a year ago: %(year)s")
    return said % {"before": line.before, "year": line.year_before}


def _shown(one: Justified, school: School, language: str) -> dict[str, object]:
    taken = [(each.number, measure) for each in one.appeals for measure in each.measures]
    return {
        "cause": _cause_shown(one.cause, school, language),
        "count": len(one.appeals),
        "numbers": numbers(each.number for each in one.appeals),
        "measures": [
            (number, in_figures(measure.recorded_on, language), brief(measure.text, _MEASURE))
            for number, measure in taken[:_MOST]
            if measure.text
        ],
        "more": max(len(taken) - _MOST, 0),
        "unanswered": numbers(each.number for each in one.appeals if not each.measures),
    }


def _paragraph(found: Generalisation, school: School, language: str) -> str:
    """A beginning that a person goes on with, in their own words."""
    if found.masked or not found.justified:
        return ""
    speech = speak(language)
    causes = "; ".join(
        speech.ngettext("%(cause)s (%(num)s appeal)", "%(cause)s (%(num)s appeals)", len(one.appeals))
        % {"cause": _cause_shown(one.cause, school, language), "num": len(one.appeals)}
        for one in found.justified
    )
    total = sum(len(one.appeals) for one in found.justified)
    said = speech.ngettext(
        "In this period (%(period)s) %(num)s appeal was found to be justified. The causes: %(causes)s. "
        "To remove them the school has …",
        "In this period (%(period)s) %(num)s appeals were found to be justified. The causes: %(causes)s. "
        "To remove them the school has …",
        total,
    )
    return said % {"period": period_named(found.period, language), "num": total, "causes": causes}


def _facts(found: Generalisation, language: str) -> list[str]:
    speech = speak(language)
    facts: list[str] = []
    if found.median_days is not None and found.slowest is not None:
        said = speech.gettext(
            "From registration to the first measure: %(median)s days for half of the appeals, %(slowest)s "
            "for the slowest (№%(number)s)."
        )
        waited = {"median": f"{found.median_days:g}", "slowest": found.slowest_days, "number": found.slowest}
        facts.append(said % waited)
    if found.overdue:
        facts.append(speech.gettext("Overdue: %(numbers)s.") % {"numbers": numbers(found.overdue)})
    if found.without_cause:
        example = speech.gettext("№%(number)s: cause: bullying") % {"number": found.without_cause[0]}
        said = speech.gettext(
            "Without a cause: %(numbers)s. Name it in a reply to a daily letter: “%(example)s”."
        )
        facts.append(said % {"numbers": numbers(found.without_cause), "example": example})
    return facts


def _findings(language: str) -> dict[str, str]:
    speech = speak(language)
    return {
        Finding.JUSTIFIED: speech.gettext("justified"),
        Finding.PARTLY: speech.gettext("partly justified"),
        Finding.UNFOUNDED: speech.gettext("unfounded"),
        NOT_FOUND: speech.gettext("no finding yet"),
    }


def _bands(language: str) -> dict[str, str]:
    speech = speak(language)
    bands = {
        band.value: speech.gettext("grades %(grades)s") % {"grades": band.value.replace("-", "–")}
        for band in Band
    }
    return {**bands, Band.UNKNOWN: speech.gettext("grade not given")}


def _signed(language: str) -> dict[str, str]:
    speech = speak(language)
    return {"signed": speech.gettext("signed"), "anonymous": speech.gettext("anonymous")}


def _channels(language: str) -> dict[str, str]:
    speech = speak(language)
    return {
        Channel.PAGE: speech.gettext("the box's page"),
        Channel.FORM: speech.gettext("the site's form"),
        Channel.LETTER: speech.gettext("by e-mail"),
    }


def _progress(language: str) -> dict[str, str]:
    speech = speak(language)
    return {
        Progress.CLOSED: speech.gettext("closed"),
        Progress.OPEN: speech.gettext("open, in time"),
        Progress.OVERDUE: speech.gettext("open, overdue"),
    }
