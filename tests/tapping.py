"""What a phone makes of a link in our letter: a new letter with an address, a subject and a first line."""

import os
import re
from collections.abc import Callable
from email.message import EmailMessage
from html import unescape
from urllib.parse import unquote

_LINK = re.compile(r'<a [^>]*?href="(mailto:[^"]*)"[^>]*>([^<]*)</a>')


def html_of(letter: EmailMessage) -> str:
    """The HTML alternative."""
    body = letter.get_body(("html",))
    return str(body.get_content()) if body is not None else ""


def links_in(html: str) -> list[tuple[str, str]]:
    """The words on each link and what it opens, as a program reads the markup."""
    return [(unescape(label), unescape(href)) for href, label in _LINK.findall(html)]


def link_of(html: str, number: int, *, considered: bool = False) -> str:
    """The link of an appeal: the one under which a measure is written, or «Таныстым»."""
    subject = f"?subject=%E2%84%96{number}%20"
    found = [href for _, href in links_in(html) if subject in href]
    return found[1 if considered else 0]


def opened(href: str, decode: Callable[[str], str] = unquote) -> EmailMessage:
    """The letter that the link opens (RFC 6068 §2), still without an author."""
    address, _, fields = href.removeprefix("mailto:").partition("?")
    values = dict(field.split("=", 1) for field in fields.split("&"))
    letter = EmailMessage()
    letter["To"] = decode(address)
    letter["Subject"] = decode(values["subject"])
    letter["Message-ID"] = f"<{os.urandom(8).hex()}@phone.example>"
    letter.set_content(decode(values["body"]))
    return letter


def tapped(href: str, words: str, sender: str, *, signature: str = "") -> EmailMessage:
    """The same once its author has typed words behind the first line and sent it: no quote, no reference."""
    letter = opened(href)
    first, _, rest = str(letter.get_content()).partition("\n")
    letter.set_content(f"{first}{words}\n{rest}" + (f"\n{signature}\n" if signature else ""))
    letter["From"] = sender
    return letter
