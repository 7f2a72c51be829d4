"""A desk for tests of what a message becomes: a real Journal, a school, messages that «arrived»."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from sqlalchemy import select

from intake.authentication import Trust
from intake.desk import Desk, Outcome
from intake.mailbox import Incoming
from intake.outbox import Sent, owe_due, send_one
from intake.pipeline import process
from intake.reader import Reader
from journal.book import Journal
from journal.chain import read_detail
from journal.model import Filing, Origin, Role
from journal.tables import events
from reports.school import Detail, School, StaffMember
from tests.moments import A_MOMENT
from tests.school import ALMATY, reply_to

AIGUL = StaffMember(
    name="Айгүл Сейітқызы", address="aigul@school.example", role=Role.PSYCHOLOGIST, language="kk"
)
YERLAN = StaffMember(
    name="Ерлан Маратов", address="yerlan@school.example", role=Role.SOCIAL_PEDAGOGUE, language="ru"
)
DANIYAR = StaffMember(
    name="Данияр Әлиев",
    address="daniyar@school.example",
    role=Role.DEPUTY_DIRECTOR,
    language="en",
    detail=Detail.SHORT,
)
SCHOOL = School(
    names={"kk": "№1 мектеп-гимназия", "ru": "Школа-гимназия №1", "en": "School No. 1"},
    time_zone=ALMATY,
    languages=("kk", "ru", "en"),
    box="box@school.example",
    staff=(AIGUL, YERLAN, DANIYAR),
)


PROVIDER = Trust(profile="authserv-id", authserv_id="mx.school.example")


def believed(reply: EmailMessage, domain: str = "school.example") -> bytes:
    """A reply as the school's own server hands it over when the writer had logged in there."""
    vouched = f"Authentication-Results: mx.school.example; dmarc=pass header.from={domain}\r\n"
    return vouched.encode() + reply.as_bytes()


@dataclass
class DayAtTheDesk:
    """One school, its Journal, a clock that the test moves, and what was sent to whom."""

    journal: Journal
    reader: Reader
    now: datetime = A_MOMENT
    school: School = SCHOOL
    signed_goes: Filing = Filing.JOURNALED
    trust: Trust = PROVIDER
    arrived: int = 0
    sent: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def desk(self) -> Desk:
        return Desk(
            journal=self.journal,
            school=self.school,
            now=self.now,
            reader=self.reader,
            signed_goes=self.signed_goes,
            trust=self.trust,
        )

    def arrives(self, raw: bytes | EmailMessage | None, *, size: int = 0) -> Outcome:
        """A message comes to the box and is considered."""
        self.arrived += 1
        data = raw.as_bytes() if isinstance(raw, EmailMessage) else raw
        origin = Origin(mailbox="INBOX", uidvalidity=7, uid=self.arrived)
        came = Incoming(origin=origin, received_at=self.now, size=size or len(data or b""), raw=data)
        return process(came, self.desk)

    def answers(self, letter: EmailMessage, words: str, member: StaffMember) -> Outcome:
        """A reader answers a letter with their own mail program; the school's server vouches for them."""
        return self.arrives(believed(reply_to(letter, words, member.address)))

    def sends(self) -> list[Sent]:
        """Owe what is due and send what is owed."""
        owe_due(self.desk)
        steps: list[Sent] = []
        while (step := send_one(self.desk, self._submit)) is not Sent.NOTHING_OWED:
            steps.append(step)
        return steps

    def _submit(self, raw: bytes, recipient: str) -> None:
        self.sent.append((recipient, raw))

    def at(self, hour: int, minute: int = 0, *, days: int = 0) -> "DayAtTheDesk":
        self.now = self.now.replace(hour=hour, minute=minute) + timedelta(days=days)
        return self

    def letters(self, member: StaffMember, kind: str = "") -> list[EmailMessage]:
        found = [message_from_bytes(raw, policy=default) for to, raw in self.sent if to == member.address]
        return [one for one in found if isinstance(one, EmailMessage) and kind in ("", one["X-Senim-Letter"])]

    def history(self, kind: str) -> list[dict[str, str | int]]:
        """The details of all events of a kind."""
        with self.journal.store.reading() as connection:
            found = connection.execute(select(events.c.detail).where(events.c.kind == kind)).scalars()
            return [read_detail(one) for one in found]

    def numbers_only(self, member: StaffMember) -> None:
        """The config gives somebody the shortest letters."""
        few = replace(member, detail=Detail.NUMBERS)
        self.school = replace(
            self.school, staff=tuple(few if one == member else one for one in self.school.staff)
        )

    def without(self, member: StaffMember) -> None:
        """Somebody leaves the school."""
        self.school = replace(self.school, staff=tuple(one for one in self.school.staff if one != member))


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """One real process that reads the letters of all tests, as it would those of all ticks."""
    with Reader() as reader:
        yield reader


@pytest.fixture
def day(journal: Journal, reader: Reader) -> Iterator[DayAtTheDesk]:
    """A Monday, noon, with an empty Journal: in a SQLite file and in PostgreSQL."""
    yield DayAtTheDesk(journal=journal, reader=reader)


def text_of(letter: EmailMessage) -> str:
    """The text alternative."""
    body = letter.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""
