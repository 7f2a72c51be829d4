"""Reads one incoming message into the few things that we ever look at, whatever its sender did to it."""

from dataclasses import dataclass

from journal.model import Attachment


class Unreadable(Exception):
    """A message that cannot be read safely; `reason` is a short code without content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


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


def sole_address(message: Message) -> str | None:
    """The one plain address of the one From field, lower-cased; None if there is any doubt."""
    raise NotImplementedError


def parse(raw: bytes) -> Message:
    """Raises Unreadable."""
    raise NotImplementedError
