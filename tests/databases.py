"""Real databases for the tests: a SQLite file, and a PostgreSQL of our own on a free port of loopback.

A missing PostgreSQL is a failure that says what to install, never a skipped test.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg
import pytest

from journal.book import Journal
from journal.database import upgrade
from journal.deeds import Done, do
from journal.model import Appeal, Applicant, Attachment, Channel, DeedKind, Finding, Role, Term

KEY = bytes(range(32))
UNPRIVILEGED = "nobody"
BOTH = [
    pytest.param("sqlite", id="in a SQLite file"),
    pytest.param("postgresql", id="in PostgreSQL"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgreSQL:
    """A running server."""

    port: int
    process: "subprocess.Popen[bytes]"
    folder: Path  # all that it keeps, its logs too

    def url(self, name: str) -> str:
        return f"postgresql://senim@127.0.0.1:{self.port}/{name}"

    def fresh(self, *, like: str = "template1") -> str:
        """The URL of a new database, a copy of another."""
        name = f"school_{os.urandom(6).hex()}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY wal_log".encode())
        return self.url(name)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(name: str) -> str:
    folders = sorted(str(folder) for folder in Path("/usr/lib/postgresql").glob("*/bin"))
    found = shutil.which(name, path=os.pathsep.join(reversed(folders))) or shutil.which(name)
    if found is None:
        pytest.fail("PostgreSQL is not here: `apt-get install postgresql`", pytrace=False)
    return found


@contextlib.contextmanager
def serving(*more: str) -> Iterator[PostgreSQL]:
    """A server in a folder of its own; PostgreSQL refuses to run as root, so root lends it to nobody.

    `more`: settings, such as "log_statement=all".
    """
    initdb, server = program("initdb"), program("postgres")
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="senim-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        data = folder / "data"
        if user is not None:
            shutil.chown(folder, user)
        subprocess.run(
            [initdb, "-D", data, "-U", "senim", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            user=user,
            extra_groups=None if user is None else [],
        )
        port = free_port()
        listening = ["-h", "127.0.0.1", "-p", str(port), "-k", name]
        settings = ["-c", "fsync=off", "-c", "max_connections=60", "-c", "logging_collector=on"]
        settings += ["-c", "wal_recycle=off"]  # as docs/journal.md asks of the administrator
        settings += [word for setting in more for word in ("-c", setting)]
        process = subprocess.Popen(
            [server, "-D", str(data), *listening, *settings],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            user=user,
            extra_groups=None if user is None else [],
        )
        try:
            running = PostgreSQL(port=port, process=process, folder=folder)
            _wait_for(running)
            yield running
        finally:
            process.send_signal(signal.SIGQUIT)  # PostgreSQL's «immediate shutdown»: the folder goes anyway
            process.wait(30)


def postgresql_files(url: str) -> Iterator[tuple[str, bytes]]:
    """What the server keeps on the disk of one database, and its write-ahead log."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        (folder,) = connection.execute("SHOW data_directory").fetchone() or ("",)
        asked = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        (oid,) = asked.fetchone() or (0,)
    for place in (Path(folder) / "base" / str(oid), Path(folder) / "pg_wal"):
        for path in place.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if path.is_file() and path.stat().st_size:
                    yield f"{place.name}/{path.name}", path.read_bytes()


def _wait_for(running: PostgreSQL) -> None:
    for _ in range(300):
        if running.process.poll() is not None:
            pytest.fail("PostgreSQL ended as soon as it was started", pytrace=False)
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(running.url("postgres"), connect_timeout=2),
        ):
            return
        time.sleep(0.1)
    pytest.fail("PostgreSQL does not answer", pytrace=False)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    with serving() as running:
        yield running


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that is not made yet, once as a SQLite file and once in PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/journal.db"
    running: PostgreSQL = request.getfixturevalue("postgresql")
    return running.fresh()


@pytest.fixture(scope="session")
def with_tables(postgresql: PostgreSQL) -> str:
    """The name of a database with its tables, made once, to copy for each test."""
    url = postgresql.fresh()
    upgrade(url)
    return url.rpartition("/")[2]


@pytest.fixture(scope="session")
def file_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a SQLite file."""
    file = tmp_path_factory.mktemp("tables") / "journal.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(params=BOTH)
def journal_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with its tables, once as a SQLite file and once in PostgreSQL."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("file_with_tables"), tmp_path / "journal.db")
        return f"sqlite:///{tmp_path}/journal.db"
    running: PostgreSQL = request.getfixturevalue("postgresql")
    return running.fresh(like=request.getfixturevalue("with_tables"))


@pytest.fixture
def open_journal(journal_url: str) -> Iterator[Callable[[], Journal]]:
    """Opens the same Journal as often as one likes; each is closed in the end."""
    with contextlib.ExitStack() as opened:
        yield lambda: opened.enter_context(Journal.open(journal_url, KEY))


@pytest.fixture
def journal(open_journal: Callable[[], Journal]) -> Journal:
    """An empty Journal, once in a SQLite file and once in PostgreSQL."""
    return open_journal()


@pytest.fixture
def sqlite_journal(tmp_path: Path, file_with_tables: Path) -> Iterator[Journal]:
    """An empty Journal in `journal.db` under tmp_path, for what has to do with that file alone."""
    shutil.copy(file_with_tables, tmp_path / "journal.db")
    with Journal.open(f"sqlite:///{tmp_path}/journal.db", KEY) as opened:
        yield opened


SUNDAY = date(2026, 11, 22)
MONDAY = date(2026, 11, 23)
TERM = Term(received_on=SUNDAY, registered_on=MONDAY, due_on=date(2026, 12, 11))
HER_MOTHER = Applicant(
    surname="Серікқызы",
    given_name="Гүлнәр",
    patronymic="Болатқызы",
    address="Алматы, Абай даңғылы, 10",
    email="gulnar@mail.example",
)
PHOTO = Attachment(name="1.jpg", media_type="image/jpeg", content=b"\xff\xd8 a photo \x00\x80")


def from_her_mother(text: str = "Қызымды мазақтайды.", **other: object) -> Appeal:
    """A signed appeal of the mother of Аружан of 7Ә."""
    return _appeal(**({"applicant": HER_MOTHER, "phone": "+7 700 000 00 00", "text": text} | other))


def from_a_child(text: str = "Мені сыныпта ренжітеді.", **other: object) -> Appeal:
    """An anonymous appeal."""
    return _appeal(applicant=None, text=text, **other)


def _appeal(**fields: object) -> Appeal:
    usual: dict[str, object] = {
        "term": TERM,
        "channel": Channel.PAGE,
        "content": "Сыныптағы жағдай",
        "language": "kk",
        "class_group": "7Ә",
    }
    return Appeal(**(usual | fields))  # type: ignore[arg-type]


def find(journal: Journal, number: int, finding: Finding, *, role: Role, on: date) -> Done | None:
    """What staff find out about an appeal, as a reply of theirs writes it down."""
    by = "Айгүл Сейітқызы"
    return do(journal, number, DeedKind.FOUND, by=by, role=role, on=on, code=finding.value)
