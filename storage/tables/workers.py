"""Who is at work: the processes that share a PostgreSQL database."""

from sqlalchemy import Column, Table, Text

from storage.columns import UTCDateTime
from storage.tables.base import metadata, row_id

workers = Table(
    "workers",
    metadata,
    row_id(),
    Column("roles", Text, nullable=False),
    Column("started_at", UTCDateTime, nullable=False),
    Column("seen_at", UTCDateTime, nullable=False),
)
"""Processes that take turns and send. Both moments are the database's own, so that no machine's clock matters.

Rows of the inbox and the outbox that are in somebody's hands name them in `worker`. A number is never given again: who
was taken for dead comes back under a new one. It is of this moment only: no backup has it.
"""
