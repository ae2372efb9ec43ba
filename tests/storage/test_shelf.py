"""The shelf: exactly one grant a person, one person a code, and never beyond a limit, however many come at once."""

import asyncio
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from flows.effects import Give
from flows.offers.catalogue import Catalogue, Limits, OfferDefinition
from flows.scene import Person
from storage import shelf
from storage.database import Database, Tx
from storage.errors import ShelfChanged
from storage.shelf import Gift
from storage.tables import codes, grants, offer_ledger
from tests.storage.world import LIBRARY, NOW, open_conversations, shipped_flow

CATALOGUE = LIBRARY.catalogue()
DISCOUNT = next(offer for offer in CATALOGUE.offers if offer.id == "discount_10")


async def fill(database: Database, count: int) -> None:
    async def work(tx: Tx) -> None:
        for number in range(count):
            await shelf.import_code(tx, "discount_10", f"TEN-{number}", None, NOW)

    await database.transact(work)


async def take_one(database: Database, who: tuple[int, int], offer: OfferDefinition, value: str = "5.00") -> bool:
    """What a turn does: look at the shelf, and give what stands there. False when the shelf is empty."""
    catalogue = Catalogue.model_validate({**CATALOGUE.model_dump(), "offers": [offer]})

    async def work(tx: Tx) -> bool:
        loaded = await shelf.load_shelf(tx, catalogue, NOW)
        if offer.code == "pool":
            await loaded.reserve(tx, offer.id, 1, NOW)
        stock = loaded.stock_for(Person(price=Decimal(50)))
        if not stock:
            return False
        give = Give(offer.id, offer.kind, "price", stock[0].code, Decimal(value), "EUR", None)
        await shelf.give(tx, [Gift(give, offer, who[0], who[1], "barriers")], NOW)
        return True

    return await database.transact(work)


async def count(database: Database, query: object) -> int:
    async with database.read() as tx:
        return int((await tx.execute(query)).scalar_one())  # type: ignore[call-overload]


async def test_a_hundred_at_once_for_twenty_codes(database: Database) -> None:
    await fill(database, 20)
    people = await open_conversations(database, 100, shipped_flow())
    given = await asyncio.gather(*(take_one(database, who, DISCOUNT) for who in people))
    assert sum(given) == 20
    assert await count(database, select(func.count(func.distinct(grants.c.code)))) == 20
    assert await count(database, select(func.count()).select_from(grants)) == 20
    used = select(func.count()).where(codes.c.used_at.is_not(None), codes.c.grant_id.is_not(None))
    assert await count(database, used) == 20
    assert await count(database, select(offer_ledger.c.granted)) == 20


async def test_a_budget_is_never_exceeded(database: Database) -> None:
    """Fifty at once for a budget of ten times five: ten are given, and not a cent more."""
    limited = DISCOUNT.model_copy(update={"limits": Limits(total=1000, budget=Decimal("50.00"))})
    await fill(database, 50)
    people = await open_conversations(database, 50, shipped_flow())
    given = await asyncio.gather(*(take_one(database, who, limited) for who in people))
    assert sum(given) == 10
    async with database.read() as tx:
        assert (await tx.execute(select(offer_ledger.c.promised))).scalar_one() == Decimal("50.00")
    assert await count(database, select(func.count()).where(codes.c.used_at.is_not(None))) == 10


async def test_a_number_of_grants_is_never_exceeded(database: Database) -> None:
    limited = DISCOUNT.model_copy(update={"limits": Limits(total=7, budget=None)})
    await fill(database, 20)
    people = await open_conversations(database, 20, shipped_flow())
    assert sum(await asyncio.gather(*(take_one(database, who, limited) for who in people))) == 7


async def test_nobody_gets_the_same_offer_twice_and_the_code_stays_free(database: Database) -> None:
    await fill(database, 2)
    (ann,) = await open_conversations(database, 1, shipped_flow())
    assert await take_one(database, ann, DISCOUNT)
    with pytest.raises(ShelfChanged):
        await take_one(database, ann, DISCOUNT)
    assert await count(database, select(func.count()).where(codes.c.used_at.is_(None))) == 1
    assert await count(database, select(offer_ledger.c.granted)) == 1


async def test_a_code_that_has_run_out_is_not_given(database: Database) -> None:
    (ann,) = await open_conversations(database, 1, shipped_flow())
    await database.transact(lambda tx: shelf.import_code(tx, "discount_10", "OLD", NOW, NOW))
    assert not await take_one(database, ann, DISCOUNT)
    async with database.read() as tx:
        assert await shelf.pool_levels(tx, NOW) == {}


async def test_people_of_one_group_are_given_different_codes(database: Database) -> None:
    await fill(database, 2)

    async def work(tx: Tx) -> list[str]:
        loaded = await shelf.load_shelf(tx, CATALOGUE, NOW)
        assert [code_of(loaded) for _ in range(2)] == ["TEN-0", "TEN-0"], "looking takes nothing"
        await loaded.reserve(tx, "discount_10", 3, NOW)
        given = []
        while (code := code_of(loaded)) is not None:
            loaded.taken(Give("discount_10", "discount", "price", code, Decimal(5), "EUR", None))
            given.append(code)
        return given

    assert await database.transact(work) == ["TEN-0", "TEN-1"]


def code_of(loaded: shelf.Shelf) -> str | None:
    """The code of a discount that somebody would be given now."""
    stocks = loaded.stock_for(Person(price=Decimal(50)))
    return next((stock.code for stock in stocks if stock.offer == "discount_10"), None)


@pytest.mark.postgres
async def test_nobody_is_told_that_there_is_no_code_while_one_may_come_back(postgres_url: str) -> None:
    """The last code is in another worker's hands: only when that one has kept it, there is none."""
    database = Database(postgres_url)
    await fill(database, 1)
    held = asyncio.Event()

    async def lets_go(tx: Tx) -> None:
        loaded = await shelf.load_shelf(tx, CATALOGUE, NOW)
        await loaded.reserve(tx, "discount_10", 1, NOW)
        held.set()
        await asyncio.sleep(0.1)
        raise LookupError

    async def asks(tx: Tx) -> str | None:
        await held.wait()
        loaded = await shelf.load_shelf(tx, CATALOGUE, NOW)
        await loaded.reserve(tx, "discount_10", 1, NOW)
        return code_of(loaded)

    first, second = await asyncio.gather(database.transact(lets_go), database.transact(asks), return_exceptions=True)
    await database.close()
    assert isinstance(first, LookupError) and second == "TEN-0"
