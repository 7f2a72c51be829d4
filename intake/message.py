"""Reads one incoming message into the few things that we ever look at, whatever its sender did to it.

`parse` is a pure function from bytes to small values. The path is that of mail.md §1: a linear gate, Python's
compat32 parser, limits on the tree, everything made harmless, and only then mail-parser.
"""

import logging
import re
from dataclasses import dataclass
from email.message import Message as Tree

import mailparser

from intake import gate, parts
from intake.file_names import with_own_names
from intake.gate import Unreadable as Unreadable
from intake.headers import Header, addresses_in, as_written, plain_mailbox
from intake.long_runs import LongRuns
from intake.trace import trace_of
from journal.model import Attachment

logging.getLogger("mailparser").setLevel(logging.CRITICAL)  # it writes subjects and file names

FORM_PART = ("senim.json", "application/json")
_MOST_IDS = 100
OUT_OF_OFFICE = "out-of-office"  # a kind of automatic mail
_AUTOREPLY_FIELDS = frozenset(
    ["x-autoreply", "x-autorespond", "x-auto-reply", "x-autoreply-from", "x-mail-autoreply"]
)
_LIST_FIELDS = frozenset(["list-id", "list-post", "list-unsubscribe"])
_BULK = frozenset(["bulk", "list", "junk"])
_ORIGINATOR_FIELDS = frozenset(["sender", "resent-from", "resent-sender", "resent-reply-to"])
_RECIPIENT_FIELDS = frozenset(["to", "cc", "delivered-to", "x-original-to"])
# What mail programs themselves put before the subject of an automatic answer.
_AWAY_SUBJECT = re.compile(
    r"(?i)\s*(automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|"
    r"автоматический ответ|автоответ\w*|вне офиса|автоматты (?:түрде )?жауап|автожауап)\b"
)
_BOUNCER = re.compile(r"(?i)(mailer-daemon|mail[._-]?delivery)[^@\s]*@")
_POSTMASTER = re.compile(r"(?i)postmaster@")
_BOUNCE_SUBJECT = re.compile(
    r"(?i)undeliver|deliver\w* .*(fail|status|notif|error|report)|returned mail|не ?доставлен|жеткізілме"
)


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

    @property
    def automatic(self) -> str:
        """What kind of automatic mail it is; "" for what a person wrote."""
        if self.delivery_report:
            return "delivery-report"
        if self.autoreply or self.auto_submitted.startswith("auto-replied"):
            return OUT_OF_OFFICE
        if self.auto_submitted not in ("", "no"):
            return "automatic"
        return ""


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
    date: str = ""  # as its writer's program wrote it: by it a reply is known again, and nothing else
    reply_to: tuple[str, ...] = ()  # each Reply-To field; used only for who signs another site's form
    to_fields: tuple[str, ...] = ()  # each To field; a trusted reply has one, and it names the box
    trace: tuple[str, ...] = ()  # the names of all fields in their order: intake/trace.py

    @property
    def aside(self) -> str:
        """Why a person looks at it, if nothing else is known of it: a list's, bulk, spam, nobody's, empty."""
        if self.marks.spam:
            return "spam-marked"
        if self.marks.list_id or self.marks.precedence in _BULK:
            return "list-or-bulk"
        if self.marks.null_sender:
            return "no-sender"
        return "" if self.text or self.attachments else "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    texts: list[str]
    htmls: list[str]
    files: list[Attachment]


def sole_address(message: Message) -> str | None:
    """The one plain address of the one From field, lower-cased; None if there is any doubt."""
    if len(message.from_fields) != 1:
        return None
    mailbox = plain_mailbox(message.from_fields[0])
    return mailbox[1] if mailbox else None


def parse(raw: bytes) -> Message:
    """Raises Unreadable."""
    raw = raw.removeprefix(b"\xef\xbb\xbf")  # a byte order mark would hide the whole header
    if len(raw) > gate.MOST_BYTES:
        raise Unreadable("too-large")
    runs = LongRuns()
    raw = runs.taken_out(raw)
    gate.check(raw)
    tree = parts.open_tree(raw, runs)
    header = Header(tree)
    marks = _marks(header, is_report=tree.get_content_type() == "multipart/report")
    body = _body(tree)
    form_parts = [file.content for file in body.files if (file.name, file.media_type) == FORM_PART]
    form_part = form_parts[0] if len(form_parts) == 1 else None
    references = header.ids("in-reply-to", "references")
    return Message(
        message_id=next(iter(header.ids("message-id") + header.lines("message-id")), ""),
        references=tuple(dict.fromkeys(references))[:_MOST_IDS],
        from_fields=header.addresses("from"),
        sender_fields=header.addresses(*_ORIGINATOR_FIELDS),
        recipients=_recipients(header),
        subject=next(iter(header.lines("subject")), ""),
        marks=marks,
        authentication_results=tuple(map(as_written, header.raw("authentication-results"))),
        date=next(iter(header.lines("date")), "")[:100],
        submission_id=next(iter(header.lines("x-submission-id")), "")[:200],
        text="\n\n".join(body.texts),
        html="\n\n".join(body.htmls),
        form_part=form_part,
        attachments=with_own_names([file for file in body.files if file.content is not form_part]),
        reply_to=header.addresses("reply-to"),
        to_fields=header.addresses("to"),
        trace=trace_of(header.in_order()),
    )


def _recipients(header: Header) -> tuple[str, ...]:
    fields = header.addresses(*_RECIPIENT_FIELDS)
    return tuple(dict.fromkeys(address for field in fields for address in addresses_in(field)))


def _marks(header: Header, *, is_report: bool) -> Marks:
    automatic = [line.partition(";")[0].strip().lower() for line in header.lines("auto-submitted")]
    is_reply = bool(header.ids("in-reply-to", "references"))
    away = is_reply and any(map(_AWAY_SUBJECT.match, header.lines("subject")))
    senders = header.addresses("from")
    bounced = any(map(_BOUNCER.search, senders)) or (
        any(map(_POSTMASTER.search, senders)) and any(map(_BOUNCE_SUBJECT.search, header.lines("subject")))
    )
    return Marks(
        auto_submitted=next((one for one in automatic if one != "no"), next(iter(automatic), "")),
        precedence=header.word("precedence", "x-precedence"),
        list_id=bool(header.names & _LIST_FIELDS),
        our_letter=header.word("x-senim-letter"),
        autoreply=bool(header.names & _AUTOREPLY_FIELDS) or header.word("precedence") == "auto_reply" or away,
        delivery_report=is_report or bounced or "x-failed-recipients" in header.names,
        null_sender="<>" in [value.strip() for value in header.raw("return-path")],
        spam=header.word("x-spam-flag", "x-spam") in ("yes", "true")
        or header.word("x-spam-status")[:3] == "yes",
    )


def _body(tree: Tree) -> _Body:
    try:
        prepared = parts.Prepared(tree)
    except (Unreadable, MemoryError):
        raise
    except Exception as fault:  # whatever a hostile part makes a library raise, the message is put aside
        raise Unreadable("broken-parts") from fault
    try:
        return _by_mail_parser(prepared)
    except Exception:  # it raises AttributeError, TypeError and its own (mail.md §1): the plain way then
        return _by_hand(prepared)


def _by_mail_parser(prepared: parts.Prepared) -> _Body:
    mail = mailparser.MailParser(prepared.tree)
    files = [
        Attachment(
            name=file["filename"],
            media_type=file["mail_content_type"],
            content=prepared.contents[int(file["payload"])],
        )
        for file in mail.attachments
    ]
    return _Body(texts=_with_words(mail.text_plain), htmls=_with_words(mail.text_html), files=files)


def _by_hand(prepared: parts.Prepared) -> _Body:
    body = _Body(texts=[], htmls=[], files=[])
    for part in prepared.tree.walk():
        kind = part.get_content_type()
        name = part.get_filename()
        if part.is_multipart():
            continue
        if name:
            content = prepared.contents[int(str(part.get_payload()))]
            body.files.append(Attachment(name=name, media_type=kind, content=content))
        else:
            (body.htmls if kind == "text/html" else body.texts).extend(_with_words([str(part.get_payload())]))
    return body


def _with_words(texts: list[str]) -> list[str]:
    return [text for text in texts if text.strip()]
