"""The worker's loop: a letter is taken when it comes, and one bad server is nobody else's bad day."""

import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from intake import worker
from intake.config import Config, load
from intake.heartbeat import Heartbeat
from intake.pull import PullReport
from intake.reader import Reader
from intake.send import SendReport
from intake.server import LoginRefused, Unreachable
from intake.worker import _School
from journal.book import Journal
from tests.command import config_of
from tests.school import SchoolUnderTest, open_school, plain_letter
from tests.servers import Mail
from tests.waiting import comes_true

# `senim run` with other pauses than a school has: none that a test would have to sit out, or none that ends.
HURRIED = """
import sys
from intake import watch, worker
from intake.cli import main
watch.BLINK = worker.BLINK = 0.05
{0}
main(sys.argv[1:])
"""
NO_TICK = "worker.TICK = worker.WATCHED = 3600"


class Running:
    """`senim run` under way."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process = process
        self._log = log

    @property
    def log(self) -> str:
        return self._log.read_text()

    def end(self, within: float = 15) -> None:
        self.process.terminate()
        assert self.process.wait(within) == 0, self.log
        assert "Traceback" not in self.log


@contextmanager
def running(folder: Path, pauses: str, config: str = "config.yaml") -> Iterator[Running]:
    log = folder / "log"
    command = [sys.executable, "-c", HURRIED.format(pauses), "--config", str(folder / config), "run"]
    with log.open("w") as out:
        process = subprocess.Popen(command, cwd=folder, text=True, stdout=out, stderr=out)
    try:
        yield Running(process, log)
    finally:
        process.kill()
        process.wait()


def taken(school: SchoolUnderTest, number: int) -> bool:
    """Whether the Journal has so many entries."""
    (config,) = load(school.folder / "config.yaml")
    with Journal.open(config.journal_url, config.journal_key()) as journal:
        return journal.last_number() == number


def comes(school: SchoolUnderTest, words: str) -> None:
    """A letter to the box."""
    letter = plain_letter(f"Жасырын\n\n{words}")
    school.mail.deliver(letter, school.box.address, "mother@family.example")


def listens(worker: Running, times: int = 1) -> None:
    """The watch has come about, for the n-th time."""
    comes_true(lambda: worker.log.count("letters are seen as they come") >= times)


def logins(school: SchoolUnderTest) -> int:
    return (school.mail.base / "log" / "dovecot").read_text().count(f"Login: user=<{school.box.address}>")


class Cable:
    """What lies between us and a server: it can be cut, with every connection in it, and mended."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._ends: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.mend(self._listener)

    def mend(self, listener: socket.socket | None = None) -> None:
        self._listener = listener or socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._carry, args=[self._listener], daemon=True).start()

    def cut(self) -> None:
        for one in (self._listener, *self._ends):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._ends.clear()

    def _carry(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                self._ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._hand_on, args=[one, other], daemon=True).start()

    def _hand_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)


@contextmanager
def silence() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_letter_is_taken_when_it_comes_and_not_at_the_tick(school: SchoolUnderTest) -> None:
    comes(school, "Бірінші: асханада кезек ұзақ.")
    with running(school.folder, NO_TICK) as worker:
        comes_true(partial(taken, school, 1))
        listens(worker)
        comes_true(lambda: logins(school) >= 3)  # the first pull, the watch, the pull that it rang for
        for n in (2, 3, 4):
            comes(school, f"Тағы: терезе сынған, {n}-қабат.")
            comes_true(partial(taken, school, n))
        worker.end()
        assert logins(school) <= 7, "and the pull's own filing rings for none"
    assert school.inbox() == []


def test_a_watch_that_lost_its_server_comes_back_to_it(school: SchoolUnderTest) -> None:
    cable = Cable(school.box.imap.port)
    config = school.folder / "config.yaml"
    config.write_text(config.read_text().replace(f"port: {school.box.imap.port}", f"port: {cable.port}"))
    hurry = f"{NO_TICK}; worker.AWAY = (0.3,); watch.BACKOFF = (0.2,); watch.REST = (0.5,)"
    with running(school.folder, hurry) as worker:
        comes(school, "Бірінші: асханада кезек ұзақ.")
        comes_true(partial(taken, school, 1))
        for n in (2, 3):
            listens(worker, n - 1)
            cable.cut()
            comes(school, f"Сервер жоқта келді, {n}.")
            comes_true(lambda: "pull failed: Unreachable" in worker.log)
            cable.mend()
            comes_true(partial(taken, school, n))
        listens(worker, 3)
        comes(school, "Соңғысы: дәліз қараңғы.")
        comes_true(partial(taken, school, 4))
        worker.end()
    cable.cut()


def test_without_idle_letters_are_taken_at_the_tick(tmp_path: Path, mail: Mail) -> None:
    school = open_school(tmp_path, mail)
    lean = mail.account(school.box.address, overrides="userdb_imap_capability=IMAP4rev1 UIDPLUS MOVE")
    assert lean.password == school.box.password
    with running(school.folder, "worker.TICK = 1; watch.REST = (3600,)") as worker:
        comes(school, "Асханада кезек ұзақ.")
        comes_true(partial(taken, school, 1))
        comes_true(lambda: "NoIdle" in worker.log)
        comes(school, "Дәліз қараңғы.")
        comes_true(partial(taken, school, 2))
        worker.end()
        assert worker.log.count("NoIdle") == 1


def test_a_wrong_password_is_not_hammered_and_a_new_one_is_tried_at_once(school: SchoolUnderTest) -> None:
    secret = school.folder / "secret"
    secret.write_text("not the password\n")
    dovecot = school.mail.base / "log" / "dovecot"
    refused = re.compile(rf"auth failed.*user=<{school.box.address}>")
    comes(school, "Асханада кезек ұзақ.")
    with running(school.folder, "worker.TICK = 0.2; worker.LOCKED_OUT = (3600,)") as worker:
        comes_true(lambda: "pull failed: LoginRefused" in worker.log)
        time.sleep(2)
        assert len(refused.findall(dovecot.read_text())) == 1, "neither the pull nor the watch tried again"
        secret.write_text(school.box.password + "\n")
        comes_true(partial(taken, school, 1))
        worker.end()


def test_one_schools_dead_server_holds_up_neither_another_school_nor_its_own_letter(
    tmp_path: Path, mail: Mail
) -> None:
    both = tmp_path / "schools"
    both.mkdir()
    schools = []
    for name in ("dead", "sound"):
        (tmp_path / name).mkdir()
        school = open_school(tmp_path / name, mail, url=f"sqlite:///{tmp_path}/{name}/journal.db")
        text = (school.folder / "config.yaml").read_text()
        for file in ("secret", "journal.key"):
            text = text.replace(f" {file}", f" {school.folder / file}")
        text += f'summary: {{at: "00:00"}}\nheartbeat_file: {school.folder}/heartbeat\n'
        (both / f"{name}.yaml").write_text(text)
        schools.append(school)
    dead, sound = schools
    with silence() as port:
        config = both / "dead.yaml"
        config.write_text(config.read_text().replace(f"port: {dead.box.imap.port}", f"port: {port}"))
        with running(tmp_path, "worker.TICK = 1; worker.GRACE = 1", "schools") as worker:
            comes(sound, "Асханада кезек ұзақ.")
            comes_true(partial(taken, sound, 1))
            for school in schools:
                for reader in school.readers:
                    mail.wait_for(reader.address, 1)
            comes_true(lambda: (sound.folder / "heartbeat").exists())
            assert not (dead.folder / "heartbeat").exists(), "its pull has hung all the while"
            assert "failed" not in worker.log, "nothing has noticed a fault so far"
            worker.end(within=10)
            assert "ended in the middle of a pass" in worker.log


@pytest.fixture
def lone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["Lone"]:
    """One school's loop in this process, with passes that a test says."""
    (folder / "var").mkdir()
    secret = folder / "var" / "mailbox.password"
    secret.write_text("secret\n")
    secret.chmod(0o600)
    one = Lone(config_of(folder))
    monkeypatch.setattr(worker, "TICK", 0.02)
    monkeypatch.setattr(worker, "pull", one.pull)
    monkeypatch.setattr(worker, "send", lambda *_, **__: SendReport())
    monkeypatch.setattr(worker, "Troubles", lambda _: one)
    monkeypatch.setattr(worker, "Watch", lambda *_: one.watch)
    yield one
    one.stopping.set()
    one.goes_on.set()
    one.school.wake()
    assert one.school.ended(time.monotonic() + 5)


class Lone:
    """A pull that goes as a test wants; the troubles that are told of it."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.stopping = threading.Event()
        self.goes_on = threading.Event()  # until then the pull hangs
        self.pulls: list[PullReport | Exception] = [PullReport()]  # the last one for ever
        self.tries: list[float] = []
        self.told: list[str] = []
        self.watch = Mock(alive=False)

    def begin(self, **beats: Heartbeat) -> None:
        found = {Path(name): beat for name, beat in beats.items()}
        self.school = _School(self.config, self.stopping, Reader(), found)
        self.school.begin(after=0)

    def pull(self, *_: object, **__: object) -> PullReport:
        self.tries.append(time.monotonic())
        self.goes_on.wait()
        outcome = self.pulls.pop(0) if len(self.pulls) > 1 else self.pulls[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def pulled(self, outcome: object, now: datetime) -> None:
        self.told.append(type(outcome).__name__)
        raise RuntimeError("a fault in telling of a fault")

    def sent(self, outcome: object, now: datetime) -> None:
        self.told.append(type(outcome).__name__)


def test_troubles_hear_of_every_pass_and_their_own_faults_end_nothing(lone: Lone) -> None:
    lone.goes_on.set()
    lone.pulls = [RuntimeError("x"), PullReport(not_filed="full"), PullReport()]
    lone.begin()
    comes_true(lambda: lone.told.count("PullReport") >= 3)
    assert lone.told.count("RuntimeError") == 1
    assert "SendReport" in lone.told


@pytest.mark.parametrize("fault", [Unreachable, LoginRefused])
def test_the_watch_lets_go_of_its_line_when_a_pull_fails_and_may_come_back_after_a_good_one(
    fault: type[Exception], lone: Lone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "AWAY", (0.01,))
    monkeypatch.setattr(worker, "LOCKED_OUT", (0.01,))
    lone.goes_on.set()
    lone.pulls = [PullReport(), fault(lone.config.imap), PullReport()]
    lone.begin()
    comes_true(lambda: len(lone.watch.method_calls) >= 4)
    said = [name for name, _, _ in lone.watch.method_calls if name != "begin"]
    assert said[:3] == ["welcome", "step_aside", "welcome"]


def test_a_pull_that_hangs_becomes_a_trouble_while_letters_go_on(
    lone: Lone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "SLOW", 0.2)
    lone.begin()
    comes_true(lambda: "Unreachable" in lone.told)
    assert lone.told.count("SendReport") > 1
    assert "PullReport" not in lone.told
    lone.goes_on.set()
    comes_true(lambda: lone.told[-3:].count("PullReport"))


@pytest.mark.parametrize(
    ("faults", "pauses"),
    [
        ([Unreachable("x")] * 3, worker.AWAY),
        ([Unreachable("x"), PullReport(), Unreachable("x")], (15, 15, 15)),
    ],
    ids=["grows", "begins anew after a success"],
)
def test_a_server_that_is_away_is_asked_ever_more_seldom(
    faults: list[Any], pauses: tuple[int, ...], lone: Lone, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(_School, "_rest", lambda _, seconds: waited.append(seconds))
    monkeypatch.setattr(worker, "TICK", 15)
    lone.goes_on.set()
    lone.pulls = [*faults, PullReport()]
    lone.begin()
    comes_true(lambda: len(waited) >= 3)
    for pause, promised in zip(waited[:3], pauses, strict=False):
        assert 0.8 * promised <= pause <= 1.2 * promised


def test_no_pause_is_so_long_that_a_letter_would_wait_for_more_than_five_minutes() -> None:
    assert max(worker.AWAY) * 1.2 < 300
    assert max(worker.TICK, worker.WATCHED) <= 60
    assert max(worker.LOCKED_OUT) * 1.2 <= 18 * 60


def test_a_refused_password_is_tried_after_a_minute_after_five_and_after_fifteen(
    lone: Lone, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(
        _School,
        "_wait_for_another_password",
        lambda _, __, seconds: waited.append(seconds),
    )
    lone.goes_on.set()
    lone.pulls = [LoginRefused(lone.config.imap)]
    lone.begin()
    comes_true(lambda: len(waited) >= 4)
    for pause, minutes in zip(waited, (1, 5, 15, 15), strict=False):
        assert 0.8 * 60 * minutes <= pause <= 1.2 * 60 * minutes


def test_a_heart_beats_only_when_every_pass_of_every_school_went_well_again(tmp_path: Path) -> None:
    file, one, other = tmp_path / "var" / "heartbeat", Path("one.yaml"), Path("other.yaml")
    heart = Heartbeat(file, [one, other])
    for _ in range(3):
        for school, step in ((one, "pull"), (one, "send"), (other, "send")):
            heart.well(school, step)
        assert not file.exists()
    heart.well(other, "pull")
    assert datetime.fromisoformat(file.read_text().strip()).tzinfo is not None
    file.unlink()
    heart.well(other, "pull")
    assert not file.exists(), "the others are asked anew"
