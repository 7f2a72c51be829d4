"""The letter that a reply answers, as we sent it: what must be taken away from the reply, in any language.

Mail programs quote, wrap, indent and rebuild a letter, but they keep its letters and digits in their order.
So everything is compared in its «squashed» form: letters and digits only, without case.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from urllib.parse import unquote

from intake.html import to_text
from intake.text import plain_text
from journal.model import LetterKind
from reports.reference import tokens_in
from reports.words import numbers_named

_ENOUGH = 6  # folded characters
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


# Where an appeal begins in our HTML, and where what is told of appeals ends. A family's «<» is escaped.
_HTML_HEAD = re.compile(r'(<h3\b[^<>]*>|<td class="no\b[^<>]*>(?:<a\b[^<>]*>)?)(?=№(\d{1,7})(?!\d))')
_HTML_END = re.compile(r'(</table>(?=\s*<p\b)|(?=<h2\b)|<td class="foot"[^<>]*>|(?=<p class="token"))')
_HTML_TOP = re.compile(r"<h1\b[^<>]*>[^<>]*?№(\d{1,7})(?!\d)")
# And in our text, where a family's words are indented: «№12», «№12  URGENT», «№12 · anonymous».
_CARD = re.compile(r"№(\d{1,7})(?:  \w.*)?")
_ROW = re.compile(r"№(\d{1,7}) · .*")
_RULE = re.compile(r"-{3,}")
_HEAD_SIGN, _END_SIGN = "\ue000", "\ue001"
# Letters about the appeals of a day, and letters about one appeal.
_OF_A_DAY = frozenset({LetterKind.DAILY.value})
_OF_ONE = frozenset(
    kind.value for kind in (LetterKind.TEXT, LetterKind.FILES, LetterKind.URGENT, LetterKind.FORWARD)
)


def squash(text: str) -> str:
    """Letters and digits only, without case."""
    return "".join(one for one in text.casefold() if one.isalnum())


def without_inserted(text: str) -> str:
    """Without the addresses of links and pictures that programs put behind quoted words."""
    return _INSERTED.sub(" ", text)


def folded(squashed: str) -> str:
    """Squashed text without the letters that old programs lose: «к?н?л?» folds as «кінәлі» does."""
    return squashed.translate(_LOST)


_LOST = dict.fromkeys(map(ord, "әғқңөұүһіiaeo"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One form of our letter, squashed. `heads`: at which offset it begins to tell of which appeal; of
    none: None."""

    squashed: str
    heads: tuple[tuple[int, int | None], ...] = ()

    def number_at(self, offset: int) -> int | None:
        """The appeal of which the characters before this offset tell."""
        at = bisect_left(self.heads, (offset, 0), key=lambda head: (head[0], 0))
        return self.heads[at - 1][1] if at else None

    def head_within(self, start: int, end: int) -> bool:
        """Whether something else begins here."""
        return any(start <= offset < end for offset, _ in self.heads)


@dataclass(frozen=True, slots=True, kw_only=True)
class OurLetter:
    """What we know of our own letter. `bodies` are its text and its HTML."""

    bodies: tuple[Body, ...] = ()
    addresses: frozenset[str] = frozenset()
    name: str = ""  # squashed display name of the box
    tokens: frozenset[str] = frozenset()
    told: frozenset[int] | None = None  # numbers that the letter names; None: not known
    named: frozenset[int] = frozenset()  # the same with each of «№12, 14–17», also where a family wrote it
    sole: int | None = None  # the one appeal that it is about
    marks: tuple[str, ...] = ()  # the bodies squashed, with the «>» and «|» that were in them
    lossy: tuple[str, ...] = ()  # the bodies folded
    may_leak: bool = True  # whether families' words are in it

    @property
    def known(self) -> bool:
        """Whether its text is at hand."""
        return any(self.bodies)

    def has(self, squashed: str) -> bool:
        """Whether these characters stand in our letter."""
        return bool(squashed) and any(squashed in body.squashed for body in self.bodies)

    def resembles(self, squashed: str) -> bool:
        """Whether they stand there, should a program have lost some of its letters."""
        less = folded(squashed)
        return len(less) >= _ENOUGH and any(less in body for body in self.lossy)

    def count(self, squashed: str) -> int:
        """How often they stand there."""
        return max((body.squashed.count(squashed) for body in self.bodies), default=0)

    def shares(self, squashed: str, run: int = LEAK) -> bool:
        """Whether any `run` characters in a row are ours."""
        step = (run + 1) // 2  # every run holds a whole piece that begins at a multiple of this
        for at in range(0, len(squashed) - step + 1, step):
            if self.has(squashed[at : at + step]):
                near = range(max(0, at - step + 1), min(at, len(squashed) - run) + 1)
                if any(self.has(squashed[start : start + run]) for start in near):
                    return True
        return False

    def shows(self, squashed: str) -> bool:
        """Whether a family's words may show in these characters."""
        return self.may_leak and self.shares(squashed)

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
    text, source = plain_text(_body(message, "text/plain")), _body(message, "text/html")
    html, links = to_text(source), " ".join(unquote(href) for href in _MAILTO.findall(source))
    boxes = getaddresses([_field(message, "From"), _field(message, "Reply-To")])
    numbers = frozenset(int(number) for body in (text, html) for number in _NUMBER.findall(body))
    ids = [_field(message, name) for name in ("Message-ID", "Reply-To")]
    kind = _field(message, "X-Senim-Letter")
    bodies = _bodies(text, html, source if kind in _OF_A_DAY else "")
    return OurLetter(
        bodies=bodies,
        addresses=frozenset(address.casefold() for _, address in boxes if "@" in address) or recipients,
        name=squash(boxes[0][0]) if boxes else "",
        tokens=frozenset(tokens_in(text, html, links, *ids)),
        told=numbers or None,
        named=numbers_named(text) | numbers_named(html),
        sole=_sole(kind, bodies, text, source),
        marks=tuple(
            "".join(one for one in body.casefold() if one.isalnum() or one in ">|") for body in (text, html)
        ),
        lossy=tuple(folded(body.squashed) for body in bodies),
        may_leak=kind not in _OWN_WORDS,
    )


def _bodies(text: str, html: str, source: str) -> tuple[Body, ...]:
    """Both forms; with their heads where both have the same ones, so that no family can add any."""
    signs = _HEAD_SIGN + _END_SIGN
    signed = _HTML_END.sub(
        rf"\1{_END_SIGN}", _HTML_HEAD.sub(rf"\1{_HEAD_SIGN}", re.sub(f"[{signs}]", "", source))
    )
    rich = _measured(_signed_heads(to_text(signed))) if source else []
    plain = _measured(_text_heads(text)) if source else []
    told = [[number for _, number in heads if number] for heads in (plain, rich)]
    if told[0] != told[1]:
        plain, rich = [], []
    found = (Body(squashed=squash(text), heads=tuple(plain)), Body(squashed=squash(html), heads=tuple(rich)))
    return tuple(body for body in found if body.squashed)


def _measured(pieces: Iterator[tuple[bool, int | None, str]]) -> list[tuple[int, int | None]]:
    """Of (whether something begins, its number, words): at which squashed offset what begins."""
    heads: list[tuple[int, int | None]] = []
    offset = 0
    for begins, number, words in pieces:
        if begins:
            heads.append((offset, number))
        offset += len(squash(words))
    return heads


def _signed_heads(signed: str) -> Iterator[tuple[bool, int | None, str]]:
    for piece in re.split(f"(?=[{_HEAD_SIGN}{_END_SIGN}])", signed):
        number = re.match(f"{_HEAD_SIGN}№(\\d+)", piece)
        yield piece[:1] in (_HEAD_SIGN, _END_SIGN), int(number[1]) if number else None, piece


def _text_heads(text: str) -> Iterator[tuple[bool, int | None, str]]:
    """A card begins below a blank line; a row below another one, below its words or below a rule."""
    lines = text.split("\n")
    in_rows, before, filled = False, "", ""  # the line before, and the last one that is not blank
    for at, line in enumerate(lines):
        blank = not before.strip()
        first = _RULE.fullmatch(filled) is not None
        # The line below a card's head is the applicant's name, which a family wrote.
        row = None if _CARD.fullmatch(before) or (blank and not first) else _ROW.fullmatch(line)
        found = row or (_CARD.fullmatch(line) if blank or first else None)
        ruled = at + 1 < len(lines) and bool(line.strip()) and _RULE.fullmatch(lines[at + 1])
        over = bool(ruled) or (in_rows and blank and bool(line[:1].strip()))
        in_rows = bool(row) or (in_rows and not found and not over)
        yield bool(found) or over, int(found[1]) if found else None, line
        before, filled = line, line if line.strip() else filled


def _sole(kind: str, bodies: tuple[Body, ...], text: str, source: str) -> int | None:
    """The one appeal that a letter is about; None where it speaks of several, or asks about another."""
    if kind in _OF_A_DAY:
        told = {number for body in bodies for _, number in body.heads if number}
        top, _, _ = text.partition("\n№")
        told |= {int(number) for number in _NUMBER.findall(top.partition("\n")[2])}
    elif kind in _OF_ONE:
        told = {
            int(number)
            for number in _HTML_TOP.findall(source) + [two for _, two in _HTML_HEAD.findall(source)]
        }
    else:
        return None
    return told.pop() if len(told) == 1 else None


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
