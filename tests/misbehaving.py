"""Servers that misbehave on demand: they say what a test wants, break off, or show a bad certificate."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from intake.server import Security, Server

Answer = Callable[[bytes], bytes | None]  # to one line; None breaks the connection off


@dataclass(slots=True)
class Heard:
    """What a scripted server was told, line by line."""

    server: Server
    lines: list[bytes] = field(default_factory=list)

    def said(self, word: bytes) -> bool:
        return any(word in line.upper() for line in self.lines)


def imap(answers: Mapping[str, bytes | None]) -> Answer:
    """An IMAP server that says OK to everything but to commands that begin with a key of `answers`.

    `{tag}` stands for the command's tag, None for an end without a word.
    """
    usual: dict[str, bytes | None] = {
        "CAPABILITY": b"* CAPABILITY IMAP4rev1 UIDPLUS MOVE\r\n{tag} OK done\r\n",
        "LIST": b'* LIST () "/" "Senim/Held"\r\n{tag} OK done\r\n',
        "SELECT": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] fine\r\n{tag} OK [READ-WRITE] done\r\n",
        "LOGOUT": b"* BYE\r\n{tag} OK done\r\n",
    }

    def answer(line: bytes) -> bytes | None:
        tag, _, command = line.strip().partition(b" ")
        for prefix, said in {**answers, **usual, **answers}.items():
            if command.decode().startswith(prefix):
                return said and said.replace(b"{tag}", tag)
        return tag + b" OK done\r\n"

    return answer


@contextmanager
def scripted(
    answer: Answer, *, greeting: bytes = b"* OK hello\r\n", security: Security = Security.NONE
) -> Iterator[Heard]:
    """A server in clear on loopback that greets and then answers line by line."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(
            host="127.0.0.1",
            port=listener.getsockname()[1],
            security=security,
            username="box@school.example",
            password="correct horse",
        )
        heard = Heard(server)

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection, contextlib.suppress(OSError):
                        _talk(connection, greeting, answer, heard)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield heard
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=10)


def _talk(connection: socket.socket, greeting: bytes, answer: Answer, heard: Heard) -> None:
    connection.sendall(greeting)
    with connection.makefile("rb") as lines:
        for line in lines:
            heard.lines.append(line)
            reply = answer(line)
            if reply is None:
                return
            connection.sendall(reply)


@contextmanager
def tls(certificate: Path, key: Path) -> Iterator[int]:
    """The port of a server that offers this certificate and nothing else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with contextlib.suppress(OSError):
                        context.wrap_socket(connection, server_side=True).close()
                    connection.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=10)


def smtp(answers: Mapping[bytes, bytes | None]) -> Answer:
    """An SMTP server that says yes to everything but to lines that begin with a key of `answers`."""
    usual: dict[bytes, bytes | None] = {
        b"EHLO": b"250-here\r\n250 AUTH PLAIN\r\n",
        b"AUTH": b"235 ok\r\n",
        b"DATA": b"354 go\r\n",
        b"MAIL": b"250 ok\r\n",
        b"RCPT": b"250 ok\r\n",
        b".\r\n": b"250 ok\r\n",
        b"QUIT": b"221 bye\r\n",
    }

    def answer(line: bytes) -> bytes | None:
        said = {**usual, **answers}
        word = next((word for word in said if line.upper().startswith(word)), None)
        return said[word] if word else b""  # a line of the letter

    return answer


class Post:
    """An aiosmtpd handler: keeps what it takes, says what a test tells it to."""

    def __init__(self, port: int) -> None:
        self.server = Server(host="127.0.0.1", port=port, security=Security.NONE, username="", password="")
        self.forget()

    def forget(self) -> None:
        """As it was at first: it takes everything."""
        self.taken: list[bytes] = []
        self.options: list[str] = []
        self.says: dict[str, str] = {}
        self.eight_bits = True

    async def handle_EHLO(  # noqa: N802 (aiosmtpd names it so)
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [line for line in responses if self.eight_bits or "8BITMIME" not in line]

    async def handle_MAIL(  # noqa: N802 (aiosmtpd names it so)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.options = options
        envelope.mail_from = address
        return self.says.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802 (aiosmtpd names it so)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.says.get("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.taken.append(envelope.content)
        return self.says.get("DATA", "250 OK")
