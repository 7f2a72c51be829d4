"""A backup is the whole Journal: it goes from either database into either, unaltered or not at all."""

import json
import shutil
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, inspect, select, update

from journal import conflicts, database
from journal.arrival import Arrival, BrokenCopy, NotEmpty
from journal.arrival import fill as into_tables
from journal.book import Journal
from journal.chores import done
from journal.condition import Trouble
from journal.copying import copy_out, framed, keyed_digest
from journal.database import SchemaOutOfDate, revision, upgrade
from journal.letters import claim, freeze, owe, settle
from journal.model import Channel, Disposition, Filing, Finding, LetterKind, Measure, Origin, Reader, Role
from journal.purging import purge
from journal.restoring import DamagedCopy, restore
from journal.sealing import Keys, WrongKey, new_key
from journal.tables import attachments, events, folders, leaves, links, metadata
from journal.troubles import begin
from journal.whole_replies import keep
from tests.databases import (
    BOTH,
    HER_MOTHER,
    KEY,
    MONDAY,
    PHOTO,
    PostgreSQL,
    find,
    from_a_child,
    from_her_mother,
)
from tests.test_migrations import stand_at

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
PSYCHOLOGIST = Reader(address="psychologist@school.example", role=Role.PSYCHOLOGIST)
CLEAR = (
    "Қызымды мазақтайды",
    HER_MOTHER.surname,
    HER_MOTHER.email,
    "7Ә",
    PSYCHOLOGIST.address,
    "a photo",
    "шақырдым",
)


def fill(journal: Journal) -> None:
    """A row in nearly every table."""
    journal.record(from_her_mother(attachments=(PHOTO,)), identity="<1@site>")
    journal.record(from_a_child(), identity="<2@site>")
    journal.record(from_a_child(), identity="<3@site>")
    journal.add_measure(
        1, Measure(text="Екеуін шақырдым", by="Айгүл", role=Role.PSYCHOLOGIST, recorded_on=MONDAY)
    )
    where = Origin(mailbox="INBOX", uidvalidity=7, uid=2**32 - 1)
    journal.receive(where, Disposition.RECORDED, filing=Filing.JOURNALED, number=1, on=MONDAY)
    journal.hold(Origin(mailbox="INBOX", uidvalidity=7, uid=3), reason="x", raw=b"raw\0", size=4, on=MONDAY)
    for period in ("2026-11-22", "2026-11-23"):
        owe(journal, kind=LetterKind.DAILY, reader=PSYCHOLOGIST, period=period, due_at=NOW)
    letter = claim(journal, NOW)
    assert letter is not None
    freeze(journal, letter, raw=b"letter", token="token", covers_to=2, now=NOW)
    settle(journal, letter, NOW)
    journal.count_reply(letter.id, "f" * 64, MONDAY)
    keep(journal, letter.id, "f" * 64, b"reply", until=MONDAY)
    begin(journal, Trouble.MAILBOX, NOW)
    done(journal, "backup", MONDAY)
    with journal.store.writing() as writing:
        run = writing.connection.execute
        run(folders.insert().values(folder="INBOX", since=MONDAY, standing=0, looked_on=MONDAY))
        run(links.insert().values(token="t" * 64, letter=letter.id, number=1))
        run(
            leaves.insert().values(
                id=1, reader="r" * 64, starts=MONDAY, automatic=False, noted_on=MONDAY, over=False
            )
        )


def rows(url: str) -> dict[str, list[Any]]:
    engine = database.connect(url)
    with engine.connect() as connection:
        found = {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }
    engine.dispose()
    return found


def copied(journal: Journal) -> bytes:
    return b"".join(copy_out(journal.store, on=MONDAY))


def in_pieces(copy: bytes, size: int = 8192) -> Callable[[Callable[[bytes], None]], None]:
    def stream(take: Callable[[bytes], None]) -> None:
        for start in range(0, len(copy), size):
            take(copy[start : start + size])

    return stream


def put_back(url: str, copy: bytes, *, key: bytes = KEY, next_number: int = 10, **how: Any) -> Any:
    return restore(url, Keys(key), in_pieces(copy), next_number=next_number, on=MONDAY, **how)


def is_empty(url: str) -> bool:
    engine = database.connect(url)
    try:
        return revision(engine) is None
    finally:
        engine.dispose()


@pytest.fixture(params=BOTH)
def another_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that is not made yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/another.db"
    running: PostgreSQL = request.getfixturevalue("postgresql")
    return running.fresh()


def test_a_backup_goes_from_either_database_into_either(
    journal: Journal, journal_url: str, another_url: str
) -> None:
    fill(journal)
    find(journal, 1, Finding.JUSTIFIED, role=Role.PSYCHOLOGIST, on=MONDAY)
    conflicts.name(journal, 1, [PSYCHOLOGIST.address], on=MONDAY)
    before = rows(journal_url)
    assert [name for name, found in before.items() if not found] == []
    put_back(another_url, copied(journal), next_number=4)
    after = rows(another_url)
    *earlier, restored = after.pop("events")
    assert earlier == before.pop("events")
    assert json.loads(restored[5]) == {"backup_of": "2026-11-23", "last_number": 3, "next_number": 4}
    assert before.pop("school")[0][:4] == after.pop("school")[0][:4]
    assert after == before
    with Journal.open(another_url, KEY) as again:
        assert again.verify().ok
        assert list(again.entries()) == list(journal.entries())
        assert again.attachments(1) == journal.attachments(1)
        assert again.held_message(1) == journal.held_message(1)
        assert again.record(from_her_mother(attachments=(PHOTO,)), identity="<1@site>").repeat
        owed = claim(again, NOW)
        assert owed is not None and owed.period == "2026-11-23"
        assert claim(again, NOW) is None, "what was sent is not sent again"


def test_every_table_of_the_database_is_in_a_backup(journal: Journal) -> None:
    known = set(inspect(journal.store.engine).get_table_names()) - {"alembic_version"}
    copy = copied(journal)
    assert {name for name in known if f'"table":"{name}"'.encode() in copy} == known


def test_neither_the_key_nor_a_word_in_clear_is_in_a_backup_before_it_is_locked(journal: Journal) -> None:
    fill(journal)
    copy = copied(journal)
    for secret in (KEY, journal.store.keys.purpose("backup"), journal.store.keys.purpose("backup digest")):
        assert secret not in copy
        assert secret.hex().encode() not in copy
    for words in CLEAR:
        assert words.encode() not in copy
        assert json.dumps(words).strip('"').encode() not in copy


def test_a_backup_is_of_one_moment_while_the_worker_goes_on(journal: Journal, tmp_path: Path) -> None:
    fill(journal)
    pieces = copy_out(journal.store, on=MONDAY)
    begun = next(pieces) + next(pieces)
    journal.record(from_a_child("Кейінгі хат"), identity="<9@site>")
    journal.add_measure(2, Measure(text="кейін", by="x", role=Role.DIRECTOR, recorded_on=MONDAY))
    url = f"sqlite:///{tmp_path}/another.db"
    put_back(url, begun + b"".join(pieces))
    with Journal.open(url, KEY) as again:
        assert [entry.number for entry in again.entries()] == [1, 2, 3]
        assert again.entry(2).measures == ()
        assert again.record(from_a_child("Келесі"), identity="<10@site>").number == 10
        assert again.verify().ok, "the history says why there are no numbers 4 to 9"


@pytest.fixture(scope="module")
def example(file_with_tables: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    file = tmp_path_factory.mktemp("example") / "journal.db"
    shutil.copy(file_with_tables, file)
    with Journal.open(f"sqlite:///{file}", KEY) as journal:
        fill(journal)
        return copied(journal)


def test_a_backup_that_was_cut_anywhere_is_refused_and_leaves_nothing(example: bytes, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/another.db"
    for length in (0, 3, 4, 60, 400, len(example) // 2, len(example) - 30, len(example) - 1):
        with pytest.raises(BrokenCopy):
            put_back(url, example[:length])
        assert is_empty(url)
    put_back(url, example)
    assert not is_empty(url)


@settings(max_examples=30)
@given(data=st.data())
def test_a_backup_of_which_one_byte_was_altered_is_refused(
    example: bytes, file_with_tables: Path, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(example) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda value: value != example[place]))
    altered = example[:place] + bytes([value]) + example[place + 1 :]
    # The tables are there already: making them takes longer than all the rest.
    url = f"sqlite:///{file_with_tables}"
    with pytest.raises((BrokenCopy, SchemaOutOfDate)), database.rebuilding(url) as connection:
        arrival = Arrival(into_tables(connection, Keys(KEY)))
        in_pieces(altered)(arrival.take)
        arrival.end()
    assert not database.begun(url)


def test_a_backup_with_something_behind_its_end_is_refused(example: bytes, tmp_path: Path) -> None:
    with pytest.raises(BrokenCopy):
        put_back(f"sqlite:///{tmp_path}/another.db", example + b"x")


def test_a_stranger_who_knows_the_form_makes_no_backup(example: bytes, tmp_path: Path) -> None:
    with pytest.raises(BrokenCopy, match="does not have the school's key"):
        put_back(f"sqlite:///{tmp_path}/another.db", example, key=new_key())


def test_a_journal_that_is_there_is_not_overwritten(
    example: bytes, journal: Journal, journal_url: str
) -> None:
    journal.record(from_a_child(), identity="<1@site>")
    before = rows(journal_url)
    with pytest.raises(NotEmpty):
        put_back(journal_url, example)
    assert rows(journal_url) == before


def test_an_empty_journal_with_another_key_gives_way(example: bytes, database_url: str) -> None:
    upgrade(database_url)
    Journal.open(database_url, new_key()).close()
    put_back(database_url, example)
    with pytest.raises(WrongKey):
        Journal.open(database_url, new_key())
    with Journal.open(database_url, KEY) as again:
        assert again.last_number() == 9


def test_what_was_destroyed_is_no_damage(sqlite_journal: Journal, tmp_path: Path) -> None:
    fill(sqlite_journal)
    purge(sqlite_journal, 1, on=MONDAY, reason="a request")
    restored = put_back(f"sqlite:///{tmp_path}/another.db", copied(sqlite_journal))
    assert restored.damage == ()


def test_a_journal_that_was_damaged_before_is_restored_only_when_one_says_so(
    sqlite_journal: Journal, tmp_path: Path
) -> None:
    fill(sqlite_journal)
    with sqlite_journal.store.writing() as writing:
        run = writing.connection.execute
        run(update(attachments).values(line=attachments.c.content))
        run(delete(events).where(events.c.seq == 2))
    url, copy = f"sqlite:///{tmp_path}/another.db", copied(sqlite_journal)
    with pytest.raises(DamagedCopy, match=r"event 1.*attachments\.line, row 1\.1"):
        put_back(url, copy)
    assert is_empty(url)
    assert len(put_back(url, copy, damaged_too=True).damage) == 2
    with Journal.open(url, KEY) as again:
        assert again.entry(2).text == from_a_child().text


def older(copy: bytes, known: dict[str, set[str]]) -> Iterator[bytes]:
    """The same as a Senim would have written it that knew these columns of these tables."""
    digest, place, keep, drop = keyed_digest(Keys(KEY)), 0, True, []
    count = 0
    while place < len(copy):
        size = int.from_bytes(copy[place : place + 4], "big")
        record = json.loads(copy[place + 4 : place + 4 + size])
        place += 4 + size
        blobs = []
        for value in record if isinstance(record, list) else ():
            length = value["bytes"] if isinstance(value, dict) and "bytes" in value else None
            blobs.append(None if length is None else copy[place : place + length])
            place += length or 0
        if isinstance(record, list):
            record = [value for index, value in enumerate(record) if index not in drop]
            blobs = [value for index, value in enumerate(blobs) if index not in drop]
            count += keep
        elif "table" in record:
            columns = known.get(record["table"])
            keep = columns is not None
            drop = [index for index, name in enumerate(record["columns"]) if name not in (columns or ())]
            record["columns"] = [name for name in record["columns"] if name in (columns or ())]
        elif "senim" in record:
            record["revision"] = "0002"
        else:
            yield framed({"rows": count, "digest": digest.hexdigest()})
            return
        if keep:
            piece = framed(record) + b"".join(blob for blob in blobs if blob is not None)
            digest.update(piece)
            yield piece


def test_a_backup_of_an_older_version_is_restored_and_brought_up_to_date(
    example: bytes, database_url: str, tmp_path: Path
) -> None:
    past = f"sqlite:///{tmp_path}/past.db"
    stand_at(past, "0002")
    engine = database.connect(past)
    tables = inspect(engine)
    known = {
        name: {str(column["name"]) for column in tables.get_columns(name)}
        for name in tables.get_table_names()
    }
    engine.dispose()
    put_back(database_url, b"".join(older(example, known)))
    assert database.pending(database_url) == []
    with Journal.open(database_url, KEY) as again:
        assert again.verify().ok
        assert again.entry(1).measures[0].text == "Екеуін шақырдым"


@pytest.mark.parametrize("newer", [{"senim": 2}, {"revision": "9999"}], ids=["form", "migration"])
def test_a_backup_of_a_newer_version_is_refused_with_words(newer: dict[str, object], tmp_path: Path) -> None:
    record = {"senim": 1, "revision": "0003", "school": "x", "made_on": "2026-11-23", "last_number": 0}
    with pytest.raises(SchemaOutOfDate, match="newer Senim"):
        put_back(f"sqlite:///{tmp_path}/another.db", framed({**record, **newer}))


@pytest.mark.soak
def test_no_more_than_a_few_files_are_in_memory_at_once(sqlite_journal: Journal, tmp_path: Path) -> None:
    megabytes = 2
    photo = type(PHOTO)(name="1.jpg", media_type="image/jpeg", content=bytes(megabytes * 1_000_000))
    for number in range(7):
        sqlite_journal.record(
            from_a_child(f"{number}", attachments=(photo,), channel=Channel.PAGE), identity=f"{number}"
        )
    file = tmp_path / "copy"
    tracemalloc.start()
    try:
        with file.open("wb") as out:
            for piece in copy_out(sqlite_journal.store, on=date(2026, 11, 23) + timedelta(1)):
                out.write(piece)
        assert tracemalloc.get_traced_memory()[1] < 4 * megabytes * 1_000_000
        tracemalloc.reset_peak()

        def stream(take: Callable[[bytes], None]) -> None:
            with file.open("rb") as source:
                while piece := source.read(65536):
                    take(piece)

        url = f"sqlite:///{tmp_path}/another.db"
        restore(url, sqlite_journal.store.keys, stream, next_number=9, on=MONDAY)
        assert tracemalloc.get_traced_memory()[1] < 5 * megabytes * 1_000_000
    finally:
        tracemalloc.stop()
