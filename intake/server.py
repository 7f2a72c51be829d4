"""A mail server to log in to: where it is, how the line is secured, and what can go wrong with it."""

import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


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

    def tls_context(self) -> ssl.SSLContext:
        """Certificates are always verified, against the system's authorities or `ca_file`."""
        return ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file else None)


class ServerFault(Exception):
    """A server could not be used; the message says what to do about it."""


class Unreachable(ServerFault):
    """No connection, or it broke before anything was decided: try again later."""


class LoginRefused(ServerFault):
    """The server does not take this user name and password."""


class CertificateRefused(ServerFault):
    """The server's certificate is not one that we may trust."""
