"""The mail program of a member of staff, in small: reads a letter of ours, writes the reply to it.

The reply is built as people's own programs build it, so that the demo walks the same way as a real school:
the text on top, a line of attribution, the whole letter quoted under it.
"""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr, parsedate_to_datetime

from journal.model import Attachment
from reports.catalogue import long_date, translations


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A letter as a mail program shows it. It is one of our own: nothing hostile reaches these mailboxes."""

    subject: str
    sender: str
    reply_to: str
    recipient: str
    message_id: str
    references: str
    written_at: datetime
    kind: str  # X-Senim-Letter
    text: str
    html: str
    attachments: tuple[Attachment, ...]


def open_letter(raw: bytes) -> Opened:
    """Read one letter of ours."""
    message = BytesParser(policy=SMTP).parsebytes(raw)
    if not isinstance(message, EmailMessage):
        raise TypeError("the e-mail package gave an old-style message")
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    return Opened(
        subject=str(message.get("Subject", "")),
        sender=str(message.get("From", "")),
        reply_to=str(message.get("Reply-To", message.get("From", ""))),
        recipient=str(message.get("To", "")),
        message_id=str(message.get("Message-ID", "")).strip(),
        references=str(message.get("References", "")).strip(),
        written_at=parsedate_to_datetime(str(message["Date"])),
        kind=str(message.get("X-Senim-Letter", "")),
        text=plain.get_content() if plain else "",
        html=rich.get_content() if rich else "",
        attachments=tuple(_attachment(part) for part in message.iter_attachments()),
    )


def write_reply(
    letter: Opened, *, name: str, address: str, language: str, text: str, now: datetime
) -> EmailMessage:
    """The reply that a mail program makes when someone presses «Reply», types and sends."""
    reply = EmailMessage(policy=SMTP)
    reply["From"] = Address(display_name=name, addr_spec=address)
    reply["To"] = Address(addr_spec=parseaddr(letter.reply_to)[1])
    reply["Subject"] = letter.subject if letter.subject.lower().startswith("re:") else f"Re: {letter.subject}"
    reply["Date"] = format_datetime(now)
    reply["Message-ID"] = make_msgid(domain=address.rpartition("@")[2])
    reply["In-Reply-To"] = letter.message_id
    reply["References"] = f"{letter.references} {letter.message_id}".strip()
    reply["User-Agent"] = "Senim demo"
    reply.set_content(f"{text.strip()}\n\n{_attribution(letter, language)}\n{quote(letter.text)}\n")
    return reply


def quote(text: str) -> str:
    """The text as quoted lines."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _attribution(letter: Opened, language: str) -> str:
    words = translations("demo", language).gettext("%(day)s, %(time)s, %(sender)s wrote:")
    sender = parseaddr(letter.sender)[0] or letter.sender
    at = letter.written_at
    return words % {"day": long_date(at.date(), language), "time": f"{at:%H:%M}", "sender": sender}


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_content()
    if isinstance(content, EmailMessage):
        content = content.as_bytes()
    elif isinstance(content, str):
        content = content.encode()
    return Attachment(name=part.get_filename() or "file", media_type=part.get_content_type(), content=content)
