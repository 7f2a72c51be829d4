"""Who opened what: each look at what a family wrote is in the history before anything is shown."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.verbs import person as verb_person
from intake.verbs.person import person
from journal.faults import DatabaseUnreachable
from journal.model import Role
from journal.openings import openings
from journal.spans import within, write_spans
from journal.tables import events
from tests import marked_letters
from tests.command import Senim, open_journal
from tests.desk import AIGUL, YERLAN, DayAtTheDesk
from tests.school import plain_letter

CONTENT = (
    "Асханада",
    "Көмектесіңізші",
    "Ахметова",
    "saule@family.example",
    "расписанием",
    "A text.",
    "picture",
)
# Every way in which a person at the machine sees what families wrote, and how it is called afterwards.
LOOKS = {
    "show": ("journal", "show", "1"),
    "show in JSON": ("journal", "show", "1", "--json"),
    "list": ("journal", "list"),
    "list in JSON": ("journal", "list", "--json"),
    "files": ("journal", "attachments", "1", "files"),
    "csv": ("journal", "export", "--format", "csv", "out.csv"),
    "json": ("journal", "export", "--format", "json", "-"),
    "summary": ("summary",),
    "summary to a file": ("summary", "--json", "--html", "day.html"),
}


def looks_at(folder: Path, number: int) -> list[tuple[str, str]]:
    with open_journal(folder) as journal:
        return [(one.how, one.by) for one in openings(journal, number)]


@pytest.mark.parametrize("way", LOOKS)
def test_each_look_is_told_of_the_entry_with_the_login_behind_it(senim: Senim, begun: Path, way: str) -> None:
    assert senim(*LOOKS[way]).status == 0
    assert looks_at(begun, 1) == [(way.split()[0], person())]


@pytest.mark.parametrize("way", [*LOOKS, "held"])
def test_what_the_history_cannot_take_is_not_shown(
    senim: Senim, begun: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise DatabaseUnreachable("The Journal's database cannot be written: the disk is full.")

    monkeypatch.setattr("journal.history.append", refuse)
    said = senim(*LOOKS.get(way, ("held", "show", "1")))
    assert said.status == 1
    assert "the disk is full" in said.err
    written = [path for path in begun.rglob("*") if path.is_file() and path.parent.name != "var"]
    shown = said.out + said.err + "".join(path.read_text() for path in written if path.name != "config.yaml")
    assert not [words for words in CONTENT if words in shown]


def test_an_export_counts_for_the_entries_of_its_days_only(senim: Senim, begun: Path) -> None:
    export = ("journal", "export", "--format", "csv")
    senim(*export, "--to", "2026-11-19", "none.csv")
    assert looks_at(begun, 1) == []
    senim(*export, "--from", "2026-11-20", "all.csv")
    assert looks_at(begun, 1) == looks_at(begun, 2) == [("csv", person())]


def test_who_opened_an_entry_is_said_with_the_day(senim: Senim, begun: Path) -> None:
    assert "nobody" not in senim("journal", "opened", "2").out
    senim("journal", "show", "2")
    senim("journal", "attachments", "1", "files")
    told = json.loads(senim("journal", "opened", "2", "--json").out)
    (one,) = told
    assert (one["how"], one["by"], one["role"]) == ("show", person(), None)
    assert len(one["day"]) == len("2026-11-22")
    line = senim("journal", "opened", "2").out.splitlines()[1]
    assert line.split() == [one["day"], "shown", "whole", *person().split()]
    assert senim("journal", "opened", "99").status == 1


def test_a_held_message_that_was_looked_at_and_let_in_says_so_as_an_entry(senim: Senim, begun: Path) -> None:
    senim("held", "show", "1")
    senim("held", "show", "2")  # another one
    senim("held", "release", "1")
    assert looks_at(begun, 3) == [("held", person())]
    assert looks_at(begun, 1) == []
    with open_journal(begun) as journal:
        assert journal.verify().ok


def test_a_measure_by_hand_says_under_whose_login_it_was_written(senim: Senim, begun: Path) -> None:
    assert senim("journal", "measure", "1", "Әңгіме", "--by", "psychologist@school.example").status == 0
    with open_journal(begun) as journal, journal.store.reading() as connection:
        told = connection.execute(events.select().where(events.c.kind == "by-hand")).one()
    assert (told.number, told.role, json.loads(told.detail)) == (1, "psychologist", {"by": person()})


@pytest.mark.decides
def test_files_that_a_reader_asked_for_are_in_the_history_with_the_reader(day: DayAtTheDesk) -> None:
    day.arrives(marked_letters.plain_letter())
    day.at(15).sends()
    (daily,) = day.letters(AIGUL, "daily")
    day.at(16).answers(daily, "файл 1", AIGUL)
    assert openings(day.journal, 1) == []
    day.sends()
    assert day.letters(AIGUL, "files")
    (told,) = openings(day.journal, 1)
    assert (told.how, told.by, told.role) == ("letter-files", AIGUL.address, Role.PSYCHOLOGIST)
    in_clear = repr(day.history("forwarded"))
    assert AIGUL.address not in in_clear and AIGUL.name not in in_clear


@pytest.mark.decides
def test_a_long_text_that_goes_as_a_letter_of_its_own_is_in_the_history_for_each_reader(
    day: DayAtTheDesk,
) -> None:
    day.arrives(plain_letter("Жасырын\n\n" + "Асханада кезек ұзақ. " * 600))
    day.at(15).sends()
    assert {(one.how, one.by) for one in openings(day.journal, 1)} == {
        ("letter-text", AIGUL.address),
        ("letter-text", YERLAN.address),
    }


@pytest.mark.decides
def test_a_letter_of_files_leaves_only_once_the_history_has_it(
    day: DayAtTheDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    day.arrives(marked_letters.plain_letter())
    day.at(15).sends()
    (daily,) = day.letters(AIGUL, "daily")
    day.at(16).answers(daily, "файл 1", AIGUL)

    def refuse(*_: object, **__: object) -> None:
        raise DatabaseUnreachable("full")

    with monkeypatch.context() as broken:
        broken.setattr("intake.outbox.note_forwarded", refuse)
        day.sends()
    assert not day.letters(AIGUL, "files")
    day.at(18).sends()
    assert len(day.letters(AIGUL, "files")) == 1
    assert len(openings(day.journal, 1)) == 1


def test_the_login_is_the_one_that_came_in_whatever_rights_were_taken_since(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    login = tmp_path / "loginuid"
    monkeypatch.setattr(verb_person, "_LOGIN", login)
    monkeypatch.setattr("os.geteuid", lambda: 65534)
    monkeypatch.delenv("SUDO_USER", raising=False)
    assert person() == "nobody"  # no login at all: a timer's
    monkeypatch.setenv("SUDO_USER", "askar; rm\x1b[2J")
    assert person() == "askar--rm--2J as nobody"
    login.write_text("4294967295")
    monkeypatch.setenv("SUDO_USER", "askar")
    assert person() == "askar as nobody"
    login.write_text("0")  # the system knows better than what anybody may write into the environment
    assert person() == "root as nobody"
    login.write_text("4242424")
    assert person() == "uid-4242424 as nobody"


numbers = st.sets(st.integers(1, 3_000), max_size=400)


@given(numbers)
def test_no_number_is_lost_where_there_is_no_room_for_all(some: set[int]) -> None:
    line = write_spans(some)
    assert len(line) <= 100
    assert all(within(one, line) for one in some)


@given(numbers, st.integers(1, 3_000))
def test_where_there_is_room_no_other_number_is_named(some: set[int], other: int) -> None:
    line = write_spans(some, room=100_000)
    assert within(other, line) == (other in some)


@pytest.mark.parametrize("line", ["", "x", "1-", "-2", "1,,2", "1-2-3", "٣", "1" * 5 + "\n"])
def test_a_line_that_somebody_spoilt_names_nothing(line: str) -> None:
    assert not within(1, line)
