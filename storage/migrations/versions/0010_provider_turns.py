"""Whose turn it is with a mail provider, for all processes together."""

import sqlalchemy as sa
from alembic import op

from storage.columns import UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; nobody has been given a turn yet."""
    op.create_table(
        "provider_turns",
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("due", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_provider_turns")),
    )
