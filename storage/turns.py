"""One turn's rows: what the engine may look at, loaded together, and what it decided, written together.

Both work on a group of conversations, each at most once, in the caller's transaction. Nothing here decides anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from flows.codec import decode_state
from flows.definition.flow import Flow
from flows.offers.catalogue import Catalogue
from flows.scene import Granted, Person, Reach, Reachable, Scene, Shop, Tactics
from flows.state import State
from flows.turn import Turn
from flows.words import Channel
from storage import consents, prospects, shelf
from storage.database import Record, Tx
from storage.spending import Limit
from storage.tables import campaigns, conversations
from storage.tables import prospects as prospect_table
from storage.tactics import LIVE, Somebody, StrategyShelf

PAUSED_FOR = timedelta(minutes=5)
"""How long a timer of a paused campaign is put off each time."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A conversation with everything its turn may look at. `limit`: the live strategy's budget, to be kept to."""

    conversation_id: int
    prospect_id: int
    campaign: str
    campaign_state: str
    state: State
    scene: Scene
    product: str | None
    source: str | None
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A turn that was taken, with what the journal wants to know of its event."""

    loaded: Loaded
    flow: Flow
    turn: Turn
    event: str
    channel: Channel | None = None
    said: str | None = None
    actor: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


async def load(
    tx: Tx,
    conversation_ids: Sequence[int],
    *,
    shop: Shop,
    catalogue: Catalogue,
    strategies: StrategyShelf | None = None,
    now: datetime,
    has_bot: bool = True,
) -> dict[int, Loaded]:
    """Load these conversations and lock them until the transaction ends.

    Unknown ids (erased meanwhile) are left out.
    """
    rows = await _locked(tx, conversation_ids)
    people_ids = [row.prospect_id for row in rows]
    people = {
        row.id: row for row in await tx.execute(select(prospect_table).where(prospect_table.c.id.in_(people_ids)))
    }
    addresses = await prospects.addresses(tx, people_ids)
    agreed = await consents.current(tx, people_ids)
    granted = await shelf.granted_to(tx, people_ids)
    stock = await shelf.load_shelf(tx, catalogue, len(rows), now)
    tactics, limits = await _tactics(
        tx, strategies or StrategyShelf(), rows, people, granted, shop=shop, catalogue=catalogue, now=now
    )
    loaded: dict[int, Loaded] = {}
    for row in rows:
        person = person_of(people[row.prospect_id])
        reach = Reach(
            telegram=_reachable(row.prospect_id, "telegram", addresses, agreed) if has_bot else "closed",
            email=_reachable(row.prospect_id, "email", addresses, agreed),
        )
        scene = Scene(
            person=person,
            reach=reach,
            shop=shop,
            stock=stock.stock_for(person),
            granted=granted.get(row.prospect_id, ()),
            channels=tuple(row.campaign_definition.get("channels", ("telegram", "email"))),
            tactics=tactics.get(row.id),
        )
        loaded[row.id] = _loaded(row, scene, limits.get(row.strategy))
    return loaded


async def _locked(tx: Tx, conversation_ids: Sequence[int]) -> Sequence[Record]:
    """The conversations with what their campaign says now, locked until the transaction ends."""
    query = (
        select(
            conversations,
            campaigns.c.state.label("campaign_state"),
            campaigns.c.definition.label("campaign_definition"),
            LIVE.label("strategy"),
        )
        .join(campaigns, campaigns.c.name == conversations.c.campaign)
        .where(conversations.c.id.in_(conversation_ids))
        .order_by(conversations.c.id)
        .with_for_update(of=conversations)
    )
    return (await tx.execute(query)).all()


def _loaded(row: Record, scene: Scene, limit: Limit | None) -> Loaded:
    return Loaded(
        conversation_id=row.id,
        prospect_id=row.prospect_id,
        campaign=row.campaign,
        campaign_state=row.campaign_state,
        state=decode_state(row.state),
        scene=scene,
        product=row.product,
        source=row.source,
        limit=limit,
    )


async def _tactics(  # noqa: PLR0913 - all that was loaded already
    tx: Tx,
    shelf: StrategyShelf,
    rows: Sequence[Any],
    people: dict[int, Any],
    granted: dict[int, tuple[Granted, ...]],
    *,
    shop: Shop,
    catalogue: Catalogue,
    now: datetime,
) -> tuple[dict[int, Tactics], dict[int, Limit | None]]:
    """What the live strategies say, by conversation, and their budgets. Nothing is read where none is live."""
    found: dict[int, Tactics] = {}
    limits: dict[int, Limit | None] = {}
    for strategy in {row.strategy for row in rows if row.strategy is not None}:
        ours = [row for row in rows if row.strategy == strategy]
        asked = [
            Somebody(
                row.prospect_id,
                people[row.prospect_id].uid,
                person_of(people[row.prospect_id]),
                granted.get(row.prospect_id, ()),
            )
            for row in ours
        ]
        says = await shelf.tactics(tx, strategy, asked, shop=shop, catalogue=catalogue, now=now)
        found |= {row.id: says[row.prospect_id] for row in ours}
        limits[strategy] = await shelf.limit(tx, strategy, shop)
    return found, limits


def person_of(row: Any) -> Person:
    """The facts of a row of `prospects` that texts and rules use."""
    return Person(
        first_name=row.first_name,
        timezone=row.timezone,
        country=row.country,
        product_id=row.product_id,
        product=row.product_name,
        product_url=row.product_url,
        price=row.price,
        cart_value=row.cart_value,
        currency=row.currency,
    )


def _reachable(
    prospect_id: int,
    channel: str,
    addresses: dict[tuple[int, str], tuple[str, bool]],
    agreed: dict[tuple[int, str], tuple[bool, datetime]],
) -> Reachable:
    address = addresses.get((prospect_id, channel))
    consent = agreed.get((prospect_id, channel))
    if address is None:
        return "none"
    if consent is None or not address[1] or not consent[0]:
        return "closed"
    return "open"
