"""Sums a day up: the subject that says it all, the first line and the figures."""

from datetime import date

from reports.catalogue import short_date
from reports.news import News, Occasion
from reports.words import speak


def subject(news: News, language: str, occasion: Occasion) -> str:
    """«Сенім жәшігі: 3 жаңа, 1 шара күтуде — 22 қараша»."""
    box = speak(language).gettext("Trust Box")
    return f"{box}: {_sum(news, language, occasion.today)} — {short_date(occasion.period, language)}"


def _sum(news: News, language: str, today: date) -> str:
    speech = speak(language)
    fresh = len(news.new)
    urgent = sum(one.urgent for one in news.new)
    said = speech.ngettext("%(num)s new", "%(num)s new", fresh) % {"num": fresh}
    if not fresh:
        said = speech.gettext("no new appeals")
    if urgent:
        said += f" ({speech.ngettext('%(num)s urgent', '%(num)s urgent', urgent) % {'num': urgent}})"
    if news.still_waiting:
        count = len(news.still_waiting)
        said += ", " + speech.ngettext("%(num)s without measures", "%(num)s without measures", count) % {
            "num": count
        }
    if late := news.overdue(today):
        said += ", " + speech.ngettext("%(num)s overdue", "%(num)s overdue", late) % {"num": late}
    return said


def headline(news: News, language: str, occasion: Occasion) -> str:
    """The same, as the first line of the letter."""
    said = _sum(news, language, occasion.today)
    return said[:1].upper() + said[1:]


def quiet(news: News, language: str) -> str:
    """A day without news still gets a warm word: silence would mean that the box is broken."""
    speech = speak(language)
    if news.new:
        return ""
    if news.still_waiting:
        return speech.gettext("Nothing new has come; the box is working.")
    return speech.gettext(
        "Nothing new has come; the box is working, and no appeal waits for a measure. Have a good day!"
    )


def lateness(occasion: Occasion, language: str) -> str:
    """Says in words that a letter comes late."""
    return speak(language).gettext("This letter is late: it was to be sent on %(date)s at %(time)s.") % {
        "date": short_date(occasion.due_at.date(), language),
        "time": f"{occasion.due_at:%H:%M}",
    }


def figures(news: News, language: str, today: date) -> list[tuple[str, int]]:
    """For a reader who wants numbers only."""
    speech = speak(language)
    return [
        (speech.gettext("New appeals"), len(news.new)),
        (speech.gettext("of them urgent"), sum(one.urgent for one in news.new)),
        (speech.gettext("of them anonymous"), sum(one.anonymous for one in news.new)),
        (speech.gettext("Still without measures"), len(news.still_waiting)),
        (speech.gettext("Overdue"), news.overdue(today)),
        *((label, count) for label, count in _if_any(news, language) if count),
    ]


def _if_any(news: News, language: str) -> list[tuple[str, int]]:
    speech = speak(language)
    return [
        (speech.gettext("In progress, overdue or due soon"), len(news.under_way)),
        (speech.gettext("Not yet considered by you"), len(news.to_consider)),
        (speech.gettext("Measures and decisions since your last letter"), len(news.done)),
    ]
