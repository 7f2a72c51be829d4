"""The demo does before a stranger's eyes what Senim does in a school, and leaves nothing running behind."""

import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from email.parser import BytesParser
from email.policy import SMTP
from io import BytesIO
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener
from zoneinfo import ZoneInfo

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from PIL import Image

from intake.demo import day, play, stage
from intake.demo.client import open_letter, write_reply
from intake.demo.people import GPS, photo, samples
from intake.demo.telling import languages
from intake.pull import PullReport
from intake.send import SendReport
from journal.model import Attachment
from reports.shipped import templates
from tests.running_demo import SENIM, Running, environment

pytestmark = pytest.mark.real
ALMATY = ZoneInfo("Asia/Almaty")
WEB = build_opener(ProxyHandler({}))
LETTER = b"""\
From: =?utf-8?b?0KHQtdC90ZbQvCDQttOZ0YjRltCz0ZY=?= <senim@mektep.example>\r
To: aigul@mektep.example\r
Reply-To: senim+r.0123abcd@mektep.example\r
Subject: =?utf-8?b?0JrSr9C90LTQtdC70ZbQutGC0ZY=?=\r
Date: Mon, 23 Nov 2026 15:00:00 +0500\r
Message-ID: <first@mektep.example>\r
X-Senim-Letter: daily\r
MIME-Version: 1.0\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: 8bit\r
\r
""" + "№1 сынып\r\n\r\n> бұрынғы\r\n".encode()


def read(address: str, data: Mapping[str, str] | None = None, **headers: str) -> str:
    body = urlencode(data).encode() if data is not None else None
    with WEB.open(Request(address, body, headers), timeout=20) as answer:
        return str(answer.read().decode())


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    demo = Running(tmp_path)
    yield demo
    if demo.process.poll() is None:
        os.killpg(demo.process.pid, signal.SIGKILL)
    demo.process.communicate()


def test_one_day_plays_by_itself(tmp_path: Path) -> None:
    real = {"SENIM_JOURNAL_URL": "sqlite:////nowhere/real.db", "SENIM_CONFIG": "/nowhere/real.yaml"}
    done = subprocess.run(
        (*SENIM, "--once"),
        cwd=tmp_path,
        env=environment(**real),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    for title in ("No.", "Received", "Applicant", "Class", "Brief content", "Measures taken"):
        assert title in done.stdout
    rows = [line.split() for line in done.stdout.splitlines() if re.match(r"\s+\d\s{2,}", line)]
    assert [row[0] for row in rows] == ["1", "2", "3", "4", "5", "6"]
    assert [("anonymous" in row) for row in rows] == [True, False, True, True, True, False]
    assert "жетекшісімен" in rows[0]
    assert "сөйлестік," in rows[3]
    letters = [Path(line.strip()) for line in done.stdout.splitlines() if line.strip().endswith(".html")]
    assert len([one for one in letters if "-urgent-" not in one.name]) == 4
    assert {one.name for one in letters} >= {"aigul-1-urgent-kk.html", "erlan-1-urgent-ru.html"}
    assert all("<html" in letter.read_text().lower() for letter in letters)
    folders = list(tmp_path.iterdir())
    assert [one.name[:11] for one in folders] == ["senim-demo-"]
    assert folders[0].stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("step", "instead", "told"),
    [
        ("pull", lambda _config, _now: PullReport(), "appeals recorded by pull: 0 instead of 6"),
        ("photo_of", lambda _stage, _number: [a_photo_with_gps()], "hidden data in the stored photo"),
        ("letters_now", lambda _stage, _now: SendReport(), "letters (sent, put off, refused)"),
        ("reply", lambda *_all: None, "replies understood by pull: (0, 0) instead of (1, 0)"),
        ("send", lambda _config, _now: SendReport(), "letters in aigul's mailbox"),
    ],
)
def test_a_step_that_did_not_happen_is_told_and_fails_the_day(
    step: str,
    instead: Callable[..., object],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(day, "_attachments" if step == "photo_of" else step, instead)
    assert play(None, once=True) == 1
    said = capsys.readouterr()
    assert told in said.err
    assert ".html" not in said.out


def a_photo_with_gps() -> Attachment:
    return Attachment(name="1.jpg", media_type="image/jpeg", content=photo())


def test_the_whole_loop_can_be_walked_by_hand(running: Running) -> None:
    assert 'name="text"' in read(running.page)
    assert "The Journal is empty" in read(running.journal)
    root = running.mail.removesuffix("/mail")
    assert "Six families have written" in read(f"{root}/visits", {})
    assert "The letters have been sent" in read(f"{root}/send", {})
    mailbox = read(f"{root}/mail/aigul")
    newest = re.findall(r'href="(/en/mail/aigul/\d+)"', mailbox)[0]
    letter = f"{root.removesuffix('/en')}{newest}"
    assert "№" in read(f"{letter}/html")
    answered = read(f"{letter}/reply", {"text": "№2: ас мәзірі ауыстырылды"})
    assert "The reply has been sent" in answered
    latest = re.findall(r'href="(/en/mail/aigul/\d+)"', answered)[0]
    assert latest != newest
    assert "ас мәзірі ауыстырылды" in read(f"{root.removesuffix('/en')}{latest}/html")
    assert "ас мәзірі ауыстырылды" in read(running.journal)
    assert running.end() == 0


def test_pressing_15_00_again_moves_on_to_the_next_day(running: Running) -> None:
    root = running.mail.removesuffix("/mail")
    for _ in range(2):
        assert "The letters have been sent" in read(f"{root}/send", {})
    letters = re.findall(r'href="(/en/mail/erlan/\d+)"', read(f"{root}/mail/erlan"))
    assert len(letters) == len(set(letters)) >= 2


def test_it_ends_on_sigterm_and_nothing_is_left_running(running: Running) -> None:
    assert running.end() == 0
    with pytest.raises(ProcessLookupError):
        os.killpg(running.process.pid, 0)
    with pytest.raises(OSError, match="refused"):
        read(running.page)


def test_it_ends_on_ctrl_c(running: Running) -> None:
    assert running.end(signal.SIGINT) == 0


def test_another_site_in_the_same_browser_can_press_no_button(running: Running) -> None:
    root = running.mail.removesuffix("/mail")
    with pytest.raises(HTTPError, match="403") as refused:
        read(f"{root}/send", {}, Origin="https://elsewhere.example")
    refused.value.close()
    with pytest.raises(HTTPError, match="400") as refused:
        read(running.mail, Host="elsewhere.example")
    refused.value.close()


def test_a_letter_in_the_viewer_may_run_and_fetch_nothing(running: Running) -> None:
    root = running.mail.removesuffix("/mail")
    read(f"{root}/send", {})
    newest = re.findall(r'href="(/en/mail/aigul/\d+)"', read(f"{root}/mail/aigul"))[0]
    with WEB.open(f"{root.removesuffix('/en')}{newest}/html", timeout=20) as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script" not in policy


def test_a_taken_port_is_told_with_the_remedy(tmp_path: Path, running: Running) -> None:
    port = running.page.split(":")[2].partition("/")[0]
    done = subprocess.run(
        (*SENIM, "--port", port),
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert f"port {port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_button_waits_while_the_worker_is_at_the_mailbox(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [PullReport(busy=True), PullReport(busy=True), PullReport(recorded=1), PullReport(recorded=9)]
    monkeypatch.setattr(stage, "pull", lambda _config, _now: answers.pop(0))
    monkeypatch.setattr(stage, "_PAUSE", 0)
    here = stage.Stage(ground=None, config=None, post=None, page_url="")  # type: ignore[arg-type]
    stage.take_in(here, datetime(2026, 11, 23, 15, tzinfo=ALMATY))
    assert answers == [PullReport(recorded=9)]


def test_a_reply_is_what_a_mail_program_sends() -> None:
    now = datetime(2026, 11, 23, 15, 30, tzinfo=ALMATY)
    opened = open_letter(LETTER)
    reply = write_reply(
        opened,
        name="Айгүл Сейітқызы",
        address="aigul@mektep.example",
        language="kk",
        text="№1: иә\n",
        now=now,
    )
    sent = BytesParser(policy=SMTP).parsebytes(reply.as_bytes())
    assert sent["From"] == "Айгүл Сейітқызы <aigul@mektep.example>"
    assert sent["To"] == "senim+r.0123abcd@mektep.example"
    assert sent["In-Reply-To"] == sent["References"] == "<first@mektep.example>"
    assert sent["Subject"] == "Re: Күнделікті"
    assert sent.get_content().replace("\r\n", "\n") == (
        "№1: иә\n\n2026 жылғы 23 қараша, 15:00, Сенім жәшігі жазды:\n> №1 сынып\n>\n> > бұрынғы\n"
    )


def test_the_families_are_as_different_as_the_demo_promises() -> None:
    families = samples()
    assert len(families) >= 6
    assert {one.language for one in families} == {"kk", "ru", "en"}
    assert {one.anonymous for one in families} == {True, False}
    assert any(one.urgent for one in families)
    assert any(one.media_type == "application/pdf" for family in families for one in family.attachments)
    assert Image.open(BytesIO(photo())).getexif().get_ifd(GPS)[1] == "N"


@pytest.mark.parametrize(
    ("setting", "spoken"),
    [
        ({"LANG": "kk_KZ.UTF-8"}, ("kk",)),
        ({"LANG": "ru_RU.UTF-8"}, ("ru",)),
        ({"LANG": "ru_RU.UTF-8", "LC_ALL": "kk_KZ.UTF-8"}, ("kk",)),
        ({"LANG": "C.UTF-8"}, ("kk", "ru", "en")),
        ({}, ("kk", "ru", "en")),
    ],
)
def test_it_speaks_the_language_of_the_terminal(setting: dict[str, str], spoken: tuple[str, ...]) -> None:
    assert languages(setting) == spoken


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_word_of_the_demo_is_said_in_kazakh_and_russian(language: str) -> None:
    with (templates() / "demo" / f"{language}.po").open("rb") as lines:
        catalogue = read_po(lines, locale=language)
    for path in (
        *(templates() / "demo").glob("*.j2"),
        *(Path(__file__).parents[1] / "intake/demo").glob("*.py"),
    ):
        method = "jinja2.ext:babel_extract" if path.suffix == ".j2" else "python"
        with path.open("rb") as source:
            for _line, words, _comments, _context in extract(method, source):
                found = catalogue.get(words if isinstance(words, str) else words[0])
                assert found is not None, f"{path.name}: {words}"
                assert all(found.string if isinstance(found.string, tuple) else (found.string,)), words
