"""What is kept beside what it counts is told right from wrong, and counted afresh, on both databases."""

from typing import Any

from sqlalchemy import Table, delete, func, insert, select, update

from storage import journeys, stage_counts
from storage.database import Database, Tx
from storage.recounting import SUMS, Found, Sum, compare, recount
from storage.tables import grants, offer_ledger, prospects, stage_changes
from tests.storage.test_answer_counts import FLOW, Days
from tests.storage.world import NOW, open_conversations


async def live(database: Database) -> None:
    """People said things, came to stages, were given offers, and were summed up, as they are while all goes well."""
    days = Days(database, 7)
    await days.begin()
    for _ in range(25):
        await days.step()
    await open_conversations(database, 3, FLOW)

    async def work(tx: Tx) -> None:
        people = list((await tx.execute(select(prospects.c.id).order_by(prospects.c.id))).scalars())
        rows = [
            {"prospect_id": one, "stage": stage, "at": NOW, "source": "search", "segment": "new_other"}
            for one in people
            for stage in ("informed", "lead")
        ]
        await stage_counts.note(tx, rows)
        await tx.execute(insert(stage_changes), [row | {"recorded_at": NOW, "because": "told"} for row in rows])
        await journeys.note(tx, people, "EUR")
        given = {"campaign": "barriers", "kind": "discount", "granted_at": NOW}
        worth = [("ten_off", 10), ("ten_off", "2.50"), ("guide", None)]
        for person, (offer, value) in zip(people, worth, strict=False):
            await tx.execute(insert(grants).values(prospect_id=person, offer=offer, value=value, **given))
        await tx.execute(insert(offer_ledger).values(offer="ten_off", granted=2, promised="12.50"))
        await tx.execute(insert(offer_ledger).values(offer="guide", granted=1, promised=0))
        await tx.execute(insert(offer_ledger).values(offer="never_given", granted=0, promised=0))

    await database.transact(work)


async def looked_at(database: Database, of: Sum) -> Found:
    async with database.read_patiently() as tx:
        return await compare(tx, of)


async def contents(database: Database, table: Table) -> list[Any]:
    async with database.read() as tx:
        return list((await tx.execute(select(table).order_by(*table.primary_key))).all())


async def test_a_sum_that_is_wrong_is_told_and_counted_afresh(database: Database) -> None:
    await live(database)
    for one in SUMS:
        right = await looked_at(database, one)
        assert right.wrong == 0 and right.rows > 1, one.name
        first, kept = next(iter(one.table.primary_key)), await contents(database, one.table)
        left_alone = await database.transact_patiently(lambda tx, one=one: recount(tx, one))  # type: ignore[misc]
        assert left_alone == right and await contents(database, one.table) == kept, one.name
        figure = one.table.c[one.columns[len(one.table.primary_key)]]
        least = select(func.min(first)).scalar_subquery()
        for harm in (
            update(one.table).where(first == least).values({figure: figure + 1}),
            delete(one.table).where(first == least),
        ):
            harmed = (await database.transact(lambda tx, harm=harm: tx.execute(harm))).rowcount  # type: ignore[misc]
            spoilt = await contents(database, one.table)
            assert (await looked_at(database, one)).wrong in (harmed, harmed - 1), "a row of nothing may go unseen"
            assert await contents(database, one.table) == spoilt, "to compare changes nothing"
            found = await database.transact_patiently(lambda tx, one=one: recount(tx, one))  # type: ignore[misc]
            assert found.wrong and found.rows == right.rows, one.name
            again = [row for row in kept if any(row[len(one.table.primary_key) :])]
            assert [
                row for row in await contents(database, one.table) if any(row[len(one.table.primary_key) :])
            ] == again
            assert (await looked_at(database, one)).wrong == 0
