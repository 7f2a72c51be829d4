"""PostgreSQL's bad days: a connection lost at a commit, a deadlock, a standby: no letter pays for them."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from intake.pull import PullReport
from journal.database import upgrade
from journal.faults import DatabaseUnreachable
from tests import invariants
from tests.databases import PostgreSQL, serving
from tests.faulty_line import Line, Protocol
from tests.line_faults import Fault, changed, cut_after, cut_before
from tests.tried import Tried, TryOut, mostly


@pytest.fixture
def on_postgresql(try_out: TryOut, postgresql: PostgreSQL, with_tables: str) -> Tried:
    return try_out(url=postgresql.fresh(like=with_tables))


def url_of(tried: Tried) -> str:
    with invariants.open_journal(tried.school) as journal:
        return f"postgresql://senim@127.0.0.1:{journal.store.engine.url.port}/{journal.store.engine.url.database}"


def put_between(tried: Tried, postgresql: PostgreSQL) -> Line:
    line = tried.lines.enter_context(Line(postgresql.port, Protocol.POSTGRESQL))
    tried.configure(f":{postgresql.port}/", f":{line.port}/")
    return line


@pytest.mark.parametrize(
    "cut", [pytest.param(cut_before, id="not done"), pytest.param(cut_after, id="done and not heard")]
)
def test_a_connection_that_is_lost_at_any_commit_leaves_each_letter_once(
    on_postgresql: Tried, postgresql: PostgreSQL, cut: Callable[..., Fault]
) -> None:
    """Nobody can know whether that commit was done: the next pass finds it out."""
    tried = on_postgresql
    line = put_between(tried, postgresql)
    lost = 0
    for at in range(40):
        tried.receives()
        line.suffers(cut(rb"COMMIT", skip=at))
        came_of_it = tried.pulls()
        if not line.suffered:
            break
        lost += 1
        line.heals()
        tried.holds()
    assert lost
    assert isinstance(came_of_it, PullReport)
    line.heals()
    tried.recovers()


@pytest.mark.parametrize("word", mostly(rb"BEGIN", rb"INSERT", rb"UPDATE", rb"SELECT", now=[rb"INSERT"]))
def test_a_connection_that_is_lost_in_a_transaction_leaves_each_letter_once(
    on_postgresql: Tried, postgresql: PostgreSQL, word: bytes
) -> None:
    tried = on_postgresql
    line = put_between(tried, postgresql)
    tried.receives()
    line.suffers(cut_after(word))
    came_of_it = tried.pulls()
    assert line.suffered
    assert isinstance(came_of_it, DatabaseUnreachable | PullReport), came_of_it  # or it was tried once more
    line.heals()
    tried.holds()
    tried.recovers()


# SQLSTATEs of a server's bad days; as the server itself raises them.
BAD_DAYS = {
    "serialization failure": "40001",
    "deadlock": "40P01",
    "lock not available": "55P03",
    "disk full": "53100",
    "out of memory": "53200",
    "too many connections": "53300",
    "query cancelled": "57014",
    "input or output error": "58030",
    "internal error": "XX000",
    "damaged data": "XX001",
    "read-only transaction": "25006",
    "idle for too long": "25P03",
}
MOST_UNLIKE = ("deadlock", "internal error")
SPOILT = """
CREATE FUNCTION bad_day() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'canary' USING ERRCODE = '{code}'; END $$;
CREATE TRIGGER bad_day BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION bad_day();
"""


@pytest.mark.parametrize("table", ["entries", pytest.param("messages", marks=pytest.mark.soak)])
@pytest.mark.parametrize(
    "code",
    [
        pytest.param(code, id=name, marks=() if name in MOST_UNLIKE else pytest.mark.soak)
        for name, code in BAD_DAYS.items()
    ],
)
def test_no_letter_pays_for_a_bad_day_of_the_database(on_postgresql: Tried, code: str, table: str) -> None:
    """What is the database's fault holds no letter and loses none: it is tried again when all is well."""
    tried = on_postgresql
    tried.receives("signed", "anonymous")
    with psycopg.connect(url_of(tried), autocommit=True) as connection:
        connection.execute(SPOILT.format(code=code, table=table).encode())
        fault = tried.pulls()
        assert isinstance(fault, DatabaseUnreachable), fault
        assert "canary" not in str(fault)
        connection.execute(b"DROP FUNCTION bad_day CASCADE")
    tried.holds()
    assert len(tried.school.inbox()) == 2
    tried.recovers()


def test_a_row_that_somebody_keeps_locked_is_waited_for_and_then_tried_again(on_postgresql: Tried) -> None:
    tried = on_postgresql
    tried.receives()
    with invariants.open_journal(tried.school):
        pass  # the school's row is there
    with psycopg.connect(url_of(tried)) as other:
        other.execute(b"SELECT * FROM school FOR UPDATE")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("journal.database.BUSY_SECONDS", 1)
            fault = tried.pulls()
        assert isinstance(fault, DatabaseUnreachable)
        assert "keeps it locked" in str(fault)
    tried.holds()
    tried.recovers()


def test_a_database_that_is_read_only_for_now_is_tried_again(on_postgresql: Tried) -> None:
    """As a standby is after a failover."""
    tried = on_postgresql
    tried.pulls()
    tried.receives()
    url = url_of(tried)
    name = url.rpartition("/")[2]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
        fault = tried.pulls()
        assert isinstance(fault, DatabaseUnreachable), fault
        connection.execute(b"SET default_transaction_read_only = off")
        connection.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only".encode())
    tried.holds()
    tried.recovers()


@pytest.mark.soak
def test_a_server_that_is_stopped_in_the_middle_and_started_again_leaves_each_letter_once(
    try_out: TryOut,
) -> None:
    with serving() as server:
        url = server.fresh()
        upgrade(url)
        tried = try_out(url=url)
        line = tried.imap_line()
        tried.receives()

        def stop(said: bytes) -> bytes:
            server.process.terminate()
            server.process.send_signal(3)
            server.process.wait(30)
            return said

        line.suffers(changed(rb"UID FETCH .*BODY", stop))
        assert isinstance(tried.pulls(), DatabaseUnreachable)
        assert isinstance(tried.pulls(), DatabaseUnreachable)
        assert len(tried.school.inbox()) == 3
        again = start_again(server)
        try:
            tried.holds()
            tried.recovers()
        finally:
            again.send_signal(3)
            again.wait(30)


def start_again(server: PostgreSQL) -> "subprocess.Popen[bytes]":
    words = server.process.args
    assert isinstance(words, list)
    user = "nobody" if os.geteuid() == 0 else None
    folder = Path(words[words.index("-D") + 1]).parent
    again = subprocess.Popen(
        words, cwd=folder, user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    for _ in range(300):
        try:
            psycopg.connect(server.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            assert again.poll() is None
        else:
            break
    return again
