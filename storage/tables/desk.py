"""The staff's desk: tasks, doors in the shop, walk-ins, playbook and what canned replies led to."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from storage.columns import Amount, Id, Json, UTCDateTime
from storage.tables.base import conversation_id, metadata, prospect_id, row_id

tasks = Table(
    "tasks",
    metadata,
    row_id(),
    Column("uid", String(22), nullable=False, unique=True),
    prospect_id(),
    Column("conversation_id", Id, ForeignKey("conversations.id", ondelete="SET NULL")),
    Column("kind", String(32), nullable=False),
    Column("assignee", Text),
    Column("due_at", UTCDateTime),
    Column("note", Text),
    Column("contact", Json, nullable=False),
    Column("state", String(16), nullable=False),
    Column("dedupe_key", String(80), nullable=False, unique=True),
    Column("created_by", Text, nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("done_by", Text),
    Column("done_at", UTCDateTime),
    Column("result", Text),
    Index("ix_tasks_prospect_id", "prospect_id"),
    Index("ix_tasks_conversation_id", "conversation_id"),
    Index(
        "ix_tasks_open", "due_at", "id", sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")
    ),
)
"""What a person has to do for a prospect: kind `hot_lead`, `callback`, `appointment`, `summary`, `other`.

state: `open`, `done`, `cancelled`. `contact` is how the prospect wants to be reached; `assignee` a member of staff.
"""

places = Table(
    "places",
    metadata,
    row_id(),
    Column("uid", String(22), nullable=False, unique=True),
    Column("name", Text, nullable=False, unique=True),
    Column("source", Text, nullable=False),
    Column("campaign", Text),
    Column("product_id", Text),
    Column("product_name", Text),
    Column("product_url", Text),
    Column("price", Amount),
    Column("currency", String(3)),
    Column("language", String(16)),
    Column("created_by", Text, nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("closed_at", UTCDateTime),
    Column("came", Integer, nullable=False, server_default=text("0")),
)
"""Where a QR poster hangs: a shop, a product or a campaign. Whoever comes through it is a prospect of this source.

`uid` is what stands on the poster; `came` counts the prospects who came through.
"""

walk_ins = Table(
    "walk_ins",
    metadata,
    row_id(),
    Column("uid", String(22), nullable=False, unique=True),
    prospect_id(nullable=True),
    Column("place", Text),
    Column("product", Text),
    Column("barrier", String(32), nullable=False),
    Column("sub_code", String(40)),
    Column("said", Text),
    Column("language", String(16)),
    Column("staff", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("undone_at", UTCDateTime),
    Index("ix_walk_ins_prospect_id", "prospect_id"),
    Index("ix_walk_ins_at", "at"),
)
"""What people said in the shop, noted by staff: the same barriers, counted apart from what they answered themselves."""

playbook = Table(
    "playbook",
    metadata,
    row_id(),
    Column("barrier", String(32), nullable=False),
    Column("product", Text, nullable=False, server_default=text("''")),
    Column("language", String(16), nullable=False),
    Column("entry", Json, nullable=False),
    Column("updated_by", Text, nullable=False),
    Column("updated_at", UTCDateTime, nullable=False),
    UniqueConstraint("barrier", "product", "language"),
)
"""The shop's own playbook, over the shipped one: what to say, canned replies; per barrier and product ('' for all)."""

reply_uses = Table(
    "reply_uses",
    metadata,
    row_id(),
    conversation_id(),
    Column("reply", String(64), nullable=False),
    Column("barrier", String(32)),
    Column("staff", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Index("ix_reply_uses_reply", "reply", "at"),
    Index("ix_reply_uses_conversation_id", "conversation_id"),
)
"""Which canned reply was used in which conversation, so that one can see which ones worked."""
