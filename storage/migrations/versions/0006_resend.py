"""Whether a message of which nobody can know whether it arrived may be sent once more."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nothing that was written before may be sent again by itself."""
    op.add_column("outbox", sa.Column("resend", sa.Boolean(), server_default=sa.false(), nullable=False))
