"""Queues are cleaned up early, and their rows have room to be changed where they stand."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

QUEUES = ("inbox", "outbox", "timers", "deliveries")


def upgrade() -> None:
    """Set them on PostgreSQL; SQLite has no such settings."""
    if op.get_bind().dialect.name == "postgresql":
        for table in QUEUES:
            op.execute(f"ALTER TABLE {table} SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01)")
