"""Asks the name service for the keys with which mail servers sign letters.

An answer that does not come, or that is not one plain record, is no key, and without its key no signature
holds: trouble here only sends a reply the longer way, the question to its writer. The name service is not
secured by itself: who can forge its answers on the way can forge a key (docs/replies.md).
"""

import ipaddress
import time
from collections.abc import Collection

import dns.exception
import dns.rdatatype
import dns.resolver
from dns.rdtypes.ANY.TXT import TXT

MOST_NAMES = 5
MOST_SECONDS = 5.0  # for all names together
MOST_BYTES = 4096


class OddNameServer(ValueError):
    """`replies.name_server` is not the address of a machine: write it as numbers, as 127.0.0.1:53."""


def keys(names: Collection[str], server: str = "") -> dict[str, bytes]:
    """The TXT record at each of these names that has exactly one, from `server` or the system's name server.

    Raises OddNameServer.
    """
    until = time.monotonic() + MOST_SECONDS
    try:
        resolver = _resolver(server)
    except dns.exception.DNSException:
        return {}  # this machine has no name server at all
    found = {name: _key(resolver, name, until - time.monotonic()) for name in list(names)[:MOST_NAMES]}
    return {name: key for name, key in found.items() if key}


def to_address(server: str) -> tuple[str, int]:
    """«127.0.0.1:53», «[::1]:53», or without the port. Raises OddNameServer."""
    host, port = server, 53
    if server.startswith("[") or server.count(":") == 1:
        host, _, number = server.rpartition(":") if not server.endswith("]") else (server, "", "53")
        port = int(number) if number.isascii() and number.isdigit() else 0
    try:
        address = str(ipaddress.ip_address(host.removeprefix("[").removesuffix("]")))
    except ValueError:
        raise OddNameServer from None
    if not 0 < port < 65536:
        raise OddNameServer
    return address, port


def _resolver(server: str) -> dns.resolver.Resolver:
    if not server:
        return dns.resolver.Resolver()
    resolver = dns.resolver.Resolver(configure=False)
    address, resolver.port = to_address(server)
    resolver.nameservers = [address]
    return resolver


def _key(resolver: dns.resolver.Resolver, name: str, seconds: float) -> bytes:
    if seconds <= 0:
        return b""
    try:
        answer = resolver.resolve(f"{name}.", dns.rdatatype.TXT, lifetime=seconds, search=False)
    except (dns.exception.DNSException, OSError, UnicodeError):
        return b""
    records = [b"".join(record.strings) for record in answer if isinstance(record, TXT)]
    # With several records nobody says which one is the key (RFC 6376 §3.6.2.2).
    return records[0] if len(records) == 1 and len(records[0]) <= MOST_BYTES else b""
