"""People: prospects, how they are known, what they agreed to, what they did and bought."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint, false, text

from storage.columns import Amount, Id, Json, UTCDateTime
from storage.tables.base import metadata, prospect_id, row_id

prospects = Table(
    "prospects",
    metadata,
    row_id(),
    Column("uid", String(22), nullable=False, unique=True),
    Column("created_at", UTCDateTime, nullable=False),
    Column("updated_at", UTCDateTime, nullable=False),
    Column("language", String(16)),
    Column("timezone", String(64)),
    Column("first_name", Text),
    Column("last_name", Text),
    Column("country", String(64)),
    Column("city", Text),
    Column("source", Text),
    Column("medium", Text),
    Column("campaign", Text),
    Column("product_id", Text),
    Column("product_name", Text),
    Column("product_url", Text),
    Column("price", Amount),
    Column("cart_value", Amount),
    Column("currency", String(3)),
    Column("interest", Text),
    Column("awaiting", Boolean, nullable=False, server_default=false()),
    Column("tags", Json, nullable=False),
    Column("company", Json, nullable=False),
    Column("attributes", Json, nullable=False),
    Column("provenance", Json, nullable=False, server_default="{}"),
    Column("paused_until", UTCDateTime),
    Index("ix_prospects_created_at", "created_at"),
    Index("ix_prospects_tagged", "id", sqlite_where=text("tags <> '[]'"), postgresql_where=text("tags <> '[]'")),
    Index("ix_prospects_awaiting", "id", sqlite_where=text("awaiting = 1"), postgresql_where=text("awaiting")),
)
"""A person we follow up.

`awaiting`: imported, and not yet looked at by a running campaign. `company` and `attributes` are flat JSON objects of
text values, `attributes` those that nobody has declared (declared ones are prospect_facts); `tags` a JSON list of
text; `provenance` says of each fact in a column of this row who said so and when: {"country": ["csv", "2026-..."]}.
`paused_until`: before then they have asked us not to write first.
"""

identities = Table(
    "identities",
    metadata,
    row_id(),
    prospect_id(),
    Column("kind", String(16), nullable=False),
    Column("value", Text, nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("via", String(32), nullable=False),
    Column("closed_at", UTCDateTime),
    Column("closed_reason", String(32)),
    UniqueConstraint("kind", "value"),
    Index("ix_identities_prospect_id", "prospect_id"),
)
"""How a prospect is known: kind `external`, `email`, `phone` or `telegram`.

`closed_at`: refused for good (blocked, bounced), or on the list of addresses never to be written to (suppressed).
"""

consents = Table(
    "consents",
    metadata,
    row_id(),
    prospect_id(),
    Column("channel", String(16), nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("granted", Boolean, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("way", String(32), nullable=False),
    Column("text", Text),
    Column("proof", Text),
    Index("ix_consents_prospect_id_channel", "prospect_id", "channel", "id"),
)
"""Every giving and withdrawing of consent; the newest row of a channel counts. Never changed, only added to."""

suppressions = Table(
    "suppressions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("at", UTCDateTime, nullable=False),
    Column("reason", String(32), nullable=False),
)
"""Addresses never to be written to, as keyed hashes: they survive re-import and erasure.

And, with the reason `gone`, what else named who was erased: only so that who asks again is told the same.
"""

shop_events = Table(
    "shop_events",
    metadata,
    row_id(),
    prospect_id(),
    Column("kind", String(32), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("data", Json, nullable=False),
    Index("ix_shop_events_prospect_id", "prospect_id", "at"),
)
"""What the shop told us a prospect did: cart_abandoned, checkout_started, viewed, quote_sent."""

purchases = Table(
    "purchases",
    metadata,
    row_id(),
    prospect_id(nullable=True),
    Column("order_id", Text, nullable=False, unique=True),
    Column("bought_at", UTCDateTime, nullable=False),
    Column("recorded_at", UTCDateTime, nullable=False),
    Column("amount", Amount),
    Column("currency", String(3)),
    Column("product_id", Text),
    Column("code", Text),
    Column("refunded_at", UTCDateTime),
    Column("refunded", Amount),
    Column("conversation_id", Id, ForeignKey("conversations.id", ondelete="SET NULL")),
    Column("grant_id", Id, ForeignKey("grants.id", ondelete="SET NULL")),
    Index("ix_purchases_prospect_id", "prospect_id"),
    Index("ix_purchases_conversation_id", "conversation_id"),
    Index("ix_purchases_grant_id", "grant_id"),
    Index("ix_purchases_bought_at", "bought_at"),
)
"""Orders.

`conversation_id` is the conversation the conversion is attributed to, `grant_id` the grant whose code was used.
`refunded` is how much of the amount went back, in its currency; `refunded_at` is set once that is all of it.
"""
