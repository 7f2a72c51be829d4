"""What people do in the demo: staff open their mail and reply, and the clock is moved on to 15:00."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from intake.config import Config
from intake.demo.client import Opened, open_letter, write_reply
from intake.demo.ground import STAFF, Ground, Person
from intake.demo.postoffice import Kept, PostOffice
from intake.pull import pull
from intake.send import SendReport, send
from intake.submission import submit
from intake.verbs.opening import open_journal
from journal.letters import last_daily, listed
from journal.model import Entry, LetterState, Reader
from reports.clock import local_day

_TURNS, _PAUSE = 100, 0.1  # ten seconds are far more than a pass takes here


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The school that `senim demo` laid out, with its post office open."""

    ground: Ground
    config: Config
    post: PostOffice
    page_url: str


def mailbox(stage: Stage, person: Person) -> list[Kept]:
    """The letters of a member of staff, newest first."""
    return stage.post.folder(person.address)[::-1]


def letter(stage: Stage, person: Person, uid: int) -> Opened | None:
    """One letter of a member of staff; None when there is no such letter."""
    found = next((one for one in stage.post.folder(person.address) if one.uid == uid), None)
    return open_letter(found.raw) if found else None


def reply(stage: Stage, person: Person, to: Opened, text: str, now: datetime) -> None:
    """Send a reply as this person's mail program would. Raises ServerFault."""
    message = write_reply(
        to, name=person.name, address=person.address, language=person.language, text=text, now=now
    )
    server = replace(
        stage.config.submission, username=person.address, password=stage.ground.accounts[person.address]
    )
    recipient = message["To"].addresses[0].addr_spec
    submit(message, server=server, sender=person.address, recipients=[recipient])


def next_letters_at(stage: Stage, now: datetime) -> datetime:
    """The 15:00 that the button moves on to: today's, or the first whose letter has not left yet."""
    school = stage.config.school
    readers = [Reader(address=one.address, role=one.role) for one in STAFF]
    with open_journal(stage.config) as journal:
        periods = [period for period in (last_daily(journal, one) for one in readers) if period]
    last = max((datetime.fromisoformat(period).date() for period in periods), default=None)
    day = local_day(school, now)
    if last is not None and last >= day:
        day = last + timedelta(days=1)
    return datetime.combine(day, school.summary_at, school.time_zone).astimezone(UTC)


def letters_now(stage: Stage, now: datetime) -> SendReport:
    """Take in what families wrote, then send the 15:00 letters without waiting for the hour."""
    take_in(stage, now)
    return send(stage.config, next_letters_at(stage, now))


def take_in(stage: Stage, now: datetime) -> None:
    """Pull; when the worker is at the mailbox just now, wait for it, so that nothing is missed."""
    for _ in range(_TURNS):
        if not pull(stage.config, now).busy:
            return
        time.sleep(_PAUSE)


def answer_now(stage: Stage, clock: Callable[[], datetime]) -> None:
    """Take in what came and send what is owed; what the worker has just taken up, it is left to end.

    The clock is asked each time: the worker may have owed a letter a moment after we began.
    """
    take_in(stage, clock())
    for _ in range(_TURNS):
        now = clock()
        send(stage.config, now)
        with open_journal(stage.config) as journal:
            owed = [one for one in listed(journal) if one.state is LetterState.OWED]
        if not any(one.due_at <= now for one in owed):
            return
        time.sleep(_PAUSE)


def entries(stage: Stage) -> list[Entry]:
    """The Journal as it stands."""
    with open_journal(stage.config) as journal:
        return list(journal.entries())


def people() -> dict[str, Person]:
    """The staff by the name that stands in the viewer's addresses."""
    return {one.key: one for one in STAFF}
