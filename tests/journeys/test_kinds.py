"""Steps the shipped flow does not need, through the whole house: ticks, waits, branches by what is known."""

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest_asyncio

from bot.library import shipped_root
from tests.journeys.people import Traveller, travellers
from tests.journeys.rig import Rig, open_rig

KINDS = Path(__file__).parents[1] / "flows" / "flows" / "kinds"


@pytest_asyncio.fixture
async def kinds(tmp_path: Path, sampled_database_url: str) -> AsyncIterator[Rig]:
    """A house whose flow `barriers` is the one with every kind of step."""
    folder = tmp_path / "flows" / "barriers"
    shutil.copytree(KINDS, folder)
    shutil.copytree(KINDS.parent / "contact", folder.parent / "contact")
    shutil.copy(shipped_root() / "barriers" / "campaign.yaml", folder)
    written = (folder / "flow.yaml").read_text("utf-8").replace("flow: kinds", "flow: barriers")
    (folder / "flow.yaml").write_text(written, "utf-8")
    async with open_rig(sampled_database_url, tmp_path, flows_dir=tmp_path / "flows") as opened:
        await opened.import_codes()
        yield opened


async def met(rig: Rig) -> Traveller:
    (ann,) = await travellers(rig, ("ann", "en"))
    await ann.arrive()
    await rig.quiet()
    return ann


def labels(ann: Traveller) -> list[str]:
    return [button.label for button in ann.bot_messages[-1].buttons]


async def test_ticks_are_shown_on_the_buttons_and_are_one_answer(kinds: Rig) -> None:
    ann = await met(kinds)
    await kinds.click(ann.user, ann.text("barrier", "more"))
    await kinds.click(ann.user, "The quality")
    await kinds.click(ann.user, "The shop")
    assert labels(ann)[:3] == ["✓ The quality", "✓ The shop", "Whether it fits"]
    await kinds.click(ann.user, "✓ The quality")
    assert labels(ann)[:2] == ["The quality", "✓ The shop"]
    await kinds.click(ann.user, "Whether it fits")
    await kinds.click(ann.user, "Done")
    assert labels(ann)[:2] == ["The shop", "Whether it fits"]
    await kinds.click(ann.user, "Whether it fits")
    (answer,) = [line for line in await kinds.export("answers") if line["step"] == "which"]
    assert (answer["value"], answer["barriers"]) == ("trust fit", ["fit", "trust"])


async def test_a_wait_ends_when_the_shop_reports_what_it_waits_for(kinds: Rig) -> None:
    ann = await met(kinds)
    await kinds.advance(timedelta(days=2, minutes=1))
    assert ann.bot_messages[-1].text.startswith("That is fine")
    assert (await ann.conversation())["status"] == "resting"
    before = len(ann.bot_messages)
    await kinds.api("checkout_started", external_id="ann")
    assert len(ann.bot_messages) == before
    await kinds.api("viewed", external_id="ann")
    assert (await ann.conversation())["status"] == "ended" and len(ann.bot_messages) == before + 1


async def test_a_wait_until_a_local_hour_keeps_through_the_store(kinds: Rig) -> None:
    ann = await met(kinds)
    await kinds.click(ann.user, ann.text("barrier", "timing"))
    before = len(ann.bot_messages)
    await kinds.advance(timedelta(days=2))
    assert len(ann.bot_messages) == before
    await kinds.advance(timedelta(days=6))
    assert len(ann.bot_messages) == before + 1


async def test_a_branch_knows_the_prospect(kinds: Rig) -> None:
    ann = await met(kinds)
    await kinds.api("viewed", external_id="ann", country="HU")
    await kinds.click(ann.user, ann.text("barrier", "shipping"))
    assert "FREE_SHIPPING" in ann.bot_messages[-1].text.upper()


async def test_answers_within_a_sub_flow_are_kept_with_the_call_they_belong_to(kinds: Rig) -> None:
    ann = await met(kinds)
    await kinds.click(ann.user, ann.text("barrier", "shipping"))
    await kinds.click(ann.user, "By email")
    await kinds.say(ann.user, "ann@example.org")
    kept = {line["step"]: line["value"] for line in await kinds.export("answers")}
    assert kept["stay-in-touch--way"] == "email"
    assert kept["stay-in-touch--email"] == "ann@example.org"
    assert ann.bot_messages[-1].text.startswith("We will write to you.")
    assert (await ann.conversation())["outcome"] == "helped"
