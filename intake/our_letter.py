"""The letter that a reply answers, as we sent it: what must be taken away from the reply, in any language.

Mail programs quote, wrap, indent and rebuild a letter, but they keep its letters and digits in their order.
So everything is compared in its «squashed» form: letters and digits only, without case.
"""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from urllib.parse import unquote

from intake.html import to_text
from journal.model import LetterKind
from reports.reference import tokens_in

LEAK = 25  # squashed characters that nobody writes twice by chance: about four words

# «> », «>> », «| », and «АС> » of The Bat!
QUOTE = re.compile(r"\s{0,3}((?:[^\W\d_]{0,4}>\s?)+|(?:\|\s)+)")
# What programs insert into quoted text: addresses of links, names of pictures.
_INSERTED = re.compile(
    r"<(?:https?|mailto|tel):[^<>\s]*>|\[(?:image|cid|рисунок|сурет):[^\[\]]*\]"
    r"|[<(\[][^<>()\[\]\s]*\?subject=%[^<>()\[\]\s]*[>)\]]",  # Gmail leaves «mailto:» out
    re.IGNORECASE,
)
_MAILTO = re.compile(r'href="(mailto:[^"]*)"')
_NUMBER = re.compile(r"(?:№|#|\bNo?\b\.?)\s?(\d{1,7})(?!\d)", re.IGNORECASE)
# These quote the staff's own words and never a family's.
_OWN_WORDS = frozenset(
    kind.value for kind in (LetterKind.CONFIRMATION, LetterKind.REFUSAL, LetterKind.CONFIRM, LetterKind.ECHO)
)


def squash(text: str) -> str:
    """Letters and digits only, without case."""
    return "".join(one for one in _INSERTED.sub(" ", text).casefold() if one.isalnum())


@dataclass(frozen=True, slots=True, kw_only=True)
class OurLetter:
    """What we know of our own letter. `bodies` are its text and its HTML, squashed."""

    bodies: tuple[str, ...] = ()
    addresses: frozenset[str] = frozenset()
    name: str = ""  # squashed display name of the box
    tokens: frozenset[str] = frozenset()
    told: frozenset[int] | None = None  # numbers that the letter names; None: not known
    marked: frozenset[str] = frozenset()  # squashed lines that began with «>» already when we sent them
    may_leak: bool = True  # whether families' words are in it

    @property
    def known(self) -> bool:
        """Whether its text is at hand."""
        return any(self.bodies)

    def has(self, squashed: str) -> bool:
        """Whether these characters stand in our letter."""
        return bool(squashed) and any(squashed in body for body in self.bodies)

    def count(self, squashed: str) -> int:
        """How often they stand there."""
        return max((body.count(squashed) for body in self.bodies), default=0)

    def shares(self, squashed: str, run: int = LEAK) -> bool:
        """Whether any `run` characters in a row are ours."""
        step = (run + 1) // 2  # every run holds a whole piece that begins at a multiple of this
        for at in range(0, len(squashed) - step + 1, step):
            if self.has(squashed[at : at + step]):
                near = range(max(0, at - step + 1), min(at, len(squashed) - run) + 1)
                if any(self.has(squashed[start : start + run]) for start in near):
                    return True
        return False

    def named_in(self, line: str) -> bool:
        """Whether a line names our address."""
        lowered = line.casefold()
        return any(address in lowered for address in self.addresses)


def read_our_letter(sent: bytes | None, recipients: tuple[str, ...] = ()) -> OurLetter:
    """From the snapshot of the letter; without one, only the addresses to which the reply went are known."""
    fallback = OurLetter(addresses=frozenset(one.casefold() for one in recipients if "@" in one))
    if sent is None:
        return fallback
    try:
        return _read(sent, fallback.addresses)
    except (MessageError, LookupError, ValueError):
        return fallback  # nothing is subtracted, so nothing below the first attribution is believed


def _read(sent: bytes, recipients: frozenset[str]) -> OurLetter:
    message = message_from_bytes(sent)  # compat32: quick, and ours is a simple letter
    text, source = _body(message, "text/plain"), _body(message, "text/html")
    html, links = to_text(source), " ".join(unquote(href) for href in _MAILTO.findall(source))
    boxes = getaddresses([_field(message, "From"), _field(message, "Reply-To")])
    numbers = frozenset(int(number) for body in (text, html) for number in _NUMBER.findall(body))
    ids = [_field(message, name) for name in ("Message-ID", "Reply-To")]
    return OurLetter(
        bodies=tuple(body for body in (squash(text), squash(html)) if body),
        addresses=frozenset(address.casefold() for _, address in boxes if "@" in address) or recipients,
        name=squash(boxes[0][0]) if boxes else "",
        tokens=frozenset(tokens_in(text, html, links, *ids)),
        told=numbers or None,
        marked=frozenset(
            squash(line) for body in (text, html) for line in body.splitlines() if QUOTE.match(line)
        ),
        may_leak=_field(message, "X-Senim-Letter") not in _OWN_WORDS,
    )


def _field(message: Message, name: str) -> str:
    return str(make_header(decode_header(str(message.get(name, "")))))


def _body(message: Message, media_type: str) -> str:
    """The first part of this type that is not a file."""
    for part in message.walk():
        if part.get_content_type() == media_type and part.get_content_disposition() != "attachment":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                return content.decode(str(part.get_content_charset("utf-8")), "replace")
    return ""
