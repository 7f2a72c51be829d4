"""The first Journal: the register, what became of each message, letters owed, and the history.

What a person wrote or is called is a sealed BLOB from the first day on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROLES = "'psychologist', 'social_pedagogue', 'deputy_director', 'director', 'administrator'"


def upgrade() -> None:
    op.create_table(
        "school",
        sa.Column("only_row", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("key_check", sa.LargeBinary, nullable=False),
        sa.Column("last_number", sa.Integer, nullable=False),
        sa.Column("last_event", sa.Integer, nullable=False),
        sa.Column("last_digest", sa.String(64), nullable=False),
        sa.CheckConstraint("only_row = 1", name="only_row"),
    )

    op.create_table(
        "entries",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("registered_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("anonymous", sa.Boolean, nullable=False),
        sa.Column("surname", sa.LargeBinary),
        sa.Column("given_name", sa.LargeBinary),
        sa.Column("patronymic", sa.LargeBinary),
        sa.Column("address", sa.LargeBinary),
        sa.Column("email", sa.LargeBinary),
        sa.Column("class_group", sa.LargeBinary),
        sa.Column("phone", sa.LargeBinary),
        sa.Column("content", sa.LargeBinary),
        sa.Column("text", sa.LargeBinary),
        sa.Column("refused", sa.LargeBinary),
        sa.Column("data_key", sa.LargeBinary),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("language", sa.String(32), nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("cause", sa.String(64), nullable=False),
        sa.Column("finding", sa.String(32)),
        sa.Column("considered_by", sa.String(255), nullable=False),
        sa.Column("repeats", sa.Integer, sa.ForeignKey("entries.number")),
        sa.CheckConstraint("channel IN ('page', 'form', 'letter')", name="channel"),
        sa.CheckConstraint("status IN ('registered', 'in_progress', 'closed')", name="status"),
        sa.CheckConstraint("finding IN ('justified', 'partly', 'unfounded')", name="finding"),
    )
    op.create_index("ix_entries_received_on", "entries", ["received_on"])
    op.create_index("ix_entries_status", "entries", ["status"])

    op.create_table(
        "measures",
        sa.Column(
            "number", sa.Integer, sa.ForeignKey("entries.number"), primary_key=True, autoincrement=False
        ),
        sa.Column("ordinal", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("recorded_on", sa.Date, nullable=False),
        sa.Column("person", sa.LargeBinary, nullable=False),
        sa.Column("text", sa.LargeBinary, nullable=False),
        sa.CheckConstraint(f"role IN ({ROLES})", name="role"),
    )

    op.create_table(
        "attachments",
        sa.Column(
            "number", sa.Integer, sa.ForeignKey("entries.number"), primary_key=True, autoincrement=False
        ),
        sa.Column("ordinal", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("line", sa.LargeBinary, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )

    op.create_table(
        "fingerprints",
        sa.Column(
            "number", sa.Integer, sa.ForeignKey("entries.number"), primary_key=True, autoincrement=False
        ),
        sa.Column("identity", sa.String(64)),
        sa.Column("whole", sa.String(64), nullable=False),
        sa.Column("words", sa.String(64)),
    )
    op.create_index("ix_fingerprints_identity", "fingerprints", ["identity"])
    op.create_index("ix_fingerprints_words", "fingerprints", ["words"])

    op.create_table(
        "messages",
        sa.Column("mailbox", sa.String(255), primary_key=True),
        sa.Column("uidvalidity", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("uid", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("disposition", sa.String(32), nullable=False),
        sa.Column("filing", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("number", sa.Integer, sa.ForeignKey("entries.number")),
        sa.CheckConstraint(
            "disposition IN ('recorded', 'updated', 'ignored', 'held')", name="disposition"
        ),
        sa.CheckConstraint("filing IN ('journaled', 'expunged', 'ignored', 'held')", name="filing"),
    )
    op.create_index("ix_messages_day", "messages", ["day"])

    op.create_table(
        "held",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("mailbox", sa.String(255), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger, nullable=False),
        sa.Column("uid", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.Column("raw", sa.LargeBinary),
        sa.CheckConstraint("state IN ('waiting', 'released', 'discarded')", name="state"),
    )
    op.create_index("ix_held_state", "held", ["state", "removed"])

    op.create_table(
        "letters",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("reader", sa.String(64), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("period", sa.String(64), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True)),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("covers_to", sa.Integer),
        sa.Column("token", sa.String(64)),
        sa.Column("token_until", sa.DateTime(timezone=True)),
        sa.Column("error", sa.String(64), nullable=False),
        sa.Column("address", sa.LargeBinary, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("snapshot", sa.LargeBinary),
        sa.UniqueConstraint("kind", "reader", "period"),
        sa.CheckConstraint(
            "kind IN ('daily', 'text', 'files', 'confirmation', 'refusal')", name="kind"
        ),
        sa.CheckConstraint(f"role IN ({ROLES})", name="role"),
        sa.CheckConstraint("state IN ('owed', 'sent', 'failed')", name="state"),
    )
    op.create_index("ix_letters_state", "letters", ["state", "due_at"])
    op.create_index("ix_letters_token", "letters", ["token"], unique=True)
    op.create_index("ix_letters_reader", "letters", ["reader", "kind"])

    op.create_table(
        "replies",
        sa.Column(
            "letter", sa.Integer, sa.ForeignKey("letters.id"), primary_key=True, autoincrement=False
        ),
        sa.Column("fingerprint", sa.String(64), primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
    )

    op.create_table(
        "events",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer),
        sa.Column("role", sa.String(32)),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
