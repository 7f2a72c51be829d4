"""Who has the database and not the key reads nothing of a family: every byte of it is searched."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from journal import rekeying
from journal.book import Journal
from journal.model import Origin
from journal.sealing import new_key
from journal.sweeping import sweep
from tests.canaries import Hunter
from tests.databases import KEY, MONDAY, SUNDAY
from tests.test_sealing import CANARIES, life

IN_CLEAR = "qanarinclear"  # in a column that is not sealed: the search must find it
# For what the search must see. Words of their own: PostgreSQL's log is one for all databases of the tests.
CONTROL = {
    place: word.replace("CANARY", "CONTROL").replace("канарейка", "канарейкин")
    for place, word in CANARIES.items()
}
BOTH = [
    pytest.param("sqlite", id="in a SQLite file"),
    pytest.param("postgresql", id="in PostgreSQL", marks=pytest.mark.soak),  # half a minute: all of its log
]


def files_of(journal: Journal, tmp_path: Path) -> list[Path]:
    """Every file that the database keeps for this Journal, its log included."""
    if journal.store.engine.dialect.name == "sqlite":
        return sorted(path for path in tmp_path.iterdir() if path.is_file())
    with journal.store.reading() as connection:
        data = Path(connection.execute(text("SHOW data_directory")).scalar_one())
        own = text("SELECT oid FROM pg_database WHERE datname = current_database()")
        oid = str(connection.execute(own).scalar_one())
    places = [data / place for place in (f"base/{oid}", "pg_wal", "pg_stat", "log")]
    return [path for place in places for path in place.rglob("*") if path.is_file()]


def found_in(journal: Journal, tmp_path: Path, hunter: Hunter) -> set[str]:
    """The places whose words stand in the files, after all that is in memory was written."""
    if journal.store.engine.dialect.name == "postgresql":
        with journal.store.engine.connect() as connection:
            connection.exec_driver_sql("CHECKPOINT")
    found: set[str] = set()
    for file in files_of(journal, tmp_path):
        with file.open("rb") as stream:
            while piece := stream.read(1024 * 1024):
                found |= hunter.find(piece + stream.peek(200)[:200] if piece.strip(b"\0") else b"")
    return found


@pytest.mark.parametrize("journal_url", BOTH, indirect=True)
@pytest.mark.parametrize("lived", ["as begun", "after a rekey", "after a rekey and a sweep"])
def test_no_byte_of_the_database_tells_a_word(
    open_journal: Callable[[], Journal], journal_url: str, tmp_path: Path, lived: str
) -> None:
    journal = open_journal()
    life(journal)
    place = Origin(mailbox="INBOX", uidvalidity=7, uid=99)
    journal.hold(place, reason=IN_CLEAR, raw=None, size=1, on=SUNDAY)
    if lived != "as begun":
        other = new_key()
        rekeying.rekey(journal, other, on=MONDAY)
        journal = Journal.open(journal_url, other)
    if lived.endswith("sweep"):
        assert sweep(journal.store)
    try:
        assert found_in(journal, tmp_path, Hunter({**CANARIES, "in-clear": IN_CLEAR})) == {"in-clear"}
    finally:
        journal.close()


@pytest.mark.parametrize("journal_url", BOTH, indirect=True)
def test_the_search_sees_what_is_in_clear_in_each_of_those_files(
    open_journal: Callable[[], Journal], tmp_path: Path
) -> None:
    """Else the test above would prove nothing: every word stands there unsealed."""
    journal = open_journal()
    for number, word in enumerate(CONTROL.values()):
        journal.hold(Origin(mailbox=word, uidvalidity=7, uid=number), reason="x", raw=None, size=1, on=SUNDAY)
    assert found_in(journal, tmp_path, Hunter(CONTROL)) == set(CONTROL)
    assert KEY not in b"".join(file.read_bytes() for file in files_of(journal, tmp_path))
