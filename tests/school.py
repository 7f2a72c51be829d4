"""A whole school for the tests: its config, its mailboxes, and the `senim` command as people run it."""

import csv
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.header import Header
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.servers import Account, Mail

ALMATY = ZoneInfo("Asia/Almaty")
JOURNAL = "sqlite:///journal.db"

CONFIG = """\
school:
  name: {{kk: "№1 мектеп-гимназия", ru: "Школа-гимназия №1", en: "School No. 1"}}
  time_zone: Asia/Almaty
  languages: [kk, ru, en]
mailbox:
  address: {box.address}
  imap: {{host: 127.0.0.1, port: {imap}, username: {box.address}, password_file: secret, ca_file: {ca}}}
submission:
  {{host: 127.0.0.1, port: {smtp}, username: {box.address}, password_file: secret, ca_file: {ca}}}
journal: {{url: "{url}", key_file: journal.key}}
staff:
  - {{name: "Айгүл Сейітқызы", address: {psychologist.address}, role: psychologist, language: kk}}
  - {{name: "Ерлан Маратов", address: {pedagogue.address}, role: social_pedagogue, language: ru}}
  - {{name: "Данияр Әлиев", address: {deputy.address}, role: deputy_director, language: en, detail: short}}
replies: {{profile: authserv-id, trusted_authserv_id: mx.school.example}}
form: {{listen: "127.0.0.1:{page_port}"}}
"""


def at(hour: str, *, day: int = 1) -> str:
    """A moment for `--now`: days after today in Almaty, so that all real mail came before it."""
    return f"{datetime.now(ALMATY).date() + timedelta(days=day)}T{hour}:30+05:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolUnderTest:
    """One school on the test servers."""

    folder: Path
    mail: Mail
    box: Account
    psychologist: Account  # Айгүл: Kazakh, full
    pedagogue: Account  # Ерлан: Russian, full
    deputy: Account  # Данияр: English, short

    @property
    def readers(self) -> tuple[Account, ...]:
        return (self.psychologist, self.pedagogue, self.deputy)

    def command(self, *words: str) -> list[str]:
        config = str(self.folder / "config.yaml")
        return [sys.executable, "-m", "intake", "--config", config, *words]

    def senim(self, *words: str, code: int = 0) -> str:
        """Run the command as a person would; its output. Fails unless it exits with `code`."""
        done = subprocess.run(
            self.command(*words), capture_output=True, text=True, cwd=self.folder, check=False
        )
        assert done.returncode == code, (
            f"senim {' '.join(words)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        )
        assert "Traceback" not in done.stderr
        return done.stdout if code == 0 else done.stdout + done.stderr

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*words), cwd=self.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def entries(self) -> list[dict[str, Any]]:
        """The Journal as other programs get it."""
        out = self.folder / f"export-{os.urandom(4).hex()}.json"
        self.senim("journal", "export", "--format", "json", str(out))
        found: list[dict[str, Any]] = json.loads(out.read_text())
        return found

    def register(self, language: str = "kk") -> list[list[str]]:
        """The Journal as the regulation's table."""
        out = self.folder / f"export-{os.urandom(4).hex()}.csv"
        self.senim("journal", "export", "--format", "csv", "--language", language, str(out))
        return list(csv.reader(io.StringIO(out.read_text(encoding="utf-8-sig"))))

    def letters(self, reader: Account, kind: str = "") -> list[EmailMessage]:
        """What a reader has in the mailbox, of one kind."""
        found = [message_from_bytes(raw, policy=default) for raw in self.mail.messages(reader.address)]
        wanted = [one for one in found if isinstance(one, EmailMessage)]
        return [one for one in wanted if not kind or one["X-Senim-Letter"] == kind]

    def write(self, message: EmailMessage | bytes, sender: str = "") -> None:
        """A letter to the box, through Exim: that of a reader with a login of their own, as people do.

        What is in a reader's name and not by them goes by `mail.submit` or `mail.deliver`.
        """
        author = str(message["From"]) if isinstance(message, EmailMessage) else ""
        login = next((one.address for one in self.readers if one.address in (author, sender)), "")
        self.mail.submit(message, sender or login or "mother@family.example", [self.box.address], login=login)

    def box_holds(self, count: int, folder: str = "INBOX") -> list[bytes]:
        return self.mail.wait_for(self.box.address, count, folder)

    def inbox(self) -> list[bytes]:
        return self.mail.messages(self.box.address)


def open_school(folder: Path, mail: Mail, url: str = JOURNAL, page_port: int = 8080) -> SchoolUnderTest:
    """A school with fresh mailboxes, its config written and its Journal as `senim upgrade` makes it."""
    accounts = {name: mail.new_box() for name in ("box", "psychologist", "pedagogue", "deputy")}
    ports = {"imap": accounts["box"].imap.port, "smtp": accounts["box"].submission.port}
    config = CONFIG.format(**accounts, **ports, ca=mail.ca_file, url=url, page_port=page_port)
    (folder / "config.yaml").write_text(config)
    secret = folder / "secret"
    secret.write_text(accounts["box"].password + "\n")
    secret.chmod(0o600)
    school = SchoolUnderTest(folder=folder, mail=mail, **accounts)
    if url.startswith("sqlite:"):
        _lay_down_a_journal(school)
    else:
        school.senim("upgrade")
    return school


_made: dict[str, bytes] = {}  # by `senim upgrade`, the first time: starting the command takes a second


def _lay_down_a_journal(school: SchoolUnderTest) -> None:
    if not _made:
        school.senim("upgrade")
        _made.update((file.name, file.read_bytes()) for file in school.folder.glob("journal.*"))
        return
    for name, content in _made.items():
        file = school.folder / name
        file.write_bytes(content)
        file.chmod(0o400 if name == "journal.key" else 0o600)


@pytest.fixture
def school(tmp_path: Path, mail: Mail) -> SchoolUnderTest:
    """A school whose Journal is a SQLite file."""
    return open_school(tmp_path, mail)


def reply_to(letter: EmailMessage, words: str, sender: str, *, quote: bool = True) -> EmailMessage:
    """What a mail program makes of «Reply»: the words on top, the letter quoted below."""
    body = letter.get_body(("plain",))
    original = body.get_content() if body is not None else ""
    quoted = "\n".join(f"> {line}" for line in original.splitlines()) if quote else ""
    reply = EmailMessage()
    reply["From"] = sender
    reply["To"] = str(letter["Reply-To"])
    reply["Subject"] = f"Re: {letter['Subject']}"
    reply["Message-ID"] = f"<{os.urandom(8).hex()}@phone.example>"
    reply["In-Reply-To"] = str(letter["Message-ID"])
    reply["References"] = str(letter["Message-ID"])
    reply.set_content(f"{words}\n\n22.11.2026 15:00, «Сенім жәшігі» <{letter['From']}> жазды:\n{quoted}\n")
    return reply


def plain_letter(
    text: str,
    *,
    subject: str = "",
    sender: str = "mother@family.example",
    charset: str = "utf-8",
    kind: str = "text/plain; charset={}",
) -> bytes:
    """A letter as a family's mail program sends it, in any charset, as raw 8-bit."""
    headers = [
        f"From: {sender}",
        "To: box@school.example",
        f"Message-ID: <{os.urandom(8).hex()}@family.example>",
        "MIME-Version: 1.0",
        "Content-Type: " + kind.format(charset),
        "Content-Transfer-Encoding: 8bit",
    ]
    if subject:
        headers.append(f"Subject: {Header(subject, 'utf-8').encode()}")
    body = text.replace("\n", "\r\n").encode(charset)
    return "\r\n".join(headers).encode() + b"\r\n\r\n" + body + b"\r\n"
