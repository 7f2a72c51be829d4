"""`senim check`: each thing that can be broken is found, named with its remedy, and nothing is changed."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest

from intake import checkup
from intake.checkup import check_machine
from intake.rights import check_rights
from intake.server import Finding
from tests.boxes import make_folder
from tests.command import Senim, config_of
from tests.moments import A_MOMENT
from tests.school import SchoolUnderTest


def check(senim: Senim, folder: Path, status: int) -> dict[str, Finding]:
    with patch("intake.specimen.LANGUAGES", ("kk",)):  # all three take longer than all the rest
        said = senim("--config", str(folder / "config.yaml"), "check", "--json")
    found = [Finding(one["name"], one["ok"], one["remedy"]) for one in json.loads(said.out)]
    assert said.status == status, [one for one in found if not one.ok]
    return {one.name: one for one in found}


def test_a_school_that_is_well_is_told_so(senim: Senim, school: SchoolUnderTest) -> None:
    said = senim("--config", str(school.folder / "config.yaml"), "check")
    assert said.status == 0, said.out + said.err
    assert "✗" not in said.out
    for thing in (
        "time zones",
        "words of danger",
        *(f"templates in {language}" for language in ("kk", "ru", "en")),
        "migrations",
        "history",
        "mailbox login",
        "submission: login",
    ):
        assert f"✓ {thing}" in said.out
    assert said.out.endswith("all is well\n")


def test_a_check_changes_nothing_in_the_schools_folder(senim: Senim, school: SchoolUnderTest) -> None:
    def files() -> dict[Path, bytes]:
        return {
            file: file.read_bytes() for file in school.folder.rglob("*") if "journal.db-" not in file.name
        }

    before = files()
    check(senim, school.folder, 0)
    assert files() == before


def test_before_upgrade_the_remedy_is_upgrade_and_nothing_is_made(senim: Senim, folder: Path) -> None:
    found = check(senim, folder, 1)
    assert "senim upgrade" in found["the Journal's key"].remedy
    assert "key: " not in found["the Journal's key"].remedy  # the name is told once
    assert "senim upgrade" in found["migrations"].remedy
    assert not (folder / "var").exists()


def test_a_wrong_password_and_a_dead_server_are_told_apart(senim: Senim, school: SchoolUnderTest) -> None:
    config = school.folder / "config.yaml"
    text = config.read_text()
    (school.folder / "secret").write_text("wrong\n")
    found = check(senim, school.folder, 1)
    assert "user name and password" in found["mailbox"].remedy
    assert "user name and password" in found["submission"].remedy
    config.write_text(text.replace(f"port: {school.box.submission.port}", "port: 1"))
    assert "refuses connections" in check(senim, school.folder, 1)["submission"].remedy


def test_a_certificate_that_is_not_to_be_trusted_is_told(senim: Senim, school: SchoolUnderTest) -> None:
    config = school.folder / "config.yaml"
    config.write_text(config.read_text().replace(str(school.mail.ca_file), "null"))
    found = check(senim, school.folder, 1)
    assert "certificate" in found["mailbox"].remedy
    assert "ca_file" in found["submission"].remedy


def test_a_folder_that_is_named_and_not_there_is_told(senim: Senim, school: SchoolUnderTest) -> None:
    config = school.folder / "config.yaml"
    config.write_text(config.read_text().replace("  imap:", "  folders: {trash: Nowhere}\n  imap:"))
    assert not check(senim, school.folder, 1)["mailbox: folder Nowhere"].ok


def test_a_folder_of_junk_where_nobody_looks_is_a_remark(senim: Senim, school: SchoolUnderTest) -> None:
    assert "mailbox: junk" not in check(senim, school.folder, 0)
    make_folder(school.mail, school.box, "Spam")
    assert 'mailbox.folders.junk to "Spam"' in check(senim, school.folder, 0)["mailbox: junk"].remedy
    config = school.folder / "config.yaml"
    config.write_text(config.read_text().replace("  imap:", "  folders: {junk: Spam}\n  imap:"))
    assert "mailbox: junk" not in check(senim, school.folder, 0)


def test_how_replies_are_believed_is_said_as_far_as_the_file_tells(folder: Path) -> None:
    def said() -> str:
        (finding,) = checkup._replies(config_of(folder))  # a whole check would ask Gmail
        return finding.remedy

    config = folder / "config.yaml"
    assert "second letter" in said()
    assert "--circle" in said()
    config.write_text(config.read_text().replace("imap.school.example", "imap.gmail.com"))
    assert "gmail" in said()
    config.write_text(config.read_text().replace("profile: auto", "profile: none"))
    assert said() == ""


def test_a_key_of_another_journal_is_told(senim: Senim, begun: Path) -> None:
    key = begun / "var/journal.key"
    key.unlink()
    key.write_text("ab" * 32)
    key.chmod(0o400)
    assert not check(senim, begun, 1)["database"].ok


def test_a_journal_that_others_can_read_is_told_with_the_command(senim: Senim, begun: Path) -> None:
    (begun / "var/journal.db").chmod(0o644)
    assert "chmod 600" in check(senim, begun, 1)["database file"].remedy


@pytest.mark.parametrize(
    ("what", "mode", "name", "ok", "remedy"),
    [
        ("config.yaml", 0o600, "config.yaml", True, ""),
        ("config.yaml", 0o640, "config.yaml", True, "is not meant: chmod 600"),
        ("config.yaml", 0o662, "config.yaml", False, "chmod go-w"),
        (".", 0o777, "config.yaml", False, "chmod go-w"),
        ("var/spool", 0o755, "spool folder", True, "chmod 700"),
        ("var/spool", 0o775, "spool folder", False, "chmod 700"),
        ("var/backup", 0o750, "backup folder", True, "chmod 700"),
        ("var/backup", 0o757, "backup folder", False, "chmod 700"),
    ],
)
def test_what_others_on_the_machine_can_get_at_is_told_with_the_command(
    begun: Path, what: str, mode: int, name: str, ok: bool, remedy: str
) -> None:
    (begun / "config.yaml").chmod(0o600)
    for folder in ("var/spool", "var/backup"):
        (begun / folder).mkdir(mode=0o700, exist_ok=True)
    (begun / what).chmod(mode)
    found = {one.name: one for one in check_rights(config_of(begun))}
    assert (found[name].ok, remedy in found[name].remedy) == (ok, True), found[name]
    assert found.keys() - {name} <= {"config.yaml", "core dumps"}


def test_a_password_in_a_config_that_others_can_read_is_a_fault(begun: Path) -> None:
    file = begun / "config.yaml"
    text = file.read_text()
    file.write_text(text.replace("sqlite:///var/journal.db", "postgresql://senim:canary@127.0.0.1/senim"))
    file.chmod(0o644)
    found = {one.name: one for one in check_rights(config_of(begun))}
    assert not found["config.yaml"].ok
    assert "canary" not in found["config.yaml"].remedy
    file.write_text(text.replace("sqlite:///var/journal.db", "postgresql://senim@127.0.0.1/senim"))
    assert {one.name: one for one in check_rights(config_of(begun))}["config.yaml"].ok


def test_a_process_that_could_leave_a_core_dump_is_told(begun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for may, ok in ((True, False), (False, True)):
        monkeypatch.setattr("intake.rights.may_dump", lambda may=may: may)
        monkeypatch.setattr("resource.getrlimit", lambda _: (0, 0))
        found = {one.name: one for one in check_rights(config_of(begun))}
        assert found["core dumps"].ok is ok


def test_an_old_table_of_time_zones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "ALMATY", ZoneInfo("Asia/Omsk"))  # UTC+6, as Almaty was before 2024a
    found = {one.name: one for one in check_machine(A_MOMENT)}
    assert not found["time zones"].ok
    assert "tzdata" in found["time zones"].remedy


def test_a_clock_that_lost_its_battery_is_told() -> None:
    found = {one.name: one for one in check_machine(datetime(1970, 1, 1, tzinfo=UTC))}
    assert not found["clock"].ok
    assert {one.name: one for one in check_machine(A_MOMENT + timedelta(days=3650))}["clock"].ok


def test_a_strangers_package_of_our_name_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = tmp_path / "journal"
    stranger.mkdir()
    (stranger / "__init__.py").touch()
    monkeypatch.setattr(checkup, "_home", lambda name: tmp_path if name == "journal" else _ours())
    (packages,) = [one for one in check_machine(A_MOMENT) if one.name == "packages"]
    assert not packages.ok
    assert "journal" in packages.remedy
    assert "venv" in packages.remedy


def _ours() -> Path:
    return Path(checkup.__file__).parents[1]


def test_a_broken_template_is_told_and_the_rest_still_tried(
    senim: Senim, begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object, **__: object) -> None:
        raise ValueError("Айгүл Сейітқызы")

    monkeypatch.setattr("intake.specimen.write_refusal", stumble)
    found = check(senim, begun, 1)
    assert not found["templates"].ok
    assert "Айгүл" not in found["templates"].remedy
    assert found["history"].ok


def test_what_is_odd_about_the_staff_is_a_remark_and_no_fault(senim: Senim, school: SchoolUnderTest) -> None:
    config = school.folder / "config.yaml"
    config.write_text(config.read_text().replace("language: ru}", "language: ru, detail: short}"))
    text = config.read_text().replace("language: kk}", "language: kk, detail: numbers}")
    config.write_text(text)
    found = check(senim, school.folder, 0)
    assert "whole texts" in found["staff"].remedy


def test_the_faults_of_one_school_stand_under_its_name(senim: Senim, folder: Path) -> None:
    schools = folder / "schools"
    schools.mkdir()
    for name in ("first", "second"):
        os.link(folder / "config.yaml", schools / f"{name}.yaml")
    said = senim("--config", "schools", "check")
    assert said.status == 1
    assert "✗ first: migrations" in said.out
    assert "✗ second: migrations" in said.out
