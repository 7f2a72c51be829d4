"""Notices what keeps Senim from its work, and tells the administrator once when it begins, once when it ends.

    troubles = Troubles(config)          # one for each school, as long as the process lives
    troubles.pulled(outcome, now)        # after every pull: its PullReport, or the exception that ended it
    troubles.sent(outcome, now)          # after every sending pass: its SendReport, or the exception

Neither raises anything: what goes wrong in telling goes to the log. The worker and `senim pull`, `senim send`
call them alike; between processes the Journal remembers. What hit the Journal itself only the worker can
remember: the administrator is then written to past it, and once it is back it tells of the end. Letters that
are late, and what could not be read, are looked after by `intake.send`.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from intake.config import Config
from intake.pull import PullReport
from intake.school_key import open_journal
from intake.send import SendReport
from intake.submission import submit
from intake.telling import are_over, failing_since, has_begun, letters_judged, notice_of, owe_end, patience
from intake.trouble_signs import OF_A_PULL, PAST_THE_JOURNAL, disproved_by, seen_in_pull, seen_in_send
from journal.book import Journal
from journal.condition import Trouble
from journal.model import LetterKind
from reports.clock import local_day
from reports.notices import write_notice
from reports.reference import new_token
from reports.render import compose

log = logging.getLogger(__name__)

AGAIN = timedelta(minutes=5)  # between two tries to write past the Journal, and two looks at a good one


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lost:
    """The Journal cannot be used: since when, and whether the administrator was written to."""

    trouble: Trouble
    since: datetime
    told: bool = False
    tried: datetime | None = None


class Troubles:
    """One school's troubles, as one process meets them."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._lost: _Lost | None = None
        self._told: list[tuple[Trouble, datetime]] = []  # past the Journal
        self._well_at: datetime | None = None  # the last pull was well, and the Journal knew it then

    def pulled(self, outcome: PullReport | Exception, now: datetime) -> None:
        """A pull has ended: well, or not."""
        if isinstance(outcome, PullReport) and outcome.busy:
            return  # another worker is at it, and tells what it sees
        trouble = seen_in_pull(outcome, self._config)
        well = trouble is None and self._lost is None
        if well and self._well_at is not None and now - self._well_at < AGAIN:
            return  # as before
        if trouble in PAST_THE_JOURNAL:
            self._without_journal(trouble, now)
            return
        school = self._config.school

        def note(journal: Journal) -> None:
            if trouble is not None:
                since = failing_since(journal, trouble, OF_A_PULL, now)
                has_begun(journal, school, trouble, now, since=since)
            are_over(journal, school, disproved_by(outcome), now)

        noted = self._with_journal(note, now)
        self._well_at = now if noted and trouble is None else None

    def sent(self, outcome: SendReport | Exception, now: datetime) -> None:
        """A sending pass has ended: well, or not."""
        trouble = seen_in_send(outcome, self._config)
        if trouble in PAST_THE_JOURNAL:
            self._without_journal(trouble, now)
        elif isinstance(outcome, Exception):
            school, faults = self._config.school, [outcome]
            self._with_journal(
                lambda journal: letters_judged(journal, school, now, faults=faults, accepted=False), now
            )
        elif self._lost is not None:
            self._with_journal(lambda _journal: None, now)

    def _with_journal(self, note: Callable[[Journal], object], now: datetime) -> bool:
        """Write down what was seen. False when the Journal is no longer, or not yet, to be used."""
        try:
            with open_journal(self._config) as journal:
                if self._lost is not None:
                    self._found_again(journal, self._lost, now)
                    self._lost = None
                note(journal)
        except Exception as fault:
            log.error("%s: troubles not noted: %s", self._config.name, type(fault).__name__)
            trouble = seen_in_send(fault, self._config)
            if trouble in PAST_THE_JOURNAL:
                self._without_journal(trouble, now)
            return False
        return True

    def _without_journal(self, trouble: Trouble | None, now: datetime) -> None:
        """The Journal itself is the fault: what is known of it is known here alone."""
        if trouble is None:
            return
        lost = self._lost or _Lost(trouble=trouble, since=now)
        if self._is_to_be_told(lost, now):
            lost = replace(
                lost, trouble=trouble, tried=now, told=self._write_past_it(trouble, lost.since, now)
            )
            if lost.told:
                self._told.append((trouble, now))
        self._lost = lost

    def _is_to_be_told(self, lost: _Lost, now: datetime) -> bool:
        if lost.told or self._config.school.administrator is None:
            return False
        waited = lost.tried is None or now - lost.tried >= AGAIN
        return waited and self._lasted(lost, now)

    def _lasted(self, lost: _Lost, now: datetime) -> bool:
        school = self._config.school
        today = local_day(school, now)
        told_today = sum(one is lost.trouble and local_day(school, at) == today for one, at in self._told)
        return now > lost.since and now - lost.since >= patience(lost.trouble, told_today)

    def _write_past_it(self, trouble: Trouble, since: datetime, now: datetime) -> bool:
        """One letter, straight to the server. Nobody can answer it: its token is written down nowhere."""
        config, school = self._config, self._config.school
        administrator = school.administrator
        if administrator is None:
            return False
        try:
            draft = write_notice(school, administrator, notice_of(trouble, since.astimezone(UTC)))
            message = compose(
                draft,
                school=school,
                to=administrator.address,
                kind=LetterKind.NOTICE,
                token=new_token(),
                now=now,
            )
            submit(message, server=config.submission, sender=school.box, recipients=[administrator.address])
        except Exception as fault:
            log.error("%s: notice not sent: %s", config.name, type(fault).__name__)
            return False
        log.warning("%s: notice sent past the Journal: %s", config.name, trouble)
        return True

    def _found_again(self, journal: Journal, lost: _Lost, now: datetime) -> None:
        if lost.tried is not None:  # told, or it should have been
            owe_end(journal, self._config.school, lost.trouble, lost.since.astimezone(UTC), now)
