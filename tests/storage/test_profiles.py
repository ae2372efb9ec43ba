"""Profiles: what is known is loaded as it is stored, and who is due is computed again."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import insert, select, update

from flows.audience.profile import Bought, Fact, Happening
from storage import consents, profiles, prospects, purchases, shop_events
from storage.database import Database, Tx
from storage.purchases import Purchase
from storage.tables import profiles as profile_table
from storage.tables import prospect_facts

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def known(tx: Tx) -> int:
    """Somebody of whom something of every kind is known."""
    person = await prospects.create(
        tx, NOW - HOUR, country="HU", cart_value=Decimal("120.50"), currency="EUR", tags=["vip"],
        company={"size": "50"}, attributes={"shoe": "42"},
        provenance={"country": ["api", "2026-02-01T00:00:00+00:00"]},
    )  # fmt: skip
    for name, text, number in (("use_case", "garden", None), ("budget", "80.5", 80.5), ("since", "2026-01-05", 20458.0),
                               ("decides", "yes", 1.0)):  # fmt: skip
        row = {"name": name, "text": text, "number": number, "source": "flow", "at": NOW, "recorded_at": NOW}
        await tx.execute(insert(prospect_facts).values(prospect_id=person, **row))
    await consents.record(tx, person, "email", granted=True, way="import", now=NOW)
    await consents.record(tx, person, "telegram", granted=True, way="import", now=NOW)
    await consents.record(tx, person, "telegram", granted=False, way="stop", now=NOW)
    await shop_events.note(tx, person, "viewed", NOW, {"product_id": "lamp"})
    for order, currency in (("one", "EUR"), ("two", "USD"), ("three", None)):
        bought = Purchase(order, NOW, Decimal(10), currency, "lamp")
        await purchases.record(tx, bought, person, NOW, window=timedelta(days=7))
    await purchases.refund(tx, "one", NOW)
    return person


async def test_everything_known_about_a_prospect_is_in_the_profile(database: Database) -> None:
    person = await database.transact(known)
    async with database.read() as tx:
        found = await profiles.load(tx, [person, 999_999], NOW, "EUR")
    assert set(found) == {person}
    one = found[person]
    assert one.facts["country"] == Fact("HU", "api", datetime(2026, 2, 1, tzinfo=UTC))
    assert one.facts["cart_value"].value == Decimal("120.50")
    assert one.facts["company.size"] == Fact("50", "csv", NOW - HOUR)
    declared = [one.facts[name].value for name in ("use_case", "budget", "since", "decides")]
    assert declared == ["garden", Decimal("80.5"), date(2026, 1, 5), True]
    assert (one.free, one.tags, one.agreed) == ({"shoe": "42"}, frozenset({"vip"}), frozenset({"email"}))
    assert one.happened == (Happening("viewed", NOW, "lamp"),)
    assert one.orders == (
        Bought(NOW, Decimal(10), "lamp", refunded=True),
        Bought(NOW, None, "lamp"),
        Bought(NOW, Decimal(10), "lamp"),
    )
    assert (one.asked, one.known_since, one.scores.stage) == (False, NOW - HOUR, "informed")


async def test_money_in_another_currency_is_unknown_and_never_guessed(database: Database) -> None:
    person = await database.transact(known)
    async with database.read() as tx:
        one = (await profiles.load(tx, [person], NOW, "CZK"))[person]
    assert "cart_value" not in one.facts
    assert [order.amount for order in one.orders] == [None, None, Decimal(10)]


async def test_who_something_happened_to_is_due_whether_known_before_or_not(database: Database) -> None:
    async def work(tx: Tx) -> list[tuple[int, datetime | None]]:
        people = [await prospects.create(tx, NOW) for _ in range(3)]
        await profiles.mark_due(tx, people[:2], NOW - HOUR)
        await tx.execute(update(profile_table).values(due_at=None))
        await profiles.mark_due(tx, [*people[1:], 999_999], NOW)
        rows = await tx.execute(select(profile_table.c.prospect_id, profile_table.c.due_at).order_by("prospect_id"))
        return [(people.index(row.prospect_id), row.due_at) for row in rows]

    assert await database.transact(work) == [(0, None), (1, NOW), (2, NOW)]


async def test_what_went_back_of_an_order_is_taken_off_it(database: Database) -> None:
    async def work(tx: Tx) -> int:
        person = await prospects.create(tx, NOW)
        bought = Purchase("one", NOW, Decimal(10), "EUR", "lamp")
        await purchases.record(tx, bought, person, NOW, window=timedelta(days=7))
        await purchases.refund(tx, "one", NOW, key="part", amount=Decimal(4), currency="EUR")
        return person

    person = await database.transact(work)
    async with database.read() as tx:
        one = (await profiles.load(tx, [person], NOW, "EUR"))[person]
    assert one.orders == (Bought(NOW, Decimal(6), "lamp"),)
