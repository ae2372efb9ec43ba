"""How fast each channel may send, where several processes send on it."""

from sqlalchemy import Column, String, Table, Text

from storage.columns import UTCDateTime
from storage.tables.base import metadata

paces = Table(
    "paces",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("due", UTCDateTime),
    Column("rests_until", UTCDateTime),
    Column("reason", Text),
)
"""A row for each channel that has rested or is shared.

`due`: the first moment that no process has booked yet, by the database's clock. `rests_until`: nothing goes out there
before, and `reason` says why.
"""

provider_paces = Table(
    "provider_paces",
    metadata,
    Column("provider", String(64), primary_key=True),
    Column("due", UTCDateTime, nullable=False),
)
"""Until when the pace of a mail provider is booked; `provider` is a keyed hash of its domain.

A domain may name its only owner. What is over is forgotten.
"""
