"""Decides how far a reply can be believed to come from the member of staff in whose name it is written."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum

from intake import profiles
from intake.headers import mailboxes_in, plain_mailbox
from intake.message import Message, sole_address
from journal.model import Reader


class Level(IntEnum):
    """The evidence that a reply brings, from none to the strongest."""

    L0 = 0
    """No token, an unknown or an expired one, or a sender in doubt: never a measure."""

    L1 = 1
    """A valid token, and one From field with one plain address: that of the reader who has the token."""

    L2 = 2
    """L1, and the provider's own Authentication-Results or an aligned signature that we verified."""

    L3 = 3
    """L2, and told to the other readers with a way to stop it: for what is hard to undo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """How the school's mail provider tells us who really sent a message: config `replies`."""

    profile: str = profiles.NONE  # of `intake.profiles`; `auto` became one when the config was read
    authserv_id: str = ""
    name_server: str = ""  # asked for keys of signatures instead of the system's; «address:port»


# A From field is easy to forge, and a token can be stolen with a forwarded letter: less is asked back.
REQUIRED = Level.L2


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The level, and where it is below L2 the reason as a short code: never an address."""

    level: Level
    reason: str = ""


def may_reply(
    message: Message, reader: Reader | None, *, trust: Trust, signed_by: Collection[str], box: str
) -> Verdict:
    """How far a message may speak for `reader`, to whom its token was given (None: no valid token).

    `signed_by` are the domains whose signatures of it we verified (`intake.evidence`), `box` is our address.
    Absence of evidence is never a pass: whatever cannot be read as exactly one plain address is refused,
    since programs disagree on what such fields mean (RFC 5322 §3.6.2 allows one From).
    """
    reason = _doubt(message, reader)
    if reason:
        return Verdict(level=Level.L0, reason=reason)
    reason = _unproven(message, trust, signed_by, box)
    return Verdict(level=Level.L1, reason=reason) if reason else Verdict(level=Level.L2)


def _unproven(message: Message, trust: Trust, signed_by: Collection[str], box: str) -> str:
    """Why neither the provider nor a signature vouches for the sender; "" when one of them does.

    A true letter of theirs to somebody else, sent on to us, proves nothing: its one To must name the box.
    """
    address = sole_address(message) or ""
    if not _addressed_to(message, box):
        return "not-to-the-box"
    # The very domain of From: a signature of the domain above may be that of a registry or of a host of many.
    if address.rpartition("@")[2] in signed_by:
        return ""
    return profiles.doubt(message, address, trust.profile, trust.authserv_id)


def _addressed_to(message: Message, box: str) -> bool:
    if len(message.to_fields) != 1:
        return False
    local, _, domain = box.casefold().rpartition("@")
    for address in mailboxes_in(message.to_fields[0]):
        its_local, _, its_domain = address.rpartition("@")
        if its_domain == domain and its_local.partition("+")[0] == local:
            return True
    return False


def _doubt(message: Message, reader: Reader | None) -> str:
    if reader is None:
        return "no-valid-token"
    if not message.from_fields:
        return "no-from"
    if len(message.from_fields) > 1:
        return "repeated-from"
    address = sole_address(message)
    if address is None:
        return "odd-from"
    if not _same(address, reader.address):
        return "other-sender"
    # A program that sends in someone's name says so here; a reply of staff needs no one in between.
    for field in message.sender_fields:
        mailbox = plain_mailbox(field)
        if mailbox is None or not _same(mailbox[1], reader.address):
            return "foreign-sender-field"
    return ""


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
