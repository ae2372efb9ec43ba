"""A new version of a flow, and who is in the middle of the old one: planned, moved one by one, never lost."""

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from sqlalchemy import select

from bot.library import Library
from bot.runtime.clock import VirtualClock
from bot.runtime.flowshelf import FlowShelf
from bot.runtime.publishing import Outcome, Publisher, read_names
from flows.codec import decode_state
from flows.definition.flow import Flow
from flows.definition.sources import FlowSources, TextSource
from flows.engine import advance, begin
from flows.errors import FlowError, FlowInvalid
from flows.events import StaffTook, Started, Tapped
from flows.rehearsal.stage import Stage
from flows.state import State
from storage import campaigns, conversations, prospects, timers
from storage.conversations import Opening
from storage.database import Database, Tx
from storage.tables import conversations as rows
from storage.tables import journal, outbox
from storage.tables import timers as timer_rows
from tests.flows.audience.people import NOW
from tests.flows.definition import sample

RENAMED = (
    ("flow", "  cause:\n", "  reason:\n"),
    ("flow", "next: cause", "next: reason"),
    ("flow en", "cause = Why?", "reason = Why?"),
    ("flow cs", "cause = Proč?", "reason = Proč?"),
)
CALLS = """
import asyncio, sys
from bot.runtime import failpoints, publishing
from bot.runtime.clock import Clock
from bot.runtime.flowshelf import FlowShelf
from storage.database import Database

failpoints.arm(sys.argv[2], 2)
publisher = publishing.Publisher(Database(sys.argv[1]), Clock(), FlowShelf(), "test", {"cause": "reason"})
asyncio.run(publisher.move("winback", 2))
"""


def publisher(database: Database, **names: str) -> Publisher:
    return Publisher(database, VirtualClock(NOW), FlowShelf(sample.ATTRIBUTES), "anna@shop.example", names)


@cache
def common(language: str) -> tuple[TextSource, ...]:
    return tuple(file for file in Library().load_flow("barriers").texts[language] if file.layer == "common")


def written(*edits: tuple[str, str, str]) -> FlowSources:
    """The sample flow with all that Holdback says in every flow."""
    sources = sample.sources(*edits)
    texts = {language: (*files, *common(language)) for language, files in sources.texts.items()}
    return replace(sources, texts=texts)


async def conversation(database: Database, flow: Flow, *events: Any) -> int:
    """A conversation that stands where these events have led it, with its timer."""
    state = begin(flow, language="en", seed=1)
    for event in events:
        said = Tapped(event, state.prompt.visit, "telegram") if isinstance(event, str) and state.prompt else event
        state = advance(flow, state, said, Stage().scene(flow.catalogue), NOW).state

    async def work(tx: Tx) -> int:
        await campaigns.put(tx, Library().campaigns()["barriers"], NOW)
        one = await prospects.create(tx, NOW, language="en")
        found = await conversations.open_new(tx, Opening(one, "barriers", state), NOW)
        if state.timer is not None:
            await timers.set_timer(tx, found, *state.timer, NOW + timedelta(hours=24))
        return found

    return await database.transact(work)


async def crowd(database: Database, first: Publisher) -> list[int]:
    """Version 1 of the flow is published; somebody stands at each of its places."""
    await first.publish(written())
    async with database.read() as tx:
        flow = await first.shelf.get(tx, "winback", 1)
    start = Started("telegram")
    ways = ((), (start,), (start,), (start, "other"), (start, StaffTook("bo@shop.example")))
    return [await conversation(database, flow, *events) for events in ways]


async def states(database: Database) -> list[State]:
    async with database.read() as tx:
        return [decode_state(text) for text in (await tx.execute(select(rows.c.state).order_by(rows.c.id))).scalars()]


async def all_of(database: Database, table: Any) -> list[Any]:
    async with database.read() as tx:
        return list((await tx.execute(select(table).order_by(table.c.id))).all())


@pytest.mark.asyncio
async def test_a_plan_counts_who_stands_where_and_changes_nothing(database: Database) -> None:
    first = publisher(database)
    await crowd(database, first)
    before = await states(database)
    plan = await first.plan(written(*RENAMED))
    assert (plan.flow, plan.version, plan.new) == ("winback", 2, True)
    found = [(place.step, place.status, place.verdict, count) for place, count in plan.places]
    assert found == [
        (None, "waiting", "safe", 1),
        ("more", "asking", "needs_mapping", 1),
        ("cause", "asking", "needs_mapping", 2),
        ("cause", "held", "needs_mapping", 1),
    ]
    mapped = await publisher(database, cause="reason").plan(written(*RENAMED))
    assert mapped.count("safe") == 5
    assert await states(database) == before
    assert (await first.plan(written())).places == ()


@pytest.mark.asyncio
async def test_a_move_rewrites_the_state_keeps_the_timer_and_sends_nothing(database: Database) -> None:
    first = publisher(database)
    ids = await crowd(database, first)
    clocks = [row.due_at for row in await all_of(database, timer_rows)]
    before = await all_of(database, rows)
    mover = publisher(database, cause="reason")
    assert await mover.publish(written(*RENAMED)) == ("winback", 2, True)
    assert await first.move("winback", 2) == Outcome(1, 4)
    assert await mover.move("winback", 2) == Outcome(4, 0)
    assert await mover.move("winback", 2) == Outcome(0, 0)
    for state in await states(database):
        assert state.version == 2
        assert "cause" not in (state.step, state.interrupted, state.prompt.step if state.prompt else None)
    after = await all_of(database, rows)
    assert [row.flow_version for row in after] == [2] * len(ids)
    kept = ("status", "turn", "updated_at", "ended_at", "held_by", "language", "channel")
    assert [[getattr(row, name) for name in kept] for row in after] == [
        [getattr(row, name) for name in kept] for row in before
    ]
    assert [row.due_at for row in await all_of(database, timer_rows)] == clocks
    assert await all_of(database, outbox) == []
    told = await all_of(database, journal)
    assert {(row.event, row.actor, row.note) for row in told} == {("Moved", "anna@shop.example", "moved to version 2")}
    assert sorted(row.conversation_id for row in told) == ids
    assert told[-1].data == {"from": 1, "to": 2, "names": {"cause": "reason"}}


@pytest.mark.asyncio
async def test_who_must_finish_goes_on_in_the_old_version(database: Database) -> None:
    first = publisher(database)
    await crowd(database, first)
    other = written(("flow", "  more:\n    kind: ask\n", "  more:\n    kind: capture\n"))
    plan = await first.plan(other)
    assert plan.count("must_finish") == 1
    assert [place.reasons for place, _ in plan.places if place.verdict == "must_finish"] == [
        ("the step 'more' was of kind ask, and the new one is of kind capture",)
    ]
    name, version, _ = await first.publish(other)
    assert await first.move(name, version) == Outcome(4, 1)
    (left,) = [state for state in await states(database) if state.version == 1]
    async with database.read() as tx:
        flow = await first.shelf.get(tx, "winback", 1)
    assert flow.step(left.step or "").kind == "ask"
    # The next version comes, and those of both earlier ones are asked about.
    plan = await first.plan(written(("flow", "questions: 2", "questions: 3")))
    assert {place.version for place, _ in plan.places} == {1, 2}
    assert (plan.version, plan.count("safe")) == (3, 5)


@pytest.mark.asyncio
async def test_a_mapping_that_leads_nowhere_is_refused_before_anything_happens(database: Database) -> None:
    await crowd(database, publisher(database))
    with pytest.raises(FlowError, match="there is no step 'nowhere' in the new version; give cause= another one"):
        await publisher(database, cause="nowhere").plan(written(*RENAMED))
    with pytest.raises(FlowError, match="no earlier version has a step 'caus'; correct the mapping caus=reason"):
        await publisher(database, caus="reason").plan(written(*RENAMED))
    with pytest.raises(FlowInvalid):
        await publisher(database).plan(written(("flow", "next: cause", "next: caus")))


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        (["cause"], "'cause' is no mapping; write old=new"),
        (["=why"], "'=why' is no mapping"),
        (["a=b", "a=c"], "the step 'a' is mapped twice; give one of a=b and a=c"),
    ],
)
def test_a_mapping_that_is_none_is_one_sentence(pairs: list[str], says: str) -> None:
    with pytest.raises(FlowError, match=says):
        read_names(pairs)
    assert read_names(["a=b", " c = d ", "a=b"]) == {"a": "b", "c": "d"}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("where", "done"), [("moving.before_commit", 1), pytest.param("moving.moved", 2, marks=pytest.mark.slow)]
)
async def test_a_crash_leaves_each_conversation_moved_or_not_and_running_it_again_finishes(
    sqlite_url: str, where: str, done: int
) -> None:
    database = Database(sqlite_url)
    first = publisher(database)
    await crowd(database, first)
    mover = publisher(database, cause="reason")
    await mover.publish(written(*RENAMED))
    killed = subprocess.run([sys.executable, "-c", CALLS, sqlite_url, where], capture_output=True, check=False)  # noqa: ASYNC221 - the test waits for it
    assert killed.returncode == -9, killed.stderr
    found = [state.version for state in await states(database)]
    assert found == [2] * done + [1] * (5 - done)
    assert len(await all_of(database, journal)) == done
    assert await mover.move("winback", 2) == Outcome(5 - done, 0)
    assert len(await all_of(database, journal)) == 5
    await database.close()
