"""The audience: facts with their source, computed profiles, the funnel's history, segments and what sources cost."""

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from storage.columns import Amount, Id, Json, UTCDateTime
from storage.tables.base import metadata, prospect_id, row_id

prospect_facts = Table(
    "prospect_facts",
    metadata,
    row_id(),
    prospect_id(),
    Column("name", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("number", Float),
    Column("source", String(16), nullable=False),
    Column("proof", Text),
    Column("at", UTCDateTime, nullable=False),
    Column("recorded_at", UTCDateTime, nullable=False),
    UniqueConstraint("prospect_id", "name"),
    Index("ix_prospect_facts_name_text", "name", "text"),
    Index("ix_prospect_facts_name_number", "name", "number"),
)
"""Declared attributes of a prospect: the value that holds now, who said so (`csv`, `api`, `shop`, `flow`, `staff`) and
when it was true.

`text` is the value as written; `number` the same for numbers, money, dates (days since 1970) and yes/no (1, 0).
"""

profiles = Table(
    "profiles",
    metadata,
    Column("prospect_id", Id, ForeignKey("prospects.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("due_at", UTCDateTime),
    Column("computed_at", UTCDateTime),
    Column("kind", String(8)),
    Column("fit", Integer),
    Column("grade", String(1)),
    Column("engagement", Float),
    Column("engaged_at", UTCDateTime),
    Column("engagement_log", Float),
    Column("level_1_until", UTCDateTime),
    Column("level_2_until", UTCDateTime),
    Column("orders_total", Integer),
    Column("orders_year", Integer),
    Column("revenue_year", Amount),
    Column("last_bought_at", UTCDateTime),
    Column("recency", Integer),
    Column("frequency", Integer),
    Column("monetary", Integer),
    Column("rfm", String(24)),
    Column("by_frequency", String(16)),
    Column("by_volume", String(16)),
    Column("by_influence", String(16)),
    Column("by_profile", String(16)),
    Column("stage", String(16)),
    Column("stage_at", UTCDateTime),
    Column("qualification", String(16)),
    Column("next_action", String(32)),
    Column("barrier", String(32)),
    Column("learning_segment", String(16)),
    Index("ix_profiles_due_at", "due_at"),
    Index("ix_profiles_stage", "stage", "stage_at"),
    Index("ix_profiles_qualification", "qualification"),
)
"""What is computed about a prospect, one narrow row each, so that a segment over a million is one quick scan.

`due_at` is when the row must be computed again: at once after an event, else when time alone changes something (an
order leaves the year, an engagement level ends). `engagement` held at `engaged_at` and is halved every 14 days;
`engagement_log` = log2(engagement) + days since 1970 / 14 does not move with time, so that "at least 30 now" is a plain
comparison. `level_1_until` and `level_2_until` are when its levels end, by the rules that it was judged by. The reasons
stand in `profile_reasons`.
"""

profile_reasons = Table(
    "profile_reasons",
    metadata,
    Column("prospect_id", Id, ForeignKey("prospects.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("reasons", Json, nullable=False),
)
"""Why each figure of a profile is what it is: an object of lists of reason lines, by figure."""

stage_changes = Table(
    "stage_changes",
    metadata,
    row_id(),
    prospect_id(),
    Column("stage", String(16), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("recorded_at", UTCDateTime, nullable=False),
    Column("because", Text, nullable=False),
    Column("segment", String(16)),
    Column("source", Text),
    Column("product", Text),
    Index("ix_stage_changes_prospect_id", "prospect_id", "id"),
    Index("ix_stage_changes_at", "at", "stage", "prospect_id"),
)
"""The funnel's history, only ever added to: `informed`, `lead`, `qualified`, `customer`, and why."""

stage_counts = Table(
    "stage_counts",
    metadata,
    Column("by", String(16), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("stage", String(16), primary_key=True),
    Column("n", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""How many people reached each stage, kept in the transaction that changes the history.

`by`: what cohorts are told apart by (`segment`, `source`, `product`), `name` one of them (empty for unknown), `day` the
UTC day on which people became known (ISO). `by` = `moved`: `day` is when they reached the stage, whoever they are.
"""

journeys = Table(
    "journeys",
    metadata,
    Column("prospect_id", Id, ForeignKey("prospects.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("came_at", UTCDateTime, nullable=False),
    Column("source", Text),
    Column("medium", Text),
    Column("campaign", Text),
    Column("product", Text),
    Column("reached", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("qualified", Integer, nullable=False),
    Column("bought", Integer, nullable=False),
    Column("orders", Integer, nullable=False),
    Column("unpriced", Integer, nullable=False),
    Column("refunded", Integer, nullable=False),
    Column("before", Integer, nullable=False),
    Column("fit", Integer),
    Column("near", Integer, nullable=False),
    Column("revenue", Amount, nullable=False),
    Index("ix_journeys_came_at", "came_at"),
    Index("ix_journeys_product", "product", "came_at"),
    Index("ix_journeys_source", "source", "came_at"),
)
"""Where each person came from and what became of them since, as of when they were judged last.

1 or 0: we wrote to them (`reached`), they said what held them back (`answered`), they are a qualified lead, bought, and
are near the target (`near`: grade A or B). `orders` stand since they came, `unpriced` of these without an amount in the
shop's currency, `refunded` were given back whole, `before` are from before they came. `revenue` is of those that stand.
"""

journey_days = Table(
    "journey_days",
    metadata,
    Column("span", String(16), primary_key=True),
    Column("source", Text, primary_key=True),
    Column("medium", Text, primary_key=True),
    Column("campaign", Text, primary_key=True),
    Column("came", Integer, nullable=False),
    Column("reached", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("qualified", Integer, nullable=False),
    Column("bought", Integer, nullable=False),
    Column("orders", Integer, nullable=False),
    Column("unpriced", Integer, nullable=False),
    Column("refunded", Integer, nullable=False),
    Column("before", Integer, nullable=False),
    Column("fit", Integer, nullable=False),
    Column("judged", Integer, nullable=False),
    Column("near", Integer, nullable=False),
    Column("revenue", Amount, nullable=False),
    sqlite_with_rowid=False,
)
"""The sums of journeys by when people came and through what (empty for unknown), kept in the transaction that changes a
journey. `span` is a UTC day (ISO), and once more a whole month (`month 2026-03`). `judged` of those who `came` have a
fit, `fit` is its sum."""

segments = Table(
    "segments",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("label", Text, nullable=False),
    Column("definition", Json, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("updated_at", UTCDateTime, nullable=False),
)
"""Saved segments: a name and a condition (flows.audience.conditions), evaluated when they are asked about."""

spend = Table(
    "spend",
    metadata,
    row_id(),
    Column("source", Text, nullable=False),
    Column("medium", Text, nullable=False, server_default=text("''")),
    Column("campaign", Text, nullable=False, server_default=text("''")),
    Column("from_day", String(10), nullable=False),
    Column("to_day", String(10), nullable=False),
    Column("amount", Amount, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("note", Text),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", UTCDateTime, nullable=False),
    UniqueConstraint("source", "medium", "campaign", "from_day", "to_day"),
)
"""What a source, medium or campaign cost from one day to another, both included (ISO dates). Empty: all of them."""

rule_versions = Table(
    "rule_versions",
    metadata,
    row_id(),
    Column("kind", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("definition", Json, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    UniqueConstraint("kind", "version"),
)
"""Rules that were saved in the console: the newest version of a kind counts, the older ones stay to be looked at.

Kind `scoring`: flows.audience.scoring.Rules.
"""
