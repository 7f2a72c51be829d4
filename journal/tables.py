"""The tables of the Journal. What a person wrote or is called is sealed (BLOB); what the counts need is not.

No column of anything that came from a family holds a time: days only. Letters to staff have times as long as
they are owed; the hour at which one left would say between which other letters an appeal was recorded.
"""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

from journal.model import (
    Channel,
    Disposition,
    Filing,
    Finding,
    HeldState,
    LetterKind,
    LetterState,
    Role,
    Status,
    Trouble,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A time in UTC, zone-aware on both databases (SQLite forgets the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone was given to the Journal")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _word(name: str, *, nullable: bool = False) -> "Column[str]":
    return Column(name, String(32), nullable=nullable)


def _sealed(name: str, *, nullable: bool = False) -> "Column[bytes]":
    return Column(name, LargeBinary, nullable=nullable)


# One row: a database is one school's. Whoever writes locks this row first, so numbers and history are serial.
school = Table(
    "school",
    metadata,
    Column(
        "only_row",
        Integer,
        CheckConstraint("only_row = 1", name="only_row"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("id", String(32), nullable=False),
    _sealed("key_check"),
    Column("last_number", Integer, nullable=False),
    Column("last_event", Integer, nullable=False),
    Column("last_digest", String(64), nullable=False),
    _sealed("fingerprint_key", nullable=True),  # NULL: derived from the first key, which is still in use
)

# The register of clause 4.2. Sealed parts that a later purge destroys may be NULL.
entries = Table(
    "entries",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("received_on", Date, nullable=False),
    Column("registered_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("anonymous", Boolean, nullable=False),
    _sealed("surname", nullable=True),
    _sealed("given_name", nullable=True),
    _sealed("patronymic", nullable=True),
    _sealed("address", nullable=True),
    _sealed("email", nullable=True),
    _sealed("class_group", nullable=True),
    _sealed("phone", nullable=True),
    _sealed("content", nullable=True),
    _sealed("text", nullable=True),
    _sealed("refused", nullable=True),
    _sealed("data_key", nullable=True),
    _word("channel"),
    _word("language"),
    Column("urgent", Boolean, nullable=False),
    _word("status"),
    Column("cause", String(64), nullable=False),
    _word("finding", nullable=True),
    Column("considered_by", String(255), nullable=False),  # roles, with a comma between
    Column("repeats", Integer, ForeignKey("entries.number"), nullable=True),
    Column("closed_on", Date, nullable=True),
    Column("purged_on", Date, nullable=True),  # the content was destroyed; the row stays
    _one_of("channel", Channel),
    _one_of("status", Status),
    _one_of("finding", Finding),
    Index("ix_entries_received_on", "received_on"),
    Index("ix_entries_status", "status"),
)

measures = Table(
    "measures",
    metadata,
    Column("number", Integer, ForeignKey("entries.number"), primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    _word("role"),
    Column("recorded_on", Date, nullable=False),
    _sealed("person", nullable=True),  # NULL: the content of the entry was destroyed
    _sealed("text", nullable=True),
    _one_of("role", Role),
)

attachments = Table(
    "attachments",
    metadata,
    Column("number", Integer, ForeignKey("entries.number"), primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    _sealed("line"),  # name, type and size, so that a list need not open the bytes
    _sealed("content"),
)

# Keyed digests by which a repeat is known. They go when the entry's content goes.
fingerprints = Table(
    "fingerprints",
    metadata,
    Column("number", Integer, ForeignKey("entries.number"), primary_key=True, autoincrement=False),
    Column("identity", String(64), nullable=True),
    Column("whole", String(64), nullable=False),
    Column("words", String(64), nullable=True),
    Index("ix_fingerprints_identity", "identity"),
    Index("ix_fingerprints_words", "words"),
)

# What became of each incoming message, by the place where it stood on the server (RFC 9051 §2.3.1.1).
messages = Table(
    "messages",
    metadata,
    Column("mailbox", String(255), primary_key=True),
    Column("uidvalidity", BigInteger, primary_key=True, autoincrement=False),
    Column("uid", BigInteger, primary_key=True, autoincrement=False),
    _word("disposition"),
    _word("filing"),
    Column("reason", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("number", Integer, ForeignKey("entries.number"), nullable=True),
    _one_of("disposition", Disposition),
    _one_of("filing", Filing),
    Index("ix_messages_day", "day"),
)

held = Table(
    "held",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("mailbox", String(255), nullable=False),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("reason", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("size", BigInteger, nullable=False),
    _word("state"),
    Column("removed", Boolean, nullable=False),  # from the mail server, after it was settled
    _sealed("raw", nullable=True),
    _one_of("state", HeldState),
    Index("ix_held_state", "state", "removed"),
)

letters = Table(
    "letters",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    _word("kind"),
    Column("reader", String(64), nullable=False),  # a keyed fingerprint of the address
    _word("role"),
    Column("period", String(64), nullable=False),
    _word("state"),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Moment, nullable=True),
    Column("lease_until", Moment, nullable=True),
    Column("covers_to", Integer, nullable=True),  # NULL until the letter was rendered
    Column("token", String(64), nullable=True),  # a keyed fingerprint of it
    Column("token_until", Moment, nullable=True),
    Column("error", String(64), nullable=False),
    _sealed("address"),
    _sealed("data", nullable=True),  # NULL: nothing can come of the letter any more
    _sealed("snapshot", nullable=True),
    Column("sent_on", Date, nullable=True),
    UniqueConstraint("kind", "reader", "period"),
    _one_of("kind", LetterKind),
    _one_of("role", Role),
    _one_of("state", LetterState),
    Index("ix_letters_state", "state", "due_at"),
    Index("ix_letters_token", "token", unique=True),
    Index("ix_letters_reader", "reader", "kind"),
)

# Replies already counted, by letter.
replies = Table(
    "replies",
    metadata,
    Column("letter", Integer, ForeignKey("letters.id"), primary_key=True, autoincrement=False),
    Column("fingerprint", String(64), primary_key=True),
    Column("day", Date, nullable=False),
)

# The newest look into each folder of the mailbox, for the reconciliation.
folders = Table(
    "folders",
    metadata,
    Column("folder", String(255), primary_key=True),
    Column("since", Date, nullable=False),
    Column("standing", Integer, nullable=False),
    Column("looked_on", Date, nullable=False),
)

# What is wrong just now. A row goes when its trouble is over.
troubles = Table(
    "troubles",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("since", Moment, nullable=False),
    Column("told", Boolean, nullable=False),
    _one_of("kind", Trouble),
)

# Whom an appeal names: what is in no letter to that reader, unless the other readers lifted it.
conflicts = Table(
    "conflicts",
    metadata,
    Column("number", Integer, ForeignKey("entries.number"), primary_key=True, autoincrement=False),
    Column("reader", String(64), primary_key=True),  # a keyed fingerprint of the address
    Column("lifted", Boolean, nullable=False),
    Column("day", Date, nullable=False),
)

# What is done once a night, and when it was last done to its end; what was destroyed and not yet swept up.
chores = Table(
    "chores",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("done_on", Date, nullable=False),
)

# The history: only ever added to, each event with the digest of the one before.
events = Table(
    "events",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("day", Date, nullable=False),
    _word("kind"),
    Column("number", Integer, nullable=True),
    _word("role", nullable=True),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
)
