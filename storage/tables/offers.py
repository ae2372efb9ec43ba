"""Offers: code pools, grants and what they may cost."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from storage.columns import Amount, Id, UTCDateTime
from storage.tables.base import metadata, prospect_id, row_id

codes = Table(
    "codes",
    metadata,
    row_id(),
    Column("offer", String(40), nullable=False),
    Column("code", Text, nullable=False, unique=True),
    Column("expires_at", UTCDateTime),
    Column("imported_at", UTCDateTime, nullable=False),
    Column("grant_id", Id, ForeignKey("grants.id", ondelete="SET NULL"), unique=True),
    Column("used_at", UTCDateTime),
    Index(
        "ix_codes_free", "offer", "id", sqlite_where=text("used_at IS NULL"), postgresql_where=text("used_at IS NULL")
    ),
    Index("ix_codes_pool", "offer", "used_at", "expires_at"),
)
"""The pools of coupon codes.

`used_at` is set when a code is granted, and stays set when the grant's owner is erased.
"""

grants = Table(
    "grants",
    metadata,
    row_id(),
    prospect_id(nullable=True),
    Column("conversation_id", Id, ForeignKey("conversations.id", ondelete="SET NULL")),
    Column("campaign", String(40), nullable=False),
    Column("offer", String(40), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("barrier", String(32)),
    Column("code", Text),
    Column("value", Amount),
    Column("currency", String(3)),
    Column("granted_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime),
    Column("redeemed_at", UTCDateTime),
    UniqueConstraint("prospect_id", "offer"),
    UniqueConstraint("code"),
    Index("ix_grants_conversation_id", "conversation_id"),
    Index("ix_grants_campaign_granted_at", "campaign", "granted_at"),
    Index("ix_grants_granted_at", "granted_at"),
)
"""Offers given: exactly one per prospect and offer, one code for one grant.

Erasure keeps the row without the person.
"""

offer_ledger = Table(
    "offer_ledger",
    metadata,
    Column("offer", String(40), primary_key=True),
    Column("granted", Integer, nullable=False),
    Column("promised", Amount, nullable=False),
)
"""How much of an offer's limits is used: number of grants and money promised. Changed only in the turn that grants."""
