"""`senim purge` as a person at the school types it."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from intake.old_copies import Gone
from intake.purge import Copies, by_retention
from intake.server import Unreachable
from journal.book import Journal
from journal.letters import claim, freeze, owe, settle
from journal.model import LetterKind, Measure, Reader, Role
from journal.tables import attachments, entries, letters, measures
from tests.command import HER_MOTHER, Senim, config_of, open_journal
from tests.kill_points import Points

YEARS_LATER = "2030-01-01T10:00+05:00"
DAY = date(2026, 11, 23)


FEW = Gone(count=2, sent="Sent", lasting=True)


@pytest.fixture(autouse=True)
def _a_mailbox_with_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mailbox itself: test_copies_of_an_appeal.py."""
    found = Copies(gone=FEW, its_own=True, held=())
    monkeypatch.setattr("intake.verbs.purge.destroy_copies", lambda *_: found)


@pytest.fixture
def settled(begun: Path) -> Path:
    """Both appeals have a measure, so that their time of keeping runs; the second came twice."""
    with open_journal(begun) as journal:
        for number in (1, 2):
            by = Measure(text="әңгіме", by="Айгүл", role=Role.PSYCHOLOGIST, recorded_on=DAY)
            journal.add_measure(number, by)
        journal.record(HER_MOTHER, identity="3")
    return begun


def sealed(folder: Path) -> list[bytes]:
    """Pieces of everything that is sealed of the first two appeals."""
    found: list[bytes] = []
    with open_journal(folder) as journal, journal.store.reading() as connection:
        for table in (entries, measures, attachments):
            for row in connection.execute(select(table).where(table.c.number <= 2)):
                found += [value for value in row if isinstance(value, bytes)]
        found += connection.execute(select(letters.c.snapshot)).scalars()
    return [value[at : at + 20] for value in found for at in range(0, len(value) - 20, 20)]


def files_with(pieces: list[bytes], folder: Path) -> set[str]:
    names = [path for path in (folder / "var").iterdir() if path.is_file()]
    return {path.name for path in names if any(piece in path.read_bytes() for piece in pieces)}


def test_nothing_is_destroyed_before_its_time(senim: Senim, settled: Path) -> None:
    assert senim("purge").out == "no appeal's time of keeping is over\n"
    assert senim("purge", "--now", "2027-11-22T10:00+05:00").out.startswith("no appeal")
    with open_journal(settled) as journal:
        assert journal.destroyed([1, 2, 3]) == set()


def test_what_is_due_is_told_first_and_then_destroyed(senim: Senim, settled: Path) -> None:
    before = sealed(settled)
    assert files_with(before, settled) != set()
    told = senim("purge", "--now", YEARS_LATER, "--dry-run").out
    assert told == (
        "would be destroyed: the content of №2 (retention.signed: 1095 days)\n"
        "would be destroyed: the content of №1 (retention.anonymous: 365 days)\n"
    )
    assert files_with(before, settled) != set()
    assert senim("purge", "--now", YEARS_LATER).out == told.replace("would be destroyed", "destroyed")
    assert files_with(before, settled) == set()
    assert senim("journal", "verify").status == 0
    assert senim("purge", "--now", YEARS_LATER).out.startswith("no appeal")
    with open_journal(settled) as journal:
        assert journal.destroyed([1, 2, 3]) == {1, 2}  # № 3 still waits


def test_for_other_programs_it_says_by_which_rule(senim: Senim, settled: Path) -> None:
    found = json.loads(senim("purge", "--now", YEARS_LATER, "--json").out)
    assert found["dry_run"] is False
    assert found["destroyed"] == [
        {"rule": "retention.signed", "days": 1095, "numbers": [2]},
        {"rule": "retention.anonymous", "days": 365, "numbers": [1]},
    ]
    one = json.loads(senim("purge", "--number", "3", "--reason", "request 45", "--json").out)
    assert one["destroyed"] == [{"rule": "request", "days": None, "numbers": [3]}]
    assert one["copies"] == 2


def test_a_clock_that_ran_ahead_destroys_nothing(
    senim: Senim, settled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.verbs.purge.now", lambda: datetime(2099, 1, 1, tzinfo=UTC))
    said = senim("purge")
    assert said.status == 1
    assert "the clock says 2099-01-01" in said.err and "senim purge --now" in said.err
    with open_journal(settled) as journal:
        assert by_retention(config_of(settled), journal, datetime(2099, 1, 1, tzinfo=UTC)) == 0
        assert journal.destroyed([1, 2]) == set()


def test_a_family_may_ask_for_one_and_is_told_where_its_words_still_are(senim: Senim, settled: Path) -> None:
    asked = ("purge", "--number", "2", "--reason", "өтініш № 45, 24.11.2026")
    would = senim(*asked, "--dry-run").out
    assert would.startswith("would be destroyed: the content of № 2; its line of the register stays\n")
    said = senim(*asked)
    assert said.status == 0
    assert said.out.startswith("destroyed: the content of № 2")
    assert "the same words stand in №3" in said.out
    assert "readers' mailboxes" in said.out and "backups" in said.out
    assert "destroyed in the mailbox: 2 letters" in said.out and "replies of staff" not in said.out
    assert "destroyed on" in senim(*asked).out and "already" in senim(*asked).out
    assert senim("journal", "verify").status == 0


def test_a_held_letter_that_is_not_yet_out_of_the_mailbox_is_named(senim: Senim, settled: Path) -> None:
    asked = ("purge", "--number", "1", "--reason", "request 45")
    assert "senim pull" not in senim(*asked, "--dry-run").out
    senim("held", "discard", "1")
    assert "senim pull" in senim(*asked).out


def test_of_an_anonymous_appeal_no_letter_of_its_own_lies_in_the_mailbox(senim: Senim, settled: Path) -> None:
    said = senim("purge", "--number", "1", "--reason", "request 46").out
    assert "its own letter" not in said and "same words" not in said


def test_where_the_mailbox_cannot_be_reached_it_says_what_stays_there_until_when(
    senim: Senim, settled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object) -> Copies:
        raise Unreachable("imap.school.example is not to be reached")

    monkeypatch.setattr("intake.verbs.purge.destroy_copies", unreachable)
    said = senim("purge", "--number", "2", "--reason", "request 46")
    assert said.status == 1
    assert "not to be reached" in said.err and "run the same command once more" in said.err
    assert "destroyed: the content of № 2" in said.out and "in the mailbox: " not in said.out
    assert "replies of staff may quote it" in said.out and "«Senim/Journaled»" in said.out
    with open_journal(settled) as journal:
        assert journal.destroyed([2]) == {2}


@pytest.mark.parametrize(
    ("copies", "words"),
    [
        (Copies(gone=Gone(count=2, sent="", lasting=True), its_own=False, held=()), "mailbox.folders.sent"),
        (Copies(gone=Gone(count=2, sent="Sent", lasting=False), its_own=False, held=()), "only marks them"),
        (Copies(gone=FEW, its_own=False, held=(3,)), "senim held discard 3"),
        (Copies(gone=FEW, its_own=False, held=()), "its own letter may lie"),
    ],
)
def test_what_is_left_in_the_mailbox_is_said(
    senim: Senim, settled: Path, monkeypatch: pytest.MonkeyPatch, copies: Copies, words: str
) -> None:
    asked = ("purge", "--number", "2", "--reason", "request 46", "--now", "2026-11-24T10:00+05:00")
    monkeypatch.setattr("intake.verbs.purge.destroy_copies", lambda *_: copies)
    assert words in senim(*asked).out
    assert "destroyed in the mailbox" in senim(*asked).out  # and once more, as often as it is asked


def test_a_trial_looks_into_no_mailbox(senim: Senim, settled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("intake.verbs.purge.destroy_copies")
    assert senim("purge", "--number", "2", "--reason", "request 46", "--dry-run").status == 0


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--number", "2"), "go together"),
        (("--reason", "request 45"), "go together"),
        (("--number", "2", "--reason", "  "), "a few words"),
        (("--number", "2", "--reason", "x" * 101), "100 signs"),
        (("--number", "2", "--reason", "АХМЕТОВА сұрады"), "names the applicant"),
        (("--number", "2", "--reason", "saule@family.example"), "names the applicant"),
        (("--number", "2", "--reason", "тел. +77010000000"), "names the applicant"),
    ],
)
def test_what_cannot_be_meant_destroys_nothing(
    senim: Senim, settled: Path, words: tuple[str, ...], why: str
) -> None:
    said = senim("purge", *words)
    assert (said.status, said.out) == (2, "")
    assert why in said.err and "АХМЕТОВА" not in said.err
    with open_journal(settled) as journal:
        assert journal.destroyed([1, 2, 3]) == set()


def test_an_entry_that_is_not_there_is_said(senim: Senim, settled: Path) -> None:
    said = senim("purge", "--number", "99", "--reason", "request 45")
    assert said.status == 1 and "№ 99" in said.err


def test_the_other_verbs_say_that_the_content_is_gone(senim: Senim, settled: Path) -> None:
    senim("purge", "--now", YEARS_LATER)
    assert senim("journal", "list").out.count("content destroyed on 2030-01-01") == 2
    shown = senim("journal", "show", "1").out
    assert "content destroyed on 2030-01-01" in shown and "Асханада" not in shown
    assert "measure    2026-11-23 · psychologist\n" in shown
    assert json.loads(senim("journal", "show", "2", "--json").out)["purged_on"] == "2030-01-01"
    assert "its content was destroyed" in senim("journal", "attachments", "1", "files").out
    assert "was destroyed" in senim("journal", "measure", "1", "әңгіме").err
    senim("journal", "export", "--format", "csv", "--language", "kk", "out.csv")
    assert (settled / "out.csv").read_text().count("мазмұны жойылды (01.01.2030)") == 2


@pytest.fixture(scope="module")
def points(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Points]:
    with Points(tmp_path_factory.mktemp("points")) as warm:
        yield warm


@pytest.mark.parametrize(
    "every", [pytest.param(1, marks=pytest.mark.soak, id="anywhere"), pytest.param(4, id="here and there")]
)
def test_a_purge_that_dies_leaves_each_entry_whole_or_destroyed(
    settled: Path, points: Points, every: int
) -> None:
    with open_journal(settled) as journal:
        _send(journal)
    before = sealed(settled)
    database = {path: path.read_bytes() for path in (settled / "var").iterdir() if path.is_file()}
    asked = ("--config", str(settled / "config.yaml"), "purge", "--now", YEARS_LATER)
    whole = points.run(*asked)
    assert whole.status == 0 and whole.changes >= 5  # two entries, the letters, and the sweep's two
    for point in range(every, len(whole.points) + 1, every):
        _put_back(database)
        assert not points.run(*asked, point=point).came_through
        with open_journal(settled) as journal:
            assert journal.verify().ok
            for number in (1, 2):
                entry, gone = journal.entry(number), bool(journal.destroyed([number]))
                assert bool(entry.text) is not gone
                assert all(bool(one.text) is not gone for one in entry.measures)
        assert points.run(*asked).status == 0
        assert files_with(before, settled) == set(), whole.points[point - 1]


def _put_back(database: dict[Path, bytes]) -> None:
    for path in next(iter(database)).parent.iterdir():
        if path.is_file():
            path.unlink()
    for path, content in database.items():
        path.touch(0o600)
        path.write_bytes(content)
        path.chmod(0o400 if path.suffix == ".key" else 0o600)


def _send(journal: Journal) -> None:
    """A letter that told of the first appeal."""
    due = datetime(2026, 11, 23, 10, tzinfo=UTC)
    reader = Reader(address="psy@school.example", role=Role.PSYCHOLOGIST)
    owe(journal, kind=LetterKind.TEXT, reader=reader, period="1", due_at=due, data={"number": 1})
    letter = claim(journal, due)
    assert letter is not None
    freeze(journal, letter, raw=b"words", token="t", covers_to=0, now=due)
    settle(journal, letter, due)
