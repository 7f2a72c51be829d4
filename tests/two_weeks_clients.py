"""Replies to our real letters as the mail programs of three readers make them."""

import os
import re
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from html import escape

from tests.desk import text_of
from tests.replies import BOX, CLIENTS, TOKEN, Client
from tests.tapping import html_of

BY_NAME = {client.name: client for client in CLIENTS}
_CARD = r"<h3[^>]*>№{}\b.*?</table>"
_END = re.compile(r"\W*№\d|[\W_]*-{3,}\s*$")

Answer = tuple[int, str]  # the appeal under which it is typed, and the lines typed


def reply(
    letter: EmailMessage, program: str, language: str, answers: Sequence[Answer], how: str, author: Address
) -> EmailMessage:
    """What the program sends. `how`: the answers stand above, below, or between the quoted appeals."""
    client = BY_NAME[program]
    box = str(letter["From"].addresses[0].addr_spec)
    tagged = str(letter["Reply-To"].addresses[0].addr_spec)
    token = tagged.partition("+r.")[2].partition("@")[0]
    intro = client.intro[language].replace(TOKEN, token).replace(BOX, box)
    made = EmailMessage()
    made["From"] = author
    made["To"] = letter["Reply-To"]
    made["Subject"] = f"Re: {letter['Subject']}"
    made["Message-ID"] = f"<{os.urandom(8).hex()}@phone.example>"
    made["In-Reply-To"] = str(letter["Message-ID"])
    made["References"] = str(letter["Message-ID"])
    made.set_content(_text(client, text_of(letter), intro, answers, how))
    made.add_alternative(_html(client, html_of(letter), intro, answers, how), subtype="html")
    return made


def _text(client: Client, original: str, intro: str, answers: Sequence[Answer], how: str) -> str:
    quote = client.quote or (lambda text: text)
    lines = quote(original).splitlines()
    own = "\n".join(words for _, words in answers)
    if how == "between":
        for number, words in answers:
            at = _below(lines, number)
            lines[at:at] = ["", words, ""]
        own = ""
    quoted = "\n".join(lines)
    top, bottom = ("", client.signature) if client.bottom_signature else (client.signature, "")
    if how == "below":
        return "\n".join([intro, quoted, "", own, "", client.signature])
    return "\n".join([own, "", top, "", intro, quoted, bottom])


def _below(lines: list[str], number: int) -> int:
    """Behind the last line of an appeal's card."""
    head = next(at for at, line in enumerate(lines) if re.match(rf"\W*№{number}(?!\d)(?!.*:)", line))
    end = next((at for at in range(head + 1, len(lines)) if _END.match(lines[at])), len(lines))
    while end > head + 1 and not any(map(str.isalnum, lines[end - 1])):
        end -= 1
    if end < len(lines) and re.match(r"\W*-{3,}", lines[end]):
        end -= 1  # the heading above the rule
    while end > head + 1 and not any(map(str.isalnum, lines[end - 1])):
        end -= 1
    return end


def _html(client: Client, original: str, intro: str, answers: Sequence[Answer], how: str) -> str:
    body = original[original.index("<body") :].partition(">")[2].rpartition("</body>")[0]
    start, end = client.html_open, client.html_close
    own = "".join(_lines(words) for _, words in answers)
    if how == "between":
        for number, words in answers:
            found = re.search(_CARD.format(number), body, re.DOTALL)
            assert found is not None
            body = f"{body[: found.end()]}{end}{_lines(words)}{start}{body[found.end() :]}"
        own = ""
    sign = f"<br>{_lines(client.signature)}"
    quoted = f"{_lines(intro)}{start}{body}{end}"
    whole = quoted + own + sign if how == "below" else own + sign + quoted
    return f"<html><body>{whole}</body></html>"


def _lines(text: str) -> str:
    return "".join(f"<div>{escape(line) or '<br>'}</div>" for line in text.splitlines())
