"""Doors: public links, staff, keys and small facts."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from storage.columns import Id, Json, UTCDateTime
from storage.tables.base import conversation_id, metadata, prospect_id, row_id

links = Table(
    "links",
    metadata,
    row_id(),
    Column("purpose", String(16), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    prospect_id(),
    conversation_id(nullable=True),
    Column("created_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime),
    Column("revoked_at", UTCDateTime),
    UniqueConstraint("purpose", "prospect_id", "conversation_id"),
    Index("ix_links_prospect_id", "prospect_id"),
    Index("ix_links_conversation_id", "conversation_id"),
)
"""Public links, one purpose each: `survey`, `preferences`, `start` (Telegram).

Tokens are derived from a secret; only hashes stay here.
"""

staff = Table(
    "staff",
    metadata,
    row_id(),
    Column("email", Text, nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("password_hash", Text),
    Column("created_at", UTCDateTime, nullable=False),
    Column("disabled_at", UTCDateTime),
)
"""People of the shop. role: `viewer`, `agent`, `admin`."""

staff_tokens = Table(
    "staff_tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("staff_id", Id, ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("seen_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False),
    Column("csrf", String(64)),
)
"""Sessions (`session`) and one-time login links (`login`), stored as hashes."""

login_attempts = Table(
    "login_attempts",
    metadata,
    row_id(),
    Column("account", String(64), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Index("ix_login_attempts_account", "account", "at"),
)
"""Failed logins by hashed account or address, for throttling."""

notes = Table(
    "notes",
    metadata,
    row_id(),
    conversation_id(),
    Column("staff", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_notes_conversation_id", "conversation_id"),
)
"""Private notes of staff beside a conversation."""

audit = Table(
    "audit",
    metadata,
    row_id(),
    Column("at", UTCDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", String(32), nullable=False),
    Column("subject", Text, nullable=False),
)
"""Who did what: logins, views of transcripts, exports, grants revealed, erasures."""

api_keys = Table(
    "api_keys",
    metadata,
    row_id(),
    Column("name", Text, nullable=False, unique=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("created_at", UTCDateTime, nullable=False),
    Column("revoked_at", UTCDateTime),
    Column("scopes", Json),
)
"""Keys of the REST API, stored as hashes. `scopes` is a list of what the key may do; null: everything."""

idempotency = Table(
    "idempotency",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
)
"""Answers already given to an Idempotency-Key, so that a repeated request changes nothing."""

facts = Table(
    "facts",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
"""Small facts about this installation: the bot's name, the Telegram offset, heartbeats."""
