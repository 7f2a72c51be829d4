"""The register, incoming messages and what is held: written once, read back as they were."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import Date, DateTime, event

from journal import tables
from journal.book import Journal, NoSuchEntry
from journal.model import (
    AttachmentLine,
    Finding,
    Measure,
    Role,
    Status,
    Term,
)
from tests.databases import HER_MOTHER, MONDAY, PHOTO, SUNDAY, TERM, find, from_a_child, from_her_mother

TALKED = Measure(text="Әңгіме өткізілді.", by="Айгүл Сейітқызы", role=Role.PSYCHOLOGIST, recorded_on=MONDAY)


@contextmanager
def counted(journal: Journal) -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(journal.store.engine, "before_cursor_execute", note)
    yield seen
    event.remove(journal.store.engine, "before_cursor_execute", note)


# The register


def test_a_signed_appeal_is_read_back_as_it_was_written(journal: Journal) -> None:
    appeal = from_her_mother(urgent=True, attachments=(PHOTO,), refused=(".doc", ".mp4"))
    number = journal.record(appeal, identity="<1@site>").number
    entry = journal.entry(number)
    assert entry.applicant == HER_MOTHER
    assert not entry.anonymous
    for name in (
        "term",
        "channel",
        "content",
        "text",
        "language",
        "class_group",
        "phone",
        "urgent",
        "refused",
    ):
        assert getattr(entry, name) == getattr(appeal, name), name
    assert (entry.number, entry.status, entry.measures, entry.finding) == (1, Status.REGISTERED, (), None)
    assert entry.attachments == (
        AttachmentLine(name="1.jpg", media_type="image/jpeg", size=len(PHOTO.content)),
    )
    assert journal.attachments(number) == [PHOTO]


def test_an_anonymous_appeal_has_no_applicant(journal: Journal) -> None:
    recorded = journal.record(from_a_child(), identity="<1@site>")
    assert recorded.anonymous
    assert journal.entry(recorded.number).applicant is None
    assert journal.entry(recorded.number).anonymous
    assert journal.attachments(recorded.number) == []


def test_a_number_that_nobody_has_teaches_where_to_look(journal: Journal) -> None:
    for ask in (journal.entry, journal.attachments, lambda n: journal.add_measure(n, TALKED)):
        with pytest.raises(NoSuchEntry, match=r"№ 99.*journal list"):
            ask(99)


def test_the_same_message_read_twice_is_one_entry(journal: Journal) -> None:
    first = journal.record(from_a_child(), identity="<1@site>")
    again = journal.record(from_a_child(), identity="<1@site>")
    assert (first.number, first.repeat) == (1, False)
    assert (again.number, again.repeat, again.anonymous) == (1, True, True)
    assert journal.last_number() == 1


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"text": "Басқа сөздер."}, id="other words"),
        pytest.param({"class_group": "8Б"}, id="another class"),
        pytest.param({"attachments": (PHOTO,)}, id="a photo added"),
        pytest.param({"applicant": replace(HER_MOTHER, surname="Маратова")}, id="another name"),
    ],
)
def test_a_constant_message_id_of_a_form_does_not_swallow_another_appeal(
    journal: Journal, other: dict[str, object]
) -> None:
    journal.record(from_her_mother(), identity="<constant@site>")
    second = journal.record(replace(from_her_mother(), **other), identity="<constant@site>")  # type: ignore[arg-type]
    assert (second.number, second.repeat) == (2, False)


def test_the_same_words_sent_anew_are_an_entry_that_names_the_earlier_one(journal: Journal) -> None:
    journal.record(from_a_child("Көмектесіңіздерші."), identity="<1@site>")
    journal.record(from_a_child("Басқа."), identity="<2@site>")
    journal.record(from_a_child("  көмектесіңіздерші. \n"), identity="<3@site>")
    assert [entry.repeats for entry in journal.entries()] == [None, None, 1]


def test_an_anonymous_appeal_is_never_tied_to_a_signed_one_with_the_same_words(journal: Journal) -> None:
    journal.record(from_her_mother("Бір сөз."), identity="<1@site>")
    journal.record(from_a_child("Бір сөз."), identity="<2@site>")
    assert journal.entry(2).repeats is None


def test_two_appeals_without_words_do_not_repeat_each_other(journal: Journal) -> None:
    journal.record(from_a_child("", attachments=(PHOTO,)), identity="<1@site>")
    journal.record(from_a_child(" ", attachments=(PHOTO,)), identity="<2@site>")
    assert journal.entry(2).repeats is None


def test_messages_without_any_id_are_all_recorded(journal: Journal) -> None:
    assert [journal.record(from_a_child(), identity="").repeat for _ in range(2)] == [False, False]


def test_measures_add_up_and_tell_who_considered(journal: Journal) -> None:
    journal.record(from_a_child(), identity="<1@site>")
    second = Measure(
        text="Ата-анасы шақырылды.", by="Данияр Әлиев", role=Role.DEPUTY_DIRECTOR, recorded_on=TERM.due_on
    )
    for measure in (TALKED, second, TALKED):
        journal.add_measure(1, measure)
    entry = journal.entry(1)
    assert entry.measures == (TALKED, second, TALKED)
    assert entry.considered_by == (Role.PSYCHOLOGIST, Role.DEPUTY_DIRECTOR)
    assert entry.status is Status.IN_PROGRESS


def test_a_measure_does_not_open_a_closed_entry_again(journal: Journal) -> None:
    journal.record(from_a_child(), identity="<1@site>")
    find(journal, 1, Finding.PARTLY, role=Role.PSYCHOLOGIST, on=SUNDAY)
    journal.add_measure(1, TALKED)
    entry = journal.entry(1)
    assert (entry.status, entry.finding) == (Status.CLOSED, Finding.PARTLY)
    assert journal.verify().ok


def test_entries_without_a_measure_are_the_open_ones(journal: Journal) -> None:
    for n in range(3):
        journal.record(from_a_child(f"{n}"), identity=f"<{n}@site>")
    journal.add_measure(2, TALKED)
    assert [entry.number for entry in journal.open_entries()] == [1, 3]


def test_entries_are_chosen_by_number_and_by_the_day_of_receipt(journal: Journal) -> None:
    for n in range(5):
        day = SUNDAY + timedelta(days=n)
        term = Term(received_on=day, registered_on=day, due_on=TERM.due_on)
        journal.record(from_a_child(f"{n}", term=term), identity=f"<{n}@site>")
    assert [e.number for e in journal.entries(after=3)] == [4, 5]
    monday, wednesday = SUNDAY + timedelta(days=1), SUNDAY + timedelta(days=3)
    assert [e.number for e in journal.entries(from_day=monday, to_day=wednesday)] == [2, 3, 4]
    assert [e.number for e in journal.entries(after=2, to_day=SUNDAY + timedelta(days=2))] == [3]


def test_a_long_register_is_read_in_few_steps(journal: Journal) -> None:
    with journal.transaction():
        for n in range(250):
            journal.record(from_a_child(f"{n}", attachments=(PHOTO,)), identity=f"<{n}@site>")
            journal.add_measure(n + 1, TALKED)
    with counted(journal) as statements:
        walk = journal.entries()
        next(walk)
        assert len([s for s in statements if s.startswith("SELECT")]) == 4  # one batch, not the whole book
        rest = list(walk)
    assert [entry.number for entry in rest] == list(range(2, 251))
    assert all(entry.measures == (TALKED,) and entry.attachments for entry in rest)
    assert len([s for s in statements if s.startswith("SELECT")]) <= 12
    assert not any("attachments.content" in s for s in statements)  # a list never loads the files


def test_a_register_half_read_holds_up_no_writer(journal: Journal) -> None:
    for n in range(3):
        journal.record(from_a_child(f"{n}"), identity=f"<{n}@site>")
    walk = journal.entries()
    next(walk)
    assert journal.record(from_a_child("жаңа"), identity="<new@site>").number == 4
    assert [entry.number for entry in walk] == [2, 3, 4]


# Transactions


def test_a_thread_does_not_see_what_another_has_not_committed(journal: Journal) -> None:
    seen: list[int] = []
    with journal.transaction():
        journal.record(from_a_child(), identity="<1@site>")
        assert journal.last_number() == 1
        assert [entry.number for entry in journal.entries()] == [1]
        other = Thread(target=lambda: seen.extend([journal.last_number(), len(list(journal.entries()))]))
        other.start()
        other.join()
    assert seen == [0, 0]
    assert journal.last_number() == 1


def test_two_openings_of_one_journal_see_each_other(open_journal: Callable[[], Journal]) -> None:
    ours, theirs = open_journal(), open_journal()
    ours.record(from_a_child("бір"), identity="<1@site>")
    theirs.record(from_a_child("екі"), identity="<2@site>")
    assert [entry.text for entry in ours.entries()] == ["бір", "екі"]
    assert ours.digest() == theirs.digest()


# What the schema promises


def test_no_column_of_what_a_family_sent_is_finer_than_a_day() -> None:
    for table in tables.metadata.sorted_tables:
        for column in table.columns:
            kind = getattr(column.type, "impl_instance", column.type)
            if isinstance(kind, DateTime):
                assert table.name in ("letters", "troubles"), f"{table.name}.{column.name}"
            if column.name in ("day", "received_on", "registered_on", "due_on", "recorded_on"):
                assert isinstance(kind, Date)


def test_an_error_of_the_database_shows_no_values(journal: Journal) -> None:
    with pytest.raises(Exception, match="constraint") as caught, journal.store.writing() as current:
        current.connection.execute(
            tables.messages.insert(),
            {"mailbox": "CANARY-4711", "uidvalidity": 1, "uid": 1, "disposition": "dropped", "filing": "held",
             "reason": "CANARY-4712", "day": SUNDAY},
        )  # fmt: skip
    assert "parameters hidden" in str(caught.value)
    assert journal.counts(SUNDAY) == {}
