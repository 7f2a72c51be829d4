"""The whole life of anonymous appeals on real servers, and everything that was written in the course of it.

Page and Exim → Dovecot → pull → held and released → 15:00 → a reply with measures and «файл 1» → exports.
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from journal.tables import metadata
from tests import marked_letters
from tests.canaries import CANARIES
from tests.command import open_journal
from tests.school import SchoolUnderTest, at, open_school, reply_to
from tests.servers import Mail, free_ports

# Several verbs in one process, with every logger at DEBUG.
RUNNER = """
import json, logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr, format="%(asctime)s %(name)s %(message)s")
from intake.cli import main
for words in json.loads(sys.argv[1]):
    if status := main(words):
        sys.exit(f"{words}: {status}")
"""


@dataclass
class Life:
    """A school to which anonymous letters came, with all that it wrote and said."""

    school: SchoolUnderTest
    said: list[bytes] = field(default_factory=list)

    @property
    def temporary(self) -> Path:
        return self.school.folder / "tmp"

    def start(self, *verbs: str) -> subprocess.Popen[bytes]:
        """Each verb is a line of words; all in one process."""
        config = str(self.school.folder / "config.yaml")
        asked = json.dumps([["--config", config, *verb.split()] for verb in verbs])
        return subprocess.Popen(
            [sys.executable, "-c", RUNNER, asked],
            cwd=self.school.folder,
            env={**os.environ, "TMPDIR": str(self.temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def senim(self, *verbs: str) -> None:
        process = self.start(*verbs)
        said = process.communicate(timeout=60)
        assert process.returncode == 0, b"".join(said).decode()
        self.said += said

    @contextmanager
    def page(self, port: int) -> Iterator[http.client.HTTPConnection]:
        """`senim form` on that port, and a connection to it."""
        form = self.start("form")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            until = time.monotonic() + 30
            while connection.sock is None:
                try:
                    connection.connect()
                except OSError:
                    assert form.poll() is None and time.monotonic() < until, "the page does not listen"
                    time.sleep(0.05)
            yield connection
        finally:
            connection.close()
            form.send_signal(signal.SIGTERM)
            self.said += form.communicate(timeout=30)

    def written(self, where: str) -> Iterator[tuple[str, bytes]]:
        """Everything that was written there: a name and the bytes."""
        base = self.school.mail.base
        match where:
            case "files":
                yield from _files(self.school.folder)
            case "mailboxes":
                for account in (self.school.box, *self.school.readers):
                    yield from _files(base / "mail" / account.address, account.address + "/")
            case "queue":
                yield from _files(base / "spool")
            case "output":
                yield from ((f"said {number}", said) for number, said in enumerate(self.said))
            case "journal":
                yield from ((f"opened {number}", value) for number, value in enumerate(self._opened()))

    def _opened(self) -> Iterator[bytes]:
        """All that the Journal holds, its seals opened."""
        with open_journal(self.school.folder) as journal:
            for entry in journal.entries():
                yield repr(entry).encode()
                for file in journal.attachments(entry.number):
                    yield repr((file.name, file.media_type)).encode() + file.content
            for one in journal.held(waiting_only=False):
                yield journal.held_message(one.id).raw or b""
            with journal.store.reading() as connection:
                for table in metadata.sorted_tables:
                    for row in connection.execute(select(table)):
                        yield repr([value for value in row if not isinstance(value, bytes)]).encode()
                for letter in connection.execute(select(metadata.tables["letters"])).mappings():
                    for column in ("address", "data", "snapshot"):
                        place = journal.store.place("letters", column, letter["id"])
                        yield journal.store.keys.open(letter[column], place=place)


def _files(folder: Path, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield prefix + path.name, path.name.encode() + b"\n" + path.read_bytes()


def live(folder: Path, mail: Mail) -> Life:
    """Play it all."""
    (port,) = free_ports(1)
    school = open_school(folder, mail, page_port=port)
    life = Life(school=school)
    life.temporary.mkdir()
    _arrive(life, port)
    life.senim(
        f"pull --now {at('14:50')}", "held list", "held show 1", "held show 1 --json", "held release 1"
    )
    life.senim(f"pull --now {at('14:55')}", "summary --html summary.html", f"send --now {at('15:00')}")
    for reader in school.readers:
        mail.wait_for(reader.address, 1)
    (daily,) = school.letters(school.psychologist, "daily")
    words = "№1, 2, 3, 4: әңгіме өткізілді\nфайл 1\nфайл 3\nтүсініксіз сөз"
    school.write(reply_to(daily, words, school.psychologist.address), sender=school.psychologist.address)
    school.box_holds(1)
    life.senim(f"pull --now {at('15:20')}", f"send --now {at('15:21')}")
    mail.wait_for(school.psychologist.address, 4)  # with the confirmation and two letters of files
    life.senim(
        "journal export --format json register.json",
        "journal export --format csv --language kk register-kk.csv",
        "journal export --format csv --language ru register-ru.csv",
        "journal list", "journal list --json", "journal show 1", "journal show 2", "journal show 3 --json",
        "journal show 4", "journal attachments 1 files", "held list --all --json", "letters list --json",
        "journal verify",
    )  # fmt: skip
    return life


def _arrive(life: Life, port: int) -> None:
    """One after the other, so that their numbers are known: plain 1, HTML 2, page 3, the held one 4."""
    school = life.school
    letters = (marked_letters.plain_letter(), marked_letters.html_letter(), marked_letters.held_letter())
    for count, letter in enumerate(letters, 1):
        school.write(letter, sender=marked_letters.SENDER)
        school.box_holds(count)
    kind, body = marked_letters.form_body()
    headers = {**marked_letters.browser_headers(), "Content-Type": kind}
    with life.page(port) as connection:
        connection.request("POST", f"/?from={CANARIES['query']}", body, headers)
        answer = connection.getresponse()
        assert answer.status == 303, answer.read().decode()
    school.box_holds(4)
