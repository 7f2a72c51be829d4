"""What is changed behind the history is named: a finding, a day, a measure, a whole row, an old copy."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from journal import conflicts, tables
from journal.book import Journal
from journal.chain import Event, beginning, read_detail
from journal.deeds import undo
from journal.model import Finding, Measure, Role
from tests.databases import MONDAY, PHOTO, find, from_a_child, from_her_mother
from tests.desk import AIGUL, DayAtTheDesk, text_of
from tests.school import plain_letter


@pytest.fixture
def lived(journal: Journal) -> Journal:
    """Three entries: № 1 with a measure and closed, № 2 opened again after it was closed, № 3 as it came."""
    journal.record(from_a_child(attachments=(PHOTO,)), identity="<1@site>")
    journal.record(from_her_mother(), identity="<2@site>")
    journal.record(from_a_child("Асханада кезек ұзақ."), identity="<3@site>")
    journal.add_measure(1, a_measure("Әңгіме."))
    find(journal, 1, Finding.UNFOUNDED, role=Role.PSYCHOLOGIST, on=MONDAY)
    journal.add_measure(1, a_measure("Тағы да."))
    deed = find(journal, 2, Finding.UNFOUNDED, role=Role.PSYCHOLOGIST, on=MONDAY)
    assert deed is not None
    undo(journal, deed, role=Role.DIRECTOR, on=MONDAY)
    find(journal, 2, Finding.PARTLY, role=Role.DEPUTY_DIRECTOR, on=MONDAY)
    return journal


def a_measure(words: str) -> Measure:
    return Measure(text=words, by="Айгүл Сейітқызы", role=Role.PSYCHOLOGIST, recorded_on=MONDAY)


def change(journal: Journal, *statements: Any) -> None:
    with journal.store.engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)


def altered(journal: Journal) -> set[tuple[int, str]]:
    verified = journal.verify()
    assert not verified.ok
    return {(one.number, one.what) for one in verified.altered}


def test_whatever_staff_decide_the_history_says_the_same_as_the_register(lived: Journal) -> None:
    verified = lived.verify()
    assert (verified.ok, verified.altered) == (True, ())
    assert lived.entry(2).considered_by == (Role.DEPUTY_DIRECTOR,)  # what was taken back does not count


@pytest.mark.parametrize(
    ("number", "values"),
    [
        (1, {"status": "in_progress"}),
        (2, {"finding": "unfounded"}),
        (3, {"finding": "justified"}),
        (1, {"finding": None}),
        (3, {"cause": "bullying"}),
        (1, {"considered_by": ""}),
        (2, {"considered_by": "director"}),
        (1, {"closed_on": MONDAY + timedelta(days=400)}),
        (3, {"closed_on": MONDAY}),
    ],
)
def test_what_may_change_and_was_changed_behind_the_history_is_named(
    lived: Journal, number: int, values: dict[str, Any]
) -> None:
    change(lived, update(tables.entries).where(tables.entries.c.number == number).values(values))
    assert altered(lived) == {(number, *values)}


def test_a_measure_taken_away_is_named_also_where_it_was_the_last(lived: Journal) -> None:
    last = (tables.measures.c.number == 1) & (tables.measures.c.ordinal == 2)
    change(lived, delete(tables.measures).where(last))
    assert altered(lived) == {(1, "measure-missing")}


def test_a_measure_put_in_is_named(lived: Journal) -> None:
    with lived.store.reading() as connection:
        row = dict(connection.execute(select(tables.measures)).mappings().first() or {})
    change(lived, insert(tables.measures).values({**row, "number": 3, "ordinal": 1}))
    assert altered(lived) == {(3, "measure-added")}


def test_an_entry_taken_away_and_one_put_in_are_named(lived: Journal) -> None:
    with lived.store.reading() as connection:
        row = dict(connection.execute(select(tables.entries)).mappings().first() or {})
    three = tables.entries.c.number == 3
    change(lived, delete(tables.fingerprints).where(tables.fingerprints.c.number == 3))
    change(lived, delete(tables.entries).where(three), insert(tables.entries).values({**row, "number": 7}))
    assert altered(lived) == {(3, "missing"), (7, "added")}


def test_all_that_was_altered_is_named_at_once(lived: Journal) -> None:
    change(
        lived,
        update(tables.entries).where(tables.entries.c.number == 1).values(text=b"other"),
        update(tables.entries).where(tables.entries.c.number == 3).values(finding="justified"),
        update(tables.measures).where(tables.measures.c.ordinal == 2).values(text=b"other"),
    )
    assert altered(lived) == {(1, "altered"), (1, "measure-altered"), (3, "finding")}


@pytest.fixture
def apart(lived: Journal) -> Journal:
    """№ 1 names a reader, of № 2 a colleague said so of two, and took it back of one of them."""
    conflicts.name(lived, 1, ["aigul@school.example"], on=MONDAY)
    both = ["aigul@school.example", "yerlan@school.example"]
    conflicts.mark(lived, 2, both, role=Role.DEPUTY_DIRECTOR, on=MONDAY)
    conflicts.lift(lived, 2, both[:1], role=Role.DEPUTY_DIRECTOR, on=MONDAY)
    return lived


ROWS = tables.conflicts
MINE = ROWS.c.number == 1


@pytest.mark.parametrize(
    "statement",
    [
        delete(ROWS).where(MINE),
        update(ROWS).where(MINE).values(lifted=True),
        update(ROWS).where(MINE).values(day=MONDAY - timedelta(days=1)),
        update(ROWS).where(MINE).values(reader="0" * 64),
        insert(ROWS).values(number=1, reader="0" * 64, lifted=False, day=MONDAY),
    ],
    ids=["taken away", "lifted", "of another day", "of another reader", "one more"],
)
def test_whom_an_appeal_is_not_shown_to_cannot_be_changed_behind_the_history(
    apart: Journal, statement: Any
) -> None:
    assert apart.verify().ok
    change(apart, statement)
    assert altered(apart) == {(1, "conflict")}


def test_an_appeal_of_which_nobody_said_so_cannot_be_kept_from_a_reader_unseen(apart: Journal) -> None:
    change(apart, insert(ROWS).values(number=3, reader="0" * 64, lifted=False, day=MONDAY))
    assert altered(apart) == {(3, "conflict")}


def test_an_end_cut_off_with_the_school_s_own_row_leaves_the_register_ahead(lived: Journal) -> None:
    with lived.store.reading() as connection:
        last = connection.execute(select(tables.events).order_by(tables.events.c.seq.desc())).first()
    assert last is not None
    head = {"last_event": last.seq - 1, "last_digest": last.previous}
    change(
        lived,
        delete(tables.events).where(tables.events.c.seq == last.seq),
        update(tables.school).values(head),
    )
    assert altered(lived) == {
        (2, what) for what in ("status", "finding", "considered_by", "closed_on", "deed-added")
    }


def rewrite(journal: Journal, without: int) -> None:
    """As who has the whole database would: an entry and all its events gone, the chain linked anew."""
    with journal.store.engine.begin() as connection:
        rows = connection.execute(select(tables.events).order_by(tables.events.c.seq)).mappings().all()
        connection.execute(delete(tables.events))
        digest, seq = beginning(journal.store.school), 0
        for row in [one for one in rows if one["number"] != without]:
            seq += 1
            fields = {"on": row["day"], "number": row["number"], "role": row["role"]}
            event = Event.after(digest, seq, row["kind"], **fields, detail=read_detail(row["detail"]))
            new = {**row, "seq": seq, "previous": digest, "digest": event.digest, "detail": event.detail}
            connection.execute(insert(tables.events).values(new))
            digest = event.digest
        connection.execute(update(tables.school).values(last_event=seq, last_digest=digest))
        for table in (
            tables.fingerprints,
            tables.attachments,
            tables.measures,
            tables.deeds,
            tables.conflicts,
            tables.entries,
        ):
            connection.execute(delete(table).where(table.c.number == without))


def test_a_number_in_the_middle_is_missed_in_a_history_that_was_written_anew(lived: Journal) -> None:
    rewrite(lived, without=2)
    assert altered(lived) == {(2, "passed-over")}


# With the digest that stands in the foot of a daily letter


def digest_in(letter: str) -> str:
    """Sixteen signs in groups of four, as the small print shows them."""
    (found,) = re.findall(r"[0-9a-f]{4}(?:\u00a0[0-9a-f]{4}){3}", letter)
    return str(found).replace("\u00a0", "")


@pytest.fixture
def told(day: DayAtTheDesk) -> tuple[DayAtTheDesk, str]:
    """A day of which the letter went out: two appeals, and the digest that staff have in their mailboxes."""
    day.arrives(plain_letter("Жасырын\n\nАсханада кезек ұзақ."))
    day.arrives(plain_letter("Жасырын\n\nСыныпта мазақтайды."))
    day.at(15).sends()
    (letter,) = day.letters(AIGUL, "daily")
    return day, digest_in(text_of(letter))


def test_a_letter_s_digest_is_in_the_history_for_ever(told: tuple[DayAtTheDesk, str]) -> None:
    day, digest = told
    day.at(12, days=1).arrives(plain_letter("Жасырын\n\nКітапхана жабық."))
    day.at(15).sends()
    verified = day.journal.verify(digest)
    assert verified.ok and verified.digest_found


def test_a_history_written_anew_without_a_flaw_lacks_the_digest_of_the_letter(
    told: tuple[DayAtTheDesk, str],
) -> None:
    """No key is needed for it: whoever has the database alone can do as much. The mailboxes contradict it."""
    day, digest = told
    rewrite(day.journal, without=2)
    with day.journal.store.engine.begin() as connection:
        connection.execute(update(tables.school).values(last_number=1))
    assert day.journal.verify().ok  # in itself it is whole
    verified = day.journal.verify(digest)
    assert (verified.ok, verified.digest_found) == (False, False)


def test_one_who_has_the_key_too_cannot_make_the_digest_of_the_letter(
    told: tuple[DayAtTheDesk, str],
) -> None:
    """All is written anew with the school's own key, with other words in place of one appeal."""
    day, digest = told
    nothing = {"last_number": 0, "last_event": 0, "last_digest": beginning(day.journal.store.school)}
    put_back(day.journal, {tables.school.name: [{**rows(day.journal)["school"][0], **nothing}]})
    day.journal.record(from_a_child("Асханада кезек ұзақ."), identity="1")
    day.journal.record(from_a_child("Бәрі жақсы."), identity="2")
    day.at(15).sends()
    assert day.journal.verify().ok
    assert day.journal.verify(digest).digest_found is False


def test_an_old_copy_put_back_in_place_of_the_journal_is_found_by_a_later_letter(
    told: tuple[DayAtTheDesk, str],
) -> None:
    day, digest = told
    old = rows(day.journal)
    day.at(12, days=1).arrives(plain_letter("Жасырын\n\nМұғалім айқайлайды."))
    day.at(15).sends()
    later = digest_in(text_of(day.letters(AIGUL, "daily")[1]))
    assert day.journal.verify(later).digest_found
    put_back(day.journal, old)
    verified = day.journal.verify(digest)
    assert verified.ok and verified.digest_found  # an old copy is true as far as it goes
    assert day.journal.verify(later).digest_found is False


def rows(journal: Journal) -> dict[str, list[dict[str, Any]]]:
    """A whole copy of the database."""
    with journal.store.reading() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in tables.metadata.sorted_tables
        }


def put_back(journal: Journal, copy: dict[str, list[dict[str, Any]]]) -> None:
    with journal.store.engine.begin() as connection:
        for table in reversed(tables.metadata.sorted_tables):
            connection.execute(delete(table))
        for table in tables.metadata.sorted_tables:
            for row in copy.get(table.name, []):
                connection.execute(insert(table).values(row))
