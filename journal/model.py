"""The words of the Journal: what an appeal, an entry, a measure and a letter are.

Values only: nothing here opens a file, asks the time or knows a language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Channel(StrEnum):
    """The way by which an appeal came."""

    PAGE = "page"  # our own form's letter
    FORM = "form"  # another site's form mailer
    LETTER = "letter"  # a plain letter to the box


class Role(StrEnum):
    """What a person is at the school; measures are recorded in the name of a role."""

    PSYCHOLOGIST = "psychologist"
    SOCIAL_PEDAGOGUE = "social_pedagogue"
    DEPUTY_DIRECTOR = "deputy_director"
    DIRECTOR = "director"
    ADMINISTRATOR = "administrator"  # gets notices about the machine, never an appeal
    LAST_RESORT = "last_resort"  # outside the school: gets an appeal only when it names all others
    OUTSIDE = "outside"  # to whom an appeal was forwarded, by config `forward`
    FAMILY = "family"  # who signed an appeal and gave an address; gets the answer, and nothing else


class Status(StrEnum):
    """How far the consideration of an appeal has come."""

    REGISTERED = "registered"
    IN_PROGRESS = "in_progress"  # has a measure
    CLOSED = "closed"


class Finding(StrEnum):
    """What staff found after considering an appeal."""

    JUSTIFIED = "justified"
    PARTLY = "partly"
    UNFOUNDED = "unfounded"


class DeedKind(StrEnum):
    """What staff do with an appeal besides taking measures."""

    CLOSED = "closed"  # considered, without a finding
    FOUND = "found"  # considered, with a finding: `code`
    CAUSE = "cause"  # the category of the generalisation: `code`
    CONTENT = "content"  # another brief content: `words`
    CLASS = "class"  # the applicant's class, corrected: `words`
    NAME = "name"  # the applicant's name, corrected: `words`
    PASSED_ON = "passed_on"  # to somebody else: `code` names a role or a recipient of the config
    ANSWERED = "answered"  # to the family: `words`
    RESPONSIBLE = "responsible"  # who looks after it: `words` is an address
    CONSIDERED = "considered"  # read, and nothing more


class DeedState(StrEnum):
    """How far a deed has come that leaves the school's staff: forwarding, an answer."""

    WAITING = "waiting"  # can still be taken back
    READY = "ready"  # lies there for whoever has the receipt code
    SENT = "sent"
    FAILED = "failed"  # refused for good, or returned


class Disposition(StrEnum):
    """What became of one incoming message. There is no fifth."""

    RECORDED = "recorded"  # a new entry
    UPDATED = "updated"  # a measure or a request on existing entries
    IGNORED = "ignored"  # automatic mail and exact repeats, counted by reason
    HELD = "held"  # put aside for a person


class Filing(StrEnum):
    """Where a message goes on the mail server once its row is committed."""

    JOURNALED = "journaled"
    EXPUNGED = "expunged"  # destroyed: it could identify an anonymous child
    IGNORED = "ignored"
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Who signed an appeal. Every part may be empty, but not all of them (clause 4.2)."""

    surname: str = ""
    given_name: str = ""
    patronymic: str = ""
    address: str = ""  # postal
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file with its bytes. `name` is a bare file name, `media_type` as in RFC 2046 («image/jpeg»)."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentLine:
    """A stored attachment as the register lists it, without its bytes. `size` in bytes."""

    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """The three days of an appeal, as local days of the school: when it came, was registered, is due."""

    received_on: date
    registered_on: date
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """What a family wrote, after parsing, before it has a number. `applicant` is None when anonymous."""

    applicant: Applicant | None
    term: Term
    channel: Channel
    content: str  # brief content: the family's own subject, else the first sentences
    text: str  # the whole text
    language: str  # kk, ru or en
    class_group: str = ""
    phone: str = ""
    urgent: bool = False
    attachments: tuple[Attachment, ...] = ()
    refused: tuple[str, ...] = ()  # kinds of files that were not stored: (".doc", ".mp4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A note on measures taken, by a member of staff. Without words and name once they were destroyed."""

    text: str
    by: str  # the person's name as configured
    role: Role
    recorded_on: date
    undone_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What a member of staff did with an appeal besides a measure. Without words once they were destroyed."""

    ordinal: int
    kind: DeedKind
    by: str  # the person's name as configured
    role: Role
    recorded_on: date
    words: str = ""
    code: str = ""
    state: DeedState | None = None
    undone_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An appeal in the Journal, with its number and all that staff did since."""

    number: int
    applicant: Applicant | None
    term: Term
    channel: Channel
    content: str
    text: str
    language: str
    class_group: str
    phone: str
    urgent: bool
    status: Status
    refused: tuple[str, ...] = ()
    cause: str = ""  # an id of config `causes`; empty until staff say
    finding: Finding | None = None
    considered_by: tuple[Role, ...] = ()
    measures: tuple[Measure, ...] = ()  # those that stand
    undone: tuple[Measure, ...] = ()  # those that were taken back
    deeds: tuple[Deed, ...] = ()  # in their order, also those that were taken back
    responsible: str = ""  # the address of whoever looks after it; empty while nobody has said so
    at_first: "Entry | None" = None  # as it came, where staff corrected anything
    escalated: int = 0  # 1: the deputy director was told that it waits, 2: the director too
    attachments: tuple[AttachmentLine, ...] = ()
    repeats: int | None = None  # the number of an earlier entry with the same words
    purged_on: date | None = None  # its content was destroyed: all texts are empty, of measures the day stays

    @property
    def anonymous(self) -> bool:
        return self.applicant is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an incoming message stood on the server (RFC 9051 §2.3.1)."""

    mailbox: str  # the folder, e.g. INBOX
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The answer of `Journal.record`: the number, and whether it was an exact repeat of that entry."""

    number: int
    repeat: bool
    anonymous: bool  # of the entry as it stands: a repeat is filed like its original


class HeldState(StrEnum):
    """What became of a held message."""

    WAITING = "waiting"
    RELEASED = "released"  # let in as an appeal
    DISCARDED = "discarded"  # a person decided that it is nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A message put aside for a person. `raw` is the sealed original; None when it was too large to fetch."""

    id: int
    origin: Origin
    reason: str  # a short code: «unreadable», «no-valid-token», … never content
    on: date
    size: int  # bytes
    state: HeldState = HeldState.WAITING
    raw: bytes | None = None


class LetterKind(StrEnum):
    """Every letter that we send."""

    DAILY = "daily"  # the 15:00 summary
    TEXT = "text"  # the whole text of a long appeal, when the summary has no room for it
    FILES = "files"  # attachments, asked for with «файл 12»
    CONFIRMATION = "confirmation"  # what was stored from a reply, what was not understood
    REFUSAL = "refusal"  # «someone wrote in your name» to the registered address
    CONFIRM = "confirm"  # «was it you?»: a reply that could not be believed by itself
    ECHO = "echo"  # to the other readers: a grave act of one of them, with a way to stop it
    BOUNCED = "bounced"  # to the other readers and the administrator: a letter did not reach its reader
    URGENT = "urgent"  # an urgent appeal, at once
    ESCALATION = "escalation"  # appeals without a measure for too long
    AWAY = "away"  # to the deputy director: a reader seems to be away
    FORWARD = "forward"  # an appeal, to somebody whom a reader asked to look into it
    ANSWER = "answer"  # the school's answer, to the family
    GENERALISATION = "generalisation"  # of a month, to the director and the deputy
    NOTICE = "notice"  # to the administrator: a trouble has begun, or is over; to all: restored


class LetterState(StrEnum):
    """How far a letter has come."""

    OWED = "owed"
    SENT = "sent"  # accepted by the submission server
    FAILED = "failed"  # refused for good (5xx)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A member of staff as the Journal knows one: an address in a role."""

    address: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter that is owed to a reader, or was sent. Times are UTC, zone-aware; once it left, days only."""

    id: int
    kind: LetterKind
    reader: Reader
    period: str  # what it is for: a day «2026-11-22», a reply's id, a number: unique by kind and reader
    state: LetterState
    due_at: datetime
    attempts: int
    # Sealed: what the text is made of, where the Journal alone cannot say.
    data: Mapping[str, object] = field(default_factory=dict)
    next_attempt_at: datetime | None = None
    sent_on: date | None = None
    covers_to: int = 0  # the last number that this DAILY letter tells of
    snapshot: bytes | None = None  # the message as it was rendered, RFC 5322, CRLF
    error: str = ""  # class of the last fault
    about: int | None = None  # found by the token of one of its links: the appeal that this link names
