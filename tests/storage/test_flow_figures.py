"""What happened at each step of a flow is counted alike on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from flows.state import State
from storage import campaigns, conversations, prospects
from storage.conversations import Opening
from storage.database import Database, Tx
from storage.reads import flow_figures
from storage.reads.common import Window
from storage.tables import answers
from tests.storage.world import LIBRARY, NOW

DAY = Window(NOW - timedelta(hours=1), NOW + timedelta(hours=1))


async def somebody(
    tx: Tx, step: str | None, *said: tuple[str, str | None], over: bool = False, at: datetime = NOW
) -> None:
    """A conversation that stands at this step, with these answers (step, value) in it."""
    one = await prospects.create(tx, at, language="en")
    state = State("barriers", 1, "en", seed=1, step=step, status="asking")
    state = replace(state, status="ended") if over else state
    found = await conversations.open_new(tx, Opening(one, "barriers", state, outcome="silent" if over else None), at)
    for visit, (asked, value) in enumerate(said):
        row: dict[str, Any] = {
            "campaign": "barriers",
            "flow": "barriers",
            "flow_version": 1,
            "step": asked,
            "visit": visit,
        }
        row |= {"value": value, "barriers": [], "verbatim": "", "language": "en", "channel": "web"}
        row |= {"prospect_id": one, "conversation_id": found, "asked_at": at, "answered_at": at}
        await tx.execute(insert(answers).values(**row))


async def test_who_came_answered_left_and_stands_there_now(database: Database) -> None:
    async def work(tx: Tx) -> None:
        await campaigns.put(tx, LIBRARY.campaigns()["barriers"], NOW)
        await somebody(tx, None)
        await somebody(tx, "barrier")
        await somebody(tx, "barrier", over=True)
        await somebody(tx, "price", ("barrier", "price"))
        await somebody(tx, "solved", ("barrier", "price shipping"), ("price", None), over=True)
        await somebody(tx, "end-helped", ("barrier", "price"), ("solved", "yes"), over=True)
        await somebody(tx, "barrier", at=NOW - timedelta(days=9))

    await database.transact(work)
    questions = ("barrier", "price", "solved")
    async with database.read() as tx:
        found = await flow_figures.figures(tx, "barriers", DAY, questions)
        nobody = await flow_figures.figures(tx, "winback", DAY, questions)
        assert await flow_figures.offered(tx, "barriers", DAY) == 0
        assert await flow_figures.living(tx, "barriers") == {1: 4}
    told = {step: (one.reached, one.answered, one.left, one.here) for step, one in found.items()}
    assert told == {
        "barrier": (5, 3, 1, 1),
        "price": (2, 1, 0, 1),
        "solved": (2, 1, 1, 0),
        "end-helped": (1, 0, 0, 0),
    }
    assert found["barrier"].options == {"price": 3, "shipping": 1}
    assert found["solved"].options == {"yes": 1}
    assert nobody == {}
