"""The database is made and brought up to date by migrations alone, on SQLite and on PostgreSQL."""

import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import IntegrityError

from journal import database
from journal.book import Journal
from journal.database import DatabaseUnreachable, DriverMissing, SchemaOutOfDate, begun, pending, upgrade
from journal.migrations.steps import after, settings
from journal.tables import metadata
from tests.databases import KEY, PostgreSQL, free_port, from_a_child


def described(engine: Engine) -> dict[str, Any]:
    """All that the database itself says of its tables."""
    found = inspect(engine)
    return {
        table: {
            "columns": [(c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(table)],
            "primary key": found.get_pk_constraint(table)["constrained_columns"],
            "foreign keys": sorted(
                (key["name"] or "", key["constrained_columns"], key["referred_table"])
                for key in found.get_foreign_keys(table)
            ),
            "unique": sorted(
                (u["name"] or "", u["column_names"]) for u in found.get_unique_constraints(table)
            ),
            "checks": sorted((c["name"] or "", c["sqltext"]) for c in found.get_check_constraints(table)),
            "indexes": sorted(
                (i["name"] or "", i["column_names"], bool(i["unique"])) for i in found.get_indexes(table)
            ),
        }
        for table in sorted(found.get_table_names())
        if table != "alembic_version"
    }


def test_the_migrations_make_the_tables_that_the_code_reads(journal_url: str) -> None:
    engine = database.connect(journal_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    migrated = described(engine)
    with engine.begin() as connection:
        metadata.drop_all(connection)
        metadata.create_all(connection)
    assert migrated == described(engine)
    assert len(migrated) == len(metadata.tables)
    engine.dispose()


def test_the_newest_migration_is_the_one_that_the_code_asks_for() -> None:
    assert after(None)[-1] == database.HEAD
    assert after(database.HEAD) == []


def test_a_database_is_made_once_and_upgrading_again_changes_nothing(database_url: str) -> None:
    assert pending(database_url) == after(None)
    assert not begun(database_url)
    upgrade(database_url)
    assert pending(database_url) == []
    assert not begun(database_url)  # tables, but no key yet
    with Journal.open(database_url, KEY) as journal:
        journal.record(from_a_child(), identity="<1@site>")
    upgrade(database_url)
    assert begun(database_url)
    with Journal.open(database_url, KEY) as journal:
        assert journal.entry(1).text == from_a_child().text
        assert journal.verify().ok


def stand_at(url: str, revision: str) -> None:
    """A database as an older Senim left it."""
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).touch(0o600)
    engine = database.connect(url)
    with engine.begin() as connection:
        config = settings()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


LETTER = (
    "INSERT INTO letters (id, kind, reader, role, period, state, due_at, attempts, error, token, address, "
    "data) VALUES (:id, :kind, :reader, 'psychologist', :period, 'sent', '2026-11-22 10:00:00+00:00', 1, '', "
    ":token, :blob, :blob)"
)
REPLY = "INSERT INTO replies (letter, fingerprint, day) VALUES (:letter, :fingerprint, '2026-11-22')"


def test_letters_and_the_replies_to_them_survive_the_step_to_0002(database_url: str) -> None:
    stand_at(database_url, "0001")
    engine = database.connect(database_url)
    letters = [
        {
            "id": n,
            "kind": "daily",
            "reader": f"r{n}",
            "period": f"2026-11-2{n}",
            "token": f"t{n}",
            "blob": b"\0x",
        }
        for n in (1, 2)
    ]
    kept = "SELECT id, kind, reader, role, period, state, token, address, data FROM letters ORDER BY id"
    with engine.begin() as connection:
        connection.execute(text(LETTER), letters)
        connection.execute(text(REPLY), [{"letter": n, "fingerprint": f"f{n}"} for n in (1, 2)])
        before = connection.execute(text(kept)).all()
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(text(LETTER), {**letters[0], "id": 3, "kind": "notice", "token": "t3"})
    engine.dispose()
    upgrade(database_url)
    engine = database.connect(database_url)
    with engine.begin() as connection:
        assert connection.execute(text(kept)).all() == before
        replies = connection.execute(text("SELECT letter, fingerprint FROM replies ORDER BY letter")).all()
        assert [tuple(row) for row in replies] == [(1, "f1"), (2, "f2")]
        connection.execute(text(LETTER), {**letters[0], "id": 3, "kind": "notice", "token": "t3"})
        for words, row in (
            (REPLY, {"letter": 99, "fingerprint": "f"}),  # still tied to their letters
            (LETTER, {**letters[0], "id": 4, "token": "t4"}),  # still one for its kind, reader and period
            (LETTER, {**letters[1], "id": 5, "period": "p", "token": "t1"}),
            (LETTER, {**letters[1], "id": 6, "period": "p", "token": "t6", "kind": "gossip"}),
        ):
            with pytest.raises(IntegrityError), connection.begin_nested():
                connection.execute(text(words), row)
    engine.dispose()


def test_opening_before_the_upgrade_says_what_to_run_and_makes_nothing(
    database_url: str, tmp_path: Path
) -> None:
    with pytest.raises(SchemaOutOfDate, match="senim upgrade"):
        Journal.open(database_url, KEY)
    assert pending(database_url)
    assert list(tmp_path.iterdir()) == []


def test_a_database_of_a_newer_senim_is_left_alone(journal_url: str) -> None:
    engine = database.connect(journal_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for ask in (pending, upgrade, lambda url: Journal.open(url, KEY)):
        with pytest.raises(SchemaOutOfDate, match="newer"):
            ask(journal_url)
    engine.dispose()


def test_two_upgrades_at_once_make_one_database(database_url: str) -> None:
    script = "import sys; from journal.database import upgrade; upgrade(sys.argv[1])"
    both = [subprocess.Popen([sys.executable, "-c", script, database_url]) for _ in range(2)]
    assert [one.wait(120) for one in both] == [0, 0]
    assert pending(database_url) == []


def test_two_first_openings_at_once_agree_on_one_key(journal_url: str) -> None:
    script = """
import sys
from journal.book import Journal
from journal.sealing import WrongKey
try:
    Journal.open(sys.argv[1], bytes([int(sys.argv[2])]) * 32).close()
except WrongKey:
    sys.exit(7)
"""
    both = [subprocess.Popen([sys.executable, "-c", script, journal_url, n]) for n in "12"]
    assert sorted(one.wait(120) for one in both) == [0, 7]


def test_the_migrations_work_from_any_folder(journal_url: str, tmp_path: Path) -> None:
    elsewhere = tmp_path / "100% elsewhere"
    elsewhere.mkdir()
    script = "import sys; from journal.database import pending; print(pending(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", script, journal_url],
        cwd=elsewhere,
        check=True,
        capture_output=True,
        env={"PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert done.stdout == b"[]\n"


# When the database cannot be used


def test_a_file_with_an_odd_name_in_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    path = tmp_path / "var" / "мектеп №7 ?#%.db"
    url = f"sqlite:///{quote(str(path))}"
    upgrade(url)
    with Journal.open(url, KEY) as journal:
        assert journal.record(from_a_child(), identity="<1@site>").number == 1
    assert [found.name for found in path.parent.iterdir()] == [path.name]
    assert oct(path.parent.stat().st_mode & 0o777) == "0o700"


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_text("not a database, but CANARY text\n" * 100)
    (tmp_path / "journal.db").chmod(0o600)
    url = f"sqlite:///{tmp_path}/journal.db"
    for ask in (pending, upgrade, lambda url: Journal.open(url, KEY)):
        with pytest.raises(DatabaseUnreachable, match=r"SQLITE_NOTADB.*not a database") as caught:
            ask(url)
        assert "CANARY" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["", "CANARY", "sqlite://", "sqlite:///:memory:", "mysql://u:CANARY@h/d", "postgresql+asyncpg://u:CANARY@h/d",
     "postgresql://u:CANARY@h:port/d"],
)  # fmt: skip
def test_an_address_that_is_none_is_not_shown_but_two_that_would_do(url: str) -> None:
    with pytest.raises(
        DatabaseUnreachable, match=r"sqlite:///var/journal.db.*postgresql://user@host"
    ) as caught:
        Journal.open(url, KEY)
    assert "CANARY" not in str(caught.value)


def test_postgresql_under_any_of_its_names_is_reached_by_psycopg() -> None:
    for name in ("postgres", "postgresql", "postgresql+psycopg"):
        engine = database.connect(f"{name}://senim@127.0.0.1/school")
        assert engine.url.drivername == "postgresql+psycopg"
        assert engine.hide_parameters
        engine.dispose()


def test_a_server_that_is_not_there_is_said_to_be_unreachable() -> None:
    url = f"postgresql://senim:CANARY@127.0.0.1:{free_port()}/school"
    for ask in (pending, upgrade, lambda url: Journal.open(url, KEY)):
        with pytest.raises(DatabaseUnreachable, match=r"journal\.url") as caught:
            ask(url)
        assert "CANARY" not in str(caught.value)


def test_a_database_that_the_server_does_not_have_is_unreachable(postgresql: PostgreSQL) -> None:
    with pytest.raises(DatabaseUnreachable, match=r"journal\.url"):
        upgrade(postgresql.url("no_such_school"))


def test_a_user_without_rights_is_told_whose_the_database_must_be(
    postgresql: PostgreSQL, with_tables: str
) -> None:
    url = postgresql.fresh(like=with_tables)
    engine = database.connect(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE ROLE stranger LOGIN"))
    engine.dispose()
    with pytest.raises(DatabaseUnreachable, match="owner of the database"):
        Journal.open(url.replace("senim@", "stranger@"), KEY)


def test_without_its_driver_postgresql_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DriverMissing, match=r"pip install 'psycopg\[binary\]'"):
        database.connect("postgresql://senim@127.0.0.1/school")


def fill_the_disk(journal: Journal) -> None:
    with journal.store.writing() as current:
        pages = current.connection.execute(text("PRAGMA page_count")).scalar_one()
        current.connection.execute(text(f"PRAGMA max_page_count = {pages + 1}"))


def test_a_full_disk_is_named_and_nothing_is_half_written(sqlite_journal: Journal) -> None:
    sqlite_journal.record(from_a_child(), identity="<1@site>")
    with pytest.raises(DatabaseUnreachable, match="the disk is full"), sqlite_journal.transaction():
        fill_the_disk(sqlite_journal)
        for n in range(50):
            sqlite_journal.record(from_a_child(f"{n}" * 500), identity=f"<big{n}@site>")
    assert sqlite_journal.last_number() == 1
    assert sqlite_journal.verify().ok


def test_whoever_goes_on_after_a_full_disk_writes_nothing_either(sqlite_journal: Journal) -> None:
    sqlite_journal.record(from_a_child(), identity="<1@site>")
    failed = 0
    with pytest.raises(DatabaseUnreachable, match="all of it was given up"), sqlite_journal.transaction():
        fill_the_disk(sqlite_journal)
        for n in range(20):
            try:
                sqlite_journal.record(from_a_child(f"{n}" * 50_000), identity=f"<big{n}@site>")
                sqlite_journal.entry(1)  # until something is asked, the row waits in memory
            except DatabaseUnreachable:
                failed += 1
                with pytest.raises(DatabaseUnreachable):
                    sqlite_journal.record(from_a_child("small"), identity=f"<small{n}@site>")
    assert failed == 20
    assert [entry.number for entry in sqlite_journal.entries()] == [1]
    assert sqlite_journal.verify().ok


def test_the_server_going_away_is_told_and_the_next_call_works(
    postgresql: PostgreSQL, with_tables: str
) -> None:
    with Journal.open(postgresql.fresh(like=with_tables), KEY) as journal:
        journal.record(from_a_child("бір"), identity="<1@site>")
        with pytest.raises(DatabaseUnreachable), journal.transaction():
            journal.record(from_a_child("екі"), identity="<2@site>")
            with journal.store.reading() as connection:
                connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        assert journal.record(from_a_child("үш"), identity="<3@site>").number == 2
        assert [entry.text for entry in journal.entries()] == ["бір", "үш"]
