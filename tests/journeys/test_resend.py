"""A flow may ask that a message of which nobody can know whether it arrived is sent once more; others never do."""

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.library import shipped_root
from bot.runtime import loops
from storage.unsure import PATIENCE
from tests.journeys.people import travellers
from tests.journeys.rig import Rig, open_rig


@pytest_asyncio.fixture
async def rig(
    request: pytest.FixtureRequest, published_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Rig]:
    """A house of a shop that has the shipped flow for its own, with a line more."""
    monkeypatch.setattr(loops, "SWEEP", 0.02)
    own = tmp_path / "own" / "barriers"
    shutil.copytree(shipped_root() / "barriers", own)
    (own / "flow.yaml").write_text(f"{(own / 'flow.yaml').read_text('utf-8')}\n{request.param}\n", "utf-8")
    async with open_rig(published_url, tmp_path, flows_dir=own.parent) as opened:
        await opened.house.publish("barriers")
        yield opened


@pytest.mark.parametrize(("rig", "shown"), [("resend: once", 1), ("", 0)], indirect=["rig"])
async def test_a_message_that_may_have_been_lost_is_sent_once_more_where_the_flow_says_so(rig: Rig, shown: int) -> None:
    (ann,) = await travellers(rig, ("ann", "en"))
    rig.telegram.fault("sendMessage", "drop", effective=False)
    await ann.arrive()
    await rig.quiet()
    assert await rig.rows("SELECT state FROM outbox") == [("unknown",)] and not ann.bot_messages
    await rig.advance(PATIENCE + timedelta(seconds=1))
    if shown:
        await rig.telegram.until(lambda: len(ann.bot_messages) == shown)
    await rig.advance(timedelta(minutes=10))
    assert len(ann.bot_messages) == shown
    assert await rig.rows("SELECT state FROM outbox") == [("sent" if shown else "unknown",)]
