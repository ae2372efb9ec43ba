"""The shelf of offers: what can be given now, and giving it exactly once, inside the turn's transaction."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, or_, select, update

from flows.effects import Give
from flows.offers.catalogue import Catalogue, OfferDefinition
from flows.offers.policy import face_value
from flows.scene import Granted, Person, Stock
from storage import dialects
from storage.database import Record, Tx
from storage.errors import ShelfChanged
from storage.tables import codes, grants, offer_ledger


class Shelf:
    """Offers in stock for one group of turns.

    Each person is shown different free codes, so that nobody competes inside the group.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        used: dict[str, tuple[int, Decimal]],
        pools: dict[str, list[Record]],
    ) -> None:
        """`used`: offer -> (grants so far, money promised); `pools`: offer -> free codes with their expiry."""
        self._catalogue, self._used, self._pools = catalogue, used, pools

    def stock_for(self, person: Person) -> tuple[Stock, ...]:
        """What this person can be given; takes one free code of each pool off the shelf."""
        return tuple(stock for offer in self._catalogue.offers if (stock := self._stock(offer, person)) is not None)

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
        if not pool:
            return None
        code, expires_at = pool.pop(0)
        return Stock(offer.id, code, expires_at)


async def load_shelf(tx: Tx, catalogue: Catalogue, people: int, now: datetime) -> Shelf:
    """The shelf for a group of so many people.

    Free codes are locked (and skipped by other workers) until the transaction ends.
    """
    rows = await tx.execute(select(offer_ledger))
    used = {row.offer: (row.granted, row.promised) for row in rows}
    pools: dict[str, list[Record]] = {}
    for offer in catalogue.offers:
        if offer.code == "pool":
            free = (
                select(codes.c.code, codes.c.expires_at)
                .where(codes.c.offer == offer.id, codes.c.used_at.is_(None))
                .where(or_(codes.c.expires_at.is_(None), codes.c.expires_at > now))
                .order_by(codes.c.id)
                .limit(people)
                .with_for_update(skip_locked=True)
            )
            pools[offer.id] = list((await tx.execute(free)).all())
    return Shelf(catalogue, used, pools)


async def granted_to(tx: Tx, prospect_ids: Sequence[int]) -> dict[int, tuple[Granted, ...]]:
    """What these prospects have been given already."""
    rows = await tx.execute(
        select(
            grants.c.prospect_id,
            grants.c.offer,
            grants.c.code,
            grants.c.expires_at,
            grants.c.granted_at,
            grants.c.redeemed_at,
            grants.c.value,
        )
        .where(grants.c.prospect_id.in_(prospect_ids))
        .order_by(grants.c.id)
    )
    found: dict[int, list[Granted]] = {}
    for row in rows:
        money = row.code is not None or bool(row.value)
        grant = Granted(
            row.offer, row.code, row.expires_at, row.granted_at, redeemed=row.redeemed_at is not None, money=money
        )
        found.setdefault(row.prospect_id, []).append(grant)
    return {prospect_id: tuple(items) for prospect_id, items in found.items()}


async def give(
    tx: Tx, give: Give, offer: OfferDefinition, *, prospect_id: int, conversation_id: int, campaign: str, now: datetime
) -> None:
    """Grant an offer: the row, its code and its share of the limits together.

    Raises ShelfChanged when one of them is gone.
    """
    await _use_limits(tx, offer, give.value or Decimal(0))
    grant = dialects.insert(tx, grants).values(
        prospect_id=prospect_id,
        conversation_id=conversation_id,
        campaign=campaign,
        offer=give.offer,
        kind=give.kind,
        barrier=give.barrier,
        code=give.code,
        value=give.value,
        currency=give.currency,
        granted_at=now,
        expires_at=give.expires_at,
    )
    grant_id = (await tx.execute(grant.on_conflict_do_nothing().returning(grants.c.id))).scalar_one_or_none()
    if grant_id is None:
        raise ShelfChanged(give.offer)
    if give.code is not None:
        taken = await tx.execute(
            update(codes)
            .where(codes.c.code == give.code, codes.c.offer == give.offer, codes.c.used_at.is_(None))
            .values(grant_id=grant_id, used_at=now)
        )
        if taken.rowcount != 1:
            raise ShelfChanged(give.offer)


async def _use_limits(tx: Tx, offer: OfferDefinition, value: Decimal) -> None:
    first = dialects.insert(tx, offer_ledger).values(offer=offer.id, granted=0, promised=Decimal(0))
    await tx.execute(first.on_conflict_do_nothing())
    within = [offer_ledger.c.offer == offer.id, offer_ledger.c.granted < offer.limits.total]
    if offer.limits.budget is not None:
        within.append(offer_ledger.c.promised <= offer.limits.budget - value)
    used = await tx.execute(
        update(offer_ledger)
        .where(*within)
        .values(granted=offer_ledger.c.granted + 1, promised=offer_ledger.c.promised + value)
    )
    if used.rowcount != 1:
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
