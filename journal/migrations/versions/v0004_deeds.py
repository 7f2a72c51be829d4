"""What staff do besides measures, links with a token of their own, replies kept whole, who is away."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROLES = (
    "role IN ('psychologist', 'social_pedagogue', 'deputy_director', 'director', 'administrator', "
    "'last_resort', 'outside', 'family')"
)
LETTERS = (
    "kind IN ('daily', 'text', 'files', 'confirmation', 'refusal', 'confirm', 'echo', 'bounced', 'urgent', "
    "'escalation', 'away', 'forward', 'answer', 'generalisation', 'notice')"
)
DEEDS = (
    "kind IN ('closed', 'found', 'cause', 'content', 'class', 'name', 'passed_on', 'answered', "
    "'responsible', 'considered')"
)


def upgrade() -> None:
    op.add_column(
        "entries", sa.Column("escalated", sa.Integer, nullable=False, server_default="0")
    )
    op.drop_index("ix_entries_status", "entries")
    op.create_index("ix_entries_status", "entries", ["status", "due_on"])
    op.create_index("ix_entries_closed_on", "entries", ["closed_on"])
    op.add_column("letters", sa.Column("covers_event", sa.Integer, nullable=True))
    op.add_column("measures", sa.Column("undone_on", sa.Date, nullable=True))
    for table, name, allowed in (
        ("measures", "role", ROLES),
        ("letters", "role", ROLES),
        ("letters", "kind", LETTERS),
    ):
        with op.batch_alter_table(table) as changed:
            changed.drop_constraint(name, type_="check")
            changed.create_check_constraint(name, allowed)
    op.create_table(
        "deeds",
        sa.Column(
            "number", sa.Integer, sa.ForeignKey("entries.number"), primary_key=True, autoincrement=False
        ),
        sa.Column("ordinal", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("recorded_on", sa.Date, nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("state", sa.String(32), nullable=True),
        sa.Column("undone_on", sa.Date, nullable=True),
        sa.Column("person", sa.LargeBinary, nullable=True),
        sa.Column("words", sa.LargeBinary, nullable=True),
        sa.CheckConstraint(DEEDS, name="kind"),
        sa.CheckConstraint(ROLES, name="role"),
        sa.CheckConstraint("state IN ('waiting', 'ready', 'sent', 'failed')", name="state"),
    )
    op.create_table(
        "links",
        sa.Column("token", sa.String(64), primary_key=True),
        sa.Column("letter", sa.Integer, sa.ForeignKey("letters.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
    )
    op.create_index("ix_links_letter", "links", ["letter"])
    op.create_table(
        "kept_replies",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("letter", sa.Integer, sa.ForeignKey("letters.id"), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_kept_replies_fingerprint", "kept_replies", ["fingerprint"])
    op.create_table(
        "leaves",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("reader", sa.String(64), nullable=False),
        sa.Column("starts", sa.Date, nullable=False),
        sa.Column("ends", sa.Date, nullable=True),
        sa.Column("automatic", sa.Boolean, nullable=False),
        sa.Column("noted_on", sa.Date, nullable=False),
        sa.Column("over", sa.Boolean, nullable=False),
    )
    op.create_index("ix_leaves_reader", "leaves", ["reader"])
