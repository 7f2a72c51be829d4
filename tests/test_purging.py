"""The content of an entry is destroyed for good, and its line of the register stays (clause 4.1)."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, insert, select, text, update

from journal import letters, tables
from journal.book import Journal, NoSuchEntry, Purged
from journal.deeds import Done, undo
from journal.model import Finding, LetterKind, Measure, Reader, Role
from journal.purging import due, finish, purge
from journal.sweeping import StillInUse
from tests.databases import (
    HER_MOTHER,
    MONDAY,
    PHOTO,
    SUNDAY,
    find,
    from_a_child,
    from_her_mother,
    postgresql_files,
)

TUESDAY = MONDAY + timedelta(days=1)
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
AIGUL = Reader(address="aigul@school.example", role=Role.PSYCHOLOGIST)
YEAR, THREE_YEARS = timedelta(days=365), timedelta(days=3 * 365)


def measure(text: str = "Әңгіме өткізілді.", on: date = MONDAY) -> Measure:
    return Measure(text=text, by="Айгүл Сейітқызы", role=Role.PSYCHOLOGIST, recorded_on=on)


@pytest.fixture
def lived(journal: Journal) -> Journal:
    """Two appeals with a file and a measure each, and a letter that told of the second."""
    journal.record(from_a_child(attachments=(PHOTO,)), identity="<1@site>")
    journal.record(from_her_mother(attachments=(PHOTO,)), identity="<2@site>")
    for number in (1, 2):
        journal.add_measure(number, measure())
    send(journal, LetterKind.TEXT, {"number": 2}, raw=b"The whole text of 2.")
    return journal


def send(journal: Journal, kind: LetterKind, data: dict[str, object], *, raw: bytes, covers: int = 0) -> int:
    letters.owe(journal, kind=kind, reader=AIGUL, period=f"{kind}-{raw[:20].hex()}", due_at=NOW, data=data)
    letter = letters.claim(journal, NOW)
    assert letter is not None
    letters.freeze(journal, letter, raw=raw, token=raw.hex()[:40], covers_to=covers, now=NOW)
    letters.settle(journal, letter, NOW)
    return letter.id


def column(journal: Journal, what: Any, where: Any) -> Any:
    with journal.store.reading() as connection:
        return connection.execute(select(what).where(where)).scalar()


def sealed(journal: Journal, number: int) -> list[bytes]:
    """All sealed bytes that belong to an entry, its wrapped key among them, and its fingerprints."""
    found: list[Any] = []
    with journal.store.reading() as connection:
        for table in (tables.entries, tables.measures, tables.attachments, tables.fingerprints):
            for row in connection.execute(select(table).where(table.c.number == number)):
                found += row
        found += connection.execute(select(tables.letters.c.data, tables.letters.c.snapshot)).one()
    texts = [one.encode() for one in found if isinstance(one, str) and len(one) == 64]
    return texts + [one for one in found if isinstance(one, bytes)]


def database_files(journal: Journal) -> Iterator[tuple[str, bytes]]:
    """Everything that the database keeps, its write-ahead log included."""
    if journal.store.engine.dialect.name == "sqlite":
        file = Path(str(journal.store.engine.url.database))
        yield from ((one.name, one.read_bytes()) for one in file.parent.glob("journal.db*"))
        return
    yield from postgresql_files(journal.store.engine.url.render_as_string(hide_password=False))


def left_of(values: list[bytes], journal: Journal) -> set[str]:
    """The files in which even a part of one of these values stands."""
    pieces = [value[at : at + 20] for value in values for at in range(0, max(len(value) - 20, 1), 20)]
    assert len(pieces) > 20
    return {name for name, data in database_files(journal) if any(piece in data for piece in pieces)}


def test_what_was_destroyed_is_in_no_byte_of_the_database(lived: Journal) -> None:
    before = sealed(lived, 2)
    if lived.store.engine.dialect.name == "postgresql":
        change(lived, text("ANALYZE"))  # samples of the values now stand among the statistics too
    assert left_of(before, lived)  # else nothing is proven below
    purge(lived, 2, on=TUESDAY, reason="asked by the family")
    assert finish(lived)
    assert left_of(before, lived) == set()
    assert left_of(sealed_of_another(lived), lived)  # № 1 is as it was


def sealed_of_another(journal: Journal) -> list[bytes]:
    with journal.store.reading() as connection:
        row = connection.execute(select(tables.entries).where(tables.entries.c.number == 1)).one()
    return [one for one in row if isinstance(one, bytes)]


def test_whoever_kept_the_key_of_an_entry_finds_nothing_to_open_with_it(lived: Journal) -> None:
    purge(lived, 2, on=TUESDAY, reason="asked by the family")
    with lived.store.reading() as connection:
        row = connection.execute(select(tables.entries).where(tables.entries.c.number == 2)).one()
        assert not [one for one in row if isinstance(one, bytes)]
        of_it = [table for table in tables.metadata.sorted_tables if "number" in table.c]
        for table in of_it:
            kept = connection.execute(select(table).where(table.c.number == 2)).all()
            assert not [value for one in kept for value in one if isinstance(value, bytes)], table.name
        assert connection.execute(select(tables.letters.c.snapshot)).scalar() is None


def test_the_line_of_the_register_stays_with_its_number_its_days_and_its_measures(lived: Journal) -> None:
    purge(lived, 2, on=TUESDAY, reason="asked by the family")
    entry = lived.entry(2)
    assert (entry.purged_on, entry.anonymous, entry.term.received_on) == (TUESDAY, False, SUNDAY)
    assert (entry.content, entry.text, entry.phone, entry.attachments) == ("", "", "", ())
    assert [(one.role, one.recorded_on, one.text, one.by) for one in entry.measures] == [
        (Role.PSYCHOLOGIST, MONDAY, "", "")
    ]
    assert [one.number for one in lived.entries()] == [1, 2]
    assert lived.attachments(2) == []
    assert lived.entry(1).text == from_a_child().text
    assert lived.record(from_a_child("Тағы."), identity="<3@site>").number == 3


def test_the_same_letter_may_come_again_afterwards_and_names_no_destroyed_one(lived: Journal) -> None:
    purge(lived, 2, on=TUESDAY, reason="asked by the family")
    again = lived.record(from_her_mother(attachments=(PHOTO,)), identity="<2@site>")
    assert (again.number, again.repeat) == (3, False)
    assert lived.entry(3).repeats is None


def test_nothing_is_added_to_what_was_destroyed_and_nothing_destroyed_twice(lived: Journal) -> None:
    purge(lived, 2, on=TUESDAY, reason="asked by the family")
    with pytest.raises(Purged, match="№ 2"):
        lived.add_measure(2, measure())
    with pytest.raises(Purged):
        find(lived, 2, Finding.UNFOUNDED, role=Role.PSYCHOLOGIST, on=TUESDAY)
    with pytest.raises(Purged):
        purge(lived, 2, on=TUESDAY, reason="once more")
    with pytest.raises(NoSuchEntry):
        purge(lived, 3, on=TUESDAY, reason="there is no such")
    with pytest.raises(ValueError, match="100 characters"):
        purge(lived, 1, on=TUESDAY, reason="x" * 101)
    assert lived.verify().ok


def test_what_waits_for_staff_waits_no_more_once_it_is_destroyed(journal: Journal) -> None:
    journal.record(from_a_child(), identity="<1@site>")
    purge(journal, 1, on=TUESDAY, reason="asked by the child")
    assert journal.open_entries() == []


# The letters


def test_letters_that_hold_its_words_are_forgotten_and_the_others_are_not(lived: Journal) -> None:
    stored = [
        {"number": number, "mark": "Гүлнәр", "text": "Анасымен сөйлестік", "finding": ""} for number in (1, 2)
    ]
    data: dict[str, object] = {"stored": stored, "files": [], "not_understood": ["Гүлнәр келді"]}
    about_both = send(lived, LetterKind.CONFIRMATION, data, raw=b"Recorded: 1, 2.")
    about_one = send(lived, LetterKind.CONFIRMATION, {"stored": stored[:1], "files": []}, raw=b"Recorded: 1.")
    files = send(lived, LetterKind.FILES, {"number": 2}, raw=b"Files of 2.")
    daily = send(lived, LetterKind.DAILY, {}, raw=b"Daily of 1 and 2.", covers=2)
    purge(lived, 2, on=TUESDAY, reason="asked by the family")
    kept = {one.id: one for one in letters.listed(lived)}
    told = kept[about_both].data
    assert told["stored"] == [
        stored[0],
        {"number": 2, "mark": "", "text": "", "finding": "", "purged_on": "2026-11-24"},
    ]
    assert told["not_understood"] == []
    assert kept[about_one].data["stored"] == stored[:1]
    snapshots = {
        number: column(lived, tables.letters.c.snapshot, tables.letters.c.id == number) is not None
        for number in (about_both, about_one, files, daily)
    }
    assert snapshots == {about_both: False, about_one: True, files: False, daily: False}


def test_a_letter_that_is_being_written_just_now_is_written_anew(lived: Journal) -> None:
    letters.owe(lived, kind=LetterKind.DAILY, reader=AIGUL, period="2026-11-23", due_at=NOW)
    letter = letters.claim(lived, NOW)
    assert letter is not None
    purge(lived, 2, on=TUESDAY, reason="asked by the family")
    with pytest.raises(letters.LeaseLost):
        letters.freeze(lived, letter, raw=b"words of 2", token="t", covers_to=2, now=NOW)
    again = letters.claim(lived, NOW)
    assert again is not None
    letters.freeze(lived, again, raw=b"without them", token="t", covers_to=2, now=NOW)


def test_a_letter_that_could_not_leave_yet_is_written_anew(lived: Journal) -> None:
    letters.owe(lived, kind=LetterKind.DAILY, reader=AIGUL, period="2026-11-23", due_at=NOW)
    letter = letters.claim(lived, NOW)
    assert letter is not None
    letters.freeze(lived, letter, raw=b"words of 2", token="t1", covers_to=2, now=NOW)
    letters.postpone(lived, letter, NOW, "Unreachable")
    purge(lived, 2, on=TUESDAY, reason="asked by the family")
    assert letters.covered(lived, AIGUL) is None  # so that what is new is told in it
    again = letters.claim(lived, NOW + timedelta(hours=1))
    assert again is not None and again.snapshot is None
    letters.freeze(lived, again, raw=b"without them", token="t2", covers_to=2, now=NOW)
    assert letters.by_token(lived, "t2", NOW) is not None


def test_a_letter_is_forgotten_once_no_reply_to_it_is_taken(lived: Journal) -> None:
    letters.prune(lived, NOW + timedelta(days=29))
    (letter,) = letters.listed(lived)
    assert letter.data == {"number": 2}
    before = sealed(lived, 2)[-2:]
    assert letters.prune(lived, NOW + timedelta(days=32)) == 1
    assert letters.listed(lived)[0].data == {}
    purge(lived, 2, on=TUESDAY, reason="asked by the family")
    assert finish(lived)
    assert left_of(before, lived) == set()


# How long


def test_the_time_of_keeping_begins_with_the_closing(journal: Journal) -> None:
    journal.record(from_a_child(), identity="<1@site>")
    journal.record(from_her_mother(), identity="<2@site>")
    for number in (1, 2):
        journal.add_measure(number, measure(on=MONDAY))
        find(journal, number, Finding.UNFOUNDED, role=Role.PSYCHOLOGIST, on=MONDAY + YEAR)

    def over(on: date) -> list[int]:
        return due(journal, on=on, signed=THREE_YEARS, anonymous=YEAR)

    assert over(MONDAY + 2 * YEAR - timedelta(days=1)) == []
    assert over(MONDAY + 2 * YEAR) == [1]
    assert over(MONDAY + YEAR + THREE_YEARS - timedelta(days=1)) == [1]
    assert over(MONDAY + YEAR + THREE_YEARS) == [1, 2]
    purge(journal, 1, on=MONDAY + 2 * YEAR, reason="365d")
    assert over(MONDAY + 2 * YEAR) == []


def test_an_entry_that_was_never_closed_counts_from_its_last_measure(journal: Journal) -> None:
    journal.record(from_a_child(), identity="<1@site>")
    journal.add_measure(1, measure(on=MONDAY))
    journal.add_measure(1, measure("Тағы.", on=TUESDAY))
    assert due(journal, on=MONDAY + YEAR, signed=YEAR, anonymous=YEAR) == []
    assert due(journal, on=TUESDAY + YEAR, signed=YEAR, anonymous=YEAR) == [1]


def test_an_entry_that_still_waits_is_never_destroyed_by_time(journal: Journal) -> None:
    journal.record(from_a_child(), identity="<1@site>")
    assert due(journal, on=MONDAY + 50 * YEAR, signed=YEAR, anonymous=YEAR) == []
    assert due(journal, on=MONDAY, signed=timedelta.max, anonymous=timedelta(days=10**7)) == []


def test_an_entry_that_is_open_again_is_not_counted_from_the_closing(journal: Journal) -> None:
    journal.record(from_a_child(), identity="<1@site>")
    journal.add_measure(1, measure(on=MONDAY + YEAR))
    deed = find(journal, 1, Finding.UNFOUNDED, role=Role.PSYCHOLOGIST, on=MONDAY)
    assert due(journal, on=MONDAY + YEAR, signed=YEAR, anonymous=YEAR) == [1]
    assert deed is not None
    undo(journal, deed, role=Role.DEPUTY_DIRECTOR, on=TUESDAY)
    assert due(journal, on=MONDAY + YEAR, signed=YEAR, anonymous=YEAR) == []


def test_one_whose_measures_were_all_taken_back_waits_again(journal: Journal) -> None:
    journal.record(from_a_child(), identity="")
    ordinal = journal.add_measure(1, measure())
    assert due(journal, on=MONDAY + YEAR, signed=YEAR, anonymous=YEAR) == [1]
    undo(journal, Done(number=1, ordinal=ordinal, kind=None), role=Role.PSYCHOLOGIST, on=TUESDAY)
    assert due(journal, on=MONDAY + YEAR, signed=YEAR, anonymous=YEAR) == []


# The history


def test_the_history_says_what_was_destroyed_why_and_by_which_rule(lived: Journal) -> None:
    purge(lived, 2, on=TUESDAY, reason="№ 45, 24.11.2026")
    with lived.store.reading() as connection:
        event = connection.execute(select(tables.events).order_by(tables.events.c.seq.desc()).limit(1)).one()
    assert (event.kind, event.number, event.day) == ("purged", 2, TUESDAY)
    assert '"rule":"request"' in event.detail and "45, 24.11.2026" in event.detail
    assert lived.verify().ok
    find(lived, 1, Finding.JUSTIFIED, role=Role.PSYCHOLOGIST, on=TUESDAY)
    assert lived.verify().ok


def change(journal: Journal, statement: Any) -> None:
    with journal.store.engine.begin() as connection:
        connection.execute(statement)


@pytest.mark.parametrize("day", [None, TUESDAY], ids=["in silence", "as if it had been decided"])
def test_content_destroyed_behind_our_back_is_found(lived: Journal, day: date | None) -> None:
    gone = dict.fromkeys(["text", "content", "data_key"]) if day else {"data_key": None}
    change(lived, update(tables.entries).where(tables.entries.c.number == 2).values(**gone, purged_on=day))
    verified = lived.verify()
    assert (verified.ok, verified.broken_at) == (False, 2)


@pytest.mark.parametrize(
    ("table", "values"),
    [
        pytest.param(tables.entries, {"text": b"put back"}, id="a text put back"),
        pytest.param(tables.entries, {"data_key": b"put back"}, id="a key put back"),
        pytest.param(tables.entries, {"purged_on": MONDAY}, id="another day"),
        pytest.param(tables.entries, {"purged_on": None}, id="no day"),
        pytest.param(tables.entries, {"received_on": MONDAY}, id="another day of receipt"),
        pytest.param(tables.entries, {"anonymous": True}, id="anonymous now"),
        pytest.param(tables.measures, {"text": b"put back"}, id="a measure put back"),
        pytest.param(tables.measures, {"role": "director"}, id="a measure of another role"),
    ],
)
def test_a_destroyed_entry_that_was_changed_afterwards_is_found(
    lived: Journal, table: Table, values: dict[str, Any]
) -> None:
    purge(lived, 2, on=TUESDAY, reason="asked by the family")
    change(lived, update(table).where(table.c.number == 2).values(values))
    assert not lived.verify().ok


def test_files_put_back_are_found(lived: Journal) -> None:
    purge(lived, 2, on=TUESDAY, reason="asked by the family")
    change(lived, insert(tables.attachments).values(number=2, ordinal=1, line=b"x", content=b"x"))
    assert not lived.verify().ok


# Interrupted


def test_a_purge_that_dies_leaves_the_entry_whole(lived: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(*_: object, **__: object) -> None:
        raise OSError("the power went")

    monkeypatch.setattr("journal.purging.history.append", fall)
    with pytest.raises(OSError, match="power"):
        purge(lived, 2, on=TUESDAY, reason="asked by the family")
    assert lived.entry(2).applicant == HER_MOTHER
    assert len(lived.attachments(2)) == 1
    assert lived.verify().ok
    assert not finish(lived)


def test_a_sweep_that_died_is_made_up_for_by_the_next_one(
    lived: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sealed(lived, 2)
    purge(lived, 2, on=TUESDAY, reason="asked by the family")

    def fall(*_: object) -> None:
        raise OSError("the power went")

    with monkeypatch.context() as dying:
        dying.setattr("journal.sweeping._sweep_sqlite", fall)
        dying.setattr("journal.sweeping._sweep_postgresql", fall)
        with pytest.raises(OSError, match="power"):
            finish(lived)
    assert left_of(before, lived)
    assert finish(lived)
    assert left_of(before, lived) == set()
    assert not finish(lived)


def test_whoever_still_reads_keeps_the_bytes_and_is_told_of(
    lived: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("journal.sweeping.PATIENCE", 0)
    before = sealed(lived, 2)
    level = {} if lived.store.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with lived.store.engine.execution_options(only_reads=True, **level).connect() as reader:
        reader.execute(select(tables.troubles)).all()  # no lock on what is destroyed, and yet it is seen
        purge(lived, 2, on=TUESDAY, reason="asked by the family")
        with pytest.raises(StillInUse, match="senim purge"):
            finish(lived)
    assert finish(lived)
    assert left_of(before, lived) == set()


def test_what_another_program_left_in_free_pages_goes_too(sqlite_journal: Journal) -> None:
    sqlite_journal.record(from_her_mother(), identity="<1@site>")
    file = Path(str(sqlite_journal.store.engine.url.database))
    blob = b"a sealed value that a repair by hand had moved " * 300
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA secure_delete=OFF")
        other.execute("CREATE TABLE spare (value BLOB)")
        other.execute("INSERT INTO spare VALUES (?)", (blob,))
        other.execute("DROP TABLE spare")
        other.commit()
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert blob[:40] in file.read_bytes()
    purge(sqlite_journal, 1, on=TUESDAY, reason="asked by the family")
    assert finish(sqlite_journal)
    assert blob[:40] not in file.read_bytes()
