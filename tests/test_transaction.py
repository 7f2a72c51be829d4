"""Rows that nobody asks for wait until the commit and are written together; a failure takes its own."""

import pytest
from sqlalchemy import event, func, select

from journal import tables
from journal.book import Journal
from journal.model import Disposition, Filing, Origin
from tests.databases import SUNDAY, from_a_child

LETTERS = 20


def count(journal: Journal) -> int:
    with journal.store.reading() as connection:
        return connection.execute(select(func.count()).select_from(tables.entries)).scalar_one()


def test_a_batch_of_letters_is_few_commands(journal: Journal) -> None:
    said: list[str] = []

    def heard(_connection: object, _cursor: object, words: str, *_: object) -> None:
        said.append(words.split()[0])

    event.listen(journal.store.engine, "before_cursor_execute", heard)
    with journal.transaction():
        for uid in range(LETTERS):
            with journal.transaction():
                number = journal.record(from_a_child(f"Хат {uid}"), identity=f"<{uid}@site>").number
                origin = Origin(mailbox="INBOX", uidvalidity=7, uid=uid)
                journal.receive(
                    origin, Disposition.RECORDED, filing=Filing.EXPUNGED, number=number, on=SUNDAY
                )
    assert said.count("SAVEPOINT") == 0
    assert said.count("INSERT") == 4, "entries, fingerprints, history, places"
    assert len(said) <= LETTERS + 8, "for each letter only the question whether it is a repeat"
    assert journal.verify().ok
    assert journal.last_number() == LETTERS


def test_a_part_that_fails_takes_its_rows_with_it_and_its_number_is_given_again(journal: Journal) -> None:
    with journal.transaction():
        journal.record(from_a_child("бір"), identity="<1@site>")
        for asks in (False, True):
            with pytest.raises(RuntimeError), journal.transaction():
                journal.record(from_a_child("екі"), identity="<2@site>")
                assert not asks or count(journal) == 3
                journal.record(from_a_child("үш"), identity="<3@site>")
                raise RuntimeError
            assert not journal.record(from_a_child("бір"), identity=f"<other{asks}@site>").repeat
        assert journal.record(from_a_child("екі"), identity="<2@site>").number == 4
        assert journal.record(from_a_child("екі"), identity="<2@site>").repeat
    assert [entry.text for entry in journal.entries()] == ["бір", "бір", "бір", "екі"]
    assert [entry.repeats for entry in journal.entries()] == [None, 1, 1, None]
    assert journal.verify().ok


def test_what_waits_is_seen_by_whoever_asks_in_its_transaction(journal: Journal) -> None:
    with journal.transaction(), journal.transaction():
        assert count(journal) == 0
        journal.record(from_a_child("бір"), identity="<1@site>")
        assert count(journal) == 1
        journal.record(from_a_child("екі"), identity="<2@site>")
        with journal.transaction():
            assert [entry.text for entry in journal.entries()] == ["бір", "екі"]
            journal.record(from_a_child("үш"), identity="<3@site>")
    assert count(journal) == 3
