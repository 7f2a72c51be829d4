"""Who is away: told by the reader or by an answering machine, from which day to which, and ended again."""

from datetime import date

from sqlalchemy import select

from journal.book import Journal
from journal.chain import read_detail
from journal.leaves import all_away, away, end, end_automatic, note, told_between
from journal.model import Reader, Role
from journal.tables import events

AIGUL = Reader(address="Aigul@school.example", role=Role.PSYCHOLOGIST)
YERLAN = Reader(address="yerlan@school.example", role=Role.SOCIAL_PEDAGOGUE)
NOW = date(2026, 11, 23)


def december(day: int) -> date:
    return date(2026, 12, day)


def history(journal: Journal) -> list[tuple[str, str | None, dict[str, str | int]]]:
    query = select(events.c.kind, events.c.role, events.c.detail).order_by(events.c.seq)
    with journal.store.reading() as connection:
        return [(row.kind, row.role, read_detail(row.detail)) for row in connection.execute(query)]


def test_a_leave_holds_from_its_first_day_to_its_last(journal: Journal) -> None:
    note(journal, AIGUL, starts=december(1), ends=december(15), on=NOW)
    here = {day: away(journal, "aigul@school.example ", day) is None for day in map(december, range(1, 18))}
    assert here == {december(day): day > 15 for day in range(1, 18)}
    assert away(journal, AIGUL.address, date(2026, 11, 30)) is None
    assert away(journal, YERLAN.address, december(5)) is None


def test_the_history_names_nobody_in_clear(journal: Journal) -> None:
    note(journal, AIGUL, starts=december(1), ends=december(15), on=NOW)
    end(journal, AIGUL, on=NOW)
    (said, role, detail), (over, _, _) = history(journal)
    assert (said, role, over) == ("leave", "psychologist", "leave-over")
    assert (detail["starts"], detail["ends"]) == ("2026-12-01", "2026-12-15")
    assert "school.example" not in str(history(journal)).lower()
    assert journal.verify().ok


def test_another_leave_takes_the_place_of_one_with_days_in_common_only(journal: Journal) -> None:
    note(journal, AIGUL, starts=december(1), ends=december(15), on=NOW)
    note(journal, AIGUL, starts=december(24), ends=december(31), on=NOW)
    note(journal, AIGUL, starts=december(10), ends=december(20), on=NOW)
    assert away(journal, AIGUL.address, december(5)) is None
    assert away(journal, AIGUL.address, december(16)) is not None
    assert away(journal, AIGUL.address, december(24)) is not None


def test_who_comes_back_early_was_away_until_the_day_before(journal: Journal) -> None:
    note(journal, AIGUL, starts=december(1), ends=december(15), on=NOW)
    assert end(journal, AIGUL, on=december(10))
    assert away(journal, AIGUL.address, december(10)) is None
    gone = told_between(journal, AIGUL.address, december(5), december(10))
    assert gone is not None and gone.ends == december(9)
    assert not end(journal, AIGUL, on=december(10))


def test_a_leave_that_had_not_begun_is_as_if_it_had_never_been_told(journal: Journal) -> None:
    told = note(journal, AIGUL, starts=december(1), ends=december(15), on=NOW)
    assert told is not None
    assert end(journal, AIGUL, on=NOW, only=told.id)
    assert away(journal, AIGUL.address, december(5)) is None
    assert told_between(journal, AIGUL.address, NOW, december(31)) is None


def test_taking_one_leave_back_leaves_the_others(journal: Journal) -> None:
    first = note(journal, AIGUL, starts=december(1), ends=december(15), on=NOW)
    note(journal, AIGUL, starts=december(24), ends=december(31), on=NOW)
    assert first is not None
    assert end(journal, AIGUL, on=NOW, only=first.id)
    assert not end(journal, YERLAN, on=NOW)
    assert away(journal, AIGUL.address, december(5)) is None
    assert away(journal, AIGUL.address, december(25)) is not None


def test_an_answering_machine_is_heard_once_for_each_leave(journal: Journal) -> None:
    assert note(journal, AIGUL, starts=NOW, ends=None, on=NOW, automatic=True)
    assert note(journal, AIGUL, starts=NOW, ends=None, on=NOW, automatic=True) is None
    assert note(journal, AIGUL, starts=NOW, ends=december(2), on=NOW, automatic=True)
    assert note(journal, AIGUL, starts=NOW, ends=december(2), on=NOW, automatic=True) is None
    assert [kind for kind, _, _ in history(journal)] == ["leave-automatic"] * 2
    found = away(journal, AIGUL.address, NOW)
    assert found is not None and found.automatic and found.ends == december(2)


def test_a_machine_never_overrules_what_the_reader_told(journal: Journal) -> None:
    note(journal, AIGUL, starts=NOW, ends=december(2), on=NOW)
    assert note(journal, AIGUL, starts=NOW, ends=december(30), on=NOW, automatic=True) is None
    later = note(journal, AIGUL, starts=december(3), ends=december(30), on=december(3), automatic=True)
    assert later is not None
    note(journal, AIGUL, starts=december(5), ends=december(6), on=december(4))
    found = away(journal, AIGUL.address, december(5))
    assert found is not None and not found.automatic


def test_a_machine_that_does_not_say_until_when_is_believed_for_two_weeks(journal: Journal) -> None:
    note(journal, AIGUL, starts=NOW, ends=None, on=NOW, automatic=True)
    assert away(journal, AIGUL.address, date(2026, 12, 6)) is not None
    assert away(journal, AIGUL.address, date(2026, 12, 7)) is None
    again = note(journal, AIGUL, starts=december(8), ends=None, on=december(8), automatic=True)
    assert again is not None


def test_what_a_machine_said_is_over_when_the_reader_writes_and_what_they_told_is_not(
    journal: Journal,
) -> None:
    note(journal, AIGUL, starts=NOW, ends=None, on=NOW, automatic=True)
    note(journal, YERLAN, starts=NOW, ends=december(2), on=NOW)
    assert set(all_away(journal, [AIGUL.address, YERLAN.address], NOW)) == {AIGUL.address, YERLAN.address}
    assert end_automatic(journal, AIGUL, on=NOW)
    assert not end_automatic(journal, YERLAN, on=NOW)
    assert set(all_away(journal, [AIGUL.address, YERLAN.address], NOW)) == {YERLAN.address}
