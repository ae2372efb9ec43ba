"""The pace at which mails go to one provider, for all processes together."""

import sqlalchemy as sa
from alembic import op

from storage.columns import UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; nothing is booked yet."""
    op.create_table(
        "provider_paces",
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("due", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_provider_paces")),
    )
