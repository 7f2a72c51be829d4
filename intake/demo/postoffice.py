# ruff: noqa: ARG002, N802 — aiosmtpd fixes the names and the parameters of its hooks, after RFC 5321's verbs
"""A whole post office inside the program: one domain, a few mailboxes, IMAP and SMTP over TLS, all in memory.

For the demo only. It keeps nothing on the disk: when the demo ends, its letters are gone. Logins are checked,
only people of the domain may write, and `box+anything@` reaches `box@` (RFC 5233), as real providers do.
"""

import asyncio
import logging
import ssl
import threading
from argparse import Namespace
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.utils import format_datetime, getaddresses
from types import TracebackType
from typing import Any, Self, TypeVar

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, Identity, Login
from pymap.backend.dict.mailbox import MailboxData
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

HOST = "127.0.0.1"
_SIZE_LIMIT = 40 * 1024 * 1024
AUTHSERV_ID = "post.senim.example"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A message as it stands in a mailbox: its bytes exactly as they were accepted."""

    uid: int
    at: datetime
    raw: bytes


class PostOffice:
    """The servers, running in a thread of their own. `accounts` maps addresses to passwords."""

    def __init__(self, accounts: Mapping[str, str], context: ssl.SSLContext) -> None:
        self.accounts = dict(accounts)
        self.imap_port = 0
        self.smtp_port = 0
        self._context = context
        self._loop = asyncio.new_event_loop()
        self._login: Login | None = None
        self._servers: list[asyncio.Server] = []
        self._thread = threading.Thread(target=self._loop.run_forever, name="post office", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._call(self._open())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        if not self._thread.is_alive():
            self._loop.close()

    def folder(self, address: str, name: str = "INBOX") -> list[Kept]:
        """What stands in a folder of a mailbox, oldest first; a folder that nobody made is empty."""
        return self._call(self._read(address, name))

    def _call(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _open(self) -> None:
        logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns of its own old attribute
        login = Login(_settings())
        for address, password in self.accounts.items():
            person = UserMetadata(login.config, address, password=password)
            await Identity(address, login, None, frozenset()).set(person)
        self._login = login
        answer = IMAPServer(login, login.config)

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            # As a coroutine of ours it stays alive: pymap's own way starts a task that nobody holds on to,
            # and Python 3.13 throws it away in the middle of a conversation.
            await answer(reader, writer, SocketInfo.get(writer, None))

        imap = await asyncio.start_server(accept, HOST, 0, ssl=self._context)
        smtp = await self._loop.create_server(self._smtp, HOST, 0, ssl=self._context)
        self._servers = [imap, smtp]
        self.imap_port, self.smtp_port = (one.sockets[0].getsockname()[1] for one in self._servers)

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        open_lines = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in open_lines:
            task.cancel()
        await asyncio.wait(open_lines or [asyncio.create_task(asyncio.sleep(0))], timeout=3)

    def _smtp(self) -> SMTP:
        return SMTP(
            self,
            hostname=AUTHSERV_ID,
            ident="demo",
            loop=self._loop,
            data_size_limit=_SIZE_LIMIT,
            auth_require_tls=False,  # the whole line is TLS already (RFC 8314); aiosmtpd only knows STARTTLS
            authenticator=self._authenticate,
        )

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, who: Any
    ) -> Any:
        if not isinstance(who, LoginPassword):
            return AuthResult(success=False, handled=False)
        name = who.login.decode("utf-8", "replace")
        right = self.accounts.get(name) == who.password.decode("utf-8", "replace")
        return AuthResult(success=right, handled=False, auth_data=name)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not session.authenticated:
            return "530 5.7.0 Log in first"
        if self._mailbox(address) != session.auth_data:
            return "553 5.7.1 That is not your address"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._mailbox(address) is None:
            return "550 5.1.1 There is no such mailbox"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        authors = getaddresses(BytesHeaderParser().parsebytes(content).get_all("From", []))
        if [self._mailbox(address) for _, address in authors] != [session.auth_data]:
            return "550 5.7.1 From is not the address that you logged in with"
        now = datetime.now(UTC)
        for recipient in envelope.rcpt_tos:
            mailbox = await self._folder(self._mailbox(recipient) or "", "INBOX")
            stamped = _stamp(envelope.mail_from or "", recipient, str(session.auth_data), now) + content
            if mailbox is not None:
                await mailbox.append(AppendMessage(stamped, now), recent=True)
        return "250 2.0.0 Kept"

    def _mailbox(self, address: str) -> str | None:
        """Whose mailbox an address reaches: the part after + does not count (RFC 5233)."""
        local, _, domain = address.lower().rpartition("@")
        plain = f"{local.partition('+')[0]}@{domain}"
        return plain if plain in self.accounts else None

    async def _folder(self, address: str, name: str) -> MailboxData | None:
        if self._login is None:
            return None
        async with Identity(address, self._login, None, frozenset()).new_session() as session:
            try:
                return await session.mailbox_set.get_mailbox(name)
            except KeyError:
                return None

    async def _read(self, address: str, name: str) -> list[Kept]:
        mailbox = await self._folder(address, name)
        if mailbox is None:
            return []
        return [
            Kept(uid=one.uid, at=one.internal_date, raw=bytes(one._content or b""))
            async for one in mailbox.messages()
        ]


class _Settings(Config):
    """pymap's settings, but for the greeting: asking the network for our own name can take seconds."""

    @property
    def greeting(self) -> bytes:
        return b"The demo's post office is open"


def _settings() -> Config:
    return _Settings(
        Namespace(passlib_cfg=None, proxy_protocol=None),
        host=HOST,
        port=0,
        demo_data=False,
        demo_user="",
        demo_password="",
        tls_enabled=False,  # no STARTTLS to offer: the line is TLS from its first byte
        hash_context=Cleartext(),
        reject_dnsbl=False,
    )


def _stamp(reverse_path: str, recipient: str, author: str, now: datetime) -> bytes:
    """What a receiving server writes above a message (RFC 5321 §4.4), who wrote it too (RFC 8601)."""
    passed = f"dmarc=pass header.from={author.rpartition('@')[2]}"
    return (
        f"Return-Path: <{reverse_path}>\r\n"
        f"Delivered-To: {recipient}\r\n"
        f"Authentication-Results: {AUTHSERV_ID}; auth=pass smtp.auth={author}; {passed}\r\n"
        f"Received: by {AUTHSERV_ID} (demo) with ESMTPSA; {format_datetime(now)}\r\n"
    ).encode()
