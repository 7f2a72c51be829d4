"""The command itself: what it takes, how it ends, and that an error teaches and never quotes."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake import worker
from intake.cli import build_parser
from intake.config import Config
from intake.pull import PullReport
from intake.send import SendReport
from intake.server import Unreachable
from intake.verbs.output import printable
from tests.command import EXAMPLE, Senim
from tests.test_docs import verbs

SECRET = "hunter2-not-to-be-seen"


def test_version_and_help_need_neither_mail_nor_database() -> None:
    look = "import sys; from intake.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    heavy = "imapclient sqlalchemy pydantic ruamel jinja2 babel rich starlette holidays smtplib email"
    look += f"print('HEAVY', [name for name in {heavy.split()} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert "HEAVY []" in done.stdout


def test_the_version_is_printed(senim: Senim) -> None:
    said = senim("--version")
    assert said.status == 0
    assert said.out.startswith("senim ")


@pytest.mark.parametrize("verb", [name for name, _ in verbs(build_parser())])
def test_each_verb_explains_itself_with_an_example(verb: str, senim: Senim) -> None:
    said = senim(*verb.split(), "--help")
    assert said.status == 0
    assert f"example:\n  senim {verb}" in said.out


def test_the_verbs_are_those_of_the_contract() -> None:
    assert {name for name, _ in verbs(build_parser())} == {
        *("init", "check", "upgrade", "run", "pull", "send", "form", "summary", "demo", "letters list"),
        *("purge", "rekey", "recovery", "generalisation"),
        *("backup", "restore", "nightly"),
        *(
            f"journal {verb}"
            for verb in ("list", "show", "opened", "measure", "attachments", "export", "verify")
        ),
        *("replies list", "replies show"),
        *(f"held {verb}" for verb in ("list", "show", "release", "discard")),
    }


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("jurnal",),
        ("journal",),
        ("journal", "show"),
        ("journal", "show", "0"),
        ("journal", "show", "-1"),
        ("journal", "show", "99999999999"),
        ("journal", "show", "twelve"),
        ("journal", "export", "out.csv"),
        ("journal", "export", "--format", "exe", "out"),
        ("journal", "export", "--format", "csv", "--from", "2026-12-01", "--to", "2026-11-01", "out"),
        ("journal", "verify", "--digest", "xyz"),
        ("held", "discard", "1", "--reason", "Айгүл said so"),
        ("pull", "--now", "2026-11-22T15:00"),
        ("send", "--now", "15:00"),
        ("send", "--now", "2026-11-22"),
        ("summary", "--date", "22.11.2026"),
        ("demo", "--port", "http"),
    ],
)
def test_wrong_usage_ends_with_two(words: tuple[str, ...], senim: Senim, folder: Path) -> None:
    said = senim(*words)
    assert said.status == 2
    assert said.err
    assert [file.name for file in folder.iterdir()] == ["config.yaml"]


def test_a_naive_time_is_refused_with_an_example(senim: Senim, folder: Path) -> None:
    assert "2026-11-22T15:00+05:00" in senim("send", "--now", "2026-11-22T15:00").err


def test_the_config_may_be_named_before_or_behind_the_verb_or_by_the_environment(
    senim: Senim, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = folder / "other.yaml"
    for words in (
        ("--config", "other.yaml", "journal", "list"),
        ("journal", "list", "--config", "other.yaml"),
    ):
        said = senim(*words)
        assert said.status == 1
        assert said.err.startswith(f"senim: {other}: there is no such file")
    monkeypatch.setenv("SENIM_CONFIG", str(other))
    assert str(other) in senim("letters", "list").err


def test_without_a_config_the_remedy_is_told(
    senim: Senim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SENIM_CONFIG", raising=False)
    said = senim("pull")
    assert said.status == 1
    assert "senim init" in said.err


def test_without_a_journal_the_remedy_is_upgrade(senim: Senim, folder: Path) -> None:
    for words in (("journal", "list"), ("summary",), ("held", "list"), ("letters", "list")):
        said = senim(*words)
        assert said.status == 1
        assert "senim upgrade" in said.err
    assert [file.name for file in folder.iterdir()] == ["config.yaml"]


def test_every_fault_of_the_config_is_a_line_of_its_own(senim: Senim, folder: Path) -> None:
    config = folder / "config.yaml"
    config.write_text(
        config.read_text().replace("Asia/Almaty", SECRET).replace("role: psychologist", "role: x")
    )
    said = senim("journal", "list")
    assert said.status == 1
    assert [line.split(" (line")[0] for line in said.err.splitlines()] == [
        "senim: config.yaml: school.time_zone",
        "senim: config.yaml: staff.0.role",
    ]
    assert SECRET not in said.err


def test_an_unforeseen_fault_tells_its_class_and_place_and_no_content(
    senim: Senim, begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("intake.verbs.entries.to_json", stumble)
    said = senim("journal", "list", "--json")
    assert said.status == 1
    assert "unexpected RuntimeError at intake/verbs/entries.py:" in said.err
    assert SECRET not in said.out + said.err


def test_an_interruption_is_no_traceback(senim: Senim, begun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("intake.verbs.entries.to_json", interrupt)
    said = senim("journal", "list", "--json")
    assert (said.status, said.err) == (
        1,
        "senim: stopped; what was done is kept, run the command again to go on\n",
    )


def test_a_reader_that_has_seen_enough_is_no_fault(begun: Path) -> None:
    line = f"{sys.executable} -m intake --config {begun / 'config.yaml'} journal show 1 | true"
    home = Path(__file__).parents[1]
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, cwd=home, check=False)
    assert done.stderr == ""


@pytest.mark.parametrize("words", ["--version", "journal list"])
def test_a_full_disk_is_no_traceback(words: str, begun: Path) -> None:
    line = f"{sys.executable} -m intake --config {begun / 'config.yaml'} {words} > /dev/full"
    home = Path(__file__).parents[1]
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, cwd=home, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("senim: No space left on device;")
    assert "Traceback" not in done.stderr


def test_a_terminal_without_kazakh_letters_still_gets_its_answer(begun: Path) -> None:
    command = [sys.executable, "-m", "intake", "--config", str(begun / "config.yaml"), "journal", "list"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    home = Path(__file__).parents[1]
    done = subprocess.run(command, capture_output=True, text=True, cwd=home, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def two_schools(folder: Path, senim: Senim) -> Iterator[Path]:
    """A folder with the configs of two schools, made ready."""
    schools = folder / "schools"
    schools.mkdir()
    for name in ("first", "second"):
        (schools / f"{name}.yaml").write_text(EXAMPLE.read_text().replace("var/", f"var/{name}-"))
    assert senim("--config", "schools", "upgrade").status == 0
    yield schools


def test_upgrade_serves_every_school_of_a_folder(two_schools: Path) -> None:
    assert sorted(file.name for file in (two_schools / "var").glob("*.key")) == [
        "first-journal.key",
        "second-journal.key",
    ]


def test_verbs_of_one_journal_ask_for_one_file(senim: Senim, two_schools: Path) -> None:
    for words in (("journal", "list"), ("held", "list"), ("letters", "list"), ("summary",), ("form",)):
        said = senim("--config", "schools", *words)
        assert said.status == 2
        assert "name one file" in said.err


def test_one_schools_fault_does_not_stop_the_others(
    senim: Senim, two_schools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (two_schools / "broken.yaml").write_text("school: 1\n")
    moments: list[datetime] = []

    def pull(config: Config, now: datetime) -> PullReport:
        moments.append(now)
        if config.name == "first":
            raise Unreachable("imap.school.example:993 refuses connections")
        return PullReport(recorded=2, held=1)

    monkeypatch.setattr("intake.pull.pull", pull)
    said = senim("--config", "schools", "pull", "--now", "2026-11-23T15:00:30+05:00")
    assert said.status == 1
    assert said.out == "second: 2 recorded, 0 updated, 0 ignored, 1 held; see: senim held list\n"
    assert "senim: first: imap.school.example:993 refuses connections" in said.err
    assert "broken.yaml: " in said.err
    assert moments == [datetime(2026, 11, 23, 10, 0, 30, tzinfo=UTC)] * 2


def test_a_deferred_letter_is_no_trouble_and_a_refused_one_is(
    senim: Senim, begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = SendReport(owed=1, deferred=2, server_down=True)
    monkeypatch.setattr("intake.send.send", lambda config, now: report)
    said = senim("send")
    assert (said.status, said.err) == (0, "")
    assert "2 deferred" in said.out
    monkeypatch.setattr("intake.send.send", lambda config, now: replace(report, failed=1))
    said = senim("send", "--json")
    assert said.status == 1
    assert json.loads(said.out)[0]["failed"] == 1


def test_the_worker_refuses_to_start_without_its_secrets(senim: Senim, begun: Path) -> None:
    said = senim("run")
    assert said.status == 1
    assert "mailbox.imap.password_file" in said.err
    assert "submission.password_file" in said.err


def test_one_school_without_its_password_does_not_keep_the_worker_from_the_others(
    senim: Senim, two_schools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = two_schools / "var/second-mailbox.password"
    secret.write_text("secret\n")
    secret.chmod(0o600)
    served: list[list[str]] = []
    monkeypatch.setattr(worker, "run", lambda configs: served.append([one.name for one in configs]))
    said = senim("--config", "schools", "run")
    assert served == [["second"]]
    assert said.status == 1
    assert "first-mailbox.password does not exist" in said.err


def test_without_its_packages_the_demo_says_how_it_is_started(
    senim: Senim, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.verbs.work._DEMO_ONLY", ("a_package_that_is_nowhere",))
    said = senim("demo", "--once")
    assert said.status == 1
    assert "make demo" in said.err


def test_the_demo_needs_no_config(senim: Senim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    asked: list[tuple[int | None, bool]] = []

    def play(port: int | None, once: bool) -> int:
        asked.append((port, once))
        return 0

    monkeypatch.setattr("intake.demo.play", play)
    assert senim("demo", "--once", "--port", "8100").status == 0
    assert asked == [(8100, True)]


def test_the_summary_is_shown_and_nothing_is_owed_by_it(senim: Senim, begun: Path) -> None:
    said = senim(
        "summary", "--reader", "PEDAGOGUE@school.example", "--date", "2026-11-23", "--html", "day.html"
    )
    assert said.status == 0
    assert "Прошу разобраться с расписанием" in said.out
    assert "\x1b" not in said.out
    page = begun / "day.html"
    assert "<html" in page.read_text()
    assert page.stat().st_mode & 0o777 == 0o600
    assert json.loads(senim("letters", "list", "--json").out) == []
    assert senim("summary", "--reader", "nobody@school.example").status == 2
    told = json.loads(senim("summary", "--json").out)
    assert told["reader"] == "psychologist@school.example"
    assert told["covers_to"] == 2


def test_spaces_that_do_not_break_and_joined_emoji_reach_the_terminal_as_they_are(
    senim: Senim, begun: Path
) -> None:
    assert printable("35c9\u00a0fde2 · 1\u202f000 · 👩\u200d👧") == "35c9\u00a0fde2 · 1\u202f000 · 👩\u200d👧"
    assert printable("a\u202eb\x9bc\u2028d") == "a\ufffdb\ufffdc\ufffdd"
    shown = senim("summary").out
    assert "\ufffd" not in shown.replace("\ufffd[31m", "")  # the one escape sequence that the appeal holds
    digest = re.search(r"[0-9a-f]{4}(\u00a0[0-9a-f]{4})+", shown)
    assert digest is not None
    assert senim("journal", "verify", "--digest", digest[0]).status == 0  # can be typed as it stands


def test_the_module_runs_as_the_command() -> None:
    home = Path(__file__).parents[1]
    command = [sys.executable, "-m", "intake", "--version"]
    done = subprocess.run(command, capture_output=True, cwd=home, check=True)
    assert done.stdout.startswith(b"senim ")
