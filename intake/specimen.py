"""Writes every letter and every page once, of a made-up day, to see that no template is broken.

The Journal of that day is a file of its own that is gone afterwards; the people in it are invented.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from intake.page import PageSettings, empty, form_page, note_page, sent_page
from journal.book import Journal
from journal.condition import Trouble
from journal.database import upgrade
from journal.model import Appeal, Applicant, Attachment, Channel, DeedKind, LetterKind, Role, Term
from journal.sealing import new_key
from reports.alone import ALONE, write_alone
from reports.answers import write_files, write_refusal, write_text
from reports.asking import ACTS, write_confirm, write_echo
from reports.catalogue import LANGUAGES
from reports.confirmation import write_confirmation
from reports.conflict import sight
from reports.conflict_words import LIFTED, STATES
from reports.daily import write_daily
from reports.done_words import ANONYMOUS, BEFORE, GONE_OUT, LONG, NO_CAUSE, NOBODY, SINCE
from reports.escalation import write_escalation
from reports.notices import write_bounced, write_notice
from reports.reference import new_token
from reports.render import Draft, compose
from reports.school import Detail, School, StaffMember
from reports.urgent import write_urgent

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 10, 5, tzinfo=UTC)
TERM = Term(received_on=DAY, registered_on=DAY, due_on=date(2026, 12, 14))
APPEALS = (
    Appeal(
        applicant=None,
        term=TERM,
        channel=Channel.PAGE,
        content="Асханада кезек ұзақ",
        text="Асханада кезек ұзақ, тамақ ішіп үлгермейміз. " * 120,
        language="kk",
        class_group="7-сынып",
        urgent=True,
        attachments=(Attachment(name="1.jpg", media_type="image/jpeg", content=b"\xff\xd8\xff"),),
        refused=(".doc",),
    ),
    Appeal(
        applicant=Applicant(surname="Ахметова", given_name="Сәуле", email="saule@family.example"),
        term=TERM,
        channel=Channel.LETTER,
        content="Прошу разобраться с расписанием",
        text="Прошу разобраться с расписанием: <шесть> уроков & ни одной перемены.",
        language="ru",
        phone="+7 701 000 00 00",
    ),
)


def write_everything() -> Iterator[tuple[str, int]]:
    """Each language and how many letters and pages it has; raises what a broken template raises."""
    with TemporaryDirectory(prefix="senim-check-") as folder:
        url = f"sqlite:///{Path(folder) / 'specimen.db'}"
        upgrade(url)
        with Journal.open(url, new_key()) as journal:
            for appeal in APPEALS:
                journal.record(appeal, identity="")
            for language in LANGUAGES:
                yield language, _letters(journal, language) + _pages(language)


def _school(language: str) -> School:
    readers = tuple(
        StaffMember(
            name="Айгүл Сейітқызы",
            address=f"{detail}@school.example",
            role=Role.PSYCHOLOGIST,
            language=language,
            detail=detail,
        )
        for detail in Detail
    )
    return School(
        names={language: "№ 12"},
        time_zone=ZoneInfo("Asia/Almaty"),
        languages=(language,),
        box="box@school.example",
        staff=readers,
    )


def _letters(journal: Journal, language: str) -> int:
    school = _school(language)
    written = [
        *_daily_letters(journal, school),
        *_answers(journal, school),
        *_questions(school),
        *_notices(school),
    ]
    for kind, draft in written:
        message = compose(
            draft, school=school, to=school.staff[0].address, kind=kind, token=new_token(), now=NOW
        )
        message.as_bytes()
    return len(written)


def _daily_letters(journal: Journal, school: School) -> Iterator[tuple[LetterKind, Draft]]:
    for member in school.staff:
        daily = write_daily(journal, school, member, period=DAY, due_at=NOW, now=NOW, late=True)
        yield LetterKind.DAILY, daily.draft


def _answers(journal: Journal, school: School) -> Iterator[tuple[LetterKind, Draft]]:
    member = school.staff[0]
    stored = [
        {"number": 1, "mark": "7-сынып", "text": "әңгіме өткізілді", "kind": kind, "done": [{"told": True}]}
        for kind in ("", *DeedKind)
        if kind != DeedKind.FOUND
    ]
    told = {"unknown": [99], "not_understood": ["?"], "late": [1], "lost": True, "destroyed": [1]}
    undone = [{**stored[0], "why": why} for why in ("", BEFORE, SINCE, GONE_OUT)]
    unstored = [{"number": 1, "why": why, "text": "?"} for why in (NO_CAUSE, NOBODY, ANONYMOUS, LONG)]
    data = {"stored": stored, "files": [1], "undo": undone, "unstored": unstored, **told}
    yield LetterKind.TEXT, write_text(journal, school, member, 1)
    for why in (ALONE, LIFTED):
        seen = sight(journal, school, DAY)
        yield LetterKind.TEXT, write_alone(journal, school, member, 1, why, seen)[0]
    every = list(journal.entries())
    for one in school.staff:
        for first in (True, False):
            alarm = {"first": first, "names": [member.name] * first}
            yield LetterKind.URGENT, write_urgent(school, one, every, sight(journal, school, DAY), alarm)[0]
        yield LetterKind.ESCALATION, write_escalation(school, one, every, sight(journal, school, DAY))
    yield LetterKind.FILES, write_files(journal, school, member, 1)
    yield LetterKind.CONFIRMATION, write_confirmation(school, member, data)
    yield LetterKind.REFUSAL, write_refusal(school, member, {"reason": "other-sender", "on": DAY.isoformat()})


def _questions(school: School) -> Iterator[tuple[LetterKind, Draft]]:
    member = school.staff[0]
    act = {"number": 1, "mark": "7-сынып", "text": "тексерілді", "finding": "unfounded"}
    asked = {"stored": [act], "undo": [act], "files": [1], "stop": {"number": 1}}
    yield LetterKind.CONFIRM, write_confirm(school, member, asked)
    for state in ACTS:
        told = {**act, "state": state, "by": member.name, "to": "?", "was": "?", "until": NOW.isoformat()}
        yield LetterKind.ECHO, write_echo(school, member, told)
    yield LetterKind.ECHO, write_echo(school, member, {"state": "disowned", "by": "?", "numbers": [1]})
    for state in STATES:
        apart = {"state": state, "number": 1, "by": member.name, "names": ["?"]}
        yield LetterKind.ECHO, write_echo(school, member, apart)


def _notices(school: School) -> Iterator[tuple[LetterKind, Draft]]:
    reader = school.staff[0]
    administrator = replace(reader, role=Role.ADMINISTRATOR)
    school = replace(school, administrator=administrator)
    lost = {"kind": "daily", "day": DAY.isoformat(), "to": reader.name, "role": reader.role, "new": 3}
    for member in (reader, administrator):
        yield LetterKind.BOUNCED, write_bounced(school, member, {**lost, "why": "unknown-address"})
    for trouble in Trouble:
        begun = {"trouble": trouble, "since": NOW.isoformat()}
        yield LetterKind.NOTICE, write_notice(school, administrator, begun)
        yield LetterKind.NOTICE, write_notice(school, administrator, {**begun, "until": NOW.isoformat()})
    unread = {"about": "held", "held": [[3, "reader-died"], [5, "too-large"]]}
    yield LetterKind.NOTICE, write_notice(school, administrator, unread)
    restored = {"about": "restored", "made_on": DAY.isoformat(), "last": 57, "next": 64}
    for member in (reader, administrator):
        yield LetterKind.NOTICE, write_notice(school, member, restored)
    waited = {"about": "waited", "numbers": [1, 2]}
    yield LetterKind.NOTICE, write_notice(school, administrator, waited)
    for about in ("conflict", "urgent"):
        yield LetterKind.NOTICE, write_notice(school, administrator, {"about": about, "number": 1})
    closed = {"about": "closed-alone", "number": 1, "by": reader.name}
    yield LetterKind.NOTICE, write_notice(school, administrator, closed)


def _pages(language: str) -> int:
    settings = PageSettings(school=_school(language), submit=lambda _letter: None, clock=lambda: NOW)
    pages = (
        form_page(settings, language, empty(language)),
        sent_page(settings, language),
        note_page(settings, language, 404, "/"),
    )
    return len(pages)
