"""The history cannot be rewritten unseen: `verify` names the first broken link."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Table, delete, insert, select, update

from journal import tables
from journal.book import Journal
from journal.chain import Event, Verified, Walk, beginning, digest_of, read_detail, write_detail
from journal.model import Measure, Role
from tests.databases import MONDAY, PHOTO, SUNDAY, from_a_child, from_her_mother

details = st.dictionaries(st.text(max_size=8), st.text(max_size=8) | st.integers(), max_size=3)
deeds = st.tuples(
    st.sampled_from(["recorded", "opened", "measure"]),
    st.integers(0, 400),
    st.none() | st.integers(1, 9),
    st.none() | st.sampled_from([role.value for role in Role]),
    details,
)


def history(some: list[Any]) -> list[Event]:
    events: list[Event] = []
    for kind, days, number, role, detail in some:
        previous = events[-1].digest if events else beginning("school")
        on = SUNDAY + timedelta(days=days)
        events.append(
            Event.after(previous, len(events) + 1, kind, on=on, number=number, role=role, detail=detail)
        )
    return events


def walked(events: list[Event], looking_for: str | None = None) -> Verified:
    walk = Walk(beginning("school"), looking_for=looking_for)
    for event in events:
        if not walk.step(event):
            break
    return walk.end()


@given(st.lists(deeds, max_size=8))
def test_a_history_as_it_was_written_holds(some: list[Any]) -> None:
    events = history(some)
    verified = walked(events)
    assert verified.ok
    assert (verified.events, verified.broken_at) == (len(some), None)
    assert verified.digest == (events[-1].digest if events else beginning("school"))


CHANGES: dict[str, Callable[[Event], Event]] = {
    "its order": lambda e: replace(e, seq=e.seq + 1),
    "its day": lambda e: replace(e, on=e.on + timedelta(days=1)),
    "its kind": lambda e: replace(e, kind=e.kind + "x"),
    "its entry": lambda e: replace(e, number=(e.number or 0) + 1),
    "its role": lambda e: replace(e, role="nobody"),
    "its detail": lambda e: replace(e, detail=e.detail + " "),
    "its link": lambda e: replace(e, previous="0" * 64),
    "its digest": lambda e: replace(e, digest="0" * 64),
}


@pytest.mark.parametrize("what", CHANGES)
@given(some=st.lists(deeds, min_size=1, max_size=6), pick=st.randoms(use_true_random=False))
def test_an_event_in_which_one_thing_was_changed_is_named(what: str, some: list[Any], pick: Any) -> None:
    events = history(some)
    i = pick.randrange(len(events))
    events[i] = CHANGES[what](events[i])
    assert walked(events).broken_at == i + 1


@given(some=st.lists(deeds, min_size=2, max_size=6), pick=st.randoms(use_true_random=False))
def test_an_event_changed_and_digested_anew_breaks_the_next_link(some: list[Any], pick: Any) -> None:
    events = history(some)
    i = pick.randrange(len(events) - 1)
    e = replace(events[i], kind="forged")
    events[i] = replace(e, digest=digest_of(e.seq, e.on, e.kind, e.number, e.role, e.detail, e.previous))
    assert walked(events).broken_at == i + 2


@given(some=st.lists(deeds, min_size=2, max_size=6), pick=st.randoms(use_true_random=False))
def test_an_event_taken_out_is_missed(some: list[Any], pick: Any) -> None:
    events = history(some)
    i = pick.randrange(len(events) - 1)
    del events[i]
    assert walked(events).broken_at == i + 1


@given(details)
def test_a_detail_is_read_as_it_was_written(detail: dict[str, str | int]) -> None:
    assert read_detail(write_detail(detail)) == detail


def test_the_encoding_is_fixed_for_ever() -> None:
    written = digest_of(1, date(2026, 11, 22), "recorded", 12, None, '{"row":"ab"}', beginning("school"))
    assert beginning("school") == "4041d07321e81cda3ae1aa5933db007fc0079381fb6bdb4885b0a31409a54007"
    assert written == "a3abf8bbc7041331f9ec441ad044dcec1d4f7e5e6aa136b9f7728a40f619590f"


def test_another_schools_history_does_not_fit() -> None:
    events = history([("opened", 0, 1, None, {})])
    assert Walk(beginning("another school")).step(events[0]) is False


# In the database


@pytest.fixture
def lived(journal: Journal) -> Journal:
    """A Journal with five events: two entries, a measure, a look, an export."""
    journal.record(from_a_child(attachments=(PHOTO,)), identity="<1@site>")
    journal.record(from_her_mother(), identity="<2@site>")
    measure = Measure(text="Әңгіме.", by="Айгүл Сейітқызы", role=Role.PSYCHOLOGIST, recorded_on=MONDAY)
    journal.add_measure(1, measure)
    journal.note("opened", on=MONDAY, number=2, role=Role.DEPUTY_DIRECTOR)
    journal.note("exported", on=MONDAY, detail={"format": "csv", "entries": 2})
    return journal


def change(journal: Journal, statement: Any) -> None:
    with journal.store.engine.begin() as connection:
        connection.execute(statement)


def test_the_life_of_a_journal_is_in_its_history(lived: Journal) -> None:
    with lived.store.reading() as connection:
        kinds = list(connection.execute(select(tables.events.c.kind).order_by(tables.events.c.seq)).scalars())
    assert kinds == ["recorded", "recorded", "measure", "opened", "exported"]
    assert lived.verify() == Verified(events=5, digest=lived.digest(), ok=True)


@pytest.mark.parametrize("column", ["day", "kind", "number", "role", "detail", "previous", "digest"])
def test_a_changed_event_is_the_first_broken_link(lived: Journal, column: str) -> None:
    other: dict[str, Any] = {"day": SUNDAY, "number": 1, "detail": "{}"}
    event = tables.events.c.seq == 4
    change(lived, update(tables.events).where(event).values({column: other.get(column, "x")}))
    if column == "detail":  # it was empty, and is again: nothing was changed
        assert lived.verify().ok
        change(lived, update(tables.events).where(event).values(detail='{"a":1}'))
    verified = lived.verify()
    assert (verified.ok, verified.broken_at, verified.events) == (False, 4, 3)


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_an_event_taken_out_of_the_table_is_missed_even_at_the_end(lived: Journal, seq: int) -> None:
    change(lived, delete(tables.events).where(tables.events.c.seq == seq))
    assert lived.verify().broken_at == seq


def test_events_put_behind_the_end_are_found(lived: Journal) -> None:
    extra = Event.after(lived.digest(), 6, "opened", on=MONDAY, number=1, role=None, detail={})
    row = {"seq": 6, "day": extra.on, "kind": "opened", "number": 1, "detail": "{}"}
    change(lived, insert(tables.events).values(row | {"previous": extra.previous, "digest": extra.digest}))
    assert lived.verify().broken_at == 6


@pytest.mark.parametrize(
    ("table", "values", "seq"),
    [
        pytest.param(tables.entries, {"text": b"other"}, 1, id="the text of an entry"),
        pytest.param(tables.entries, {"received_on": MONDAY}, 1, id="the day of an entry"),
        pytest.param(tables.entries, {"urgent": True}, 1, id="the urgent mark of an entry"),
        pytest.param(tables.attachments, {"content": b"other"}, 1, id="an attachment"),
        pytest.param(tables.measures, {"text": b"other"}, 3, id="the text of a measure"),
        pytest.param(tables.measures, {"role": "director"}, 3, id="the role of a measure"),
    ],
)
def test_a_row_changed_behind_our_back_is_found(
    lived: Journal, table: Table, values: dict[str, Any], seq: int
) -> None:
    change(lived, update(table).where(table.c.number == 1).values(values))
    assert lived.verify().broken_at == seq


@pytest.mark.parametrize("table", [tables.attachments, tables.measures], ids=["attachment", "measure"])
def test_a_row_taken_out_behind_our_back_is_found(lived: Journal, table: Table) -> None:
    change(lived, delete(table))
    assert not lived.verify().ok


def test_the_digest_in_a_daily_letter_is_looked_for(lived: Journal) -> None:
    shown = lived.digest()
    lived.note("opened", on=MONDAY, number=1)
    assert lived.verify(shown).digest_found is True
    assert lived.verify(f" {shown[:8].upper()} {shown[8:16]} ").digest_found is True
    missing = lived.verify("f" * 64)
    assert (missing.digest_found, missing.ok, missing.broken_at) == (False, False, None)
    assert lived.verify(shown[:6]).digest_found is False  # too short to prove anything
    assert lived.verify().digest_found is None


def test_a_new_journal_has_a_digest_before_its_first_event(journal: Journal) -> None:
    assert journal.verify(journal.digest()) == Verified(
        events=0, digest=journal.digest(), ok=True, digest_found=True
    )


def test_content_does_not_get_into_the_history(journal: Journal) -> None:
    with pytest.raises(ValueError, match="never content"):
        journal.note("opened", on=MONDAY, detail={"text": "Қызымды мазақтайды. " * 10})
    with pytest.raises(ValueError, match="never content"):
        journal.note("opened", on=MONDAY, detail={"texts": ["Қызымды"]})  # type: ignore[dict-item]
    assert journal.verify().events == 0
