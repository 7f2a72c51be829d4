"""The tables of the Journal. What a person wrote or is called is sealed (BLOB); what the counts need is not.

No column of anything that came from a family holds a time: days only. Letters to staff have times as long as
they are owed; the hour at which one left would say between which other letters an appeal was recorded.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from journal import model
from journal.columns import Moment, one_of, sealed, word
from journal.columns import metadata as metadata
from journal.condition import Trouble

# One row: a database is one school's. Whoever writes locks this row first, so numbers and history are serial.
school = Table(
    "school",
    metadata,
    Column("only_row", Integer, primary_key=True, autoincrement=False),
    Column("id", String(32), nullable=False),
    sealed("key_check"),
    Column("last_number", Integer, nullable=False),
    Column("last_event", Integer, nullable=False),
    Column("last_digest", String(64), nullable=False),
    CheckConstraint("only_row = 1", name="only_row"),
    sealed("fingerprint_key", nullable=True),  # NULL: derived from the first key, which is still in use
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
    sealed("surname", nullable=True),
    sealed("given_name", nullable=True),
    sealed("patronymic", nullable=True),
    sealed("address", nullable=True),
    sealed("email", nullable=True),
    sealed("class_group", nullable=True),
    sealed("phone", nullable=True),
    sealed("content", nullable=True),
    sealed("text", nullable=True),
    sealed("refused", nullable=True),
    sealed("data_key", nullable=True),
    word("channel"),
    word("language"),
    Column("urgent", Boolean, nullable=False),
    word("status"),
    Column("cause", String(64), nullable=False),
    word("finding", nullable=True),
    Column("considered_by", String(255), nullable=False),  # roles, with a comma between
    Column("repeats", Integer, ForeignKey("entries.number"), nullable=True),
    Column("closed_on", Date, nullable=True),
    Column("purged_on", Date, nullable=True),  # the content was destroyed; the row stays
    Column("escalated", Integer, nullable=False, server_default="0"),  # 1: deputy told, 2: director
    one_of("channel", model.Channel),
    one_of("status", model.Status),
    one_of("finding", model.Finding),
    Index("ix_entries_received_on", "received_on"),
    Index("ix_entries_status", "status", "due_on"),
    Index("ix_entries_closed_on", "closed_on"),
)

measures = Table(
    "measures",
    metadata,
    Column("number", Integer, ForeignKey("entries.number"), primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    word("role"),
    Column("recorded_on", Date, nullable=False),
    sealed("person", nullable=True),  # NULL: the content of the entry was destroyed
    sealed("text", nullable=True),
    Column("undone_on", Date, nullable=True),  # taken back: it stays, and counts for nothing
    one_of("role", model.Role),
)

# All else that staff do with an appeal: closing, findings, causes, corrections, where it went, who has it.
# What stands in `entries` of it is what those that were not taken back come to (`journal.deeds`).
deeds = Table(
    "deeds",
    metadata,
    Column("number", Integer, ForeignKey("entries.number"), primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    word("kind"),
    word("role"),
    Column("recorded_on", Date, nullable=False),
    Column("code", String(64), nullable=False),  # a finding, a cause's id, the name of a recipient in config
    word("state", nullable=True),  # of what is on its way
    Column("undone_on", Date, nullable=True),
    sealed("person", nullable=True),  # NULL: the content of the entry was destroyed
    sealed("words", nullable=True),
    one_of("kind", model.DeedKind),
    one_of("role", model.Role),
    one_of("state", model.DeedState),
)

attachments = Table(
    "attachments",
    metadata,
    Column("number", Integer, ForeignKey("entries.number"), primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    sealed("line"),  # name, type and size, so that a list need not open the bytes
    sealed("content"),
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
    word("disposition"),
    word("filing"),
    Column("reason", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("number", Integer, ForeignKey("entries.number"), nullable=True),
    one_of("disposition", model.Disposition),
    one_of("filing", model.Filing),
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
    word("state"),
    Column("removed", Boolean, nullable=False),  # from the mail server, after it was settled
    sealed("raw", nullable=True),
    one_of("state", model.HeldState),
    Index("ix_held_state", "state", "removed"),
)

letters = Table(
    "letters",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    word("kind"),
    Column("reader", String(64), nullable=False),  # a keyed fingerprint of the address
    word("role"),
    Column("period", String(64), nullable=False),
    word("state"),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Moment, nullable=True),
    Column("lease_until", Moment, nullable=True),
    Column("covers_to", Integer, nullable=True),  # NULL until the letter was rendered
    Column("token", String(64), nullable=True),  # a keyed fingerprint of it
    Column("token_until", Moment, nullable=True),
    Column("error", String(64), nullable=False),
    sealed("address"),
    sealed("data", nullable=True),  # NULL: nothing can come of the letter any more
    sealed("snapshot", nullable=True),
    Column("sent_on", Date, nullable=True),
    Column("covers_event", Integer, nullable=True),  # the newest event when it was rendered; as `covers_to`
    UniqueConstraint("kind", "reader", "period"),
    one_of("kind", model.LetterKind),
    one_of("role", model.Role),
    one_of("state", model.LetterState),
    Index("ix_letters_state", "state", "due_at"),
    Index("ix_letters_token", "token", unique=True),
    Index("ix_letters_reader", "reader", "kind"),
)

# The links «write the measure» in a letter: each has a token of its own, which names letter and appeal.
links = Table(
    "links",
    metadata,
    Column("token", String(64), primary_key=True),  # a keyed fingerprint of it
    Column("letter", Integer, ForeignKey("letters.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Index("ix_links_letter", "letter"),
)

# Replies already counted, by letter.
replies = Table(
    "replies",
    metadata,
    Column("letter", Integer, ForeignKey("letters.id"), primary_key=True, autoincrement=False),
    Column("fingerprint", String(64), primary_key=True),
    Column("day", Date, nullable=False),
)

# Replies as they came, whole, until what was understood of them can no longer be objected to.
kept_replies = Table(
    "kept_replies",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("letter", Integer, ForeignKey("letters.id"), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("until", Date, nullable=False),  # the last day on which it is kept
    sealed("raw"),
    Index("ix_kept_replies_fingerprint", "fingerprint"),
)

# When a reader is away: no letters until then, and others in their place.
leaves = Table(
    "leaves",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("reader", String(64), nullable=False),  # a keyed fingerprint of the address
    Column("starts", Date, nullable=False),
    Column("ends", Date, nullable=True),  # the last day; NULL: nobody said until when
    Column("automatic", Boolean, nullable=False),  # said by an answering machine, not by the reader
    Column("noted_on", Date, nullable=False),
    Column("over", Boolean, nullable=False),  # taken back, or the reader has written again
    Index("ix_leaves_reader", "reader"),
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
    one_of("kind", Trouble),
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
    word("kind"),
    Column("number", Integer, nullable=True),
    word("role", nullable=True),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
)
