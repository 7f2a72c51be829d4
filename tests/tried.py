"""A school whose lines can be broken; what is delivered to it is remembered, and accounted for."""

import logging
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from intake.config import load
from intake.pull import PullReport, pull
from intake.reader import Reader, ReaderUnavailable
from intake.send import SendReport, send
from intake.server import ServerFault
from journal.faults import DatabaseUnreachable
from tests import invariants
from tests.faulty_line import Line, Protocol
from tests.invariants import Delivered
from tests.school import CONFIG, SchoolUnderTest, at, open_school, plain_letter
from tests.servers import Mail

SIGNED = f"{Header('Мария Петрова', 'utf-8').encode()} <m@family.example>"
KINDS = ("anonymous", "signed", "held")
OURS = (ServerFault, DatabaseUnreachable, ReaderUnavailable)  # what a pass may raise, and nothing else

Fault = ServerFault | DatabaseUnreachable | ReaderUnavailable


def mostly(*words: object, now: Collection[object]) -> list[ParameterSet]:
    """A matrix of which `make test` runs the few that differ most, and `make soak` all."""
    return [pytest.param(word, marks=() if word in now else pytest.mark.soak) for word in words]


@dataclass
class Tried:
    """One school, what came to it, and the lines to its servers as far as a test put itself between."""

    school: SchoolUnderTest
    reader: Reader
    lines: ExitStack
    delivered: Delivered = field(default_factory=dict)

    def receives(self, *kinds: str, message_id: bool = True) -> list[str]:
        """Letters of these kinds come in; returns their marks."""
        return [self._receive(kind, message_id) for kind in kinds or KINDS]

    def _receive(self, kind: str, message_id: bool) -> str:
        mark = f"mark-{os.urandom(6).hex()}"
        text = f"Асханадағы кезек туралы. {mark}"
        raw = plain_letter(f"Жасырын\n\n{text}") if kind == "anonymous" else plain_letter(text, sender=SIGNED)
        if kind == "held":
            raw = b"Precedence: list\r\n" + raw
        if not message_id:
            raw = re.sub(rb"(?m)^Message-ID: [^\n]*\n", b"", raw)
        self.school.mail.deliver(raw, self.school.box.address, "mother@family.example")
        self.delivered[mark] = kind
        return mark

    def imap_line(self, protocol: Protocol = Protocol.IMAP) -> Line:
        """From now on the mailbox is reached by this line."""
        return self._line(self.school.box.imap.port, protocol)

    def smtp_line(self) -> Line:
        return self._line(self.school.box.submission.port, Protocol.SMTP)

    def _line(self, port: int, protocol: Protocol) -> Line:
        line = self.lines.enter_context(Line(port, protocol, self.school.mail))
        self.configure(f"port: {port}", f"port: {line.port}")
        return line

    def configure(self, old: str, new: str) -> None:
        config = self.school.folder / "config.yaml"
        text = config.read_text()
        if old not in text:
            raise ValueError(f"the config has no «{old}»")
        config.write_text(text.replace(old, new))

    def rebuilds_inbox(self) -> None:
        """The server forgets which letter had which UID, as after a repair: UIDVALIDITY changes."""
        inbox = self.school.mail.base / "mail" / self.school.box.address / "Maildir"
        for file in inbox.glob("dovecot[.-]*"):
            if not file.name.startswith("dovecot-uidvalidity"):
                file.unlink()

    def uidvalidity(self) -> int:
        with self.school.mail._client(self.school.box.address) as client:
            return int(client.select_folder("INBOX", readonly=True)[b"UIDVALIDITY"])

    def pulls(self, hour: str = "14:50", *, day: int = 1) -> PullReport | Fault:
        """One pass, in this process; a fault of a kind that the loop knows comes back."""
        (config,) = load(self.school.folder / "config.yaml")
        try:
            return pull(config, datetime.fromisoformat(at(hour, day=day)), reader=self.reader)
        except OURS as fault:
            return fault

    def sends(self, hour: str = "15:00", *, day: int = 1) -> SendReport | Fault:
        (config,) = load(self.school.folder / "config.yaml")
        try:
            return send(config, datetime.fromisoformat(at(hour, day=day)))
        except OURS as fault:
            return fault

    def holds(self) -> None:
        """The invariants that hold at any moment."""
        invariants.at_any_moment(self.school, self.delivered)

    def recovers(self, *, marked: bool = False) -> None:
        """One more pass puts everything right, and another one changes nothing."""
        report = self.pulls("14:55")
        assert isinstance(report, PullReport) and report.clean, report
        invariants.recovered(self.school, self.delivered, marked=marked)
        before = invariants.state(self.school)
        assert isinstance(self.pulls("14:56"), PullReport)
        assert invariants.state(self.school) == before  # I7


@pytest.fixture(scope="session")
def _begun(tmp_path_factory: pytest.TempPathFactory, mail: Mail) -> Path:
    """A Journal as `senim upgrade` makes it, to copy: starting the command for each test takes its time."""
    folder = tmp_path_factory.mktemp("begun")
    open_school(folder, mail)
    return folder


def open_quickly(
    folder: Path, mail: Mail, begun: Path, *, box: str = "", url: str = "sqlite:///journal.db"
) -> SchoolUnderTest:
    """Like `open_school`. `box`: Dovecot's settings for the box alone."""
    accounts = {"box": mail.new_box(overrides=box)}
    accounts |= {name: mail.new_box() for name in ("psychologist", "pedagogue", "deputy")}
    ports = {"imap": accounts["box"].imap.port, "smtp": accounts["box"].submission.port}
    config = CONFIG.format(**accounts, **ports, ca=mail.ca_file, url=url, page_port=8080)
    (folder / "config.yaml").write_text(config)
    (folder / "secret").write_text(accounts["box"].password + "\n")
    (folder / "secret").chmod(0o600)
    for file in begun.glob("journal*"):
        shutil.copy2(file, folder)
    return SchoolUnderTest(folder=folder, mail=mail, **accounts)


TryOut = Callable[..., Tried]


@pytest.fixture
def try_out(
    tmp_path: Path, mail: Mail, _begun: Path, reader: Reader, caplog: pytest.LogCaptureFixture
) -> Iterator[TryOut]:
    """Opens a school in trouble; what `open_quickly` takes may be given."""
    for ours in ("intake", "journal", "reports"):
        caplog.set_level(logging.DEBUG, ours)
    with ExitStack() as lines:

        def opened(**how: str) -> Tried:
            folder = tmp_path / f"school-{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            school = open_quickly(folder, mail, _begun, **how)
            return Tried(school=school, reader=reader, lines=lines)

        yield opened
    # Paperless logs a subject and a sender when it fails, Mailman an address where it makes anonymous.
    assert not re.search(r"mark-|family\.example|Петрова|кезек", caplog.text)


@pytest.fixture
def tried(try_out: TryOut) -> Tried:
    """A school on SQLite, and nothing is wrong yet."""
    return try_out()
