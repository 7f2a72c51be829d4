"""Hands a letter to the mail server that sends it on (RFC 6409), and says honestly what became of it.

A letter counts as sent only when the server has said so after the final dot. Whatever goes wrong before that
is safe to repeat; an answer lost after it is a case of its own (OutcomeUnknown).
"""

import base64
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

from intake.server import (
    TIMEOUT,
    Finding,
    LoginRefused,
    NotSecured,
    Security,
    Server,
    ServerFault,
    Unreachable,
    connection_fault,
)

# How we greet (RFC 5321 §4.1.4): the name of the school's machine is nobody's business.
CLIENT = "[127.0.0.1]"
# Seconds for the answer to the final dot. RFC 5321 §4.5.3.2.6 wants ten minutes, and says why: who gives up
# too soon sends the letter again. Our lease on it is ten minutes long, so it must be less.
FINAL_PATIENCE = 300
LONGEST = 540  # seconds for one letter in all, however many drops the server's answers come in
LINE_ENDS = re.compile(rb"\r\n|\r|\n")


class Refused(ServerFault):
    """The server did not take the letter. `permanent`: it never will, for this recipient or this letter."""

    def __init__(self, message: str = "", *, permanent: bool, code: int) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.code = code


class SenderRefused(ServerFault):
    """The server does not let this user send from the box's address: no letter at all will go."""


class OutcomeUnknown(ServerFault):
    """The line broke after the final dot: the letter may have been taken. Repeat it unchanged."""


def submit(message: EmailMessage | bytes, *, server: Server, sender: str, recipients: Sequence[str]) -> None:
    """Send one message; returns when the server has taken it for every recipient.

    Raises Refused, SenderRefused, OutcomeUnknown and the faults of `intake.server`. If one of several
    recipients is refused, nothing is sent to anyone.
    """
    raw = message.as_bytes(policy=SMTP) if isinstance(message, EmailMessage) else message
    # sendmail(bytes) would let «CR . CR» through, which some servers take for the end of the letter.
    raw = LINE_ENDS.sub(b"\r\n", raw)
    with _session(server) as client:
        raw, options = _fit(raw, client)
        _envelope(client, server, sender, recipients, options)
        _data(client, server, raw)


def probe(server: Server) -> list[Finding]:
    """What `senim check` asks: connect, secure the line, log in; sends nothing."""
    with _session(server) as client:
        eight = client.has_extn("8bitmime")
        return [
            Finding("login", True),
            Finding("8BITMIME", True, "" if eight else "not offered: letters are written in 7 bits"),
        ]


@contextmanager
def _session(server: Server) -> Iterator[smtplib.SMTP]:
    context = server.tls_context()
    with _asking(server):
        client = _connect(server, context)
    watch = threading.Timer(LONGEST, _break_off, [client])
    watch.daemon = True
    watch.start()
    try:
        with _asking(server):
            client.ehlo_or_helo_if_needed()
            if server.security is Security.STARTTLS:
                _secure(client, server, context)
            if server.username:
                _log_in(client, server)
        yield client
    except Refused:
        _part(client)
        raise
    except BaseException:
        client.close()
        raise
    else:
        _part(client)
    finally:
        watch.cancel()


def _break_off(client: smtplib.SMTP) -> None:
    if client.sock is not None:
        with suppress(OSError):
            client.sock.shutdown(socket.SHUT_RDWR)


def _part(client: smtplib.SMTP) -> None:
    with suppress(smtplib.SMTPException, OSError):  # what was taken is taken, however we part
        client.quit()
    client.close()


@contextmanager
def _asking(server: Server) -> Iterator[None]:
    """Around everything before the final dot: whatever breaks here was not sent."""
    try:
        yield
    except smtplib.SMTPServerDisconnected:
        raise Unreachable(f"{server.where} broke the connection off: it is tried again") from None
    except smtplib.SMTPResponseException as answer:
        raise Unreachable(
            f"{server.where} is not ready ({answer.smtp_code}): it is tried again; if it stays, is this its "
            "port for sending mail?"
        ) from None
    except smtplib.SMTPException:
        raise Unreachable(
            f"{server.where} gave an answer that is no SMTP: is this its port for sending?"
        ) from None
    except OSError as fault:
        raise connection_fault(fault, server) from None


def _connect(server: Server, context: ssl.SSLContext) -> smtplib.SMTP:
    if server.security is Security.TLS:
        return smtplib.SMTP_SSL(server.host, server.port, CLIENT, timeout=TIMEOUT, context=context)
    return smtplib.SMTP(server.host, server.port, CLIENT, timeout=TIMEOUT)


def _secure(client: smtplib.SMTP, server: Server, context: ssl.SSLContext) -> None:
    try:
        client.starttls(context=context)
    except smtplib.SMTPServerDisconnected:
        raise
    except (smtplib.SMTPNotSupportedError, smtplib.SMTPResponseException):
        raise NotSecured(server) from None
    client.ehlo()  # what was offered in clear does not count (RFC 3207 §4.2)


def _log_in(client: smtplib.SMTP, server: Server) -> None:
    offered = client.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        # smtplib takes ASCII passwords alone; RFC 4616 has UTF-8.
        secret = f"\0{server.username}\0{server.password}".encode()
        code, _ = client.docmd("AUTH", "PLAIN " + base64.b64encode(secret).decode("ascii"))
    elif "LOGIN" in offered:
        code, _ = client.docmd("AUTH", "LOGIN")
        for secret in (server.username.encode(), server.password.encode()):
            if code == 334:
                code, _ = client.docmd(base64.b64encode(secret).decode("ascii"))
    else:
        raise LoginRefused(server)
    if 500 <= code < 600:
        raise LoginRefused(server)
    if code != 235:
        raise Unreachable(f"{server.where} lets nobody in now ({code}): it is tried again")


def _fit(raw: bytes, client: smtplib.SMTP) -> tuple[bytes, list[str]]:
    """Letters with bytes above 127 need 8BITMIME (RFC 6152); without it they are written anew in 7 bits."""
    options = [f"size={len(raw)}"] if client.has_extn("size") else []
    if raw.isascii():
        return raw, options
    if client.has_extn("8bitmime"):
        return raw, [*options, "BODY=8BITMIME"]
    return message_from_bytes(raw, policy=SMTP.clone(cte_type="7bit")).as_bytes(), []


def _envelope(
    client: smtplib.SMTP, server: Server, sender: str, recipients: Sequence[str], options: Sequence[str]
) -> None:
    with _asking(server):
        code, _ = client.mail(_ascii(sender, server), options)
    if code == 552:
        raise _refused(server, code, "the letter")  # too large (RFC 1870 §6.2)
    if 500 <= code < 600:
        raise SenderRefused(
            f"{server.where} does not let this user send from the box's address ({code}): mailbox.address "
            "and submission.username in config.yaml must belong together"
        )
    if code // 100 != 2:
        raise Unreachable(f"{server.where} takes no letter now ({code}): it is tried again")
    for recipient in recipients:
        with _asking(server):
            code, _ = client.rcpt(_ascii(recipient, server))
        if code // 100 != 2:
            raise _refused(server, code, "the recipient")


def _data(client: smtplib.SMTP, server: Server, raw: bytes) -> None:
    stuffed = re.sub(rb"(?m)^\.", b"..", raw)  # RFC 5321 §4.5.2
    if not stuffed.endswith(b"\r\n"):
        stuffed += b"\r\n"
    with _asking(server):
        code, _ = client.docmd("DATA")
        if code != 354:
            raise _refused(server, code, "the letter")
        client.send(stuffed)
    try:
        client.send(b".\r\n")
        if client.sock is not None:
            client.sock.settimeout(FINAL_PATIENCE)
        code, _ = client.getreply()
    except (smtplib.SMTPException, OSError):
        raise _unknown(server) from None
    if 400 <= code < 600:
        raise _refused(server, code, "the letter")
    if code // 100 != 2:
        raise _unknown(server)


def _ascii(address: str, server: Server) -> str:
    """An address as it may stand in a command: the domain as IDNA, nothing that ends a line."""
    local, at, domain = address.rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    if not (local + domain).isascii() or re.search(r"[\s<>(),:;\"\\\x00-\x1f\x7f]", address):
        raise _refused(server, 553, "the recipient")  # mailbox name not allowed (RFC 5321 §4.2.3)
    return local + at + domain


def _refused(server: Server, code: int, what: str) -> Refused:
    permanent = 500 <= code < 600  # anything else is no answer of SMTP, and no word on the letter
    remedy = "it is tried again later"
    if permanent:
        remedy = "correct the address under staff in config.yaml, or ask the provider about this code"
    return Refused(f"{server.where} refused {what} ({code}): {remedy}", permanent=permanent, code=code)


def _unknown(server: Server) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"{server.where} did not say whether it took the letter: it is sent again, unchanged"
    )
