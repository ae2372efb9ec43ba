"""Checkouts, refunds and webhooks that wait, on both databases."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from storage import checkouts, deliveries, endpoints, erasure, prospects, purchases
from storage.checkouts import Checkout
from storage.database import Database, Tx
from storage.purchases import Purchase
from storage.tables import checkouts as table
from storage.tables import deliveries as sent
from storage.tables import purchases as orders
from tests.storage.world import NOW

HOUR = timedelta(hours=1)
ANN = {"external": "7", "email": "Ann@example.com"}


def heard(key: str, minutes: int, **identities: str) -> Checkout:
    """A checkout that was changed so many minutes ago."""
    return Checkout("shopify", key, identities or ANN, {"cart_value": "12.50"}, NOW - timedelta(minutes=minutes))


async def test_the_newest_word_about_a_checkout_counts_until_its_time(database: Database) -> None:
    async def work(tx: Tx) -> list[bool]:
        said = [heard("a", 50), heard("a", 55), heard("a", 40), heard("b", 61)]
        return [await checkouts.note(tx, one, None, NOW, silence=HOUR) for one in said]

    assert await database.transact(work) == [True, False, True, True]
    async with database.read() as tx:
        assert await checkouts.any_due(tx, NOW) and await checkouts.count_open(tx) == {"shopify": 2}
    (due,) = await database.transact(lambda tx: checkouts.abandon_due(tx, NOW, 10))
    assert (due.key, due.report["identities"]["email"]) == ("b", "ann@example.com")
    async with database.read() as tx:
        assert not await checkouts.any_due(tx, NOW)
        left = (await tx.execute(select(table).where(table.c.key == "b"))).one()
    assert left.state == "abandoned" and left.report == {}


async def test_who_buys_closes_their_open_checkouts_and_nobody_elses(database: Database) -> None:
    async def work(tx: Tx) -> int:
        for one in (heard("a", 5), heard("b", 5, email="bob@example.com"), heard("c", 5, external="7")):
            await checkouts.note(tx, one, None, NOW, silence=HOUR)
        await checkouts.complete(tx, "shopify", "a", NOW, NOW)
        await checkouts.complete(tx, "shopify", "never heard of", NOW, NOW)
        assert not await checkouts.note(tx, heard("never heard of", 1), None, NOW, silence=HOUR)
        assert await checkouts.complete_of(tx, {"external": "7"}, NOW - HOUR, NOW) == 0
        return await checkouts.complete_of(tx, ANN, NOW, NOW)

    assert await database.transact(work) == 1
    async with database.read() as tx:
        assert await checkouts.is_completed(tx, "shopify", "c")
        assert not await checkouts.is_completed(tx, "shopify", "b")


async def test_an_open_checkout_goes_with_whom_it_names(database: Database) -> None:
    async def work(tx: Tx) -> None:
        person = await prospects.create(tx, NOW)
        await prospects.bind(tx, person, "email", "ann@example.com", via="test", now=NOW)
        await checkouts.note(tx, heard("a", 5), None, NOW, silence=HOUR)
        await checkouts.note(tx, heard("b", 5, phone="+36301234567"), None, NOW, silence=HOUR)
        await erasure.erase(tx, person, NOW, b"k" * 32)
        assert await erasure.forget(tx, [("phone", "+36301234567")], NOW, b"k" * 32) == 1
        assert (await tx.execute(select(table))).all() == []

    await database.transact(work)


async def test_a_refund_waits_for_its_order(database: Database) -> None:
    async def work(tx: Tx) -> None:
        for _ in range(2):
            assert not await purchases.refund(tx, "o-1", NOW, key="r1", amount=Decimal("2.50"), currency="EUR")
        bought = Purchase("o-1", NOW - HOUR, Decimal(10), "EUR")
        assert await purchases.record(tx, bought, None, NOW, window=HOUR)
        assert await purchases.refund(tx, "o-1", NOW, key="r2", amount=Decimal(1))

    await database.transact(work)
    async with database.read() as tx:
        row = (await tx.execute(select(orders))).one()
    assert (row.refunded, row.refunded_at) == (Decimal("3.50"), None)


async def test_an_event_is_announced_once_to_everybody_who_listens(database: Database) -> None:
    async def announce(tx: Tx) -> int:
        person = await prospects.create(tx, NOW)
        await prospects.bind(tx, person, "external", "C-1", via="test", now=NOW)
        data = {"offer": "sample"}
        first = await deliveries.announce(tx, "offer.granted", data, person, "1:sample", NOW)
        again = await deliveries.announce(tx, "offer.granted", data, person, "1:sample", NOW)
        assert await deliveries.announce(tx, "task.created", {}, person, "t", NOW) == 0
        assert again == 0
        return first

    assert await database.transact(announce) == 0, "nobody listens"
    for events in (["offer.granted"], ["answer.recorded", "offer.granted"], ["answer.recorded"]):
        await database.transact(
            lambda tx, wanted=events: endpoints.add(tx, "https://crm.example/in", wanted, "test", NOW)  # type: ignore[misc]
        )
    endpoints.forget_known()
    await database.transact(lambda tx: prospects.close(tx, "external", "nobody", reason="test", now=NOW))
    async with database.read() as tx:
        person = await prospects.find(tx, {"external": "C-1"})
    await database.transact(lambda tx: erasure.erase(tx, person[0], NOW, b"k" * 32))
    assert await database.transact(announce) == 2
    claimed = await database.transact(lambda tx: deliveries.claim(tx, NOW))
    assert len(claimed) == 2 and {row.attempts for row in claimed} == {1}
    assert '"external_id": "C-1"' in claimed[0].payload
    assert await database.transact(lambda tx: deliveries.claim(tx, NOW)) == []


async def test_an_attempt_that_failed_is_made_again_ever_later_until_it_has_failed(database: Database) -> None:
    endpoint = await database.transact(lambda tx: endpoints.add(tx, "https://x.example", ["task.created"], "t", NOW))
    await database.transact(lambda tx: deliveries.announce(tx, "task.created", {}, None, "t", NOW))
    now, waits, kept = NOW, [], None
    while row := next(iter(await database.transact(lambda tx: deliveries.claim(tx, now))), None):  # noqa: B023 - run at once
        await database.transact(lambda tx: deliveries.not_delivered(tx, row, 500, now))  # noqa: B023 - run at once
        async with database.read() as tx:
            kept = (await tx.execute(select(sent))).one()
        waits.append(kept.not_before - now)
        now = max(now, kept.not_before)
    assert waits[:-1] == list(deliveries.PAUSES)
    assert kept is not None
    assert (kept.state, kept.attempts, kept.status) == ("failed", 10, 500)
    assert await database.transact(lambda tx: deliveries.retry(tx, kept.id, now))
    assert await database.transact(lambda tx: endpoints.disable(tx, endpoint.id, now))
    async with database.read() as tx:
        assert not await deliveries.any_due(tx, now)
    assert not await database.transact(lambda tx: deliveries.retry(tx, kept.id, now))
    assert await database.transact(lambda tx: deliveries.prune(tx, now + timedelta(days=31))) == 1
