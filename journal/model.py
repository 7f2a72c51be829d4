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
    measures: tuple[Measure, ...] = ()
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
    period: (
        str  # what it is for: a day «2026-11-22», a reply's id, an entry's number: unique by kind and reader
    )
    state: LetterState
    due_at: datetime
    attempts: int
    data: Mapping[str, object] = field(
        default_factory=dict
    )  # sealed; what the text is made of, where the Journal alone cannot say
    next_attempt_at: datetime | None = None
    sent_on: date | None = None
    covers_to: int = 0  # the last number that this DAILY letter tells of
    snapshot: bytes | None = None  # the message as it was rendered, RFC 5322, CRLF
    error: str = ""  # class of the last fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The newest complete look into a folder of the mailbox."""

    folder: str
    since: date  # the first look of all: what lay there before that day is not ours
    standing: int  # messages that still stood in it afterwards, not dealt with
    looked_on: date  # no finer: what came since the look before came between the two


class Trouble(StrEnum):
    """What keeps Senim from its work, as the administrator is told of it."""

    MAILBOX = "mailbox"  # cannot be read
    MAILBOX_LOGIN = "mailbox_login"  # refuses the password
    FILING = "filing"  # takes letters into no folder: full, or one is missing
    LETTERS = "letters"  # a letter is late: it could not be sent
    LETTERS_LOGIN = "letters_login"  # the submission server refuses the password
    JOURNAL = "journal"  # its database cannot be reached or written
    DISK = "disk"  # is full
    READING = "reading"  # the process that reads letters cannot be started
    BACKUP = "backup"  # there is no new one since two days


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTrouble:
    """A trouble that has begun and is not over. `since` is UTC; `told`: its letter is owed."""

    kind: Trouble
    since: datetime
    told: bool
