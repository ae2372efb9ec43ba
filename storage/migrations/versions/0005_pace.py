"""What goes first, and how fast it may go when several processes send."""

import sqlalchemy as sa
from alembic import op

from storage.columns import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LIVE = sa.text("state IN ('ready', 'leased', 'sending')")
IN_HAND = sa.text("state IN ('leased', 'sending')")


def upgrade() -> None:
    """Make the table, the column and the indexes; what waits gets the rank that it would have been written with."""
    op.create_table(
        "paces",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("due", UTCDateTime, nullable=True),
        sa.Column("rests_until", UTCDateTime, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_paces")),
    )
    op.add_column("outbox", sa.Column("rank", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.execute(
        "UPDATE outbox SET rank = CASE WHEN EXISTS (SELECT 1 FROM outbox AS earlier WHERE earlier.conversation_id ="
        " outbox.conversation_id AND earlier.id < outbox.id) THEN 1 ELSE 2 END"
        " WHERE state IN ('ready', 'leased', 'sending') AND proactive"
    )
    op.drop_index("ix_outbox_live", table_name="outbox")
    waiting = ["channel", "rank", "not_before", "id"]
    op.create_index("ix_outbox_waiting", "outbox", waiting, sqlite_where=LIVE, postgresql_where=LIVE)
    op.create_index("ix_outbox_in_hand", "outbox", ["lease_until"], sqlite_where=IN_HAND, postgresql_where=IN_HAND)
