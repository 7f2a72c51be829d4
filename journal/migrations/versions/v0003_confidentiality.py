"""Days of closing and of destruction, whom an appeal names, nightly chores, a key that outlives another."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROLES = (
    "role IN ('psychologist', 'social_pedagogue', 'deputy_director', 'director', 'administrator', "
    "'last_resort')"
)
TROUBLES = (
    "kind IN ('mailbox', 'mailbox_login', 'filing', 'letters', 'letters_login', 'journal', 'disk', "
    "'reading', 'backup')"
)


def upgrade() -> None:
    op.create_table(
        "conflicts",
        sa.Column(
            "number", sa.Integer, sa.ForeignKey("entries.number"), primary_key=True, autoincrement=False
        ),
        sa.Column("reader", sa.String(64), primary_key=True),
        sa.Column("lifted", sa.Boolean, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
    )
    op.create_table(
        "chores",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("done_on", sa.Date, nullable=False),
    )
    op.add_column("school", sa.Column("fingerprint_key", sa.LargeBinary, nullable=True))
    op.add_column("entries", sa.Column("closed_on", sa.Date, nullable=True))
    op.add_column("entries", sa.Column("purged_on", sa.Date, nullable=True))
    for table, name, allowed in (
        ("measures", "role", ROLES),
        ("letters", "role", ROLES),
        ("troubles", "kind", TROUBLES),
    ):
        with op.batch_alter_table(table) as changed:
            changed.drop_constraint(name, type_="check")
            changed.create_check_constraint(name, allowed)
    # What was destroyed is NULL.
    for table, column in (("measures", "person"), ("measures", "text"), ("letters", "data")):
        with op.batch_alter_table(table) as changed:
            changed.alter_column(column, existing_type=sa.LargeBinary, nullable=True)
    # An appeal that was closed before this step counts from the day on which the history says so.
    op.execute(
        "UPDATE entries SET closed_on = (SELECT MAX(events.day) FROM events WHERE events.kind = 'closed' "
        "AND events.number = entries.number) WHERE status = 'closed'"
    )
    # Of the letters that were sent the day stays, and not the hour.
    op.add_column("letters", sa.Column("sent_on", sa.Date, nullable=True))
    op.execute("UPDATE letters SET sent_on = date(sent_at) WHERE sent_at IS NOT NULL")
    with op.batch_alter_table("letters") as changed:
        changed.drop_column("sent_at")
