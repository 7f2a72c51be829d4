"""Replies to the letters that we really send: each part apart, so that a program can be put between.

`tests.replies` knows how mail programs quote; here is what they quote.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache
from html import escape

from intake.html import to_text
from intake.message import Message
from journal.model import Entry, LetterKind
from reports.confirmation import write_confirmation
from reports.daily import draft_daily
from reports.render import Draft, compose
from reports.words import speak
from tests.replies import APPEALS, Client, Piece, message, text_reply
from tests.staffroom import SCHOOL, THREE, TOKEN, aigul, an_entry, news, occasion

_PLAIN = re.compile(r"(?m)^(?=№(\d+)(?:  \w+)?$|№(\d+) · |\S.*\n-{3,}$)")
_SIGNED = re.compile("\ue000(?=№(\\d+)())?")
_HEAD = re.compile(r'<h3\b[^<>]*>(?=№(\d+))|<td class="no\b[^<>]*>(?:<a\b[^<>]*>)?(?=№(\d+))|<h2\b[^<>]*>')


@dataclass(frozen=True, slots=True, kw_only=True)
class Real:
    """A letter as it went out. `pieces`: its text, cut above each appeal and above the foot."""

    sent: bytes
    pieces: tuple[Piece, ...]
    html: str

    def rich(self) -> list[Piece]:
        """Its HTML as a text, cut in the same places."""
        return [Piece(text=piece.html, html="", number=piece.number) for piece in self.pieces]


def sent_as(draft: Draft, kind: LetterKind) -> Real:
    sent = compose(
        draft, school=SCHOOL, to="psy@school.example", kind=kind, token=TOKEN, now=THREE
    ).as_bytes()
    read = message_from_bytes(sent, policy=default)
    assert isinstance(read, EmailMessage)
    plain, rich = read.get_body(("plain",)), read.get_body(("html",))
    assert plain is not None
    assert rich is not None
    html = rich.get_content()
    shown = to_text(_HEAD.sub(lambda head: f"{head[0]}\ue000", html))
    pieces = zip(_cut("\n".join(plain.get_content().splitlines()), _PLAIN), _cut(shown, _SIGNED), strict=True)
    return Real(
        sent=sent,
        pieces=tuple(
            Piece(text=words, html=rich.replace("\ue000", ""), number=number)
            for (number, words), (_, rich) in pieces
        ),
        html=html,
    )


def _cut(text: str, at: re.Pattern[str]) -> list[tuple[int, str]]:
    """Pieces with the number of the appeal that each tells of; 0 for none."""
    places = [(0, 0), *((found.start(), int(found[1] or found[2] or 0)) for found in at.finditer(text))]
    ends = [start for start, _ in places[1:]] + [len(text)]
    return [(number, text[start:end].strip("\n")) for (start, number), end in zip(places, ends, strict=True)]


@cache
def daily(language: str, *entries: Entry, waiting: tuple[Entry, ...] = ()) -> Real:
    draft = draft_daily(news(*entries, waiting=waiting), SCHOOL, aigul(language), occasion()).draft
    return sent_as(draft, LetterKind.DAILY)


def several(language: str, appeals: Mapping[int, str]) -> Real:
    """The letter of 15:00 with some cards and a row."""
    waiting = (an_entry(3, "№5: ескі өтініш те жауап күтеді"),)
    return daily(language, *(an_entry(number, text) for number, text in appeals.items()), waiting=waiting)


def single(language: str) -> Real:
    """The letter of 15:00 on a day with one appeal, whose words name others."""
    return daily(language, an_entry(12, APPEALS[12]))


@cache
def confirmation(language: str) -> Real:
    stored = [
        {"number": 12, "mark": "жасырын, 7-сынып", "text": "сынып жетекшісімен сөйлестім"},
        {"number": 13, "mark": "жасырын, 7-сынып", "text": "анасы мектепке келді"},
        {"number": 14, "mark": "Серікова Динара, 7Ә", "text": "күзетші шақырылды"},
    ]
    return sent_as(write_confirmation(SCHOOL, aigul(language), {"stored": stored}), LetterKind.CONFIRMATION)


def replied(
    client: Client, language: str, letter: Real, answers: dict[int, str], place: str, part: str
) -> Message:
    """A reply in this part: text, the letter's HTML as text, or HTML."""
    name = speak(language).gettext("Trust Box")
    intro = {known: words.replace("Сенім жәшігі", name) for known, words in client.intro.items()}
    client = replace(client, intro=intro)
    if part == "HTML":
        return html_replied(client, language, letter, answers, place)
    parts = letter.pieces if part == "text" else letter.rich()
    return text_reply(client, language, answers, place, parts=parts)


def html_replied(client: Client, language: str, letter: Real, answers: dict[int, str], place: str) -> Message:
    """Answers between are typed under the words of a card, inside it: where a finger puts them."""
    marked = client.quote is not None
    start, end = (client.html_open, client.html_close) if marked else ("<div>", "</div>")
    inner = letter.html.partition("<body")[2].partition(">")[2].partition("</body>")[0]
    if place == "between":
        for number, answer in answers.items():
            inner = typed_into(inner, number, _lines(answer))
    own = "".join(_lines(answer) for answer in answers.values())
    intro = client.intro[language].replace(">", "").replace("<", "(") if marked else client.intro[language]
    sign = f"<br>{_lines(client.signature)}<br>"
    whole = {
        "above": own + sign + _lines(intro) + start + inner + end,
        "below": _lines(intro) + start + inner + end + own + sign,
        "between": sign + _lines(intro) + start + inner + end,
    }[place]
    return message("", to_text(f"<html><body>{whole}</body></html>"))


def typed_into(html: str, number: int, words: str) -> str:
    """Words typed at the end of an appeal's table cell."""
    found = next(head for head in _HEAD.finditer(html) if (head[1] or head[2]) == str(number))
    at = html.index("</tr>", found.end())
    cell = html.rindex("</td>", found.end(), at)
    return html[:cell] + words + html[cell:]


def _lines(text: str) -> str:
    return "".join(f"<div>{escape(line) or '<br>'}</div>" for line in text.splitlines())
