"""Connected shops and systems: checkouts that may be abandoned, and signed webhooks that go out."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from storage.columns import Amount, Id, Json, UTCDateTime
from storage.tables.base import QUEUE, metadata, prospect_id, row_id

checkouts = Table(
    "checkouts",
    metadata,
    row_id(),
    Column("shop", String(16), nullable=False),
    Column("key", Text, nullable=False),
    prospect_id(nullable=True),
    Column("report", Json, nullable=False),
    Column("state", String(16), nullable=False),
    Column("updated_at", UTCDateTime, nullable=False),
    Column("due_at", UTCDateTime, nullable=False),
    Column("closed_at", UTCDateTime),
    UniqueConstraint("shop", "key"),
    Index("ix_checkouts_prospect_id", "prospect_id"),
    Index(
        "ix_checkouts_open",
        "due_at",
        "id",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)
"""Checkouts that a shop told us of and that are not paid yet. state: `open`, `abandoned`, `completed`.

Neither Shopify nor WooCommerce says that a checkout was abandoned: it is when nothing more was heard until `due_at`.
"""

refunds = Table(
    "refunds",
    metadata,
    row_id(),
    Column("order_id", Text, nullable=False),
    Column("key", String(64), nullable=False),
    Column("amount", Amount),
    Column("currency", String(3)),
    Column("at", UTCDateTime, nullable=False),
    Column("recorded_at", UTCDateTime, nullable=False),
    UniqueConstraint("order_id", "key"),
)
"""Money that went back, once each; kept even before its order is known. Without an amount: all of it.

A row that says when an order last stood lies among them (storage.purchases.STANDS): older cancellations do not count.

`purchases.refunded` and `purchases.refunded_at` are what these rows come to.
"""

endpoints = Table(
    "endpoints",
    metadata,
    row_id(),
    Column("uid", String(22), nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("events", Json, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("disabled_at", UTCDateTime),
    Column("failing_since", UTCDateTime),
)
"""Where signed webhooks go (Standard Webhooks). The signing secret is derived from SECRET_KEY and `uid`, not stored."""

deliveries = Table(
    "deliveries",
    metadata,
    row_id(),
    Column("endpoint_id", Id, ForeignKey("endpoints.id", ondelete="CASCADE"), nullable=False),
    Column("message_id", String(64), nullable=False),
    prospect_id(nullable=True),
    Column("event", String(32), nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", UTCDateTime, nullable=False),
    Column("status", Integer),
    Column("created_at", UTCDateTime, nullable=False),
    Column("delivered_at", UTCDateTime),
    UniqueConstraint("endpoint_id", "message_id"),
    Index("ix_deliveries_prospect_id", "prospect_id"),
    Index(
        "ix_deliveries_live",
        "not_before",
        "id",
        sqlite_where=text("state = 'ready'"),
        postgresql_where=text("state = 'ready'"),
    ),
    postgresql_with=QUEUE,
)
"""Webhooks to be sent, written in the turn that caused them. state: `ready`, `delivered`, `failed`."""
