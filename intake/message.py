"""Reads one incoming message into the few things that we ever look at, whatever its sender did to it.

`parse` is a pure function from bytes to small values. The path is that of mail.md §1: a linear gate, Python's
compat32 parser, limits on the tree, everything made harmless, and only then mail-parser.
"""

import base64
import logging
import re
from dataclasses import dataclass
from email.message import Message as Tree

import mailparser

from intake import gate, headers, parts
from intake.gate import Unreadable as Unreadable
from journal.model import Attachment

logging.getLogger("mailparser").setLevel(logging.CRITICAL)  # it writes subjects and file names

FORM_PART = ("senim.json", "application/json")
_MOST_IDS = 100
_AUTOREPLY_FIELDS = frozenset(
    ["x-autoreply", "x-autorespond", "x-auto-reply", "x-autoreply-from", "x-mail-autoreply"]
)
_LIST_FIELDS = frozenset(["list-id", "list-post", "list-unsubscribe"])
_ORIGINATOR_FIELDS = frozenset(["sender", "resent-from", "resent-sender", "resent-reply-to"])
_RECIPIENT_FIELDS = frozenset(["to", "cc", "delivered-to", "x-original-to"])
# What mail programs themselves put before the subject of an automatic answer.
_AWAY_SUBJECT = re.compile(
    r"(?i)\s*(automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|"
    r"автоматический ответ|автоответ\w*|вне офиса|автоматты (?:түрде )?жауап|автожауап)\b"
)
_BOUNCER = re.compile(r"(?i)(mailer-daemon|postmaster|mail[._-]?delivery|maildelivery)[^@\s]*@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What a message says of itself: automatic, a list's, a report, ours."""

    auto_submitted: str = ""  # RFC 3834, lower case; "" or "no" for people
    precedence: str = ""
    list_id: bool = False
    our_letter: str = ""  # X-Senim-Letter: our own letter came back
    autoreply: bool = False  # X-Autoreply, X-Autorespond and their kind
    delivery_report: bool = False  # multipart/report (RFC 3464) or a bounce by its look
    null_sender: bool = False  # Return-Path: <>
    spam: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message after reading. Text is NFC, with \\n line ends and no control characters."""

    message_id: str
    references: tuple[str, ...]  # ids in In-Reply-To and References
    from_fields: tuple[str, ...]  # each raw From field, decoded; a trusted reply has exactly one
    sender_fields: tuple[str, ...]  # Sender and Resent-* as they stand
    recipients: tuple[str, ...]  # lower-case addresses in To, Cc, Delivered-To, X-Original-To
    subject: str
    marks: Marks
    authentication_results: tuple[str, ...]  # RFC 8601, raw, top first
    submission_id: str  # X-Submission-Id, else ""
    text: str  # text/plain, else the HTML turned into text
    html: str  # the HTML part turned into text, quotes as "> "; "" without one
    form_part: bytes | None  # the application/json part of a form's letter
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    texts: list[str]
    htmls: list[str]
    files: list[Attachment]


def sole_address(message: Message) -> str | None:
    """The one plain address of the one From field, lower-cased; None if there is any doubt."""
    if len(message.from_fields) != 1:
        return None
    mailbox = headers.plain_mailbox(message.from_fields[0])
    return mailbox[1] if mailbox else None


def parse(raw: bytes) -> Message:
    """Raises Unreadable."""
    gate.check(raw)
    tree = parts.open_tree(raw)
    fields = headers.fields_of(tree)
    is_report = tree.get_content_type() == "multipart/report"
    body = _body(tree)
    form_parts = [file.content for file in body.files if (file.name, file.media_type) == FORM_PART]
    form_part = form_parts[0] if len(form_parts) == 1 else None
    ids = [
        one
        for value in headers.values(fields, "in-reply-to", "references")
        for one in headers.message_ids(value)
    ]
    return Message(
        message_id=next(
            (one for value in headers.values(fields, "message-id") for one in headers.message_ids(value)), ""
        ),
        references=tuple(dict.fromkeys(ids))[-_MOST_IDS:],
        from_fields=tuple(map(headers.addresses_as_read, headers.values(fields, "from"))),
        sender_fields=tuple(map(headers.addresses_as_read, headers.values(fields, *_ORIGINATOR_FIELDS))),
        recipients=_recipients(fields),
        subject=next(map(headers.unstructured, headers.values(fields, "subject")), ""),
        marks=_marks(fields, is_report=is_report, is_reply=bool(ids)),
        authentication_results=tuple(
            map(headers.as_written, headers.values(fields, "authentication-results"))
        ),
        submission_id=next(map(headers.unstructured, headers.values(fields, "x-submission-id")), "")[:200],
        text="\n\n".join(body.texts),
        html="\n\n".join(body.htmls),
        form_part=form_part,
        attachments=tuple(file for file in body.files if file.content is not form_part),
    )


def _recipients(fields: headers.Fields) -> tuple[str, ...]:
    found = [
        address
        for value in headers.values(fields, *_RECIPIENT_FIELDS)
        for address in headers.addresses_in(headers.addresses_as_read(value))
    ]
    return tuple(dict.fromkeys(found))


def _marks(fields: headers.Fields, *, is_report: bool, is_reply: bool) -> Marks:
    def word(*names: str) -> str:
        """The first word of the first of these fields, in lower case."""
        return (
            next((headers.unstructured(value) for value in headers.values(fields, *names)), "")
            .lower()
            .split(";")[0]
            .strip()
        )

    names = {name for name, _ in fields}
    automatic = [
        headers.unstructured(v).lower().split(";")[0].strip()
        for v in headers.values(fields, "auto-submitted")
    ]
    null_sender = "<>" in [value.strip() for value in headers.values(fields, "return-path")]
    bounced = any(
        _BOUNCER.search(headers.addresses_as_read(value)) for value in headers.values(fields, "from")
    )
    away = is_reply and any(
        _AWAY_SUBJECT.match(headers.unstructured(v)) for v in headers.values(fields, "subject")
    )
    return Marks(
        auto_submitted=next((one for one in automatic if one != "no"), next(iter(automatic), "")),
        precedence=word("precedence", "x-precedence"),
        list_id=bool(names & _LIST_FIELDS),
        our_letter=word("x-senim-letter"),
        autoreply=bool(names & _AUTOREPLY_FIELDS) or word("precedence") == "auto_reply" or away,
        delivery_report=is_report or bounced or "x-failed-recipients" in names,
        null_sender=null_sender,
        spam=word("x-spam-flag", "x-spam") in ("yes", "true") or word("x-spam-status").startswith("yes"),
    )


def _body(tree: Tree) -> _Body:
    try:
        parts.prepare(tree)
    except Unreadable:
        raise
    except Exception as fault:  # whatever a hostile part makes a library raise, the message is put aside
        raise Unreadable("broken-parts") from fault
    try:
        return _by_mail_parser(tree)
    except Exception:  # it raises AttributeError, TypeError and its own (mail.md §1): the plain way then
        return _by_hand(tree)


def _by_mail_parser(tree: Tree) -> _Body:
    mail = mailparser.MailParser(tree)
    files = [
        Attachment(
            name=file["filename"],
            media_type=file["mail_content_type"],
            content=base64.b64decode(file["payload"]),
        )
        for file in mail.attachments
    ]
    return _Body(texts=_with_words(mail.text_plain), htmls=_with_words(mail.text_html), files=files)


def _by_hand(tree: Tree) -> _Body:
    body = _Body(texts=[], htmls=[], files=[])
    for part in tree.walk():
        kind = part.get_content_type()
        name = part.get_filename()
        if part.is_multipart():
            continue
        if name:
            content = base64.b64decode(str(part.get_payload()))
            body.files.append(Attachment(name=name, media_type=kind, content=content))
        else:
            (body.htmls if kind == "text/html" else body.texts).extend(_with_words([str(part.get_payload())]))
    return body


def _with_words(texts: list[str]) -> list[str]:
    return [text for text in texts if text.strip()]
