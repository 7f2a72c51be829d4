"""The shape of config.yaml: every key that may stand there, what it may hold, and its default.

Keys whose feature comes later are accepted and checked already, so that a file written today stays valid.
"""

from datetime import date, time, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from intake.config_types import (
    Address,
    AgeRecipient,
    Code,
    Day,
    FormField,
    Hour,
    Kept,
    Language,
    Line,
    Link,
    Listen,
    Names,
    Number,
    Port,
    Span,
)
from intake.server import Security
from journal.model import Role
from reports.period import Length
from reports.school import Detail


class Part(BaseModel):
    """What all parts of the file share: no unknown keys, no values in errors, no changes afterwards."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True)


class SchoolPart(Part):
    name: Names
    time_zone: Line = "Asia/Almaty"
    languages: Annotated[list[Language], Field(min_length=1)] = ["kk", "ru"]


class ServerPart(Part):
    host: Line
    port: Port | None = None  # the usual one
    security: Security = Security.TLS
    username: Line
    password_file: Line | None = None
    ca_file: Line | None = None


class FoldersPart(Part):
    inbox: Line = "INBOX"
    journaled: Line = "Senim/Journaled"
    held: Line = "Senim/Held"
    ignored: Line = "Senim/Ignored"
    junk: Line | None = None
    trash: Line | None = None
    sent: Line | None = None


class AfterPart(Part):
    signed: Literal["move", "expunge"] = "move"
    anonymous: Literal["expunge"] = "expunge"
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 30


class MailboxPart(Part):
    address: Address
    imap: ServerPart
    folders: FoldersPart = FoldersPart()
    after: AfterPart = AfterPart()


class JournalPart(Part):
    url: Annotated[Line, Field(repr=False)]  # may hold a password
    key_file: Line | None = None


class StaffPart(Part):
    name: Line
    address: Address
    role: Literal[Role.PSYCHOLOGIST, Role.SOCIAL_PEDAGOGUE, Role.DEPUTY_DIRECTOR, Role.DIRECTOR]
    language: Language | None = None
    detail: Detail = Detail.FULL
    hour: Hour | None = None
    days: Annotated[list[Day], Field(min_length=1)] | None = None


class AdministratorPart(Part):
    address: Address
    language: Language | None = None
    name: Line | None = None


class RepliesPart(Part):
    profile: Literal["auto", "gmail", "microsoft", "mailru", "yandex", "authserv-id", "none"] = "auto"
    trusted_authserv_id: Line | None = None
    subaddress: bool = True
    name_server: Line | None = None
    days: Annotated[int, Field(ge=1, le=365)] = 30
    undo: Span = timedelta(hours=24)
    answer_delay: Span = timedelta(minutes=30)


class SummaryPart(Part):
    at: Hour = time(15)
    on: Literal["every-day", "working-days"] = "every-day"


class DeadlinePart(Part):
    working_days: Annotated[int, Field(ge=1, le=365)] = 15
    off: list[date] = []
    work: list[date] = []


class UrgentPart(Part):
    steps: dict[Language, str] = {}
    acknowledge: Span = timedelta(hours=2)


class EscalatePart(Part):
    deputy_after: Annotated[int, Field(ge=1)] = 5
    director_after: Annotated[int, Field(ge=1)] = 10


class ForwardPart(Part):
    name: Line
    address: Address
    language: Language | None = None


class ConflictPart(Part):
    last_resort: Address | None = None
    name: Line | None = None
    language: Language | None = None


class CausePart(Part):
    id: Code
    name: Names
    words: dict[Language, list[Line]] = {}


class GeneralisationPart(Part):
    outside: Length = Length.QUARTER  # the one length of which papers leave the school


class HelplinePart(Part):
    name: Line | Names
    number: Number


class AttachmentsPart(Part):
    count: Annotated[int, Field(ge=0, le=20)] = 5
    megabytes: Annotated[int, Field(ge=1, le=25)] = 20


class FormPart(Part):
    listen: Listen = "127.0.0.1:8080"
    url: Link | None = None
    site: Link | None = None
    helplines: list[HelplinePart] = []
    attachments: AttachmentsPart = AttachmentsPart()
    spool: Line = "var/spool"
    publish: Line | None = None
    labels: dict[FormField, list[Line]] = {}


class BackupPart(Part):
    folder: Line = "var/backup"
    at: Hour = time(3)
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 35
    recipient: AgeRecipient | None = None  # a second key that opens a backup's lock, not its seals


class RetentionPart(Part):
    signed: Kept = timedelta(3 * 365)
    anonymous: Kept = timedelta(365)


class Settings(Part):
    """The whole file of one school."""

    school: SchoolPart
    mailbox: MailboxPart
    submission: ServerPart
    journal: JournalPart
    staff: Annotated[list[StaffPart], Field(min_length=1)]
    administrator: AdministratorPart | None = None
    replies: RepliesPart = RepliesPart()
    summary: SummaryPart = SummaryPart()
    deadline: DeadlinePart = DeadlinePart()
    urgent: UrgentPart = UrgentPart()
    escalate: EscalatePart = EscalatePart()
    forward: dict[Code, ForwardPart] = {}
    conflict: ConflictPart = ConflictPart()
    causes: list[CausePart] = []
    generalisation: GeneralisationPart = GeneralisationPart()
    form: FormPart = FormPart()
    backup: BackupPart = BackupPart()
    retention: RetentionPart = RetentionPart()
    heartbeat_file: Line | None = None
