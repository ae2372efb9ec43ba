"""The shelf of offers: what can be given now, and giving it exactly once, inside the turn's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Integer, bindparam, func, or_, select, update

from flows.effects import Give
from flows.offers.catalogue import Catalogue, OfferDefinition
from flows.offers.policy import face_value
from flows.scene import Granted, Person, Stock
from storage import dialects
from storage.database import Record, Tx
from storage.errors import ShelfChanged
from storage.failpoints import failpoint
from storage.tables import codes, grants, offer_ledger


class Shelf:
    """Offers in stock for one group of turns.

    At first everybody is shown the same free code of each pool, which binds nobody. Whoever is really given one needs
    a code of their own: `reserve` it, ask for the stock again, and say what was `taken`.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        used: dict[str, tuple[int, Decimal]],
        pools: dict[str, list[Record]],
    ) -> None:
        """`used`: offer -> (grants so far, money promised); `pools`: offer -> free codes with their expiry."""
        self._catalogue, self._used, self._pools = catalogue, used, pools
        self._reserved: set[str] = set()
        self._shown: dict[tuple[Decimal | None, Decimal | None, str | None], tuple[Stock, ...]] = {}

    def stock_for(self, person: Person) -> tuple[Stock, ...]:
        """What this person can be given now: the same for all whose money is the same (see `face_value`)."""
        money = (person.cart_value, person.price, person.currency)
        if money not in self._shown:
            stocks = (self._stock(offer, person) for offer in self._catalogue.offers)
            self._shown[money] = tuple(stock for stock in stocks if stock is not None)
        return self._shown[money]

    def _stock(self, offer: OfferDefinition, person: Person) -> Stock | None:
        granted, promised = self._used.get(offer.id, (0, Decimal(0)))
        if granted >= offer.limits.total:
            return None
        value = face_value(offer, person, self._catalogue.currency) or 0
        if offer.limits.budget is not None and promised + value > offer.limits.budget:
            return None
        if offer.code == "none":
            return Stock(offer.id)
        pool = self._pools.get(offer.id)
        return Stock(offer.id, pool[0].code, pool[0].expires_at) if pool else None

    def is_reserved(self, offer: str) -> bool:
        """Whether the codes of this offer that are shown are ours until the transaction ends."""
        return offer in self._reserved

    async def reserve(self, tx: Tx, offer: str, count: int, now: datetime) -> None:
        """Lock so many free codes of this offer's pool until the transaction ends, or all there are.

        Codes that other workers have locked are passed by. Only when nothing else is left, we wait for what becomes of
        those: nobody is told that there is none while there may be one.
        """
        self._reserved.add(offer)
        asked = {"offer": offer, "now": now, "count": count}
        found = (await tx.execute(_FREE.with_for_update(skip_locked=True), asked)).all()
        if len(found) < count:
            found = (await tx.execute(_FREE.with_for_update(), asked)).all()
        self._pools[offer] = list(found)
        self._shown.clear()

    def taken(self, give: Give) -> None:
        """This was given in the group: it is not there for the next one."""
        granted, promised = self._used.get(give.offer, (0, Decimal(0)))
        self._used[give.offer] = (granted + 1, promised + (give.value or Decimal(0)))
        if give.code is not None:
            self._pools[give.offer].pop(0)
        self._shown.clear()


_FREE = (
    select(codes.c.code, codes.c.expires_at)
    .where(codes.c.offer == bindparam("offer"), codes.c.used_at.is_(None))
    .where(or_(codes.c.expires_at.is_(None), codes.c.expires_at > bindparam("now", type_=codes.c.expires_at.type)))
    .order_by(codes.c.id)
    .limit(bindparam("count", type_=Integer))
)
_USED = select(offer_ledger.c.offer, offer_ledger.c.granted, offer_ledger.c.promised)


async def load_shelf(tx: Tx, catalogue: Catalogue, now: datetime) -> Shelf:
    """The shelf as it stands; nothing of it is locked."""
    used = {row.offer: (row.granted, row.promised) for row in await tx.execute(_USED)}
    pools: dict[str, list[Record]] = {}
    for offer in catalogue.offers:
        if offer.code == "pool":
            pools[offer.id] = list((await tx.execute(_FREE, {"offer": offer.id, "now": now, "count": 1})).all())
    return Shelf(catalogue, used, pools)


_GRANTED = (
    select(
        grants.c.prospect_id,
        grants.c.offer,
        grants.c.code,
        grants.c.expires_at,
        grants.c.granted_at,
        grants.c.redeemed_at,
        grants.c.value,
    )
    .where(grants.c.prospect_id.in_(bindparam("people", expanding=True)))
    .order_by(grants.c.id)
)


async def granted_to(tx: Tx, prospect_ids: Sequence[int]) -> dict[int, tuple[Granted, ...]]:
    """What these prospects have been given already."""
    found: dict[int, list[Granted]] = {}
    for row in await tx.execute(_GRANTED, {"people": list(prospect_ids)}):
        money = row.code is not None or bool(row.value)
        grant = Granted(
            row.offer, row.code, row.expires_at, row.granted_at, redeemed=row.redeemed_at is not None, money=money
        )
        found.setdefault(row.prospect_id, []).append(grant)
    return {prospect_id: tuple(items) for prospect_id, items in found.items()}


@dataclass(frozen=True, slots=True)
class Gift:
    """Something that a turn gives: the effect, its offer, and to whom."""

    give: Give
    offer: OfferDefinition
    prospect_id: int
    conversation_id: int
    campaign: str


async def give(tx: Tx, gifts: Sequence[Gift], now: datetime) -> None:
    """Grant offers: each row, its code and its share of the limits together.

    Raises ShelfChanged when one of them is gone.
    """
    if not gifts:
        return
    for offer in sorted({gift.offer.id: gift.offer for gift in gifts}.values(), key=lambda offer: offer.id):
        values = [gift.give.value or Decimal(0) for gift in gifts if gift.offer.id == offer.id]
        await _use_limits(tx, offer, len(values), sum(values, Decimal(0)))
    made = await tx.execute(_GRANT(tx), [_grant(gift, now) for gift in gifts])
    ids = {(row.prospect_id, row.offer): row.id for row in made}
    for gift in gifts:
        if (gift.prospect_id, gift.offer.id) not in ids:
            raise ShelfChanged(gift.offer.id)
    failpoint("grants.given")
    await _use_codes(tx, {ids[gift.prospect_id, gift.offer.id]: gift for gift in gifts if gift.give.code}, now)
    failpoint("codes.used")


_GRANT = dialects.prepared(
    lambda insert: insert(grants).on_conflict_do_nothing().returning(grants.c.id, grants.c.prospect_id, grants.c.offer)
)


def _grant(gift: Gift, now: datetime) -> dict[str, Any]:
    return {
        "prospect_id": gift.prospect_id,
        "conversation_id": gift.conversation_id,
        "campaign": gift.campaign,
        "offer": gift.give.offer,
        "kind": gift.give.kind,
        "barrier": gift.give.barrier,
        "code": gift.give.code,
        "value": gift.give.value,
        "currency": gift.give.currency,
        "granted_at": now,
        "expires_at": gift.give.expires_at,
    }


async def _use_codes(tx: Tx, gifts: Mapping[int, Gift], now: datetime) -> None:
    """`gifts` by the id of their grant."""
    if not gifts:
        return
    rows = [
        {"grant": grant, "of_offer": gift.offer.id, "this": gift.give.code, "at": now} for grant, gift in gifts.items()
    ]
    await tx.execute(_USE_CODE, rows)
    used = set((await tx.execute(_CODES_OF, {"grants": list(gifts)})).scalars())
    for grant, gift in gifts.items():
        if grant not in used:
            raise ShelfChanged(gift.offer.id)


_USE_CODE = (
    update(codes)
    .where(codes.c.code == bindparam("this"), codes.c.offer == bindparam("of_offer"), codes.c.used_at.is_(None))
    .values(grant_id=bindparam("grant"), used_at=bindparam("at"))
)
_CODES_OF = select(codes.c.grant_id).where(codes.c.grant_id.in_(bindparam("grants", expanding=True)))


async def _use_limits(tx: Tx, offer: OfferDefinition, count: int, value: Decimal) -> None:
    """Take so many grants, worth so much together, off what is left of the limits."""
    within = [offer_ledger.c.offer == offer.id, offer_ledger.c.granted <= offer.limits.total - count]
    if offer.limits.budget is not None:
        within.append(offer_ledger.c.promised <= offer.limits.budget - value)
    use = (
        update(offer_ledger)
        .where(*within)
        .values(granted=offer_ledger.c.granted + count, promised=offer_ledger.c.promised + value)
    )
    if (await tx.execute(use)).rowcount == 1:
        return
    first = dialects.insert(tx, offer_ledger).values(offer=offer.id, granted=0, promised=Decimal(0))
    await tx.execute(first.on_conflict_do_nothing())
    if (await tx.execute(use)).rowcount != 1:
        raise ShelfChanged(offer.id)


async def import_code(tx: Tx, offer: str, code: str, expires_at: datetime | None, now: datetime) -> bool:
    """Add a code to an offer's pool. False when it is there already: importing twice changes nothing."""
    added = await tx.execute(
        dialects.insert(tx, codes)
        .values(offer=offer, code=code, expires_at=expires_at, imported_at=now)
        .on_conflict_do_nothing()
        .returning(codes.c.id)
    )
    return added.scalar_one_or_none() is not None


async def pool_levels(tx: Tx, now: datetime) -> dict[str, int]:
    """How many codes are left in each pool."""
    rows = await tx.execute(
        select(codes.c.offer, func.count())
        .where(codes.c.used_at.is_(None), or_(codes.c.expires_at.is_(None), codes.c.expires_at > now))
        .group_by(codes.c.offer)
    )
    return {row[0]: row[1] for row in rows}
