"""An index of those who have tags."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    tagged = sa.text("tags <> '[]'")
    op.create_index("ix_prospects_tagged", "prospects", ["id"], sqlite_where=tagged, postgresql_where=tagged)
