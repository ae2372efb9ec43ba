"""The two queues: what came in and what is to be said."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, false, text

from storage.columns import Id, UTCDateTime
from storage.tables.base import QUEUE, conversation_id, metadata, prospect_id, row_id

inbox = Table(
    "inbox",
    metadata,
    row_id(),
    Column("source", String(16), nullable=False),
    Column("natural_key", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_until", UTCDateTime),
    Column("received_at", UTCDateTime, nullable=False),
    Column("done_at", UTCDateTime),
    Column("note", Text),
    Column("worker", Id),
    UniqueConstraint("source", "natural_key"),
    Index(
        "ix_inbox_live",
        "id",
        sqlite_where=text("state = 'new'"),
        postgresql_where=text("state = 'new'"),
    ),
    Index(
        "ix_inbox_aside",
        "id",
        sqlite_where=text("state = 'quarantined'"),
        postgresql_where=text("state = 'quarantined'"),
    ),
    Index("ix_inbox_lane", "lane", "id", sqlite_where=text("state = 'new'"), postgresql_where=text("state = 'new'")),
    postgresql_with=QUEUE,
)
"""Raw input, committed before it is acknowledged. state: `new`, `done`, `quarantined`.

`lane` keeps the order of one sender. `worker`: in whose hands it is (or was last), where several share the work.
"""

outbox = Table(
    "outbox",
    metadata,
    row_id(),
    prospect_id(),
    conversation_id(),
    Column("lane", Text, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("message", Text, nullable=False),
    Column("visit", Integer),
    Column("nonce", String(22), unique=True),
    Column("edits", Id, ForeignKey("outbox.id", ondelete="CASCADE")),
    Column("proactive", Boolean, nullable=False),
    Column("dedupe_key", String(64), nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    Column("reason", Text),
    Column("attempts", Integer, nullable=False),
    Column("not_before", UTCDateTime, nullable=False),
    Column("lease_until", UTCDateTime),
    Column("fence", Integer, nullable=False),
    Column("remote_id", Text),
    Column("created_at", UTCDateTime, nullable=False),
    Column("sent_at", UTCDateTime),
    Column("worker", Id),
    Column("rank", Integer, server_default=text("0"), nullable=False),
    Column("resend", Boolean, server_default=false(), nullable=False),
    Index(
        "ix_outbox_waiting",
        "channel",
        "rank",
        "not_before",
        "id",
        sqlite_where=text("state IN ('ready', 'leased', 'sending')"),
        postgresql_where=text("state IN ('ready', 'leased', 'sending')"),
    ),
    Index(
        "ix_outbox_in_hand",
        "lease_until",
        sqlite_where=text("state IN ('leased', 'sending')"),
        postgresql_where=text("state IN ('leased', 'sending')"),
    ),
    Index(
        "ix_outbox_lane",
        "lane",
        "id",
        sqlite_where=text("state IN ('ready', 'leased', 'sending')"),
        postgresql_where=text("state IN ('ready', 'leased', 'sending')"),
    ),
    Index("ix_outbox_conversation_id", "conversation_id", "id"),
    Index("ix_outbox_prospect_id", "prospect_id"),
    Index("ix_outbox_edits", "edits"),
    Index("ix_outbox_sent_at", "sent_at", sqlite_where=text("state = 'sent'"), postgresql_where=text("state = 'sent'")),
    Index(
        "ix_outbox_mailed",
        "sent_at",
        sqlite_where=text("channel = 'email' AND sent_at IS NOT NULL"),
        postgresql_where=text("channel = 'email' AND sent_at IS NOT NULL"),
    ),
    Index("ix_outbox_unsure", "id", sqlite_where=text("state = 'unknown'"), postgresql_where=text("state = 'unknown'")),
    Index(
        "ix_outbox_trouble",
        "created_at",
        sqlite_where=text("state IN ('failed', 'unknown')"),
        postgresql_where=text("state IN ('failed', 'unknown')"),
    ),
    postgresql_with=QUEUE,
)
"""What is to be said. state.

`ready` -> `leased` -> `sending` -> `sent`, `failed`, `unknown`; or `cancelled` before it was handed on.

`message` is flows.codec's. `kind` is the message's kind, or `edit` (then `edits` names the row edited in place).
`nonce` is what the buttons carry. `remote_id` is the channel's own id of the message.
`worker`: who has it in hand (or had it last), where several share the work. `rank`: what goes first: 0 answers, 1 what
Holdback says of itself in a conversation that has begun, 2 first messages.
"""
