"""A school for two weeks over real mail servers: its clock, its post office, every letter that it wrote."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from intake.config import Config
from intake.form import FormFields, write_form
from intake.pull import pull
from intake.reader import Reader
from intake.send import send
from tests.command import config_of
from tests.desk import text_of
from tests.school import ALMATY, SchoolUnderTest, open_school, plain_letter
from tests.servers import PATIENCE, Mail

MONDAY = datetime(2026, 11, 9, tzinfo=ALMATY)  # over: Dovecot takes no date that is still to come
WHO = {"aigul": "psychologist", "yerlan": "pedagogue", "daniyar": "deputy"}
MORE = """\
administrator: {{name: "Нұрлан Ахметов", address: {administrator}, language: kk}}
urgent:
  steps:
    kk: "Баланы жалғыз қалдырмаңыз, директорға хабарлаңыз."
    ru: "Не оставляйте ребёнка одного, сообщите директору."
forward: {{health: {{name: "Мектеп дәрігері", address: {doctor}, language: kk}}}}
causes:
  - {{id: bullying, name: {{kk: "Буллинг", ru: "Травля", en: "Bullying"}}}}
  - {{id: food, name: {{kk: "Тамақтану", ru: "Питание", en: "School meals"}}}}
  - {{id: building, name: {{kk: "Ғимарат пен аула", ru: "Здание и двор", en: "Building and yard"}}}}
"""
HELPLINE = '{name: "Сенім телефоны", number: "150"}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """A letter of ours in somebody's mailbox. `who`: aigul, yerlan, daniyar, or an address."""

    at: datetime
    who: str
    kind: str
    letter: EmailMessage

    @property
    def text(self) -> str:
        return text_of(self.letter)


@dataclass
class Life:
    """The school, its hour, and what has arrived where."""

    school: SchoolUnderTest
    reader: Reader
    folder: Path
    now: datetime = MONDAY
    got: list[Got] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    @property
    def config(self) -> Config:
        return config_of(self.school.folder)

    @property
    def mailboxes(self) -> Mapping[str, str]:
        """Everybody to whom letters of ours go, by address."""
        staff = {getattr(self.school, role).address: who for who, role in WHO.items()}
        known = sorted(path.name for path in (self.school.mail.base / "users").iterdir())
        others = [one for one in known if one.startswith(("it-", "family-", "doctor-"))]
        return staff | {one: one.partition("@")[0].rpartition("-")[0] for one in others}

    def address(self, who: str) -> str:
        return str(getattr(self.school, WHO[who]).address)

    def arrives(self, message: EmailMessage | bytes, sender: str, *, login: str = "", to: str = "") -> None:
        """A letter to the box through Exim, and the hour at which it came there."""
        box = self.school.box.address
        before = len(self.school.inbox())
        self.school.mail.submit(message, sender, [to or box], login=login)
        self.school.mail.wait_for(box, before + 1)
        self.school.mail.date(box, self.now)

    def passes(self, *, lost: int = 0) -> None:
        """Both passes of the worker; then every letter that left, save those lost, is read."""
        pull(self.config, self.now, reader=self.reader)
        sent = send(self.config, self.now).sent - lost
        until = time.monotonic() + PATIENCE
        while sent > 0:
            sent -= self._collect()
            if time.monotonic() > until:
                raise AssertionError(f"{sent} letters did not arrive\n{self.school.mail.logs()}")
            time.sleep(0.02)

    def last(self, who: str, kind: str) -> EmailMessage:
        """The newest letter of a kind that somebody has."""
        return next(one.letter for one in reversed(self.got) if (one.who, one.kind) == (who, kind))

    def _files(self, address: str) -> list[Path]:
        maildir = self.school.mail.base / "mail" / address / "Maildir"
        return sorted(file for name in ("new", "cur") for file in (maildir / name).glob("*"))

    def _collect(self) -> int:
        count = 0
        for address, who in self.mailboxes.items():
            for file in self._files(address):
                name = f"{address} {file.name.partition(':')[0]}"
                if name not in self.seen:
                    self.seen.add(name)
                    self._keep(who, file.read_bytes())
                    count += 1
        return count

    def _keep(self, who: str, raw: bytes) -> None:
        letter = message_from_bytes(raw, policy=default)
        assert isinstance(letter, EmailMessage)
        one = Got(at=self.now, who=who, kind=str(letter["X-Senim-Letter"]), letter=letter)
        self.got.append(one)
        path = self.folder / f"{len(self.got):03d}-{self.now:%m%d-%H%M}-{who}-{one.kind}"
        path.with_suffix(".eml").write_bytes(raw)
        path.with_suffix(".txt").write_text(f"{letter['Subject']}\n\n{one.text}")


def begin(folder: Path, mail: Mail, reader: Reader, letters: Path) -> Life:
    """The school on its first Monday."""
    school = open_school(folder, mail)
    mark = school.box.address.partition("@")[0].removeprefix("box-")
    others = {name: mail.account(f"{name}-{mark}@school.example").address for name in ("it", "doctor")}
    config = folder / "config.yaml"
    text = config.read_text().replace("language: en, detail: short", "language: kk")
    text = text.replace("form: {listen", f"form: {{helplines: [{HELPLINE}], listen")
    config.write_text(text + MORE.format(administrator=others["it"], doctor=others["doctor"]))
    letters.mkdir(parents=True, exist_ok=True)
    return Life(school=school, reader=reader, folder=letters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An appeal as its family wrote it, from two_weeks_appeals.toml."""

    id: str
    day: int
    hour: int
    text: str
    language: str = "kk"
    name: str = ""
    email: str = ""
    phone: str = ""
    class_group: str = ""
    urgent: bool = False
    way: str = "page"
    sender: str = ""
    subject: str = ""

    @property
    def at(self) -> datetime:
        return MONDAY + timedelta(days=self.day, hours=self.hour)


def appeal_letter(one: Written, life: Life) -> tuple[bytes, str]:
    """The letter that brings an appeal to the box, and whose it is on the way."""
    if one.way == "letter":
        return plain_letter(f"{one.text}\n\n{one.name}", subject=one.subject, sender=one.sender), one.sender
    surname, given, patronymic = [*one.name.split(), "", "", ""][:3]
    fields = FormFields(
        anonymous=not one.name,
        surname=surname,
        given_name=given,
        patronymic=patronymic,
        email=one.email,
        phone=one.phone,
        class_group=one.class_group,
        language=one.language,
        text=one.text,
        urgent=one.urgent,
    )
    box = life.school.box.address
    id_ = f"{one.id}{'0' * 32}"[:32]
    return write_form(fields, (), box=box, submission_id=id_, now=life.now).as_bytes(), box


def with_families(appeals: list[Written], life: Life) -> list[Written]:
    """The same with an address of this run for each family that gave one: mail to it arrives."""
    mark = life.school.box.address.partition("@")[0].removeprefix("box-")
    found = []
    for one in appeals:
        if one.email:
            address = f"family-{one.email.partition('@')[0]}-{mark}@school.example"
            one = replace(one, email=life.school.mail.account(address).address)
        found.append(one)
    return found
