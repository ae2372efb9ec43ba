"""One turn's rows: what the engine may look at, loaded together, and what it decided, written together.

Both work on a group of conversations, each at most once, in the caller's transaction. Nothing here decides anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

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
class Marks:
    """What staff see of a conversation, as it stands in its row."""

    needs_person: str | None = None
    needs_since: datetime | None = None
    unread: bool = False
    goal_at: datetime | None = None
    first_contact_at: datetime | None = None


MARKS = fields(Marks)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A conversation with everything its turn may look at. `limit`: the live strategy's budget, to be kept to.

    `quota`: after so many people nobody else of the campaign is written to first; None: however many. `ended_at`: since
    when the conversation is over.
    """

    conversation_id: int
    prospect_id: int
    campaign: str
    campaign_state: str
    state: State
    scene: Scene
    product: str | None
    source: str | None
    limit: Limit | None = None
    marks: Marks = Marks()
    quota: int | None = None
    ended_at: datetime | None = None


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


class Group:
    """Conversations loaded together, and the shelf that their turns take offers from."""

    def __init__(self, loaded: dict[int, Loaded], stock: shelf.Shelf) -> None:
        """`loaded` by row id of the conversation."""
        self.loaded, self.shelf = loaded, stock


async def load(
    tx: Tx,
    conversation_ids: Sequence[int],
    *,
    shop: Shop,
    catalogue: Catalogue,
    strategies: StrategyShelf | None = None,
    now: datetime,
    has_bot: bool = True,
) -> Group:
    """Load these conversations and lock them until the transaction ends.

    Unknown ids (erased meanwhile) are left out. A few statements, however many conversations it is.
    """
    rows = (await tx.execute(_CONVERSATIONS, {"ids": list(conversation_ids)})).all()
    found = await tx.execute(_CAMPAIGNS, {"names": sorted({row.campaign for row in rows})})
    run = {row.name: row for row in found}
    people = [row.prospect_id for row in rows]
    addresses = await prospects.addresses(tx, people)
    agreed = await consents.current(tx, people)
    granted = await shelf.granted_to(tx, people)
    stock = await shelf.load_shelf(tx, catalogue, now)
    tactics, limits = await _tactics(
        tx,
        strategies or StrategyShelf(),
        [(run[row.campaign].strategy, row) for row in rows],
        granted,
        shop=shop,
        catalogue=catalogue,
        now=now,
    )
    loaded: dict[int, Loaded] = {}
    for row in rows:
        person, campaign = person_of(row), run[row.campaign]
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
            channels=tuple(campaign.definition.get("channels", ("telegram", "email"))),
            tactics=tactics.get(row.id),
        )
        loaded[row.id] = _loaded(row, campaign, scene, limits.get(campaign.strategy))
    return Group(loaded, stock)


_CONVERSATIONS = (
    select(
        *(
            conversations.c[name]
            for name in (
                "id", "prospect_id", "campaign", "state", "product", "source", "ended_at", *(one.name for one in MARKS),
            )
        ),
        *(
            prospect_table.c[name]
            for name in (
                "uid", "first_name", "timezone", "country", "product_id", "product_name", "product_url", "price",
                "cart_value", "currency",
            )
        ),
    )
    .join(prospect_table, prospect_table.c.id == conversations.c.prospect_id)
    .where(conversations.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(conversations.c.id)
    .with_for_update(of=conversations)
)  # fmt: skip

_CAMPAIGNS = select(campaigns.c.name, campaigns.c.state, campaigns.c.definition, LIVE.label("strategy")).where(
    campaigns.c.name.in_(bindparam("names", expanding=True))
)
"""What the campaigns say now."""


def _loaded(row: Record, campaign: Record, scene: Scene, limit: Limit | None) -> Loaded:
    return Loaded(
        conversation_id=row.id,
        prospect_id=row.prospect_id,
        campaign=row.campaign,
        campaign_state=campaign.state,
        state=decode_state(row.state),
        scene=scene,
        product=row.product,
        source=row.source,
        limit=limit,
        marks=Marks(*(getattr(row, one.name) for one in MARKS)),
        quota=campaign.definition.get("quota"),
        ended_at=row.ended_at,
    )


async def _tactics(
    tx: Tx,
    shelf: StrategyShelf,
    rows: Sequence[tuple[int | None, Record]],
    granted: dict[int, tuple[Granted, ...]],
    *,
    shop: Shop,
    catalogue: Catalogue,
    now: datetime,
) -> tuple[dict[int, Tactics], dict[int | None, Limit | None]]:
    """What the live strategies say, by conversation, and their budgets. Nothing is read where none is live."""
    found: dict[int, Tactics] = {}
    limits: dict[int | None, Limit | None] = {}
    for strategy in {live for live, _ in rows if live is not None}:
        ours = [row for live, row in rows if live == strategy]
        asked = [Somebody(row.prospect_id, row.uid, person_of(row), granted.get(row.prospect_id, ())) for row in ours]
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
