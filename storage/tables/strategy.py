"""Strategy: which offer goes to whom, the daily shares of learning offers, and what was proved."""

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from storage.columns import Id, Json, UTCDateTime
from storage.tables.base import metadata, prospect_id, row_id

strategies = Table(
    "strategies",
    metadata,
    row_id(),
    Column("campaign", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("definition", Json, nullable=False),
    Column("note", Text),
    Column("created_by", Text, nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("submitted_by", Text),
    Column("submitted_at", UTCDateTime),
    Column("approved_by", Text),
    Column("approved_at", UTCDateTime),
    Column("live_at", UTCDateTime),
    Column("retired_at", UTCDateTime),
    UniqueConstraint("campaign", "version"),
)
"""Versions of a campaign's strategy (flows.offers.strategy). state: `draft`, `submitted`, `live`, `retired`.

At most one of a campaign is live; what was live once never changes.
"""

share_days = Table(
    "share_days",
    metadata,
    Column("campaign", String(40), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("cell", String(80), primary_key=True),
    Column("shares", Json, nullable=False),
    Column("inputs", Json, nullable=False),
    Column("made_at", UTCDateTime, nullable=False),
)
"""The shares of offers that hold for a day (ISO date) in a cell `barrier:segment`, and all that they were made from."""

choices = Table(
    "choices",
    metadata,
    row_id(),
    prospect_id(nullable=True),
    Column("conversation_id", Id, ForeignKey("conversations.id", ondelete="SET NULL")),
    Column("campaign", String(40), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("arm", String(16), nullable=False),
    Column("barrier", String(32)),
    Column("segment", String(16)),
    Column("strategy", Integer),
    Column("eligible", Json, nullable=False),
    Column("refused", Json, nullable=False),
    Column("shares", Json),
    Column("chosen", String(40)),
    Column("share", Float),
    Index("ix_choices_prospect_id", "prospect_id"),
    Index("ix_choices_conversation_id", "conversation_id"),
    Index("ix_choices_campaign_at", "campaign", "at"),
)
"""Every time an offer could be made: who was eligible for what, what was refused and why, and what was chosen.

The share is the probability with which the chosen one was drawn (1 when there was nothing to draw).
"""

verdicts = Table(
    "verdicts",
    metadata,
    Column("campaign", String(40), primary_key=True),
    Column("comparison", String(32), primary_key=True),
    Column("week", Integer, primary_key=True),
    Column("figures", Json, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("made_at", UTCDateTime, nullable=False),
)
"""The weekly verdicts, kept as they were said. Comparison: `contacted` (bot against nobody), `offered` (offer against
none); verdict: `helps`, `harms`, `no_difference`, `too_early`, `unbalanced`."""

snapshots = Table(
    "snapshots",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("page", String(16), nullable=False),
    Column("campaign", String(40)),
    Column("since", UTCDateTime),
    Column("until", UTCDateTime),
    Column("filters", Json, nullable=False),
    Column("figures", Json),
    Column("computed_at", UTCDateTime),
    Column("seconds", Float),
    Column("asked_at", UTCDateTime, nullable=False),
    Column("wanted_at", UTCDateTime),
    Column("begun_at", UTCDateTime),
    Column("failed_at", UTCDateTime),
)
"""Figures that take seconds to count, kept as they were counted: sums of many people, never a person.

`page`, `campaign`, the window and `filters` say what was counted, `key` is their digest. `figures` are as of
`computed_at` and took so many `seconds`; null: never counted yet. `wanted_at`: to be counted (again) since then,
`begun_at`: somebody is at it, `failed_at`: the last try failed. `asked_at`: somebody looked at them last.
"""
