"""A row that nobody can handle is tried three times and put aside; the others flow on, in order."""

from datetime import timedelta
from typing import Any

import pytest

from bot.runtime import waves
from bot.runtime.intake import RawInput
from bot.runtime.receive.step import Step
from storage.turns import Taken
from tests.journeys.people import travellers
from tests.journeys.rig import Rig

MINUTE = timedelta(minutes=1)


def poison(number: int = 0, lane: str = "poison") -> RawInput:
    return RawInput("page", f"poison-{number}", lane, "this is no envelope")


async def states(rig: Rig, source: str) -> list[tuple[str, int]]:
    found = await rig.rows("SELECT state, attempts FROM inbox WHERE source = :source ORDER BY id", source=source)
    return [(row.state, row.attempts) for row in found]


def break_conversation_1(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on every turn of this conversation raises."""
    whole = waves._taken

    def breaks(step: Step, *rest: Any) -> Taken:
        if step.conversation_id == 1:
            raise RuntimeError("a fault of ours with ann@mail.example in it")
        return whole(step, *rest)

    monkeypatch.setattr(waves, "_taken", breaks)


async def test_a_row_that_cannot_be_read_is_put_aside_and_kept_whole(rig: Rig) -> None:
    (ann,) = await travellers(rig, ("ann", "en"))
    await rig.house.intake.put_many([poison(number) for number in range(3)])
    await ann.arrive()
    await rig.advance(MINUTE)
    assert await states(rig, "page") == [("quarantined", 3)] * 3
    assert len(ann.bot_messages) == 1, "the others flow on"
    (kept,) = {tuple(row) for row in await rig.rows("SELECT payload, note FROM inbox WHERE source = 'page'")}
    assert kept == ("this is no envelope", "JSONDecodeError"), "what failed is named, what it said is not"
    await rig.click(ann.user, ann.barrier())
    assert len(ann.bot_messages) == 2


async def test_what_stands_behind_it_in_its_lane_waits_and_then_flows_on(rig: Rig) -> None:
    """Order per sender: nothing overtakes a row that will be tried again."""
    (ann,) = await travellers(rig, ("ann", "en"))
    await ann.arrive()
    await rig.quiet()
    lane = (await rig.rows("SELECT lane FROM inbox WHERE source = 'telegram'"))[0][0]
    await rig.house.intake.put_many([poison(lane=lane), RawInput("cancel", "later", lane, "1")])
    await rig.quiet()
    assert await states(rig, "cancel") == [("new", 0)], "it waits for the one before it"
    await rig.advance(MINUTE)
    assert await states(rig, "page") == [("quarantined", 3)]
    assert await states(rig, "cancel") == [("done", 1)]
    assert (await ann.conversation())["outcome"] == "cancelled"


async def test_a_turn_that_raises_takes_nobody_with_it(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, bob = await travellers(rig, ("ann", "en"), ("bob", "en"))
    for person in (ann, bob):
        await person.arrive()
    await rig.quiet()
    break_conversation_1(monkeypatch)
    for person in (ann, bob):
        await person.user.tap(person.barrier())
    await rig.advance(MINUTE)
    assert len(ann.bot_messages) == 1 and len(bob.bot_messages) == 2
    (row,) = await rig.rows("SELECT note, attempts FROM inbox WHERE state = 'quarantined'")
    assert tuple(row) == ("RuntimeError", 3), "the row says what failed, and nothing personal"
    monkeypatch.undo()
    await rig.click(ann.user, ann.barrier())
    assert len(ann.bot_messages) == 2, "the question is still open"


async def test_a_timer_that_raises_takes_nobody_with_it(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, bob = await travellers(rig, ("ann", "en"), ("bob", "en"))
    for person in (ann, bob):
        await person.arrive()
    await rig.quiet()
    break_conversation_1(monkeypatch)
    await rig.advance(timedelta(hours=24))
    assert len(ann.bot_messages) == 1 and len(bob.bot_messages) == 2
    monkeypatch.undo()
    await rig.advance(timedelta(hours=2))
    assert len(ann.bot_messages) == 2, "tried again later, and reminded once"
