"""What is written of many people together is what would be written of each alone, on both databases."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, select

from storage import consents, prospects, purchases, shop_events, suppressions
from storage.consents import Agreed
from storage.database import Database, Tx
from storage.prospects import Told
from storage.purchases import Purchase
from storage.shop_events import Did
from storage.tables import consents as agreed
from storage.tables import identities, profiles
from storage.tables import prospects as people
from storage.tables import shop_events as happened
from storage.tables import suppressions as listed
from tests.storage.world import NOW

HOUR = timedelta(hours=1)
DRAWN = frozenset({"id", "uid", "prospect_id"})


async def rows(tx: Tx, table: Table) -> list[dict[str, Any]]:
    found = await tx.execute(select(table).order_by(*table.primary_key))
    return [{name: value for name, value in row._mapping.items() if name not in DRAWN} for row in found]


async def test_people_are_made_together_as_they_are_alone(database: Database) -> None:
    ann: dict[str, Any] = {"first_name": "Ann", "cart_value": Decimal("12.50"), "tags": ["vip"]}
    bob: dict[str, Any] = {"language": "hu", "awaiting": True}

    async def alone(tx: Tx) -> None:
        await prospects.create(tx, NOW, said_by="flow", said_at=NOW - HOUR, **ann)
        await prospects.create(tx, NOW, **bob)

    async def together(tx: Tx) -> None:
        made = await prospects.create_all(tx, [Told(ann, "flow", NOW - HOUR), Told(bob)], NOW)
        found = await prospects.get_all(tx, [one.id for one in made])
        assert [found[one.id].uid for one in made] == [one.uid for one in made]
        assert await prospects.create_all(tx, [], NOW) == []

    await both(database, alone, together, people, profiles)


async def test_facts_are_changed_together_as_they_are_alone(database: Database) -> None:
    told = [
        Told({"city": "Wien", "cart_value": Decimal(3)}, at=NOW),
        Told({"city": "Brno"}, at=NOW - 2 * HOUR),  # they said otherwise since
        Told({"city": "Praha", "language": "cs"}, at=NOW - 2 * HOUR),  # of this, only the language is news
        Told({}),
        Told({"cart_value": Decimal(4), "city": "Graz"}),
    ]

    async def three(tx: Tx) -> list[int]:
        said: list[dict[str, Any]] = [{}, {"city": "Linz"}, {"city": "Linz"}, {}, {"city": "Linz"}]
        return [await prospects.create(tx, NOW - HOUR, said_by="flow", **facts) for facts in said]

    async def alone(tx: Tx) -> None:
        for prospect_id, one in zip(await three(tx), told, strict=True):
            await prospects.change(tx, prospect_id, NOW, said_by=one.by, said_at=one.at, **one.facts)

    async def together(tx: Tx) -> None:
        await prospects.change_all(tx, dict(zip(await three(tx), told, strict=True)), NOW)
        assert [row["city"] for row in await rows(tx, people)] == ["Wien", "Linz", "Linz", None, "Graz"]

    await both(database, alone, together, people, profiles)


async def test_identities_consents_and_events_are_noted_together_as_they_are_alone(database: Database) -> None:
    async def two(tx: Tx) -> tuple[int, int]:
        ann, bob = await prospects.create(tx, NOW - HOUR), await prospects.create(tx, NOW - HOUR)
        for value in ("Ann@shop.example", "old@shop.example"):
            await prospects.bind(tx, ann, "email", value, via="import", now=NOW - HOUR)
            await prospects.close(tx, "email", value, reason="bounced", now=NOW - HOUR)
        await suppressions.add(tx, b"key", [("telegram", "1"), ("email", "x@shop.example")], reason="asked", now=NOW)
        return ann, bob

    async def alone(tx: Tx) -> None:
        ann, bob = await two(tx)
        await prospects.bind(tx, ann, "email", "ann@shop.example", via="shop", now=NOW)
        await prospects.bind(tx, bob, "telegram", "1", via="shop", now=NOW)
        assert not await prospects.bind(tx, bob, "email", "ann@shop.example", via="shop", now=NOW)
        await consents.record(tx, ann, "email", granted=True, way="shop", now=NOW, text="Yes")
        await consents.record(tx, bob, "telegram", granted=False, way="stop", now=NOW)
        await shop_events.note(tx, ann, "viewed", NOW - HOUR, {"city": "Wien"})
        await shop_events.note(tx, bob, "quote_sent", NOW, {})
        await suppressions.lift(tx, b"key", "telegram", "1")

    async def together(tx: Tx) -> None:
        ann, bob = await two(tx)
        mail = ("email", "ann@shop.example")
        await prospects.bind_all(tx, [(bob, ("telegram", "1")), (bob, mail)], via="shop", now=NOW)
        await prospects.open_again(tx, [mail, ("external", "ann@shop.example")])
        said = [Agreed(ann, "email", "shop", text="Yes"), Agreed(bob, "telegram", "stop", granted=False)]
        await consents.record_all(tx, said, NOW)
        did = [Did(ann, "viewed", NOW - HOUR, {"city": "Wien"}), Did(bob, "quote_sent", NOW, {})]
        await shop_events.note_all(tx, did)
        await suppressions.lift_all(tx, b"key", [("telegram", "1")])

    await both(database, alone, together, identities, agreed, happened, profiles, listed)


async def test_when_each_bought_last_leaves_out_what_went_back(database: Database) -> None:
    async def work(tx: Tx) -> None:
        ann, bob, cleo = [await prospects.create(tx, NOW) for _ in range(3)]
        for number, (who, hours) in enumerate([(ann, 3), (ann, 2), (ann, 1), (bob, 1)]):
            await purchases.record(tx, Purchase(str(number), NOW - hours * HOUR), who, NOW, window=HOUR)
        for order in ("2", "3"):
            await purchases.refund(tx, order, NOW)
        assert await purchases.bought_last(tx, [ann, bob, cleo]) == {ann: NOW - 2 * HOUR}

    await database.transact(work)


class Undone(Exception):
    """Takes a transaction back."""


async def both(
    database: Database,
    alone: Callable[[Tx], Awaitable[None]],
    together: Callable[[Tx], Awaitable[None]],
    *tables: Table,
) -> None:
    """Both ways leave the same rows in these tables."""
    found: list[dict[str, Any]] = []

    async def work(tx: Tx, way: Callable[[Tx], Awaitable[None]]) -> None:
        await way(tx)
        found.append({table.name: await rows(tx, table) for table in tables})
        raise Undone

    for way in (alone, together):
        try:
            await database.transact(lambda tx, one=way: work(tx, one))  # type: ignore[misc]
        except Undone:
            continue
    assert found[0] == found[1]
    assert all(found[0].values())
