"""A mail server to log in to: where it is, how the line is secured, and what can go wrong with it.

Messages of faults say what, where and what to do. They never repeat what the server said: it may quote a
letter or an address.
"""

import socket
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

TIMEOUT = 30  # seconds for a connection to come about, and for each answer


class Security(StrEnum):
    """How the connection is protected. `none` is for loopback only; the config refuses it elsewhere."""

    TLS = "tls"  # from the first byte (RFC 8314)
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One server's address and login."""

    host: str
    port: int
    security: Security
    username: str
    password: str = field(repr=False)
    ca_file: Path | None = None

    @property
    def where(self) -> str:
        return f"{self.host}:{self.port}"

    def tls_context(self) -> ssl.SSLContext:
        """Certificates are always verified, against the system's authorities or `ca_file`.

        Raises CertificateRefused when `ca_file` cannot be read.
        """
        try:
            return ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file else None)
        except OSError:  # SSLError, for a file that holds no certificate, is one too
            raise CertificateRefused(
                f"the authority's certificate for {self.where} cannot be read: ca_file ({self.ca_file}) must "
                "be a PEM file that this user may read"
            ) from None


class Finding(NamedTuple):
    """One answer of a check. A remedy beside an `ok` is a remark."""

    name: str
    ok: bool
    remedy: str = ""


class ServerFault(Exception):
    """A server could not be used; the message says what to do about it."""


class Unreachable(ServerFault):
    """No connection, or it broke before anything was decided: try again later."""


class LoginRefused(ServerFault):
    """The server does not take this user name and password."""

    def __init__(self, server: Server) -> None:
        super().__init__(
            f"{server.where} does not take this user name and password: check them. Gmail, Mail.ru and "
            "Yandex want an app password made for mail programs, and access for mail programs (IMAP) "
            "switched on in the settings of the mailbox"
        )


class CertificateRefused(ServerFault):
    """The server's certificate is not one that we may trust."""


class NotSecured(ServerFault):
    """The server does not protect the line as configured; nothing was said in clear."""

    def __init__(self, server: Server) -> None:
        super().__init__(
            f"{server.where} does not offer STARTTLS, and nothing is ever sent in clear: use security: tls "
            "with its port (993 for reading, 465 for sending), or ask the provider"
        )


# The verification results of OpenSSL (x509_vfy.h) that a person can do something about.
_CERTIFICATE_FAULTS = {
    9: "is not valid yet: is the clock of this machine right?",
    10: "has expired: the server's administrator must renew it (or the clock of this machine is wrong)",
    18: "is signed by itself: name the certificate of its authority in ca_file",
    19: "is from an authority unknown here: name that authority's certificate in ca_file",
    20: "is from an authority unknown here: name that authority's certificate in ca_file",
    21: "comes without the chain up to its authority: name that authority's certificate in ca_file",
    62: "is for another name: give as host the name that the certificate bears",
    64: "is for another address: give as host the name that the certificate bears",
}


def connection_fault(fault: OSError, server: Server) -> ServerFault:
    """What a failing socket means for a person."""
    if isinstance(fault, ssl.SSLCertVerificationError):
        meaning = _CERTIFICATE_FAULTS.get(
            fault.verify_code, "cannot be verified: ask the server's administrator"
        )
        return CertificateRefused(f"the certificate of {server.where} {meaning}")
    if isinstance(fault, TimeoutError):
        meaning = (
            f"did not answer within {TIMEOUT} seconds: check host and port, and whether a firewall is between"
        )
    elif isinstance(fault, ConnectionRefusedError):
        meaning = "refuses connections: check host and port, and whether the server is running"
    elif isinstance(fault, socket.gaierror):
        meaning = "is not found by that name: check the host, and the name server of this machine"
    elif isinstance(fault, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        meaning = "broke the connection off: it is tried again"
    elif isinstance(fault, ssl.SSLError):
        meaning = (
            "could not agree on TLS: check that port and security belong together (993 and 465 are tls, 143 "
            "and 587 are starttls)"
        )
    else:
        meaning = (
            "cannot be reached, or the connection broke: it is tried again; check the network if it stays"
        )
    return Unreachable(f"{server.where} {meaning}")
