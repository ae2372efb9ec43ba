"""At the door of a campaign: the lot, the segment and the group are kept, and who comes by themselves is answered."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import select, update

from bot.demo.door import Demo
from bot.demo.measuring import start_measuring
from bot.house import House, open_house
from bot.runtime.enrol import enrol, open_for_visitor
from bot.settings import Settings
from storage import campaigns, consents, conversations, prospects
from storage.database import Tx
from storage.tables import conversations as talks
from storage.tables import profiles
from storage.tables import prospects as table


@pytest_asyncio.fixture
async def house(published_url: str, tmp_path: Path) -> AsyncIterator[House]:
    settings = Settings(home_dir=tmp_path, database_url=SecretStr(published_url), quiet_hours="")
    async with open_house(settings) as one:
        yield one


async def people(tx: Tx, house: House, count: int) -> list[int]:
    """So many who agreed to mail, each in a segment; their ids are fixed, so that the lot always falls the same."""
    now, found = house.clock.now(), []
    for number in range(count):
        person = await prospects.create(tx, now, language="en")
        await prospects.bind(tx, person, "email", f"p{number}@shop.example", via="test", now=now)
        await consents.record(tx, person, "email", granted=True, way="test", now=now)
        await tx.execute(update(table).where(table.c.id == person).values(uid=f"person-{number}"))
        await tx.execute(update(profiles).where(profiles.c.prospect_id == person).values(learning_segment="returning"))
        found.append(person)
    return found


async def test_everybody_keeps_their_lot_and_who_is_left_alone_is_answered_when_they_come(house: House) -> None:
    now = house.clock.now()
    await start_measuring(house, "barriers", "mira@shop.example", now)

    async def go(tx: Tx) -> None:
        campaign = await campaigns.get(tx, "barriers")
        assert campaign is not None
        crowd = await people(tx, house, 60)
        await enrol(tx, house.context, campaign, dict.fromkeys(crowd, timedelta(hours=1)), now)
        rows = (await tx.execute(select(talks))).all()
        assert {(row.lot, row.segment) for row in rows} == {("10/20", "returning")}
        arms = Counter(row.arm for row in rows)
        assert arms["offer"] > arms["control"] > 0 and arms["never"] > 0
        alone = next(row for row in rows if row.arm == "never")
        assert alone.outcome == "never_contacted" and alone.first_contact_at is None
        opened = await open_for_visitor(tx, house.context, alone.prospect_id, now)
        assert opened is not None and opened != alone.id
        theirs = await conversations.get(tx, opened)
        assert theirs is not None and (theirs.arm, theirs.lot, theirs.status) == ("offer", None, "waiting")
        again = await open_for_visitor(tx, house.context, alone.prospect_id, now)
        assert again == opened

    await house.database.transact(go)


async def test_who_comes_by_themselves_is_drawn_for_the_offer_only(house: House) -> None:
    now = house.clock.now()
    await start_measuring(house, "barriers", "mira@shop.example", now)

    async def go(tx: Tx) -> None:
        for person in await people(tx, house, 40):
            assert await open_for_visitor(tx, house.context, person, now) is not None
        drawn = {(row.arm, row.lot) for row in (await tx.execute(select(talks))).all()}
        assert drawn == {("offer", "10/20+"), ("control", "10/20+"), ("offer", None)}

    await house.database.transact(go)


async def test_who_tries_the_demo_is_in_no_control_group_though_the_sample_shop_has_them(house: House) -> None:
    await start_measuring(house, "barriers", "mira@shop.example", house.clock.now())
    for _ in range(40):  # a fifth of those who come by themselves get no offer: by chance nobody here in 1 of 7,500
        await Demo(house).new_visitor("en")
    async with house.database.read() as tx:
        drawn = {(row.arm, row.lot) for row in (await tx.execute(select(talks))).all()}
    assert drawn == {("offer", None)}
