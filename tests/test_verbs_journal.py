"""The Journal on the command line: read, measured, exported, proved; and who opened what."""

import csv
import io
import json
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from journal.model import Role
from tests.command import HER_MOTHER, Said, Senim, config_of, open_journal
from tests.databases import PostgreSQL

KEYS = [
    *("number", "received_on", "registered_on", "due_on", "anonymous", "channel", "surname", "given_name"),
    *("patronymic", "address", "email", "class_group", "phone", "content", "text", "language", "urgent"),
    *("status", "cause", "finding", "considered_by", "measures", "attachments", "purged_on"),
]


def events(folder: Path) -> int:
    with open_journal(folder) as journal:
        return journal.verify().events


def test_upgrade_makes_the_key_and_the_database_for_their_owner_alone(senim: Senim, folder: Path) -> None:
    said = senim("upgrade")
    assert said.status == 0
    assert "safe" in said.out
    var = folder / "var"
    assert (var / "journal.key").stat().st_mode & 0o777 == 0o400
    assert (var / "journal.db").stat().st_mode & 0o777 == 0o600
    assert len(config_of(folder).journal_key()) == 32


def test_upgrade_twice_changes_nothing(senim: Senim, begun: Path) -> None:
    key = (begun / "var/journal.key").read_bytes()
    said = senim("upgrade")
    assert said.status == 0
    assert "up to date" in said.out
    assert "its last number is 2" in said.out
    assert (begun / "var/journal.key").read_bytes() == key


def test_a_new_journal_under_an_old_key_is_told_for_the_disk_may_be_missing(
    senim: Senim, begun: Path
) -> None:
    assert "is its disk mounted" not in senim("upgrade").out
    (begun / "var/journal.db").unlink()
    assert "is its disk mounted" in senim("upgrade").out


def test_entries_without_their_key_are_an_error_and_get_no_new_one(senim: Senim, begun: Path) -> None:
    key = begun / "var/journal.key"
    key.rename(begun / "safe")
    said = senim("upgrade")
    assert said.status == 1
    assert "put the school's copy back" in said.err
    assert not key.exists()


def test_a_wrong_key_opens_nothing(senim: Senim, begun: Path) -> None:
    key = begun / "var/journal.key"
    key.unlink()
    key.write_text("00" * 32)
    key.chmod(0o400)
    for words in (("upgrade",), ("journal", "list")):
        said = senim(*words)
        assert said.status == 1
        assert "key" in said.err
        assert "00000000" not in said.err


def test_the_list_has_a_line_for_each_entry(senim: Senim, begun: Path) -> None:
    said = senim("journal", "list")
    lines = said.out.splitlines()
    assert [line.split()[0] for line in lines] == ["№", "1", "2"]
    assert "жасырын" in lines[1]
    assert "URGENT · Асханада [bold]кезек[/] ұзақ" in lines[1]
    assert "Ахметова Сәуле" in lines[2]
    assert [one["number"] for one in json.loads(senim("journal", "list", "--json").out)] == [1, 2]


def test_an_entry_is_shown_whole_and_does_nothing_to_the_terminal(senim: Senim, begun: Path) -> None:
    said = senim("journal", "show", "№1")
    for words in (
        "№ 1 · URGENT",
        "2026-11-20",
        "due        2026-12-11",
        "жасырын",
        "7-сынып",
        "Көмектесіңізші",
        "1.jpg",
    ):
        assert words in said.out
    assert "\x1b" not in said.out
    assert "saule@family.example" in senim("journal", "show", "2").out


def test_opening_an_entry_leaves_a_line_in_the_history(senim: Senim, begun: Path) -> None:
    before = events(begun)
    senim("journal", "show", "1")
    senim("journal", "show", "2", "--json")
    senim("journal", "attachments", "1", "files")
    senim("journal", "export", "--format", "json", "out.json")
    assert events(begun) == before + 4
    senim("journal", "list")
    assert events(begun) == before + 5
    senim("journal", "show", "99")
    senim("journal", "opened", "1")
    assert events(begun) == before + 5


def test_a_number_that_is_not_there_is_told(senim: Senim, begun: Path) -> None:
    for words in (("show", "99"), ("measure", "99", "x"), ("attachments", "99", "files")):
        said = senim("journal", *words)
        assert said.status == 1
        assert "senim journal list" in said.err
    assert not (begun / "files").exists()


def test_a_measure_is_recorded_in_the_name_of_who_says_so(senim: Senim, begun: Path) -> None:
    by = ("--by", "Psychologist@school.example")
    assert senim("journal", "measure", "1", "  Әңгіме\nөткізілді\x1b[0m\u202e ", *by).status == 0
    assert senim("journal", "measure", "1", "Құжат қаралды").status == 0
    with open_journal(begun) as journal:
        first, second = journal.entry(1).measures
    assert (first.by, first.role, first.text) == (
        "Айгүл Сейітқызы",
        Role.PSYCHOLOGIST,
        "Әңгіме\nөткізілді[0m",
    )
    assert (second.by, second.role) == ("Администратор", Role.ADMINISTRATOR)


def test_a_measure_in_a_strangers_name_and_an_empty_one_are_wrong_usage(senim: Senim, begun: Path) -> None:
    assert senim("journal", "measure", "1", "x", "--by", "stranger@school.example").status == 2
    assert senim("journal", "measure", "1", " \x00\u200b ").status == 2
    assert senim("journal", "measure", "1", "x" * 20_001).status == 2
    with open_journal(begun) as journal:
        assert journal.entry(1).measures == ()


def test_a_measure_can_come_from_standard_input(
    senim: Senim, begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Ата-анасымен кездесу\n"))
    assert senim("journal", "measure", "2", "-").status == 0
    with open_journal(begun) as journal:
        assert journal.entry(2).measures[0].text == "Ата-анасымен кездесу"


def test_files_get_names_of_ours_and_are_never_overwritten(senim: Senim, begun: Path) -> None:
    said = senim("journal", "attachments", "1", "files")
    assert said.status == 0
    folder = begun / "files"
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == {
        "1-1.jpg": b"picture",
        "1-2.txt": b"words",
        "1-3.pdf": b"%PDF",
    }
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    (folder / "1-1.jpg").unlink()
    (folder / "1-1.jpg").symlink_to("/etc/passwd")
    again = senim("journal", "attachments", "1", "files")
    assert again.status == 1
    assert "1-1.jpg" in again.err
    assert senim("journal", "attachments", "2", "none").out == "№ 2 has no files\n"


def test_json_has_the_keys_that_other_programs_rely_on(senim: Senim, begun: Path) -> None:
    senim("journal", "measure", "2", "x", "--by", "deputy@school.example")
    assert senim("journal", "export", "--format", "json", "out.json").out == "wrote 2 entries to out.json\n"
    first, second = json.loads((begun / "out.json").read_text())
    assert list(first) == KEYS
    assert first["anonymous"] is True
    assert (second["surname"], second["phone"]) == ("Ахметова", "+7 701 000 00 00")
    assert list(second["measures"][0]) == ["text", "by", "role", "recorded_on"]
    assert second["considered_by"] == ["deputy_director"]
    shown = json.loads(senim("journal", "show", "2", "--json").out)
    assert [one["what"] for one in shown.pop("story")] == [
        "recorded",
        "by-hand",
        "measure",
        "exported",
        "opened",
    ]
    assert shown == second


def export_csv(senim: Senim, *words: str) -> list[list[str]]:
    assert senim("journal", "export", "--format", "csv", *words, "out.csv").status == 0
    raw = Path("out.csv").read_bytes()
    assert raw.count(b"\xef\xbb\xbf") == 1
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_csv_is_the_register_and_defuses_formulas(senim: Senim, begun: Path) -> None:
    heads, first, second = export_csv(senim, "--language", "ru")
    assert len(heads) == len(first) == len(second) == 10
    assert first[0] == "1"
    assert second[2:4] == ["Ахметова", "Сәуле"]
    assert second[8].lstrip("'") == "=1+1"
    assert second[8] != "=1+1"


def test_days_and_languages_can_be_chosen(senim: Senim, begun: Path) -> None:
    assert len(export_csv(senim, "--from", "2026-11-20", "--to", "2026-11-20")) == 3
    assert len(export_csv(senim, "--from", "2026-11-21")) == 1
    assert len(export_csv(senim, "--to", "2026-11-19")) == 1
    assert export_csv(senim, "--language", "kk")[0] == export_csv(senim)[0]
    assert export_csv(senim, "--language", "en")[0] != export_csv(senim)[0]


@pytest.mark.parametrize("name", ["config.yaml", "var/journal.db", "var/journal.key", "link"])
def test_an_export_never_replaces_what_senim_needs(name: str, senim: Senim, begun: Path) -> None:
    (begun / "link").symlink_to("var/journal.db")
    before = (begun / name).read_bytes()
    for words in (("journal", "export", "--format", "csv", name), ("summary", "--html", name)):
        said = senim(*words)
        assert said.status == 2
        assert "name another one" in said.err
    assert (begun / name).read_bytes()[:1000] == before[:1000]


def test_an_export_is_for_its_owner_and_stands_whole_or_not_at_all(
    senim: Senim, begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = begun / "out.json"
    out.write_text("yesterday's")
    out.chmod(0o644)

    def stumble(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr("intake.verbs.export.to_json", stumble)
        assert senim("journal", "export", "--format", "json", "out.json").status == 1
    assert out.read_text() == "yesterday's"
    assert not list(begun.glob(".out*"))
    assert senim("journal", "export", "--format", "json", "out.json").status == 0
    assert len(json.loads(out.read_text())) == 2
    assert out.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("out", "status"), [("no/such/out", 1), ("/dev/null", 2), (".", 2)])
def test_a_place_that_cannot_be_written_is_named_with_a_remedy(
    senim: Senim, begun: Path, out: str, status: int
) -> None:
    said = senim("journal", "export", "--format", "json", out)
    assert said.status == status
    assert ";" in said.err
    assert ".tmp" not in said.err


def test_a_link_is_followed_and_stays_a_link(senim: Senim, begun: Path) -> None:
    (begun / "link.json").symlink_to("real.json")
    assert senim("journal", "export", "--format", "json", "link.json").status == 0
    assert (begun / "link.json").is_symlink()
    assert len(json.loads((begun / "real.json").read_text())) == 2


def test_a_dash_is_standard_output(senim: Senim, begun: Path) -> None:
    assert len(json.loads(senim("journal", "export", "--format", "json", "-").out)) == 2


def verify(senim: Senim, *words: str) -> Said:
    return senim("journal", "verify", *words)


def test_a_whole_history_is_proved_and_an_altered_one_found(senim: Senim, begun: Path) -> None:
    said = verify(senim)
    assert said.status == 0
    assert "the history is whole" in said.out
    told = json.loads(verify(senim, "--json").out)
    digest = told["digest"]
    assert told["ok"] is True
    shown = " ".join(digest[at : at + 4] for at in range(0, 16, 4))  # as a daily letter shows it
    assert verify(senim, "--digest", shown).status == 0
    missing = verify(senim, "--digest", "0123 4567 89ab cdef")
    assert missing.status == 1
    assert "not in this history" in missing.err
    database = sqlite3.connect(begun / "var/journal.db")
    with database:
        assert database.execute("UPDATE events SET kind = 'x' WHERE seq = 2").rowcount == 1
    database.close()
    broken = verify(senim)
    assert broken.status == 1
    assert "altered at event 2" in broken.err


def test_a_letter_that_is_owed_is_listed_by_role_and_never_by_address(senim: Senim, begun: Path) -> None:
    from intake.desk import Desk
    from intake.outbox import owe_due
    from intake.reader import Reader
    from tests.moments import A_MOMENT

    config = config_of(begun)
    with open_journal(begun) as journal:
        moment = A_MOMENT.replace(hour=16)
        assert owe_due(Desk(journal=journal, school=config.school, now=moment, reader=Reader())) == 3
    said = senim("letters", "list")
    assert said.out.count("daily") == 3
    assert "deputy_director" in said.out
    assert "15:00+05:00" in said.out
    assert "@" not in said.out
    told = json.loads(senim("letters", "list", "--json").out)
    assert {one["for"] for one in told} == {date(2026, 11, 23).isoformat()}
    assert {one["state"] for one in told} == {"owed"}


def test_a_journal_in_postgresql_is_upgraded_and_listed_alike(
    senim: Senim, folder: Path, postgresql: PostgreSQL
) -> None:
    config = folder / "config.yaml"
    config.write_text(config.read_text().replace("sqlite:///var/journal.db", postgresql.fresh()))
    assert "senim upgrade" in senim("journal", "list").err
    assert senim("upgrade").status == 0
    with open_journal(folder) as journal:
        journal.record(HER_MOTHER, identity="2")
    assert "Ахметова Сәуле" in senim("journal", "list").out
    assert senim("journal", "show", "1").status == 0
    assert senim("journal", "verify").status == 0
    (folder / "var/journal.key").unlink()
    assert "put the school's copy back" in senim("upgrade").err
