"""Knows what in the mailbox tells of one appeal: replies that quote it, copies of ours, its own letter."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from intake.delivery_report import returned_part
from intake.message import Message
from intake.our_letter import Body, OurLetter, squash
from journal.model import Entry
from reports.reference import tokens_in

_WIDEST = 100  # appeals in «№12–15»: anything wider is a telephone
_LIST = r"\d{1,7}(?:\s?(?:[-–—,;+&]|и|және|мен|and)\s?№?\s?\d{1,7})*(?!\d)"
# With a sign before it, or at the beginning of a line, quoted or not, as «12)» and «12-15:».
_NAMED = re.compile(rf"(?im)(?:[№#]|\bNo?\.)\s?({_LIST})|^[ \t>|*-]*({_LIST})\s?[:.)–—-]")
_SPAN = re.compile(r"(\d+)(?:\s?[-–—]\s?№?\s?(\d+))?")


class Mention(StrEnum):
    """What a letter is to the appeal of which it tells."""

    QUOTES = "quotes"  # a letter of ours, or an answer to one
    ITS_OWN = "its own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """The appeal that is looked for. Without its words only its number is known any more."""

    number: int
    lines: tuple[str, ...] = ()  # of its text, squashed
    writer: tuple[str, ...] = ()  # by what its own letter names who wrote it, squashed

    @classmethod
    def of(cls, entry: Entry) -> Self:
        who = entry.applicant
        return cls(
            number=entry.number,
            lines=_squashed(entry.text.splitlines()),
            writer=_squashed([who.surname, who.email] if who else []),
        )

    def mention(self, message: Message, raw: bytes) -> Mention | None:
        """None where the letter has nothing to do with it.

        Rather too much than too little: of all that is looked at here the Journal has what matters.
        """
        texts = (message.subject, message.text, message.html)
        if message.marks.our_letter or _answers_us(message, raw):
            # What a report brings back is not read: it may be any letter of ours.
            quotes = message.marks.delivery_report or self._named_in(texts) or self._quoted_in(texts)
            return Mention.QUOTES if quotes else None
        return Mention.ITS_OWN if self._written_in(texts, message) else None

    def _named_in(self, texts: Iterable[str]) -> bool:
        named = (found for text in texts for pair in _NAMED.findall(text) for found in pair)
        spans = (span.groups() for one in named for span in _SPAN.finditer(one))
        return any(
            int(first) <= self.number <= min(int(last or first), int(first) + _WIDEST)
            for first, last in spans
        )

    def _quoted_in(self, texts: Iterable[str]) -> bool:
        whole = OurLetter(bodies=(Body(squashed="".join(self.lines)),))
        return any(whole.shares(squash(text)) for text in texts)

    def _written_in(self, texts: Iterable[str], message: Message) -> bool:
        if not self.lines:
            return False
        body = squash("\n".join(texts))
        head = squash("\n".join((*message.from_fields, *message.reply_to)))
        by = not self.writer or any(one in body or one in head for one in self.writer)
        return by and all(line in body for line in self.lines)


def _squashed(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(found for text in texts if (found := squash(text)))


def _answers_us(message: Message, raw: bytes) -> bool:
    returned = returned_part(raw) if message.marks.delivery_report else ""
    where = (*message.recipients, *message.references, message.text, message.html, returned)
    return bool(tokens_in(*where))
