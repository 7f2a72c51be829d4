"""Where an incoming message is considered: the desk, the case that lies on it, and the outcome."""

from dataclasses import dataclass
from datetime import date, datetime

from intake.authentication import Trust
from intake.config import Config
from intake.draft import Habits
from intake.labels import OUT_OF_THE_BOX, Labels
from intake.message import Message
from intake.reader import Reader
from journal.book import Journal
from journal.model import Appeal, Disposition, Filing
from reports.clock import local_day
from reports.school import School


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a decision may look at and write to. `now` is zone-aware, taken once at the edge."""

    journal: Journal
    school: School
    now: datetime
    reader: Reader  # reads letters in a process apart
    signed_goes: Filing = Filing.JOURNALED  # where a signed letter is put: config `mailbox.after.signed`
    labels: Labels = OUT_OF_THE_BOX  # of other sites' forms, with the school's own: config `form.labels`
    trust: Trust = Trust()  # noqa: RUF009 - a frozen value; how replies are believed: config `replies`

    @property
    def today(self) -> date:
        """The school's local day."""
        return local_day(self.school, self.now)

    @property
    def habits(self) -> Habits:
        """How this school's letters are read."""
        school = self.school
        return Habits(
            language=school.languages[0],
            staff=tuple(member.name for member in school.staff),
            addresses=frozenset(member.address.casefold() for member in school.staff),
            labels=self.labels,
        )


def to_desk(config: Config, journal: Journal, now: datetime, reader: Reader) -> Desk:
    """The desk of one school, as its config says."""
    return Desk(
        journal=journal,
        school=config.school,
        # In the school's zone, so that a day written down anywhere is the school's day.
        now=now.astimezone(config.school.time_zone),
        reader=reader,
        signed_goes=config.after.signed,
        labels=config.form.labels,
        trust=config.replies.trust,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One message under consideration. `received_at` is the server's INTERNALDATE, zone-aware."""

    message: Message
    raw: bytes
    received_at: datetime
    desk: Desk
    signed_by: tuple[str, ...] = ()  # domains whose signatures of it we verified ourselves (DKIM)
    appeal: Appeal | Exception | None = None  # what it is as an appeal, where that was made beforehand
    named: tuple[str, ...] = ()  # the members of staff whom the appeal names


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a message, where it goes on the server, and why: a short code, never content."""

    disposition: Disposition
    filing: Filing
    reason: str = ""
    number: int | None = None
    urgent: bool = False  # a letter about it is to leave now


def ignored(reason: str, filing: Filing = Filing.IGNORED) -> Outcome:
    return Outcome(disposition=Disposition.IGNORED, filing=filing, reason=reason)


def held(reason: str) -> Outcome:
    return Outcome(disposition=Disposition.HELD, filing=Filing.HELD, reason=reason)


def updated(reason: str, filing: Filing = Filing.EXPUNGED) -> Outcome:
    """A reply was taken: what it says is in the Journal. It quotes our letter, and so families' words."""
    return Outcome(disposition=Disposition.UPDATED, filing=filing, reason=reason)
