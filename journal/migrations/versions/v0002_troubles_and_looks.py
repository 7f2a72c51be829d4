"""What is wrong, what was last seen in each folder, and four more kinds of letters."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TROUBLES = (
    "'mailbox', 'mailbox_login', 'filing', 'letters', 'letters_login', 'journal', 'disk', 'reading'"
)


def upgrade() -> None:
    op.create_table(
        "folders",
        sa.Column("folder", sa.String(255), primary_key=True),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("standing", sa.Integer, nullable=False),
        sa.Column("looked_on", sa.Date, nullable=False),
    )
    op.create_table(
        "troubles",
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.Boolean, nullable=False),
        sa.CheckConstraint(f"kind IN ({TROUBLES})", name="kind"),
    )
    with op.batch_alter_table("letters") as letters:
        letters.drop_constraint("kind", type_="check")
        letters.create_check_constraint(
            "kind",
            "kind IN ('daily', 'text', 'files', 'confirmation', 'refusal', 'confirm', 'echo', "
            "'bounced', 'notice')",
        )
