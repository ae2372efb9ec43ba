"""Enough is known: a question is asked no more, then nobody is written to first any more, until the quota is raised."""

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest_asyncio

from bot.library import shipped_root
from flows.definition.campaign import CampaignDefinition
from storage import campaigns
from storage.database import Tx
from tests.journeys.people import Traveller, row_of, travellers
from tests.journeys.rig import Rig, open_rig

QUOTA = 3


@pytest_asyncio.fixture
async def rig(tmp_path: Path, sampled_database_url: str) -> AsyncIterator[Rig]:
    """A house that asks until one person has said what price would do, and three have answered anything."""
    folder = tmp_path / "flows" / "barriers"
    shutil.copytree(shipped_root() / "barriers", folder)
    asked = "  price:\n    kind: choose\n"
    written = (
        (folder / "flow.yaml").read_text("utf-8").replace(asked, f"{asked}    quota: {{answers: 1, next: offer}}\n")
    )
    (folder / "flow.yaml").write_text(written, "utf-8")
    campaign = (folder / "campaign.yaml").read_text("utf-8")
    (folder / "campaign.yaml").write_text(f"{campaign}\nquota: {QUOTA}\n", "utf-8")
    async with open_rig(sampled_database_url, tmp_path, flows_dir=tmp_path / "flows") as opened:
        await opened.import_codes()
        yield opened


async def talking(rig: Rig, *names: str) -> list[Traveller]:
    people = await travellers(rig, *((name, "en") for name in names))
    for one in people:
        await one.arrive()
    await rig.quiet()
    return people


async def asks(one: Traveller) -> bool:
    return one.text("price") in one.bot_messages[-1].text


async def test_questions_that_are_open_may_overshoot_and_no_new_one_is_asked(rig: Rig) -> None:
    ann, ben, cat = await talking(rig, "ann", "ben", "cat")
    for one in (ann, ben):
        await rig.click(one.user, one.barrier())
        assert await asks(one)
    await rig.click(ann.user, ann.text("price", "up_to_10"))
    await rig.click(cat.user, cat.barrier())
    assert not await asks(cat), "ann's answer was enough"
    await rig.click(ben.user, ben.text("price", "up_to_20"))
    said = {line["prospect"]: line["value"] for line in await rig.export("answers") if line["step"] == "price"}
    assert said == {await rig.uid("ann"): "up_to_10", await rig.uid("ben"): "up_to_20"}
    await rig.say(ann.user, "go back")
    await rig.say(ben.user, "go back")
    (dan,) = await talking(rig, "dan")
    await rig.click(dan.user, dan.barrier())
    assert await asks(dan), "both were taken back: it is asked again"


async def test_once_enough_people_have_answered_nobody_is_written_to_first_until_the_quota_is_raised(rig: Rig) -> None:
    people = await talking(rig, "ann", "ben", "cat")
    await rig.import_prospects(row_of("eve", "en"))
    await rig.house.campaigns.start("barriers")
    await rig.quiet()
    assert (await rig.conversation("eve"))["status"] == "waiting"
    for one in people:
        await rig.click(one.user, one.barrier())
    (full,) = await rig.house.campaigns.list()
    assert (full.answered, full.quota, full.is_full) == (3, QUOTA, True)
    sent = rig.sent()
    await rig.advance(timedelta(hours=2))
    eve = await rig.conversation("eve")
    assert (eve["status"], eve["outcome"], rig.sent()) == ("ended", "cancelled", sent)
    notes = await rig.rows("SELECT note FROM journal WHERE event = 'TimerFired'")
    assert [row.note for row in notes] == ["enough answers"]

    await rig.import_prospects(row_of("fay", "en"))
    await rig.api("cart_abandoned", external_id="eve")
    assert await rig.house.campaigns.enrol_awaiting() == 0
    assert await rig.about("fay", "conversations") == [] and len(await rig.about("eve", "conversations")) == 1
    (gus,) = await talking(rig, "gus")
    assert gus.bot_messages, "who comes by themselves is answered"

    await raise_quota(rig, QUOTA + 1)
    await rig.api("cart_abandoned", external_id="eve")
    assert await rig.house.campaigns.enrol_awaiting() == 1
    assert (await rig.conversation("fay"))["status"] == "waiting"
    assert (await rig.conversation("eve"))["status"] == "waiting", "who was never asked may be asked now"


async def raise_quota(rig: Rig, quota: int) -> None:
    async def work(tx: Tx) -> None:
        row = await campaigns.get(tx, "barriers")
        assert row is not None
        definition = CampaignDefinition.model_validate(row.definition | {"quota": quota})
        await campaigns.put(tx, definition, rig.clock.now())

    await rig.house.database.transact(work)
