"""Until when somebody has asked us not to write first."""

import sqlalchemy as sa
from alembic import op

from storage.columns import UTCDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nobody has asked for it yet."""
    op.add_column("prospects", sa.Column("paused_until", UTCDateTime()))
