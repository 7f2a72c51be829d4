"""The command as tests call it: in this process, with what it said and how it ended."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from intake.cli import main
from intake.config import Config, load
from journal.book import Journal
from journal.model import Appeal, Applicant, Attachment, Channel, Origin, Term

EXAMPLE = Path(__file__).parents[1] / "config.yaml"
TERM = Term(received_on=date(2026, 11, 20), registered_on=date(2026, 11, 23), due_on=date(2026, 12, 11))
ARUZHAN = Appeal(  # of 7Ә, anonymous
    applicant=None,
    term=TERM,
    channel=Channel.PAGE,
    content="Асханада [bold]кезек[/] ұзақ",
    text="Асханада кезек ұзақ.\x1b[31m Көмектесіңізші.",
    language="kk",
    class_group="7-сынып",
    urgent=True,
    attachments=(
        Attachment(name="1.jpg", media_type="image/jpeg", content=b"picture"),
        Attachment(name="../../etc/passwd", media_type="text/plain", content=b"words"),
        Attachment(name="мінездеме.PDF", media_type="application/pdf", content=b"%PDF"),
    ),
)
HER_MOTHER = Appeal(
    applicant=Applicant(surname="Ахметова", given_name="Сәуле", email="saule@family.example"),
    term=TERM,
    channel=Channel.LETTER,
    content="=1+1",
    text="Прошу разобраться с расписанием.",
    language="ru",
    phone="+7 701 000 00 00",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a command printed and its exit status."""

    status: int
    out: str
    err: str


Senim = Callable[..., Said]


@pytest.fixture
def senim(capsys: pytest.CaptureFixture[str]) -> Senim:
    """`senim("journal", "list")` as a person at the school types it."""

    def run(*words: str) -> Said:
        capsys.readouterr()
        try:
            status = main([str(word) for word in words])
        except SystemExit as end:  # argparse ends like this: --help, wrong usage
            status = int(end.code or 0)
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Said(status=status, out=said.out, err=said.err)

    return run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A school's folder with the example config, in which the command is called."""
    for name in ("SENIM_CONFIG", "SENIM_JOURNAL_KEY", "SENIM_MAILBOX_PASSWORD", "SENIM_SUBMISSION_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config.yaml").write_text(EXAMPLE.read_text())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def begun(folder: Path, _begun_once: Path) -> Path:
    """The same after `senim upgrade`, with two appeals and two held messages in the Journal."""
    shutil.copytree(_begun_once / "var", folder / "var")
    return folder


@pytest.fixture(scope="session")
def _begun_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("begun")
    config = folder / "config.yaml"
    config.write_text(EXAMPLE.read_text())
    assert main(["--config", str(config), "upgrade"]) == 0
    with open_journal(folder) as journal:
        journal.record(ARUZHAN, identity="1")
        journal.record(HER_MOTHER, identity="2")
        where = Origin(mailbox="INBOX", uidvalidity=7, uid=3)
        raw = b"From: Secret Person <secret@family.example>\r\nSubject: Hello\r\n\r\nA text.\x1b[2J\r\n"
        journal.hold(where, reason="list-or-bulk", raw=raw, size=len(raw), on=TERM.received_on)
        large = Origin(mailbox="INBOX", uidvalidity=7, uid=4)
        journal.hold(large, reason="too-large", raw=None, size=70_000_000, on=TERM.received_on)
    return folder


def config_of(folder: Path) -> Config:
    (config,) = load(folder / "config.yaml")
    return config


def open_journal(folder: Path) -> Journal:
    config = config_of(folder)
    return Journal.open(config.journal_url, config.journal_key())
