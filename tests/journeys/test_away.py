"""While nothing could be received taps were lost at Telegram: on return open questions say so, once, and in silence."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.runtime import outages
from storage import away
from tests.journeys.people import Traveller, travellers
from tests.journeys.rig import Rig

NOTICE = "I was away for a moment. If you tapped an answer, please tap it again."
SORRY = "I am sorry, I was away and may have missed your answer."


async def asked(rig: Rig) -> Traveller:
    (ann,) = await travellers(rig, ("ann", "en"))
    await ann.arrive()
    await rig.quiet()
    return ann


async def be_away(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, by: timedelta, meanwhile: Callable[[], Awaitable[object]]
) -> None:
    """Telegram cannot be reached for so long; then it can again, and open questions have been looked through."""
    monkeypatch.setattr(outages, "LOOK", 0.01)
    since = rig.clock.now()
    await rig.until(f"SELECT count(*) FROM facts WHERE name = '{away.NAME}' AND value = '{since.isoformat()}'")
    await rig.telegram.go_down()
    await rig.telegram.until(lambda: rig.house.telegram.state == "retrying")
    await asyncio.sleep(20 * outages.LOOK)  # some looks of the loop
    rig.clock.advance(by)
    await meanwhile()
    await rig.telegram.come_back()
    rig.house.bells.ring()
    now = rig.clock.now()
    await rig.until(f"SELECT count(*) FROM facts WHERE name = '{away.NAME}' AND value = '{now.isoformat()}'")
    await rig.quiet()


async def test_after_some_minutes_an_open_question_says_that_a_tap_may_be_lost(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await asked(rig)
    before = len(rig.telegram.sent)
    question = ann.user.last

    async def tap() -> None:
        await ann.user.tap(ann.barrier())
        rig.clock.advance(timedelta(minutes=4))

    await be_away(rig, monkeypatch, timedelta(minutes=1), tap)
    assert rig.telegram.expired, "the tap was lost"
    assert len(rig.telegram.sent) == before, "nothing makes a sound: it is edited in its place"
    shown = ann.user.last
    assert shown.message_id == question.message_id and NOTICE in shown.text and "/s/" in shown.text
    assert shown.labels == question.labels
    await rig.click(ann.user, ann.barrier())
    assert NOTICE not in ann.bot_messages[0].text and len(ann.bot_messages) == 2, "the question goes on as ever"


async def test_a_short_gap_is_nobodys_business(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = await asked(rig)

    async def nothing() -> None:
        pass

    await be_away(rig, monkeypatch, timedelta(seconds=100), nothing)
    assert NOTICE not in ann.user.last.text


async def test_after_more_than_a_day_who_hears_nothing_else_is_asked_once_more(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await asked(rig)
    bob, *_ = await travellers(rig, ("bob", "en"), email=False)
    await bob.arrive()
    await rig.quiet()
    await rig.click(ann.user, ann.barrier())
    # Bob's reminder falls into the outage and is sent on return; Ann was reminded before, and her next comes by email.
    await rig.house.database.transact(lambda tx: tx.exec_driver_sql("DELETE FROM timers WHERE conversation_id = 1"))

    async def nothing() -> None:
        pass

    await be_away(rig, monkeypatch, timedelta(hours=25), nothing)
    assert sum(SORRY in message.text for message in ann.bot_messages) == 1
    assert not any(SORRY in message.text for message in bob.bot_messages) and len(bob.bot_messages) == 2
    assert ann.user.last.text.endswith(ann.text("price"))
    await rig.click(ann.user, ann.text("price", "up_to_10"))
    assert [line["value"] for line in await rig.about("ann", "answers")] == ["price", "up_to_10"]
