"""A logged-in line to the school's mail server for reading (IMAP), and its faults in words for a person."""

import imaplib
import logging
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from intake.imap_faults import CommandRefused, response_code
from intake.server import TIMEOUT, LoginRefused, NotSecured, Security, Server, Unreachable, connection_fault

logging.getLogger("imapclient").setLevel(logging.WARNING)  # at DEBUG it writes whole letters

SLOWEST = 4_096  # bytes a second: an answer that comes slower, on the whole, is given up
MOST = 64 * 1024 * 1024  # bytes in one literal: no letter that we ask for is that large
LONGEST = 1_000_000  # bytes in one line, as `imaplib` has it


@contextmanager
def asking(server: Server, what: str) -> Iterator[None]:
    """Around every command: whatever fails comes out as a ServerFault, without the server's own words."""
    try:
        yield
    except imaplib.IMAP4.readonly:
        raise CommandRefused(server, what, "[NOPERM]") from None
    except imaplib.IMAP4.abort:
        raise Unreachable(
            f"{server.where} broke the connection off, asked for {what}: it is tried again"
        ) from None
    except imaplib.IMAP4.error as refusal:
        raise CommandRefused(server, what, refusal) from None
    except OSError as fault:
        raise connection_fault(fault, server) from None
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError):
        # imaplib and IMAPClient stumble like this over answers that are no IMAP.
        raise Unreachable(
            f"{server.where} gave an answer that is no IMAP, asked for {what}: is this port for reading mail?"
        ) from None


def connect(server: Server) -> IMAPClient:
    """Connect and log in; selects nothing. Raises ServerFault."""
    context = server.tls_context()
    tls = server.security is Security.TLS
    with asking(server, "a connection"):
        client = IMAPClient(server.host, server.port, ssl=tls, ssl_context=context, timeout=TIMEOUT)
    client._imap.debug = 0  # IMAPClient raises it and formats every line of every letter for its logger
    _Listening(client._imap)
    client.normalise_times = False  # else INTERNALDATE comes as a naive local time
    try:
        with asking(server, "a login"):
            if server.security is Security.STARTTLS:
                _secure(client, server, context)
            _log_in(client, server)
    except BaseException:
        hang_up(client)
        raise
    return client


class _Listening:
    """Reads the server's answers in the place of imaplib, which waits TIMEOUT seconds for each drop of them.

    `send`, `readline` and `read` are the methods that imaplib's documentation offers for this.
    """

    def __init__(self, imap: Any) -> None:
        self._imap = imap
        self._send = imap.send
        self._waited = 0.0
        self._heard = 0
        imap.send, imap.readline, imap.read = self.send, self.readline, self.read

    def send(self, data: bytes) -> None:
        self._waited, self._heard = 0.0, 0
        self._send(data)

    def readline(self) -> bytes:
        line = bytearray()
        while not line.endswith(b"\n") and len(line) <= LONGEST:
            here = self._wait_for(self._imap.file.peek, 1)
            line += self._imap.file.read(here.find(b"\n") + 1 or len(here))
            if not here:  # the line broke, or nothing more is here just now
                break
        if len(line) > LONGEST:
            raise imaplib.IMAP4.abort("an endless line")
        return bytes(line)

    def read(self, size: int) -> bytes:
        if size > MOST:
            raise imaplib.IMAP4.abort("a literal larger than any letter that we ask for")
        letter = bytearray(size)  # filled where it stands: it comes in records of 16 KB
        room = memoryview(letter)
        while room:
            count = self._wait_for(self._imap.file.readinto1, room)
            if not count:
                break
            room = room[count:]
        return bytes(letter[: size - len(room)]) if room else bytes(letter)

    def _wait_for(self, some: Any, where: Any) -> Any:
        began = time.monotonic()
        heard = some(where)
        self._waited += time.monotonic() - began
        self._heard += heard if isinstance(heard, int) else len(heard)
        if self._waited > 2 * TIMEOUT + self._heard / SLOWEST:
            raise TimeoutError
        return heard


def _secure(client: IMAPClient, server: Server, context: ssl.SSLContext) -> None:
    if not client.has_capability("STARTTLS"):
        raise NotSecured(server)
    try:
        client.starttls(context)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        raise NotSecured(server) from None


def _log_in(client: IMAPClient, server: Server) -> None:
    try:
        if (server.username + server.password).isascii():
            client.login(server.username, server.password)
        else:  # LOGIN takes ASCII alone, PLAIN takes UTF-8 (RFC 4616)
            client.plain_login(server.username, server.password)
    except LoginError as refusal:
        if isinstance(refusal.__context__, imaplib.IMAP4.abort):  # IMAPClient calls a broken line that, too
            raise refusal.__context__ from None
        code = response_code(refusal)
        if code in ("UNAVAILABLE", "INUSE", "LIMIT"):
            raise Unreachable(f"{server.where} lets nobody in now ({code}): it is tried again") from None
        raise LoginRefused(server) from None


def log_out(client: IMAPClient) -> None:
    """Part politely; nothing that is done depends on it."""
    with suppress(imaplib.IMAP4.error, OSError):
        client.logout()
    hang_up(client)


def hang_up(client: IMAPClient) -> None:
    """Close the line without a word: a LOGOUT on a broken one would only wait for its time-out."""
    with suppress(OSError):
        client.shutdown()
