"""Campaigns and conversations: what was asked, answered and done, and what is due later."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from storage.columns import Json, UTCDateTime
from storage.tables.base import QUEUE, conversation_id, metadata, prospect_id, row_id

flow_versions = Table(
    "flow_versions",
    metadata,
    row_id(),
    Column("name", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("sources", Text, nullable=False),
    Column("published_at", UTCDateTime, nullable=False),
    UniqueConstraint("name", "version"),
)
"""Published flows, immutable: definition, texts and catalogue as they were."""

campaigns = Table(
    "campaigns",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("definition", Json, nullable=False),
    Column("started_at", UTCDateTime),
    Column("created_at", UTCDateTime, nullable=False),
)
"""state: `ready` (answers those who come by themselves), `running` (enrols).

`paused` (writes to nobody first), `stopped`.
"""

conversations = Table(
    "conversations",
    metadata,
    row_id(),
    Column("uid", String(22), nullable=False, unique=True),
    prospect_id(),
    Column("campaign", String(40), nullable=False),
    Column("flow", String(40), nullable=False),
    Column("flow_version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("outcome", String(32)),
    Column("turn", Integer, nullable=False),
    Column("language", String(16), nullable=False),
    Column("channel", String(16)),
    Column("barrier", String(32)),
    Column("product", Text),
    Column("source", Text),
    Column("created_at", UTCDateTime, nullable=False),
    Column("updated_at", UTCDateTime, nullable=False),
    Column("first_contact_at", UTCDateTime),
    Column("ended_at", UTCDateTime),
    Column("goal_at", UTCDateTime),
    Column("needs_person", String(32)),
    Column("needs_since", UTCDateTime),
    Column("unread", Boolean, nullable=False),
    Column("held_by", Text),
    Column("arm", String(16), nullable=False, server_default="offer"),
    Column("segment", String(16)),
    Column("lot", String(8)),
    Index("ix_conversations_prospect_id", "prospect_id"),
    Index(
        "uq_conversations_one_at_a_time",
        "prospect_id",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index("ix_conversations_updated_at", "updated_at"),
    Index("ix_conversations_created_at", "created_at"),
    Index(
        "ix_conversations_needs",
        "needs_since",
        "id",
        sqlite_where=text("needs_person IS NOT NULL"),
        postgresql_where=text("needs_person IS NOT NULL"),
    ),
    Index(
        "ix_conversations_held",
        "updated_at",
        "id",
        sqlite_where=text("held_by IS NOT NULL"),
        postgresql_where=text("held_by IS NOT NULL"),
    ),
    Index("ix_conversations_barrier", "barrier", "product"),
    Index(
        "ix_conversations_lot",
        "campaign",
        "created_at",
        "lot",
        sqlite_where=text("lot IS NOT NULL"),
        postgresql_where=text("lot IS NOT NULL"),
    ),
)
"""One prospect in one flow version. `state` is flows.codec's; the columns beside it are copies for queries and pages.

`arm` is the group by lot (`offer`, `control`, `never`), `segment` the learning segment the prospect was in then.
`lot` is what the lot was (flows.evidence.lot): `10/20`, the percentages never contacted and asked without an offer;
`10/20+` for who came by themselves and could not stay uncontacted; null: no lot decided.
`needs_person` is the reason staff are wanted (null: nobody is), `unread` that the prospect said something staff have
not seen.
"""

answers = Table(
    "answers",
    metadata,
    row_id(),
    prospect_id(),
    conversation_id(),
    Column("campaign", String(40), nullable=False),
    Column("flow", String(40), nullable=False),
    Column("flow_version", Integer, nullable=False),
    Column("step", String(40), nullable=False),
    Column("visit", Integer, nullable=False),
    Column("value", Text),
    Column("barriers", Json, nullable=False),
    Column("sub_code", String(40)),
    Column("verbatim", Text, nullable=False),
    Column("language", String(16), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("product", Text),
    Column("source", Text),
    Column("asked_at", UTCDateTime, nullable=False),
    Column("answered_at", UTCDateTime, nullable=False),
    Column("superseded_at", UTCDateTime),
    UniqueConstraint("conversation_id", "step", "visit"),
    Index("ix_answers_prospect_id", "prospect_id"),
    Index("ix_answers_answered_at", "answered_at"),
    Index(
        "ix_answers_naming",
        "answered_at",
        sqlite_where=text("superseded_at IS NULL AND barriers <> '[]'"),
        postgresql_where=text("superseded_at IS NULL AND barriers <> '[]'"),
    ),
    Index(
        "ix_answers_product",
        "product",
        "answered_at",
        sqlite_where=text("superseded_at IS NULL"),
        postgresql_where=text("superseded_at IS NULL"),
    ),
)
"""What was answered, one row per question visit. `value`: the option's id, several put together by a space."""

answer_counts = Table(
    "answer_counts",
    metadata,
    Column("by", String(16), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("barrier", String(32), primary_key=True),
    Column("former", String(10), primary_key=True),
    Column("n", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""How many conversations have a standing answer that names a barrier first, kept in the transaction that changes one.

`by`: what answers are told apart by (`campaign`, `product`, `language`, `source`, `channel`, `sub_code`), `name` one of
them (empty for unknown), `day` a UTC day on which it was named (ISO), `former` the day on which the same conversation
had named the same before (empty: never). People of some days: those whose former day is before the first of them.
`barrier` is empty for what the barriers have to be corrected by to give people: who named two of them is one person.
"""

step_counts = Table(
    "step_counts",
    metadata,
    Column("campaign", String(40), primary_key=True),
    Column("flow", String(40), primary_key=True),
    Column("step", String(40), primary_key=True),
    Column("n", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""How many conversations have a standing answer, kept in the transaction that changes one: what quotas go by.

By question; with empty `flow` and `step`, to any question of the campaign.
"""

journal = Table(
    "journal",
    metadata,
    row_id(),
    prospect_id(),
    conversation_id(),
    Column("turn", Integer, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("event", String(32), nullable=False),
    Column("channel", String(16)),
    Column("actor", Text),
    Column("said", Text),
    Column("note", Text, nullable=False),
    Column("data", Json, nullable=False),
    Index("ix_journal_conversation_id", "conversation_id", "id"),
    Index("ix_journal_prospect_id", "prospect_id"),
)
"""Everything that happened to a conversation, in order.

`said` is what the prospect wrote or tapped, `actor` a member of staff.
"""

timers = Table(
    "timers",
    metadata,
    row_id(),
    conversation_id(),
    Column("name", String(32), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("due_at", UTCDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    UniqueConstraint("conversation_id", "name"),
    Index("ix_timers_due_at", "due_at", "id"),
    postgresql_with=QUEUE,
)
"""The one table for "later". `turn` is the turn that set it: the engine knows a stale one by it."""
