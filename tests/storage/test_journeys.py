"""The sums of journeys are what a recount gives, after whatever happened, and journeys are what a rebuild gives."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Row, Table, delete, insert, select, update

from storage import erasure, joining, journeys, prospects, walk_ins
from storage.database import Database, Tx
from storage.journeys import NAMES
from storage.reads import channels
from storage.reads.channels import Came, Sought, together
from storage.reads.common import Window
from storage.recounting import JOURNEYS, write_afresh
from storage.tables import journey_days, profiles, purchases
from storage.tables import journeys as kept
from storage.tables import prospects as people
from tests.storage.world import NOW

DAY = timedelta(days=1)
YEAR = Window(NOW - 400 * DAY, NOW + 3 * DAY)


async def rows(tx: Tx, table: Table) -> list[Row[tuple[object, ...]]]:
    return list((await tx.execute(select(table).order_by(*table.primary_key))).all())


async def is_exact(tx: Tx) -> None:
    """What is kept is what a recount makes of the journeys, and these what a rebuild makes of the facts."""
    days, written = await rows(tx, journey_days), await rows(tx, kept)
    await write_afresh(tx, JOURNEYS)
    assert days == await rows(tx, journey_days)
    await journeys.rebuild(tx, "EUR")
    assert (written, days) == (await rows(tx, kept), await rows(tx, journey_days)) and days


async def live_through(tx: Tx, dice: random.Random, steps: int) -> None:
    """People come, are judged, buy, get their money back, move to another source, are joined or go."""
    known: list[int] = []
    for step in range(steps):
        what = dice.random()
        if len(known) < 6 or what < 0.3:
            names: dict[str, Any] = {name: dice.choice([None, "x", "y"]) for name in (*NAMES, "product_name")}
            known.append(await prospects.create(tx, NOW - dice.randrange(400) * DAY, **names))
        elif what < 0.4:
            one, other = dice.sample(known, 2)
            stays = await joining.join(tx, one, other, NOW)
            there = set((await tx.execute(select(people.c.id))).scalars())
            known = [one for one in known if one in there]
            await journeys.note(tx, [stays], "EUR")
        elif what < 0.5:
            who = known.pop(dice.randrange(len(known)))
            await _goes(tx, who, dice)
        else:
            await _happens(tx, dice.choice(known), dice, step)
        await journeys.note(tx, known, "EUR")


async def _goes(tx: Tx, who: int, dice: random.Random) -> None:
    if dice.random() < 0.5:
        await erasure.erase(tx, who, NOW, b"k" * 32)
        return
    at = (await tx.execute(select(people.c.created_at).where(people.c.id == who))).scalar_one()
    uid = await walk_ins.note(tx, walk_ins.Said(barrier="price", staff="anna", prospect_id=who), at)
    assert await walk_ins.undo(tx, uid, NOW)


async def _happens(tx: Tx, who: int, dice: random.Random, step: int) -> None:
    what = dice.randrange(4)
    if what == 0:
        await tx.execute(update(people).where(people.c.id == who).values(source=dice.choice([None, "x", "z"])))
    elif what == 1:
        judged = {
            "stage": dice.choice(["lead", "qualified"]),
            "fit": dice.choice([None, 7]),
            "grade": dice.choice("AD"),
        }
        await tx.execute(delete(profiles).where(profiles.c.prospect_id == who))
        await tx.execute(insert(profiles).values(prospect_id=who, **judged))
    elif what == 2:
        order = {"prospect_id": who, "order_id": f"o-{step}", "bought_at": NOW - dice.randrange(400) * DAY}
        paid = {"recorded_at": NOW, "amount": dice.choice([None, 5, 8]), "currency": dice.choice(["EUR", "JPY"])}
        await tx.execute(insert(purchases).values(order | paid))
    else:
        back: dict[str, Any] = dice.choice([{"refunded_at": NOW}, {"refunded": 1}])
        await tx.execute(update(purchases).where(purchases.c.prospect_id == who).values(back))


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)])
async def test_after_anything_the_sums_are_what_a_rebuild_gives(database: Database, seed: int) -> None:
    async def work(tx: Tx) -> None:
        await live_through(tx, random.Random(seed), 60)
        for window in (YEAR, Window(NOW - 100 * DAY, NOW), Window(NOW.replace(day=1, hour=0), NOW), Window(NOW, NOW)):
            for asked in ({}, {"source": "x"}, {"campaign": "y"}, {"product": "x"}):
                found = await channels.came(tx, Sought(window, **asked))
                assert _plain(found) == _plain(await _one_by_one(tx, Sought(window, **asked)))
        await is_exact(tx)

    await database.transact(work)


def _plain(found: list[Came]) -> list[Came]:
    return sorted(found, key=lambda one: [getattr(one, name) or "" for name in NAMES])


async def _one_by_one(tx: Tx, sought: Sought) -> list[Came]:
    found: list[Came] = []
    for row in await tx.execute(select(kept)):
        one: Any = row._mapping
        wanted = {name: getattr(sought, name) for name in ("product", "campaign", "source")}
        mine = all(not text or one[name] == text for name, text in wanted.items())
        if mine and sought.window.since <= one["came_at"] < sought.window.until:
            known: dict[str, Any] = {name: one[name] or 0 for name in journeys.FIGURES if name in one}
            known |= {name: one[name] for name in NAMES} | {"came": 1, "judged": int(one["fit"] is not None)}
            found.append(Came(**known))
    return together(found, *NAMES)


async def test_a_year_is_added_up_from_its_months_and_the_days_beside_them(tx: Tx) -> None:
    at = datetime(2025, 1, 1, 12, tzinfo=UTC)
    everybody = [await prospects.create(tx, at + number * DAY, source="x") for number in range(100)]
    await journeys.note(tx, everybody, "EUR")
    for first in range(0, 100, 9):
        for last in range(first + 1, 101, 13):
            midnight = at.replace(hour=0)
            window = Window(midnight + first * DAY, midnight + last * DAY)
            assert sum(one.came for one in await channels.came(tx, Sought(window))) == last - first
