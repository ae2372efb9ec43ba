"""Public links. Their tokens are derived from a secret that is not in the database; only hashes stand here.

A copy of the database therefore opens no link, and a token can be made again for the same link at any time.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import bindparam, or_, select, update

from storage.database import Record, Tx
from storage.dialects import Insert, prepared
from storage.ids import fingerprint, new_uid
from storage.tables import links

Purpose = Literal["survey", "preferences", "start", "confirm"]

LIFETIME = timedelta(days=90)
"""How long a link works. A conversation can be resumed for months; nothing works for ever."""

TO_CONFIRM = timedelta(days=14)
"""How long an address can be confirmed."""


def make_token(key: bytes, link_id: int, purpose: str) -> str:
    """The token of a link: 128 bits or more that only the holder of the key can make, fit for a Telegram deep link."""
    digest = hmac.new(key, f"{purpose}:{link_id}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()


Wanted = tuple[int, Purpose, int | None]
"""Whose link (the prospect), what it is for, and the conversation it is of, if any."""


async def token_for(
    tx: Tx, key: bytes, purpose: Purpose, prospect_id: int, conversation_id: int | None, now: datetime
) -> str:
    """The token for this prospect (and conversation) and purpose.

    The link is made when there is none that still works.
    """
    wanted: Wanted = (prospect_id, purpose, conversation_id)
    return (await tokens_for(tx, key, [wanted], now))[wanted]


async def tokens_for(tx: Tx, key: bytes, wanted: Sequence[Wanted], now: datetime) -> dict[Wanted, str]:
    """The tokens; links are made where there is none that still works."""
    found = await _working(tx, {one[0] for one in wanted}, now)
    missing = [one for one in dict.fromkeys(wanted) if one not in found]
    if missing:
        found |= await _make(tx, key, missing, now)
    return {one: make_token(key, found[one], one[1]) for one in wanted}


async def known_token(
    tx: Tx, key: bytes, purpose: Purpose, prospect_id: int, now: datetime, conversation_id: int | None = None
) -> str | None:
    """The token of a prospect's link (of this conversation) that is there already, or None.

    For pages, which make nothing by being looked at.
    """
    link_id = (await _working(tx, {prospect_id}, now)).get((prospect_id, purpose, conversation_id))
    return make_token(key, link_id, purpose) if link_id is not None else None


async def _working(tx: Tx, prospect_ids: Iterable[int], now: datetime) -> dict[Wanted, int]:
    """The newest link of each kind that will still work in a week."""
    rows = await tx.execute(_WORKING, {"people": list(prospect_ids), "soon": now + timedelta(days=7)})
    return {(row.prospect_id, row.purpose, row.conversation_id): row.id for row in rows}


_WORKING = (
    select(links.c.id, links.c.prospect_id, links.c.purpose, links.c.conversation_id)
    .where(links.c.prospect_id.in_(bindparam("people", expanding=True)), links.c.revoked_at.is_(None))
    .where(or_(links.c.expires_at.is_(None), links.c.expires_at > bindparam("soon")))
    .order_by(links.c.id)
)


async def _make(tx: Tx, key: bytes, wanted: Sequence[Wanted], now: datetime) -> dict[Wanted, int]:
    rows = [
        {
            "purpose": purpose,
            "token_hash": new_uid(),
            "prospect_id": prospect_id,
            "conversation_id": conversation_id,
            "created_at": now,
            "expires_at": now + (TO_CONFIRM if purpose == "confirm" else LIFETIME),
        }
        for prospect_id, purpose, conversation_id in wanted
    ]
    made = await tx.execute(_NEW(tx), rows)
    found: dict[Wanted, int] = {(row.prospect_id, row.purpose, row.conversation_id): row.id for row in made}
    hashes = [
        {"row": link_id, "hash": fingerprint(make_token(key, link_id, purpose))}
        for (_, purpose, _), link_id in found.items()
    ]
    await tx.execute(_HASHED, hashes)
    return found


def _new(insert: Insert) -> Any:
    row = insert(links)
    # A conversation that goes on for longer than its link works keeps the link, which works on.
    whose = ["purpose", "prospect_id", "conversation_id"]
    keeps = row.on_conflict_do_update(index_elements=whose, set_={"expires_at": row.excluded.expires_at})
    return keeps.returning(links.c.id, links.c.prospect_id, links.c.purpose, links.c.conversation_id)


_NEW = prepared(_new)
_HASHED = update(links).where(links.c.id == bindparam("row")).values(token_hash=bindparam("hash"))


async def find(tx: Tx, token: str, purpose: Purpose, now: datetime) -> Record | None:
    """The link this token opens (id, prospect_id, conversation_id), or None.

    Unknown, of another purpose, revoked or expired.
    """
    if not 20 <= len(token) <= 64:
        return None
    given = {"hash": fingerprint(token), "for": purpose, "now": now}
    return (await tx.execute(_FIND, given)).one_or_none()


_FIND = select(links).where(
    links.c.token_hash == bindparam("hash"),
    links.c.purpose == bindparam("for"),
    links.c.revoked_at.is_(None),
    or_(links.c.expires_at.is_(None), links.c.expires_at > bindparam("now")),
)


async def get(tx: Tx, link_id: int) -> Record | None:
    """The link with this row id."""
    return (await tx.execute(_GET, {"row": link_id})).one_or_none()


_GET = select(links).where(links.c.id == bindparam("row"))
