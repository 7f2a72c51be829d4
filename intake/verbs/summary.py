"""Shows the daily letter as it would be written now; nothing is owed or sent by that."""

import argparse
from datetime import datetime

from intake.config import Config
from intake.verbs.export import spare_our_own, written
from intake.verbs.opening import now, one_school, open_journal, today
from intake.verbs.output import print_json, say
from intake.verbs.person import person
from intake.verbs.values import WrongUsage
from journal.openings import note_opened
from reports.clock import local_day
from reports.daily import Daily, draft_daily
from reports.news import Occasion, gather
from reports.school import Detail, StaffMember


def summary(asked: argparse.Namespace) -> int:
    """The letter's text, and its page where --html says."""
    config = one_school(asked)
    member = _reader(config, asked.reader)
    daily = _write(config, member, asked)
    draft = daily.draft
    if asked.json:
        parts = {"subject": draft.subject, "text": draft.text, "html": draft.html}
        print_json({"reader": member.address, **parts, "covers_to": daily.covers_to})
    else:
        say(draft.subject, "", draft.text)
    if asked.html:
        spare_our_own(asked.html, config)
        with written(asked.html) as stream:
            stream.write(draft.html)
        if not asked.json and str(asked.html) != "-":
            say(f"wrote {asked.html}")
    return 0


def _reader(config: Config, address: str | None) -> StaffMember:
    if address is None:
        return config.school.staff[0]
    member = config.school.member(address)
    if member is None:
        raise WrongUsage("--reader: nobody in `staff` has this address; write it as in config.yaml")
    return member


def _write(config: Config, member: StaffMember, asked: argparse.Namespace) -> Daily:
    school = config.school
    period = asked.date or today(config)
    due_at = datetime.combine(period, member.hour or school.summary_at, school.time_zone)
    asked_at = now()
    with open_journal(config) as journal:
        occasion = Occasion(
            period=period, due_at=due_at, today=local_day(school, max(asked_at, due_at)), late=False
        )
        news = gather(journal, school, member, occasion, asked_at)
        shown = [] if member.detail is Detail.NUMBERS else [one.number for one in (*news.new, *news.waiting)]
        note_opened(journal, "summary", numbers=shown, by=person(), on=today(config))
        return draft_daily(news, school, member, occasion)
