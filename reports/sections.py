"""The parts of a daily letter below the appeals themselves: what is due, what was done, who is away."""

from collections.abc import Sequence
from dataclasses import replace

from journal.leaves import Leave
from journal.model import Entry
from reports.card import Row, to_row
from reports.catalogue import short_date, until_date
from reports.links import Links
from reports.news import News, Occasion
from reports.progress import done_lines, progress
from reports.school import School, StaffMember
from reports.words import numbers, speak

ROWS = 15  # appeals in a list before «and N more»
_FEW = 5  # of those that were told before, and only wait to be considered
_MOST = 50  # that one tap or one line says were read


def listed_in(news: News) -> tuple[Sequence[Entry], ...]:
    """The lists of which a letter shows the first rows; an appeal stands in one of them."""
    older = news.still_waiting
    unheard = {one.number for one in news.unheard}
    fresh = {one.number for one in (*news.new, *news.waiting)}
    due = {one.number for one in news.under_way}
    return (
        news.unheard,
        [one for one in older if one.number not in unheard],
        [one for one in news.to_consider if one.number not in fresh | due],
        [one for one in news.under_way if one.number not in fresh],
    )


def rows(
    found: Sequence[Entry],
    name: str,
    school: School,
    member: StaffMember,
    occasion: Occasion,
    links: Links,
    most: int = ROWS,
) -> dict[str, object]:
    """A list of appeals and the numbers of those for which it has no more room, under their names."""
    return {
        name: [_row(one, school, member, occasion, links) for one in found[:most]],
        f"{name}_more": [one.number for one in found[most:]],
    }


def _row(entry: Entry, school: School, member: StaffMember, occasion: Occasion, links: Links) -> Row:
    row = to_row(entry, member.language, today=occasion.today, links=links)
    return replace(row, state=progress(entry, school, member))


def together(
    news: News, school: School, member: StaffMember, occasion: Occasion, links: Links
) -> dict[str, object]:
    """The sections of a letter that are about working together. An appeal stands in one list only."""
    unheard, _, consider, due = listed_in(news)
    shown = {one.number for one in (*consider, *due)}
    asked = [one.number for one in news.to_consider if one.number in shown]
    done = done_lines(news.done, school, member)
    read = f"{numbers(asked[:_MOST])}: {speak(member.language).gettext('I have read it')}" if asked else ""
    return {
        **rows(unheard, "unheard", school, member, occasion, links),
        **rows(consider, "consider", school, member, occasion, links, _FEW),
        **rows(due, "due", school, member, occasion, links),
        "considered_example": read,
        "considered_all": links.all_read(asked, read) if len(asked) > 1 else (),
        "done": done[:ROWS],
        "done_more": max(len(done) - ROWS, 0),
    }


def away_lines(news: News, language: str) -> list[str]:
    """Who is away and until when; a machine's word is told as such."""
    return [_away(one.name, leave, language) for one, leave in news.away]


def _away(name: str, leave: Leave, language: str) -> str:
    speech = speak(language)
    told = {"name": name, "date": "" if leave.ends is None else until_date(leave.ends, language)}
    if not leave.automatic:
        return speech.gettext("%(name)s is away until %(date)s") % told
    if leave.ends is None:
        return speech.gettext("%(name)s seems to be away: an automatic answer came, without a day") % told
    return speech.gettext("%(name)s seems to be away until %(date)s: an automatic answer says so") % told


def own_absence(news: News, language: str) -> str:
    """To a reader who was away until now, or who told of a leave and gets letters all the same."""
    speech = speak(language)
    if news.own_leave is not None:
        return speech.gettext(
            "You told of a leave, but so has everyone else who reads whole appeals: the letters go on."
        )
    if news.away_since is not None:
        since = {"date": short_date(news.away_since, language)}
        said = speech.gettext("You were away: this letter tells of everything since %(date)s.")
        return said % since
    return ""
