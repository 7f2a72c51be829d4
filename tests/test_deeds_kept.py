"""Whatever staff do and take back, in any order: the register's row says what stands, and verify agrees."""

import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from journal import tables
from journal.book import Journal
from journal.deeds import Done, do, undo
from journal.escalations import escalate
from journal.model import DeedKind, DeedState, Entry, Finding, Measure, Role, Status
from journal.purging import purge
from journal.reading import Purged
from tests.databases import MONDAY, from_a_child, from_her_mother

CODES = {
    DeedKind.FOUND: [one.value for one in Finding],
    DeedKind.CAUSE: ["bullying", "food"],
    DeedKind.PASSED_ON: ["director"],
}
STAFF = (Role.PSYCHOLOGIST, Role.SOCIAL_PEDAGOGUE, Role.DEPUTY_DIRECTOR)


def does(
    journal: Journal, number: int, kind: DeedKind | None, role: Role, on: date, code: str = ""
) -> Done | None:
    if kind is None:
        measure = Measure(text="әңгіме", by="Айгүл", role=role, recorded_on=on)
        return Done(number=number, ordinal=journal.add_measure(number, measure), kind=None)
    words = f"{kind.value} {on.day}"
    return do(journal, number, kind, by="Айгүл", role=role, on=on, words=words, code=code)


def expected(entry: Entry) -> tuple[object, ...]:
    """What the row must say, from the measures and deeds that stand; written anew, and not as the program."""
    standing = [one for one in entry.deeds if one.undone_on is None]
    kinds = {one.kind for one in standing}
    closing = [one for one in standing if one.kind in (DeedKind.CLOSED, DeedKind.FOUND)]
    findings = [Finding(one.code) for one in standing if one.kind is DeedKind.FOUND]
    causes = [one.code for one in standing if one.kind is DeedKind.CAUSE]
    moving = entry.measures or kinds & {DeedKind.PASSED_ON, DeedKind.ANSWERED}
    status = Status.CLOSED if closing else Status.IN_PROGRESS if moving else Status.REGISTERED
    roles = {one.role for one in entry.measures} | {one.role for one in standing}
    return status, findings[-1] if findings else None, causes[-1] if causes else "", roles


STEP = st.tuples(
    st.sampled_from((1, 2)),
    st.sampled_from((None, *DeedKind)),
    st.sampled_from(STAFF),
    st.integers(0, 3),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(STEP, st.integers(0, 30)), max_size=14))
def test_the_row_is_what_still_stands_and_the_history_says_the_same(
    sqlite_journal: Journal, steps: list[Any]
) -> None:
    """A number takes back what was done so many steps ago, twice if it comes twice."""
    journal = sqlite_journal
    first = journal.record(from_a_child(), identity="").number
    journal.record(from_her_mother(), identity="")
    done: list[Done] = []
    for day, step in enumerate(steps):
        on = MONDAY + timedelta(days=day)
        if isinstance(step, int):
            if done:
                undo(journal, done[step % len(done)], role=Role.DIRECTOR, on=on)
            continue
        number, kind, role, which = step
        codes = CODES.get(kind, [""])
        made = does(journal, first - 1 + number, kind, role, on, codes[which % len(codes)])
        done += [made] if made else []
    for number in (first, first + 1):
        entry = journal.entry(number)
        found = (entry.status, entry.finding, entry.cause, set(entry.considered_by))
        assert found == expected(entry)
    assert journal.verify().ok


@pytest.fixture
def lived(journal: Journal) -> Journal:
    """№ 1 with two deeds and a measure, one of the deeds taken back; № 2 as it came."""
    journal.record(from_a_child(), identity="<1@site>")
    journal.record(from_her_mother(), identity="<2@site>")
    does(journal, 1, DeedKind.CAUSE, Role.PSYCHOLOGIST, MONDAY, "bullying")
    does(journal, 1, None, Role.PSYCHOLOGIST, MONDAY)
    content = does(journal, 1, DeedKind.CONTENT, Role.DIRECTOR, MONDAY)
    assert content is not None and undo(journal, content, role=Role.DIRECTOR, on=MONDAY)
    assert journal.verify().ok
    return journal


def altered(journal: Journal, *statements: Any) -> set[tuple[int, str]]:
    with journal.store.engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)
    verified = journal.verify()
    assert not verified.ok
    return {(one.number, one.what) for one in verified.altered}


DEED, MEASURE = tables.deeds.c, tables.measures.c


def test_a_mark_of_taking_back_that_was_set_or_removed_behind_it_is_named(lived: Journal) -> None:
    back = update(tables.deeds).where(DEED.ordinal == 1).values(undone_on=MONDAY)
    assert altered(lived, back) == {(1, "deed-undone")}
    again = update(tables.deeds).values(undone_on=None)
    assert altered(lived, again) == {(1, "deed-undone")}
    measure = update(tables.measures).values(undone_on=MONDAY)
    assert altered(lived, measure) == {(1, "deed-undone"), (1, "measure-undone")}


@pytest.mark.parametrize(
    "values",
    [
        {"words": b"other"},
        {"person": b"other"},
        {"code": "food"},
        {"role": "director"},
        {"kind": "closed"},
        {"recorded_on": MONDAY + timedelta(days=1)},
    ],
)
def test_a_deed_that_was_altered_is_named(lived: Journal, values: dict[str, Any]) -> None:
    change = update(tables.deeds).where(DEED.ordinal == 1).values(values)
    assert altered(lived, change) == {(1, "deed-altered")}


def test_a_deed_taken_away_and_one_put_in_are_named(lived: Journal) -> None:
    with lived.store.reading() as connection:
        row = dict(connection.execute(select(tables.deeds)).mappings().first() or {})
    put_in = insert(tables.deeds).values({**row, "number": 2, "ordinal": 1})
    assert altered(lived, put_in) == {(2, "deed-added")}
    removed = delete(tables.deeds).where((DEED.number == 1) & (DEED.ordinal == 2))
    # one that was taken back: its mark is missed too
    assert altered(lived, removed) == {(1, "deed-missing"), (1, "deed-undone"), (2, "deed-added")}


def test_how_far_up_a_waiting_appeal_was_told_is_noted_once_and_cannot_be_changed_behind_it(
    lived: Journal,
) -> None:
    assert [escalate(lived, 2, level, on=MONDAY) for level in (1, 1, 2, 1)] == [True, False, True, False]
    assert lived.entry(2).escalated == 2 and lived.verify().ok
    change = update(tables.entries).where(tables.entries.c.number == 1).values(escalated=1)
    assert altered(lived, change) == {(1, "escalated")}


def test_how_far_a_deed_has_come_may_change(lived: Journal) -> None:
    does(lived, 2, DeedKind.PASSED_ON, Role.DIRECTOR, MONDAY, "director")
    with lived.store.engine.begin() as connection:
        connection.execute(update(tables.deeds).where(DEED.number == 2).values(state=DeedState.SENT.value))
    assert lived.verify().ok


def test_nothing_is_taken_back_of_what_was_destroyed_and_its_words_are_gone(lived: Journal) -> None:
    purge(lived, 1, on=MONDAY, reason="asked by the family")
    with lived.store.reading() as connection:
        kept = connection.execute(select(DEED.person, DEED.words).where(DEED.number == 1)).all()
    assert [tuple(one) for one in kept] == [(None, None)] * 2
    with pytest.raises(Purged):
        undo(lived, Done(number=1, ordinal=1, kind=DeedKind.CAUSE), role=Role.DIRECTOR, on=MONDAY)
    assert lived.verify().ok


def test_of_two_who_take_back_the_same_at_once_one_does(open_journal: Callable[[], Journal]) -> None:
    journals = [open_journal() for _ in range(2)]
    journals[0].record(from_a_child(), identity="")
    done = does(journals[0], 1, None, Role.PSYCHOLOGIST, MONDAY)
    assert done is not None
    with ThreadPoolExecutor(2) as both:
        found = list(both.map(lambda one: undo(one, done, role=Role.DIRECTOR, on=MONDAY), journals))
    assert sorted(found) == [False, True]
    assert journals[0].verify().ok and journals[0].entry(1).status is Status.REGISTERED


def test_a_deed_that_breaks_off_half_way_leaves_nothing(journal: Journal) -> None:
    journal.record(from_a_child(), identity="")
    with contextlib.suppress(RuntimeError), journal.transaction():
        does(journal, 1, DeedKind.CLOSED, Role.DIRECTOR, MONDAY)
        raise RuntimeError
    entry = journal.entry(1)
    assert (entry.status, entry.deeds) == (Status.REGISTERED, ())
    assert journal.verify().ok
