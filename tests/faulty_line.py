"""A line to a real server that breaks, stalls or lies at exactly the word that a test names.

`with Line(port, Protocol.IMAP, mail) as line:` listens on `line.port` and hands everything on to the real
server, but for what `line.suffers(…)` asked for. TLS ends here and begins anew behind, with the test server's
own certificate, so that commands can be seen; `RAW` hands bytes on unseen and cuts by their count.
"""

import re
import select
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from types import TracebackType
from typing import Self

from tests.line_faults import Fault
from tests.servers import Mail

MOMENT = 0.05  # seconds of silence on a line before we look whether the test is over


class Protocol(Enum):
    IMAP = "imap"
    SMTP = "smtp"
    POSTGRESQL = "postgresql"
    RAW = "raw"


class Line:
    """The line. What it is to suffer may be changed while it is in use."""

    def __init__(self, to: int, protocol: Protocol, mail: Mail | None = None) -> None:
        self.heard: list[bytes] = []  # every command, without its tag
        self.protocol = protocol
        self.cut_after_bytes: int | None = None  # RAW: of what the server says, for each connection
        self.hides: tuple[bytes, ...] = ()  # words of the server's CAPABILITY that we are not told
        self._to = to
        self._mail = mail
        self._faults: list[Fault] = []
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._listen, daemon=True)]
        self._threads[0].start()

    def suffers(self, *faults: Fault) -> None:
        """From now on these and no others."""
        self._faults = list(faults)

    def heals(self) -> None:
        self._faults = []
        self.cut_after_bytes = None

    @property
    def suffered(self) -> int:
        """How many commands met their fault: a test must see that its fault came about."""
        return sum(fault.suffered for fault in self._faults)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(timeout=10)

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                ours, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=[ours], daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, ours: socket.socket) -> None:
        with suppress(OSError), ours, socket.create_connection(("127.0.0.1", self._to)) as theirs:
            for side in (ours, theirs):
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._mail is None or self.protocol is Protocol.RAW:
                _Conversation(self, ours, theirs).go()
                return
            offer = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            offer.load_cert_chain(self._mail.base / "server.pem", self._mail.base / "server.key")
            trust = ssl.create_default_context(cafile=str(self._mail.ca_file))
            with (
                offer.wrap_socket(ours, server_side=True) as near,
                trust.wrap_socket(theirs, server_hostname="127.0.0.1") as far,
            ):
                _Conversation(self, near, far).go()

    def fault_for(self, command: bytes) -> Fault | None:
        self.heard.append(command)
        return next((fault for fault in self._faults if fault.befalls(command)), None)

    def wait(self, seconds: float) -> bool:
        return self._over.wait(seconds)

    @property
    def over(self) -> bool:
        return self._over.is_set()


class _Ended(Exception):
    """The line is cut, or one side hung up."""


def _query(data: bytes) -> bytes:
    """The text of a simple query («Q») or of one that is parsed first («P»): PostgreSQL's protocol, §55.7."""
    found = re.search(rb"Q\0[\s\S]{3}|P\0[\s\S]{3}[^\0]*\0", data)
    return data[found.end() :].partition(b"\0")[0] if found else b""


@dataclass(slots=True)
class _Conversation:
    """One connection, in one thread: OpenSSL does not like two at once."""

    line: Line
    ours: socket.socket
    theirs: socket.socket
    said: bytearray = field(default_factory=bytearray)  # by us, not yet a whole line
    answer: bytearray = field(default_factory=bytearray)  # by the server, to a command that suffers
    fault: Fault | None = None
    tag: bytes = b""
    in_letter: bool = False  # SMTP: between DATA and its dot
    passed: int = 0

    def go(self) -> None:
        with suppress(_Ended, OSError):
            while not self.line.over:
                for side in self._ready():
                    data = side.recv(65536)
                    if not data:
                        return
                    self._from_us(data) if side is self.ours else self._from_server(data)

    def _ready(self) -> list[socket.socket]:
        both: list[socket.socket] = [self.ours, self.theirs]
        waiting = [side for side in both if getattr(side, "pending", int)()]  # read, and not yet opened
        return waiting or select.select(both, [], [], MOMENT)[0]

    def _from_us(self, data: bytes) -> None:
        if self.line.protocol is Protocol.RAW:
            self.theirs.sendall(data)
            return
        if self.line.protocol is Protocol.POSTGRESQL:
            self._command(data, data)
            return
        self.said += data
        whole, end, rest = self.said.rpartition(b"\r\n")
        self.said = rest
        for line in (whole + end).splitlines(keepends=True) if end else ():
            self._line(bytes(line))

    def _line(self, line: bytes) -> None:
        if self.line.protocol is Protocol.IMAP:
            tag, _, command = line.partition(b" ")
            self.tag = tag or self.tag
            self._command(line, command.strip())
        elif self.in_letter and line != b".\r\n":
            self.theirs.sendall(line)
        else:
            self.in_letter = False
            self._command(line, line.strip())

    def _command(self, data: bytes, command: bytes) -> None:
        if self.line.protocol is Protocol.POSTGRESQL:
            command = _query(data)
        fault = self.line.fault_for(command)
        if self.line.protocol is Protocol.SMTP and command.upper() == b"DATA":
            self.in_letter = fault is None
        if fault is None:
            self.theirs.sendall(data)
        elif fault.forwarded:
            self.theirs.sendall(data)
            self.fault, self.answer = fault, bytearray()
        else:
            self._suffer(fault, b"")

    def _from_server(self, data: bytes) -> None:
        if self.fault is None:
            limit = self.line.cut_after_bytes
            if limit is not None and self.passed + len(data) >= limit:
                self.ours.sendall(data[: limit - self.passed])
                raise _Ended
            self.passed += len(data)
            self.ours.sendall(self._hide(data))
            return
        self.answer += data
        if self._complete(bytes(self.answer)):
            fault, self.fault = self.fault, None
            self._suffer(fault, bytes(self.answer))

    def _hide(self, data: bytes) -> bytes:
        if not self.line.hides:
            return data
        words = b"|".join(self.line.hides)
        return re.sub(
            rb"CAPABILITY [^\r\n\]]*", lambda found: re.sub(rb" (%s)(?= |$)" % words, b"", found[0]), data
        )

    def _complete(self, answer: bytes) -> bool:
        if self.line.protocol is Protocol.POSTGRESQL:
            return True
        if self.line.protocol is Protocol.SMTP:
            return bool(re.search(rb"(?m)^\d{3} [^\n]*\n\Z", answer))
        at = 0
        while (end := answer.find(b"\r\n", at)) >= 0:
            line = answer[at:end]
            if line.startswith(self.tag + b" "):
                return True
            literal = re.search(rb"\{(\d+)\}\Z", line)
            at = end + 2 + (int(literal[1]) if literal else 0)
        return False

    def _suffer(self, fault: Fault, answer: bytes) -> None:
        for one in fault.change(answer):
            if isinstance(one, float):
                self._be_silent(one)
            elif one:
                self.ours.sendall(one.replace(b"{tag}", self.tag))
        if fault.cut:
            raise _Ended

    def _be_silent(self, seconds: float) -> None:
        while seconds > 0:
            if self.line.wait(min(seconds, MOMENT)):
                raise _Ended
            seconds -= MOMENT
            # Who hangs up while we are silent is let go.
            if select.select([self.ours], [], [], 0)[0] and seconds > 1:
                data = self.ours.recv(1)
                if not data:
                    raise _Ended
                self.said += data
