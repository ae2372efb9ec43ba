"""A domain that begins to send: so many mails a day, growing, decided as each one goes; answers are not held up."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest_asyncio

from bot.runtime import envelopes
from storage.inbox import RawInput
from tests.journeys.people import row_of
from tests.journeys.rig import Rig, open_rig

PEOPLE = 7


@pytest_asyncio.fixture
async def rig(tmp_path: Path, published_url: str) -> AsyncIterator[Rig]:
    async with open_rig(published_url, tmp_path, mail_warm_up="2 +50% from 2026-03-02") as opened:
        yield opened


async def test_each_day_a_few_more_are_written_to(rig: Rig) -> None:
    await rig.import_prospects(*(row_of(f"p{number}", "en", telegram=False) for number in range(PEOPLE)))
    await rig.start_campaign()
    assert len(rig.mailbox.mails) == 2
    waits = await rig.rows("SELECT DISTINCT reason FROM outbox WHERE state = 'ready'")
    assert [row.reason for row in waits] == ["enough mails for today, while sending is warming up"]
    await rig.advance(timedelta(hours=13))
    assert len(rig.mailbox.mails) == 5, "after midnight three more"


async def test_a_persons_answer_goes_on_any_day(rig: Rig) -> None:
    await rig.import_prospects(*(row_of(f"p{number}", "en", telegram=False) for number in range(3)))
    await rig.start_campaign()
    uid = (await rig.conversation("p0"))["conversation"]
    payload = envelopes.staff_action(uid, "say", "anna@kettle.example", "Of course it is steel.")
    await rig.house.intake.put_many([RawInput("staff", "one", f"conversation:{uid}", payload)])
    await rig.quiet()
    assert len(rig.mailbox.mails) == 3
