"""Who is at work, and which rows they have in hand."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Id, UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the columns. What is in somebody's hands now names nobody: its lease runs out as before."""
    op.create_table(
        "workers",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("started_at", UTCDateTime, nullable=False),
        sa.Column("seen_at", UTCDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )
    op.add_column("inbox", sa.Column("worker", Id, nullable=True))
    op.add_column("outbox", sa.Column("worker", Id, nullable=True))
