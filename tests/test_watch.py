"""The watch at the mailbox: it rings for what comes, and is a burden to no server that will not have it."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from intake import watch
from intake.incoming import Folders
from intake.patience import Patience
from intake.server import Server
from intake.watch import Watch, _News
from tests.misbehaving import Answer, Heard, imap, scripted
from tests.waiting import comes_true

OFFERS_IDLE = b"* CAPABILITY IMAP4rev1 UIDPLUS MOVE IDLE\r\n{tag} OK done\r\n"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes minutes in a school takes moments here; a rest never comes to its end."""
    monkeypatch.setattr(watch, "BLINK", 0.02)
    monkeypatch.setattr(watch, "BACKOFF", (0.02,))
    monkeypatch.setattr(watch, "REST", (3600,))
    monkeypatch.setattr(watch, "ANSWER", 5)


@dataclass(slots=True)
class Watched:
    """A watch under way, and how often it rang."""

    watch: Watch
    rings: list[float] = field(default_factory=list)


@contextmanager
def watching(server: Server) -> Iterator[Watched]:
    config: Any = SimpleNamespace(imap=server, folders=Folders(), name="school")
    stopping = threading.Event()
    rings: list[float] = []
    one = Watch(config, lambda: rings.append(time.monotonic()), stopping)
    one.begin()
    one.welcome()
    try:
        yield Watched(one, rings)
    finally:
        stopping.set()
        assert one.ended(time.monotonic() + 2), "it ends when the worker does"


def idling(*said: bytes, done: Callable[[bytes], bytes | None] = lambda tag: tag + b" OK done\r\n") -> Answer:
    """A server that begins its n-th IDLE with the n-th of `said`, and all later ones with the last."""
    usual = imap({"CAPABILITY": OFFERS_IDLE})
    tags: list[bytes] = []

    def answer(line: bytes) -> bytes | None:
        if line.strip() == b"DONE":
            return done(tags[-1])
        if line.strip().endswith(b" IDLE"):
            tags.append(line.split()[0])
            return said[min(len(tags), len(said)) - 1].replace(b"{tag}", tags[-1])
        return usual(line)

    return answer


def count(heard: Heard, word: bytes) -> int:
    return sum(word in line.upper() for line in heard.lines)


def test_it_rings_once_it_listens_for_what_came_before() -> None:
    with scripted(idling(b"+ idling\r\n")) as heard, watching(heard.server) as watched:
        comes_true(lambda: watched.rings)
        assert watched.watch.alive
        assert not heard.said(b"STORE")
        assert not heard.said(b"FETCH")


@pytest.mark.parametrize(
    "said",
    [
        b"+ idling\r\n* 3 EXISTS\r\n",
        b"* 3 EXISTS\r\n+ idling\r\n",  # between SELECT and IDLE
        b"+ idling\r\n* OK Still here\r\n* 3 exists\r\n* 1 RECENT\r\n",
        b"+ idling\n* 3 EXISTS\n",
    ],
)
def test_it_rings_for_a_letter_however_the_server_words_it(said: bytes) -> None:
    with scripted(idling(said)) as heard, watching(heard.server) as watched:
        comes_true(lambda: len(watched.rings) >= 2)


NEWS = [
    ([b"* 1 EXISTS"], True),
    ([b"* 2 exists\r", b"* 2 EXISTS"], False),  # told twice, came once
    ([b"* 1 RECENT"], True),
    ([b"* 0 EXISTS"], False),
    ([b"* 0 RECENT"], False),
    ([b"* 4 EXISTS", b"* 1 EXPUNGE", b"* 3 EXISTS"], False),  # the pull took one away
    ([b"* 4 EXISTS", b"* 1 EXPUNGE", b"* 4 EXISTS"], True),
    ([b"* 2 FETCH (FLAGS (\\Seen))"], False),
    ([b"* OK [ALERT] 5 EXISTS"], False),
    ([b"+ idling"], False),
    ([b"* 99999999999999999999 EXISTS"], True),
    ([b"\xff\x00* 1 EXISTS"], False),
]


@pytest.mark.parametrize(("lines", "rings"), NEWS)
def test_a_letter_that_came_is_told_from_one_that_the_pull_took_away(lines: list[bytes], rings: bool) -> None:
    news = _News()
    assert [news.has(line) for line in lines][-1] is rings


@pytest.mark.parametrize("refusal", [b"{tag} NO too many\r\n", b"{tag} BAD what\r\n"])
def test_a_server_that_refuses_is_left_in_peace(refusal: bytes) -> None:
    with scripted(idling(refusal)) as heard, watching(heard.server) as watched:
        comes_true(lambda: heard.said(b"IDLE"))
        time.sleep(0.5)
        assert count(heard, b"LOGIN") == 1
        assert not watched.watch.alive
        assert watched.rings == []


def test_a_server_without_idle_is_left_in_peace() -> None:
    with scripted(imap({})) as heard, watching(heard.server) as watched:
        comes_true(lambda: heard.said(b"LOGIN"))
        time.sleep(0.5)
        assert count(heard, b"LOGIN") == 1
        assert not heard.said(b"IDLE")
        assert not watched.watch.alive


def test_a_password_that_is_refused_is_not_tried_again() -> None:
    with (
        scripted(imap({"LOGIN": b"{tag} NO [AUTHENTICATIONFAILED] no\r\n"})) as heard,
        watching(heard.server),
    ):
        comes_true(lambda: heard.said(b"LOGIN"))
        time.sleep(0.5)
        assert count(heard, b"LOGIN") == 1


@pytest.mark.parametrize("end", [b"* BYE shutting down\r\n", b"x" * 100_000, None])
def test_a_line_that_breaks_is_replaced_and_rung_for(
    end: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "RENEWED", 0.1)
    broken = idling(b"+ idling\r\n", b"+ idling\r\n", b"{tag} NO\r\n", done=lambda _: end)
    with scripted(broken) as heard, watching(heard.server) as watched:
        comes_true(lambda: count(heard, b"LOGIN") == 3)
        comes_true(lambda: len(watched.rings) == 4)  # twice: it listened; something may have come unheard


def test_a_line_is_renewed_before_anybody_forgets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "RENEWED", 0.1)
    with scripted(idling(b"+ idling\r\n")) as heard, watching(heard.server) as watched:
        comes_true(lambda: count(heard, b" IDLE") >= 3)
        assert count(heard, b"DONE") >= 2
        assert count(heard, b"LOGIN") == 1, "by the same line"
        assert len(watched.rings) == 1, "a renewal is no news"


def test_a_line_that_died_in_silence_is_noticed_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "RENEWED", 0.1)
    monkeypatch.setattr(watch, "ANSWER", 0.3)
    with scripted(idling(b"+ idling\r\n", done=lambda _: b"")) as heard, watching(heard.server):
        comes_true(lambda: count(heard, b"LOGIN") >= 2)


def test_the_system_itself_looks_whether_the_line_still_lives() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as connection,
    ):
        watch._Line(connection)
        assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        names = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
        silence, every, probes = (connection.getsockopt(socket.IPPROTO_TCP, name) for name in names)
        assert silence + probes * every <= 120


def test_it_lets_go_of_its_line_when_the_pull_needs_it() -> None:
    with scripted(idling(b"+ idling\r\n")) as heard, watching(heard.server) as watched:
        comes_true(lambda: watched.watch.alive)
        watched.watch.step_aside()
        comes_true(lambda: not watched.watch.alive)
        watched.watch.welcome()
        time.sleep(0.5)
        assert count(heard, b"LOGIN") == 1, "and does not come back for long"


def test_it_knocks_at_no_door_before_a_pull_came_through() -> None:
    with scripted(idling(b"+ idling\r\n")) as heard:
        config: Any = SimpleNamespace(imap=heard.server, folders=Folders(), name="school")
        stopping = threading.Event()
        one = Watch(config, lambda: None, stopping)
        one.begin()
        time.sleep(0.3)
        assert heard.lines == []
        stopping.set()
        assert one.ended(time.monotonic() + 2)


def test_the_pauses_grow_and_begin_anew_after_a_success() -> None:
    patience = Patience((1, 10, 100))
    for pause in (1, 10, 100, 100):
        assert 0.8 * pause <= patience.longer() <= 1.2 * pause
    patience.restored()
    assert patience.longer() <= 1.2
    assert len({Patience((10,)).longer() for _ in range(9)}) > 1, "thirty schools do not come in one second"
