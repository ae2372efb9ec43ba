"""Indexes for what is asked of the queues again and again: mails that have left, and what a person has to look at."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_outbox_mailed", "outbox", "sent_at", "channel = 'email' AND sent_at IS NOT NULL"),
    ("ix_outbox_unsure", "outbox", "id", "state = 'unknown'"),
    ("ix_inbox_aside", "inbox", "id", "state = 'quarantined'"),
)
"""Name, table, column, and of which rows."""


def upgrade() -> None:
    """Make them. Each is of few rows; only to find these the tables are read once."""
    for name, table, column, of in INDEXES:
        op.create_index(name, table, [column], sqlite_where=sa.text(of), postgresql_where=sa.text(of))
