"""The letter of 15:00: what is new in the Trust Box, what still waits for a measure, and how to answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from journal.book import Journal
from journal.model import Entry, Role
from reports.card import LONGEST, goes_on, to_card, to_line
from reports.catalogue import long_date
from reports.clock import local_day
from reports.foot import foot
from reports.headline import figures, headline, lateness, quiet, subject
from reports.helping import examples
from reports.links import Links, new_links
from reports.news import News, Occasion, gather
from reports.progress import progress
from reports.render import Draft, render
from reports.school import Detail, School, StaffMember
from reports.sections import ROWS, away_lines, listed_in, own_absence, rows, together
from reports.slip import write_slip
from reports.words import numbers, speak

HTML_LIMIT = 90_000  # bytes: past about 102 KB Gmail cuts a letter off
_STEP = 0.95
# Bytes of HTML around a family's words, about.
_FRAME, _CARD, _FACT, _ROW, _LINK, _DONE = 7_000, 1_000, 140, 1_000, 480, 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """A daily letter and what it tells of: `covers_to` is the last number told, with all before it.

    `long_texts` are the appeals whose text goes on: each is owed as a letter of its own.
    """

    draft: Draft
    covers_to: int
    long_texts: tuple[int, ...] = ()
    unread: tuple[int, ...] = ()  # appeals that somebody else must be asked to read
    covers_event: int | None = None  # the newest event of the history that it tells of


def write_daily(
    journal: Journal,
    school: School,
    member: StaffMember,
    *,
    period: date,
    due_at: datetime,
    now: datetime,
    late: bool,
    asked_at: datetime | None = None,
) -> Daily:
    """A reader's daily letter from the Journal as it now is. `asked_at`: the true moment of a preview."""
    occasion = Occasion(
        period=period, due_at=due_at.astimezone(school.time_zone), today=local_day(school, now), late=late
    )
    return draft_daily(gather(journal, school, member, occasion, asked_at or now), school, member, occasion)


def draft_daily(news: News, school: School, member: StaffMember, occasion: Occasion) -> Daily:
    """The letter from plain values: whole appeals as far as they fit, urgent first, the others in a line.

    Appeals go before links: where all are told whole only with fewer links, there are fewer.
    """
    for most in (2, 1, 0):
        told, draft = _filled(news, school, member, occasion, most)
        if len(told) == len(news.new):
            break
    else:
        told, draft = _filled(news, school, member, occasion, 1)
    shown = {entry.number for entry in told}
    left = [entry.number for entry in news.new if entry.number not in shown]
    last = max([news.covered_to, news.came_to, *(entry.number for entry in news.new)])
    return Daily(
        draft=draft,
        # What had no room is new again tomorrow, whole.
        covers_to=min(left) - 1 if left else last,
        long_texts=tuple(one.number for one in told if goes_on(one, member.detail)),
        unread=news.unread,
        covers_event=news.covers_event,
    )


def _filled(
    news: News, school: School, member: StaffMember, occasion: Occasion, most: int
) -> tuple[list[Entry], Draft]:
    """The appeals that are told whole, and the letter; `most`: links at an appeal."""
    row = _ROW + _LINK * bool(most)
    listed = sum(min(len(one), ROWS) for one in listed_in(news))
    room = float(HTML_LIMIT - _FRAME - row * listed - _DONE * min(len(news.done), ROWS))
    while True:
        told = _fit(news.new, member, room, _CARD + _LINK * most)
        links = _links(news, told, school, member, most)
        draft = _draft(news, told, school, member, occasion, links)
        if len(draft.html.encode()) < HTML_LIMIT or not told:
            return told, draft
        room *= _STEP  # what was reckoned was too little: a text full of «<» and «&» grows when escaped


def _fit(new: Sequence[Entry], member: StaffMember, room: float, card: int) -> list[Entry]:
    """The new appeals that are told whole, by their numbers. Urgent ones take their place first."""
    if member.detail is Detail.NUMBERS:
        return list(new)
    left = room
    told = []
    for entry in sorted(new, key=lambda one: (not one.urgent, one.number)):
        text = entry.text[:LONGEST] if member.detail is Detail.FULL else ""
        facts = 1 + bool(entry.phone) + 3 * bool(entry.applicant) + bool(entry.attachments or entry.refused)
        left -= card + _FACT * facts + len((text + entry.content).encode()) + 3 * text.count("\n")
        if left < 0:
            break
        told.append(entry)
    return sorted(told, key=lambda one: one.number)


def _draft(
    news: News,
    told: Sequence[Entry],
    school: School,
    member: StaffMember,
    occasion: Occasion,
    links: Links,
) -> Draft:
    language = member.language
    context = {
        "subject": subject(news, language, occasion),
        "school": school.name(language),
        "day": long_date(occasion.period, language),
        "headline": headline(news, language, occasion),
        "late": lateness(occasion, language) if occasion.late and not news.away_since else "",
        "absence": own_absence(news, language),
        "away": away_lines(news, language),
        "name": member.name,
        "quiet": quiet(news, language),
        "unconfirmed": numbers(news.unconfirmed),
        "sums": [],
        "private": False,
        **_NOTHING,
        **foot(news, language, occasion),
    }
    if member.detail is Detail.NUMBERS:
        context["sums"] = figures(news, language, occasion.today)
    else:
        context.update(_lists(news, told, school, member, occasion, links))
        context.update(together(news, school, member, occasion, links))
        context.update(_examples(news, school, member))
    text, html = render("daily", language, context)
    return Draft(subject=str(context["subject"]), text=text, html=html, language=language, links=links.tokens)


def _links(news: News, told: Sequence[Entry], school: School, member: StaffMember, most: int) -> Links:
    """A link for each appeal that the letter shows: whole, or in the first rows of what waits."""
    shown = [*told, *(entry for one in listed_in(news) for entry in one[:ROWS])]
    if not most or member.detail is Detail.NUMBERS:
        shown = []
    numbers = dict.fromkeys(one.number for one in shown if one.purged_on is None)
    return new_links(school, member.language, numbers, most=most)


_NOTHING: dict[str, object] = {
    **dict.fromkeys(("urgent", "new", "later", "later_more", "waiting", "waiting_more", "done", "ways"), ()),
    **dict.fromkeys(("unheard", "unheard_more", "due", "due_more", "consider", "consider_more"), ()),
    **dict.fromkeys(("example", "considered_example", "considered_all"), ""),
    "done_more": 0,
}


def _lists(
    news: News,
    told: Sequence[Entry],
    school: School,
    member: StaffMember,
    occasion: Occasion,
    links: Links,
) -> dict[str, object]:
    shown = {entry.number for entry in told}
    cards = [
        replace(
            to_card(
                one,
                member.language,
                detail=member.detail,
                today=occasion.today,
                named=news.named.get(one.number, ()),
                links=links,
            ),
            state=progress(one, school, member),
        )
        for one in told
    ]
    later = sorted((one for one in news.new if one.number not in shown), key=lambda one: not one.urgent)
    unheard, waiting, consider, due = listed_in(news)
    return {
        "private": bool(cards or later or waiting or unheard or consider or due),
        "urgent": [card for card in cards if card.urgent],
        "new": [card for card in cards if not card.urgent],
        "later": [to_line(one, member.language) for one in later[:ROWS]],
        "later_more": [one.number for one in later[ROWS:]],
        **rows(waiting, "waiting", school, member, occasion, links),
    }


def _examples(news: News, school: School, member: StaffMember) -> dict[str, object]:
    """How to answer, with numbers that are truly in this letter."""
    unanswered = [one.number for one in news.new if not one.measures and not one.purged_on] + [
        one.number for one in news.still_waiting
    ]
    if not unanswered:
        return {}
    first, *others = unanswered
    with_files = [one.number for one in (*news.new, *news.still_waiting) if one.attachments]
    directors = any(one.role is Role.DIRECTOR for one in school.staff)
    found = examples(
        member.language,
        first,
        (first, others[0]) if others else None,
        files=with_files[0] if with_files and member.detail is Detail.FULL else None,
        cause=next((one.names.get(member.language, "") for one in school.causes), ""),
        to="" if directors else next((one.name for one in school.forward.values()), ""),
        colleague=next((one.name for one in school.staff if one != member), ""),
    )
    example = write_slip(first, speak(member.language).gettext("a talk was held"))
    return {"example": example, "ways": [way for way in found if way[1] != example]}
