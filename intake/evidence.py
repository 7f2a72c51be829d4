"""Gathers, before anything is decided, what proves a reply: whether the sender's own domain signed it.

Asked only when it can matter: the letter names a token of ours, comes from a member of staff, and what the
mailbox's provider wrote does not suffice. Nothing here stops a letter; what cannot be found out is no proof.
"""

import logging

from intake import name_server, profiles
from intake.desk import Desk
from intake.message import Message, Unreadable, sole_address
from intake.reader import ReaderUnavailable
from reports.reference import tokens_in

log = logging.getLogger(__name__)


def signers(message: Message, raw: bytes, desk: Desk) -> tuple[str, ...]:
    """The domains whose signatures of this message we verified: for `authentication.may_reply`."""
    if "dkim-signature" not in message.trace or not _may_matter(message, desk):
        return ()
    try:
        names = desk.reader.signatures(raw)
        keys = name_server.keys(names, desk.trust.name_server) if names else {}
        return desk.reader.verify(raw, keys, desk.now) if keys else ()
    except (Unreadable, ReaderUnavailable) as fault:
        log.warning("a signature could not be checked: %s", type(fault).__name__)
        return ()


def _may_matter(message: Message, desk: Desk) -> bool:
    address = sole_address(message)
    if address is None or desk.school.reader(address) is None:
        return False
    if not tokens_in(*message.recipients, *message.references, message.text, message.html):
        return False
    return bool(profiles.doubt(message, address, desk.trust.profile, desk.trust.authserv_id))
