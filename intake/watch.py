"""Waits at the mailbox for letters, so that one that comes is taken at once and not at the next tick.

IDLE (RFC 2177): the server tells by itself what is new. The watch has a line of its own; it reads no letter
and writes nothing anywhere: it only rings for the pull. Without it, everything works too, a little later.
"""

import logging
import re
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

from intake.cabinet import Cabinet
from intake.config import Config
from intake.connection import asking, connect, hang_up
from intake.imap_faults import CommandRefused
from intake.patience import Patience
from intake.server import LoginRefused, Server, ServerFault

# RFC 2177 allows 29 minutes. Routers forget a silent line after ten or fifteen, and tell neither side.
RENEWED = 9 * 60
ANSWER = 30  # seconds until a server that says nothing to a command has gone
BLINK = 1  # seconds between two looks at whether we shall end
LONGEST = 64 * 1024  # bytes of one line of the server's; while it idles, it has only short ones to say

BACKOFF = (1, 2, 4, 8, 16, 32, 64, 128, 256, 300)  # after a line that broke
LASTED = 60  # seconds; one that broke sooner was no success, or a server that always breaks would be rung at
# After a refusal: many providers allow few lines at once, and the pull needs one more than we do.
REST = (60, 5 * 60, 30 * 60, 60 * 60)
SETTLED = 60 * 60  # seconds after which a line proves that there is room for it

# A line that died in silence is noticed within two minutes, not at the renewal.
_KEEP_ALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 20, "TCP_KEEPCNT": 3}
_NEWS = re.compile(rb"\* (\d+) (EXISTS|RECENT|EXPUNGE)\b", re.IGNORECASE)

log = logging.getLogger(__name__)


class NoIdle(ServerFault):
    """The server cannot tell by itself what is new."""


class Watch:
    """One school's watch. `run` is its thread; everything else may be asked from any other."""

    def __init__(self, config: Config, ring: Callable[[], None], stopping: threading.Event) -> None:
        self._config = config
        self._ring = ring
        self._stopping = stopping
        self._welcome = threading.Event()
        self._news = _News()
        self._thread = threading.Thread(target=self.run, name=f"{config.name} watch", daemon=True)
        self.alive = False  # the server tells us of every letter, as far as anybody can know

    def welcome(self) -> None:
        """A pull went well: the password is right and the server has room."""
        self._welcome.set()

    def step_aside(self) -> None:
        """A pull had no luck with the server. It comes first: it shall not find our line in its way, and a
        wrong password is tried by nobody else."""
        self._welcome.clear()

    def begin(self) -> None:
        self._thread.start()

    def ended(self, until: float) -> bool:
        """Wait so long for its end."""
        self._thread.join(max(0, until - time.monotonic()))
        return not self._thread.is_alive()

    def run(self) -> None:
        """Watch until the worker ends."""
        broken, refused = Patience(BACKOFF), Patience(REST)
        while not self._stopping.is_set():
            if not self._welcome.wait(BLINK):
                continue
            began = time.monotonic()
            in_the_way = self._watched()
            lasted = time.monotonic() - began
            if lasted > LASTED:
                broken.restored()
            if lasted > SETTLED:
                refused.restored()
            self._stopping.wait((refused if in_the_way else broken).longer())

    def _watched(self) -> bool:
        """One line, from its beginning to its end. True if it was in the way, or not wanted there."""
        try:
            self._watch(self._config.imap)
            return self.alive
        except Exception as fault:  # whatever it is, letters are taken at the next tick
            log.info("%s: letters are seen at the tick for now: %s", self._config.name, type(fault).__name__)
            if self.alive:
                self._ring()  # something may have come that nobody told us
            return isinstance(fault, NoIdle | LoginRefused | CommandRefused)
        finally:
            self.alive = False

    def _watch(self, server: Server) -> None:
        client: Any = connect(server)  # imapclient has no types, and stays in connection.py
        try:
            with asking(server, "whether it can tell what is new"):
                if not client.has_capability("IDLE"):
                    raise NoIdle(f"{server.where} has no IDLE: letters are seen at the next tick")
            Cabinet(client, server, self._config.folders, partial(asking, server))  # selects the inbox
            with asking(server, "word of what is new"):
                self._idle(_Line(client.socket()), server)
        finally:
            hang_up(client)

    def _idle(self, line: "_Line", server: Server) -> None:
        self._news = _News()
        for number in count(1):
            tag = b"W%d" % number
            line.say(tag + b" IDLE")
            if tag in self._heard(line, ANSWER, (b"+", tag)):
                raise CommandRefused(server, "word of what is new", "")
            if self._shall_end():
                return
            if not self.alive:
                self.alive = True
                log.info("%s: letters are seen as they come", self._config.name)
                self._ring()  # for what came before we listened
            self._heard(line, RENEWED)
            if self._shall_end():
                return
            line.say(b"DONE")
            self._heard(line, ANSWER, (tag,))

    def _heard(self, line: "_Line", seconds: float, answers: tuple[bytes, ...] = ()) -> tuple[bytes, ...]:
        """Listen so long, or until one of the answers has come: those that came. Rings for news meanwhile."""
        until = time.monotonic() + seconds
        while not self._shall_end():
            left = until - time.monotonic()
            said = line.hear(max(0, min(BLINK, left)))
            news = [self._news.has(one) for one in said]
            if True in news:
                self._ring()
            if any(one.upper().startswith(b"* BYE") for one in said):
                raise ConnectionError
            came = tuple(answer for answer in answers if any(one.startswith(answer) for one in said))
            if came:
                return came
            if left <= 0:
                if answers:
                    raise TimeoutError
                break
        return ()

    def _shall_end(self) -> bool:
        return self._stopping.is_set() or not self._welcome.is_set()


class _News:
    """Tells a letter that came from one that the pull has just taken away."""

    def __init__(self) -> None:
        self._counts: dict[bytes, int] = {}

    def has(self, line: bytes) -> bool:
        """Whether this line of the server's means that something came (RFC 9051 §7.4.1, RFC 3501 §7.3.2)."""
        found = _NEWS.match(line)
        if not found:
            return False
        number, what = int(found[1]), found[2].upper()
        if what == b"EXPUNGE":
            self._counts[b"EXISTS"] = self._counts.get(b"EXISTS", 0) - 1
            return False
        before = self._counts.get(what)
        self._counts[what] = number
        return number > 0 and number != before


class _Line:
    """What the server says while it idles, line by line: a library's waiting could not be interrupted."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._rest = b""
        connection.setblocking(False)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEP_ALIVE.items():
            if hasattr(socket, name):
                connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)

    def say(self, words: bytes) -> None:
        self._socket.sendall(words + b"\r\n")

    def hear(self, seconds: float) -> list[bytes]:
        """The whole lines that are there, or come within that time. Raises OSError when the line is dead."""
        self._take()
        if b"\n" not in self._rest:
            ready = select.poll()
            ready.register(self._socket, select.POLLIN)
            ready.poll(seconds * 1000)
            self._take()
        *lines, self._rest = self._rest.split(b"\n")
        if len(self._rest) > LONGEST:
            raise ConnectionError
        return lines

    def _take(self) -> None:
        # All of it: what OpenSSL has decrypted already, poll() does not see.
        while len(self._rest) <= LONGEST:
            try:
                some = self._socket.recv(4096)
            except (BlockingIOError, ssl.SSLWantReadError):
                return
            if not some:
                raise ConnectionResetError
            self._rest += some
