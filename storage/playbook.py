"""The shop's own playbook, and what the replies that lie ready led to."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy import insert as plain_insert

from flows.words import BOUGHT, SAYS_BOUGHT
from storage.database import Record, Tx
from storage.dialects import insert
from storage.tables import conversations, playbook, purchases, reply_uses

SOLVED: Final = frozenset({"helped", BOUGHT, SAYS_BOUGHT})
"""Ends of a conversation that say that the barrier is gone."""

NEWEST: Final = 10_000
"""Uses of replies that are looked at."""


@dataclass(frozen=True, slots=True)
class Worked:
    """What a reply led to: in how many conversations it was `used`.

    Of these `ended` so far, and of those the ones `solved`; for so many the time to buy is `over`, and of those people
    who `bought` in it.
    """

    used: int = 0
    ended: int = 0
    solved: int = 0
    over: int = 0
    bought: int = 0


async def own(tx: Tx, barrier: str, product: str | None, languages: Sequence[str]) -> list[dict[str, Any]]:
    """The shop's entries for a barrier, the most specific first: this product before all, languages in their order.

    Each is the entry as it was saved, with its `language` and `product`.
    """
    products = [product, ""] if product else [""]
    query = select(playbook).where(
        playbook.c.barrier == barrier, playbook.c.product.in_(products), playbook.c.language.in_(languages)
    )
    rows = {(row.product, row.language): row for row in await tx.execute(query)}
    order = [(one, language) for language in dict.fromkeys(languages) for one in products]
    return [
        {**rows[key].entry, "language": rows[key].language, "product": rows[key].product}
        for key in order
        if key in rows
    ]


async def get(tx: Tx, barrier: str, product: str, language: str) -> Record | None:
    """One entry of the shop, exactly."""
    query = select(playbook).where(
        playbook.c.barrier == barrier, playbook.c.product == product, playbook.c.language == language
    )
    return (await tx.execute(query)).one_or_none()


async def list_own(tx: Tx) -> Sequence[Record]:
    """Every entry that the shop wrote, without its content (barrier, product, language, updated_by, updated_at)."""
    columns = [column for column in playbook.c if column.name != "entry"]
    order = (playbook.c.barrier, playbook.c.product, playbook.c.language)
    return (await tx.execute(select(*columns).order_by(*order))).all()


async def save(tx: Tx, key: tuple[str, str, str], entry: Mapping[str, Any], *, by: str, now: datetime) -> None:
    """Keep an entry for (barrier, product, language); an empty one is taken away, so that ours counts again."""
    barrier, product, language = key
    if not any(entry.values()):
        mine = (playbook.c.barrier == barrier, playbook.c.product == product, playbook.c.language == language)
        await tx.execute(delete(playbook).where(*mine))
        return
    values = {"entry": dict(entry), "updated_by": by, "updated_at": now}
    row = insert(tx, playbook).values(barrier=barrier, product=product, language=language, **values)
    await tx.execute(row.on_conflict_do_update(index_elements=["barrier", "product", "language"], set_=values))


async def note_use(tx: Tx, conversation_id: int, reply: str, barrier: str | None, staff: str, now: datetime) -> None:
    """Somebody sent this reply in this conversation."""
    values = {"conversation_id": conversation_id, "reply": reply, "barrier": barrier, "staff": staff, "at": now}
    await tx.execute(plain_insert(reply_uses).values(**values))


async def worked(tx: Tx, since: datetime, within: timedelta, now: datetime) -> dict[str, Worked]:
    """Reply -> what it led to, since then. Bought: an order, not given back, within that time after its first use."""
    query = (
        select(
            reply_uses.c.reply,
            reply_uses.c.at,
            conversations.c.id,
            conversations.c.prospect_id,
            conversations.c.outcome,
            conversations.c.ended_at,
        )
        .join(conversations, conversations.c.id == reply_uses.c.conversation_id)
        .where(reply_uses.c.at >= since)
        .order_by(reply_uses.c.id.desc())
        .limit(NEWEST)
    )
    uses = (await tx.execute(query)).all()
    orders = await _orders(tx, sorted({row.prospect_id for row in uses}), since)
    first: dict[tuple[str, int], Record] = {(row.reply, row.id): row for row in uses}
    found: dict[str, Worked] = defaultdict(Worked)
    for (reply, _), row in first.items():
        so_far, over = found[reply], row.at + within <= now
        bought = over and any(row.at <= at <= row.at + within for at in orders[row.prospect_id])
        ended = row.ended_at is not None
        found[reply] = Worked(
            so_far.used + 1,
            so_far.ended + ended,
            so_far.solved + (ended and row.outcome in SOLVED),
            so_far.over + over,
            so_far.bought + bought,
        )
    return dict(found)


async def _orders(tx: Tx, people: Sequence[int], since: datetime) -> dict[int, list[datetime]]:
    orders: dict[int, list[datetime]] = defaultdict(list)
    for start in range(0, len(people), 500):
        query = select(purchases.c.prospect_id, purchases.c.bought_at).where(
            purchases.c.prospect_id.in_(people[start : start + 500]),
            purchases.c.bought_at >= since,
            purchases.c.refunded_at.is_(None),
        )
        for row in await tx.execute(query):
            orders[row.prospect_id].append(row.bought_at)
    return orders
