"""Keys of the REST API: shown once, kept as hashes.

A key is random enough that a plain SHA-256 of it gives nothing away.
"""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, update

from storage.database import Record, Tx
from storage.dialects import insert
from storage.ids import fingerprint
from storage.tables import api_keys

PREFIX = "hb_"

SCOPES: Final[Mapping[str, str]] = {
    "events:write": "report carts, purchases and refunds",
    "prospects:read": "read prospects with everything known about them",
    "prospects:write": "make and change prospects",
    "prospects:erase": "erase prospects for good",
    "answers:read": "list answers",
    "conversations:read": "list conversations",
    "messages:read": "list messages",
    "grants:read": "list offers that were given",
    "purchases:read": "list purchases",
    "spend:read": "list what sources and campaigns cost",
    "spend:write": "report what sources and campaigns cost",
    "segments:read": "list segments, count them and see who is in them",
    "segments:write": "make and change segments",
    "strategies:read": "read strategies, check them and try them on the past",
    "strategies:write": "draft strategies; people submit and approve them",
    "rules:read": "read the target profile and the rules that people are judged by",
    "rules:write": "change the target profile and the rules",
    "scores:read": "list how prospects are judged",
    "stages:read": "list the funnel's history",
    "campaigns:read": "list campaigns, and whether enough people have answered",
    "campaigns:write": "start, pause and resume campaigns",
    "barriers:read": "read what holds people back, in figures",
    "channels:read": "read where people come from, in figures",
    "funnel:read": "read how far people come, in figures",
    "walk-ins:read": "list what was said in the shop",
    "walk-ins:write": "note what was said in the shop",
    "places:read": "list doors in the shop and their addresses",
    "places:write": "make doors in the shop",
    "playbook:read": "read what to say about a barrier",
    "playbook:write": "write the shop's own words",
    "webhooks:read": "list the addresses that are told what happens",
    "webhooks:write": "add, test and disable addresses that are told what happens",
    "evidence:read": "read verdicts, cost and return",
    "reports:read": "read a campaign's report as a file",
    "tasks:read": "list tasks of the staff",
    "tasks:write": "open and finish tasks of the staff",
}
"""What a key may do, by the first part of the address and whether it changes something. A key without scopes may do
everything."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """Who a presented key belongs to, and what it may do; without `scopes` everything."""

    name: str
    revoked: bool
    scopes: frozenset[str] | None = None

    def may(self, scope: str) -> bool:
        """Whether the key may do this."""
        return self.scopes is None or scope in self.scopes


async def add(tx: Tx, name: str, now: datetime, scopes: Sequence[str] | None = None) -> str | None:
    """Make a key and return it: it can never be read again. None when the name is taken.

    `scopes` out of SCOPES; None lets it do everything.
    """
    key = PREFIX + secrets.token_urlsafe(32)
    made = await tx.execute(
        insert(tx, api_keys)
        .values(name=name, hash=fingerprint(key), created_at=now, scopes=None if scopes is None else list(scopes))
        .on_conflict_do_nothing()
        .returning(api_keys.c.id)
    )
    return key if made.scalar_one_or_none() is not None else None


async def find(tx: Tx, presented: str) -> ApiKey | None:
    """The key that was presented, or None. The hash is looked up, so the time it takes tells nothing about the key."""
    digest = fingerprint(presented)
    row = (await tx.execute(select(api_keys).where(api_keys.c.hash == digest))).one_or_none()
    if row is None or not hmac.compare_digest(row.hash, digest):
        return None
    return ApiKey(row.name, row.revoked_at is not None, None if row.scopes is None else frozenset(row.scopes))


async def everyone(tx: Tx) -> Sequence[Record]:
    """All keys (name, scopes, created_at, revoked_at), oldest first."""
    query = select(api_keys.c.name, api_keys.c.scopes, api_keys.c.created_at, api_keys.c.revoked_at)
    return (await tx.execute(query.order_by(api_keys.c.id))).all()


async def revoke(tx: Tx, name: str, now: datetime) -> bool:
    """This key counts no more. False when there is none of this name that counted."""
    result = await tx.execute(
        update(api_keys).where(api_keys.c.name == name, api_keys.c.revoked_at.is_(None)).values(revoked_at=now)
    )
    return result.rowcount == 1
