"""The whole life of anonymous appeals on real servers, and everything that was written in the course of it.

Page, letters and other sites' forms through Exim → Dovecot → pull → held and released → 15:00 → a reply with
measures and «файл 1» → previews and exports → backup → destruction → another backup → restored elsewhere.
A page that is killed in the middle of an upload is part of it. The answers to families and the half-year's
generalisation have their place in `live` as soon as there are any.
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import LargeBinary, select

from intake.age_file import unlock
from intake.backup import PURPOSE
from journal.book import Journal
from journal.sealing import Keys
from journal.tables import metadata
from tests import marked_letters
from tests.canaries import CANARIES
from tests.command import config_of
from tests.databases import PostgreSQL
from tests.marked_forms import form_letters
from tests.school import ALMATY, JOURNAL, SchoolUnderTest, at, open_school, plain_letter, reply_to
from tests.servers import Account, Mail, free_ports

# Several verbs in one process, with every logger at DEBUG.
RUNNER = """
import json, logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr, format="%(asctime)s %(name)s %(message)s")
from intake.cli import main
for words in json.loads(sys.argv[1]):
    if status := main(words):
        sys.exit(f"{words}: {status}")
"""
SIGNED = "Тулеубердиева"  # the mother who signed: in letters and exports, never in a file of a database
DESTROYED = "автобуста"  # a word of the page's appeal, whose content is destroyed in the end


@dataclass
class Life:
    """A school to which anonymous letters came, with all that it wrote and said."""

    school: SchoolUnderTest
    server: PostgreSQL | None = None
    said: list[bytes] = field(default_factory=list)
    others: list[Account] = field(default_factory=list)  # who gets letters besides the readers

    @property
    def temporary(self) -> Path:
        return self.school.folder / "tmp"

    @property
    def restored(self) -> Path:
        """The folder of the school that was made of a backup."""
        return self.school.folder / "restored"

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
        said = process.communicate(timeout=120)
        assert process.returncode == 0, b"".join(said).decode()
        self.said += said

    @contextmanager
    def page(self, port: int, end: signal.Signals = signal.SIGTERM) -> Iterator[http.client.HTTPConnection]:
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
            form.send_signal(end)
            self.said += form.communicate(timeout=30)

    def written(self, where: str) -> Iterator[tuple[str, bytes]]:
        """Everything that was written there: a name and the bytes."""
        base = self.school.mail.base
        match where:
            case "files":
                yield from _files(self.school.folder)
            case "mailboxes":
                for account in (self.school.box, *self.school.readers, *self.others):
                    yield from _files(base / "mail" / account.address, account.address + "/")
            case "queue":
                yield from _files(base / "spool")
            case "output":
                yield from ((f"said {number}", said) for number, said in enumerate(self.said))
            case "journal":
                for folder in (self.school.folder, self.restored):
                    yield from ((f"opened {n}", value) for n, value in enumerate(opened(folder)))
            case "backups":
                for path in self.backups:
                    yield path.name, path.read_bytes()
                    yield f"{path.name}, opened", self.unlocked(path)
            case "PostgreSQL" if self.server is not None:
                yield from _files(self.server.folder)

    @property
    def backups(self) -> list[Path]:
        return sorted(self.school.folder.rglob("*.age"))

    def unlocked(self, backup: Path) -> bytes:
        pieces: list[bytes] = []
        keys = Keys(config_of(self.school.folder).journal_key())
        unlock(backup, pieces.append, key=keys.purpose(PURPOSE))
        return b"".join(pieces)


WHERE = ("files", "mailboxes", "queue", "output", "journal", "backups", "PostgreSQL")


def opened(folder: Path) -> Iterator[bytes]:
    """All that a Journal holds, its seals opened: the register as it is read, and every row of each table."""
    config = config_of(folder)
    with Journal.open(config.journal_url, config.journal_key()) as journal:
        for entry in journal.entries():
            yield repr(entry).encode()
            for file in journal.attachments(entry.number):
                yield repr((file.name, file.media_type)).encode() + file.content
        for one in journal.held(waiting_only=False):
            yield journal.held_message(one.id).raw or b""
        with journal.store.reading() as connection:
            for table in metadata.sorted_tables:
                sealed = [column.name for column in table.c if isinstance(column.type, LargeBinary)]
                for row in connection.execute(select(table)).mappings():
                    yield repr([value for value in row.values() if not isinstance(value, bytes)]).encode()
                    if table.name == "letters":
                        yield from _unsealed(journal, row, sealed)


def _unsealed(journal: Journal, row: Mapping[Any, Any], sealed: list[str]) -> Iterator[bytes]:
    for column in sealed:
        if row[column] is not None:
            place = journal.store.place("letters", column, row["id"])
            yield journal.store.keys.open(row[column], place=place)


def _files(folder: Path, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield f"{prefix}{path.relative_to(folder)}", path.name.encode() + b"\n" + path.read_bytes()


def live(folder: Path, mail: Mail, server: PostgreSQL | None = None) -> Life:
    """Play it all; in PostgreSQL where a server is given, else in a SQLite file."""
    (port,) = free_ports(1)
    school = open_school(folder, mail, server.fresh() if server else JOURNAL, page_port=port)
    life = Life(school=school, server=server, others=[mail.new_box()])
    administrator = f"administrator: {{address: {life.others[0].address}, language: ru, name: Нұрлан}}\n"
    with (folder / "config.yaml").open("a") as config:
        config.write(administrator)
    life.temporary.mkdir(mode=0o700)
    count = _arrive(life, port)
    _day(life, count)
    _look_keep_and_destroy(life, count)
    if server:
        _settle(server)
    return life


def _arrive(life: Life, port: int) -> int:
    """One after the other, so that their numbers are known: plain 1, HTML 2, page 3, forms, the held one.

    Returns how many entries there will be.
    """
    school = life.school
    letters = [
        marked_letters.plain_letter(),
        marked_letters.html_letter(),
        marked_letters.held_letter(),
        marked_letters.unreadable_letter(),
    ]
    for letter in letters:
        school.write(letter, sender=marked_letters.SENDER)
    school.box_holds(len(letters))
    kind, body = marked_letters.form_body()
    headers = {**marked_letters.browser_headers(), "Content-Type": kind}
    # Killed so that it would leave a core file where one is allowed.
    with life.page(port, end=signal.SIGABRT) as connection:
        connection.request("POST", f"/?from={CANARIES['query']}", body, headers)
        answer = connection.getresponse()
        assert answer.status == 303, answer.read().decode()
        connection.close()
        connection.putrequest("POST", "/")
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            connection.putheader(name, value)
        connection.endheaders(body[: len(body) // 2])
        time.sleep(0.2)
    forms = form_letters()
    for letter in forms:
        school.write(letter, sender=marked_letters.SENDER)
    signed = plain_letter(f"Балам туралы.\n\n{SIGNED} Сәуле", subject="Кесте", sender="saule@family.example")
    school.write(signed)
    school.box_holds(len(letters) + 1 + len(forms) + 1)
    return 3 + len(forms) + 1 + 1


def _day(life: Life, count: int) -> None:
    """Looked through, sent at 15:00, answered, the answers sent."""
    school, mail = life.school, life.school.mail
    life.senim(
        f"pull --now {at('14:50')}", "held list", "held show 1", "held show 1 --json", "held show 2",
        "held release 1", "held discard 2 --reason spam", f"pull --now {at('14:55')}",
        "summary --html summary.html", f"send --now {at('15:00')}",
    )  # fmt: skip
    for reader in school.readers:
        mail.wait_for(reader.address, 1)
    (daily,) = school.letters(school.psychologist, "daily")
    numbers = ", ".join(str(number) for number in range(1, count + 1))
    words = f"№{numbers}: әңгіме өткізілді\nфайл 1\nфайл 3\n№2: негізсіз\nтүсініксіз сөз"
    school.write(reply_to(daily, words, school.psychologist.address), sender=school.psychologist.address)
    school.box_holds(1)
    life.senim(f"pull --now {at('15:20')}", f"send --now {at('15:21')}")
    mail.wait_for(school.psychologist.address, 4)  # with the confirmation and two letters of files


def _look_keep_and_destroy(life: Life, count: int) -> None:
    """Every way in which a person at the machine sees something; a backup; the page's appeal destroyed.

    And a backup after that, of which a Journal is made elsewhere.
    """
    make_room_elsewhere(life)
    elsewhere = f"--config {life.restored}/config.yaml"
    life.senim(
        "journal export --format json register.json",
        "journal export --format csv --language kk register-kk.csv",
        "journal export --format csv --language ru register-ru.csv",
        *generalisations(),
        "journal list", "journal list --json", "journal show 1", "journal show 2", "journal show 3 --json",
        f"journal show {count}", "journal attachments 1 files", "journal opened 1", "journal opened 3 --json",
        "held list --all --json", "letters list --json", "journal verify", "backup before.age",
        "purge --number 3 --reason 45", "backup after.age", f"nightly --now {at('03:10', day=2)}",
        f"pull --now {at('14:50', day=2)}", f"send --now {at('15:00', day=2)}", "summary",
        "journal show 3", "journal list --json", "journal verify",
        f"restore {life.school.folder}/after.age --next-number 99 {elsewhere}", f"journal list {elsewhere}",
        f"journal verify --json {elsewhere}",
        f"journal export --format json {life.restored}/register.json {elsewhere}",
        f"send --now {at('16:00', day=2)} {elsewhere}",
    )  # fmt: skip


def generalisations() -> tuple[str, str]:
    """Of the days in which such a life is lived: for the school, and masked."""
    today = datetime.now(ALMATY).date()
    years = today.year if today.month >= 9 else today.year - 1
    return (
        f"generalisation {years}-{years + 1} --html generalisation.html",
        f"generalisation {today.year}-Q{(today.month + 2) // 3} --masked --html outside.html",
    )


def make_room_elsewhere(life: Life) -> None:
    """A config with the same key and password, and no Journal yet."""
    school = life.school
    life.restored.mkdir(mode=0o700)
    for name in ("secret", "journal.key"):
        copy = life.restored / name
        copy.write_bytes((school.folder / name).read_bytes())
        copy.chmod(0o400)
    config = (school.folder / "config.yaml").read_text()
    if life.server:
        config = config.replace(config_of(school.folder).journal_url, life.server.fresh())
    (life.restored / "config.yaml").write_text(config)


def _settle(server: PostgreSQL) -> None:
    """What PostgreSQL holds in memory stands in its files; what it no longer needs is gone from them."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        names = [row[0] for row in connection.execute("SELECT datname FROM pg_database WHERE datallowconn")]
    for name in names:
        with psycopg.connect(server.url(name), autocommit=True) as connection:
            connection.execute("VACUUM")
            connection.execute("CHECKPOINT")
