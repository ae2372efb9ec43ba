"""Corrected answers become training rows: typed words only, what stands now, nothing that tells who wrote them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from sqlalchemy import insert

from bot.data.corrections import correction_lines
from bot.runtime.flowshelf import FlowShelf
from storage import flowbook, prospects
from storage.database import Database, Tx
from storage.tables import answers
from tests.opened import opened
from tests.storage.world import LIBRARY, NOW, open_conversations, shipped_flow

FIRST = {
    "campaign": "barriers",
    "flow": "barriers",
    "flow_version": 1,
    "language": "en",
    "channel": "web",
    "asked_at": NOW,
    "answered_at": NOW,
}


async def collected(database: Database, language: str | None = None) -> list[dict[str, Any]]:
    return [json.loads(line) async for line in correction_lines(database, FlowShelf().get, language)]


async def put(database: Database, person: tuple[int, int], *said: tuple[str | None, list[str], str]) -> None:
    """Answers to the first question, each but the last taken back."""
    step = shipped_flow().definition.start

    async def work(tx: Tx) -> None:
        for visit, (value, barriers, verbatim) in enumerate(said, 1):
            row = {"step": step, "visit": visit, "value": value, "barriers": barriers, "verbatim": verbatim}
            last = visit == len(said)
            people = {"prospect_id": person[0], "conversation_id": person[1]}
            await tx.execute(insert(answers).values(**FIRST, **people, **row, superseded_at=None if last else NOW))

    await database.transact(work)


@pytest_asyncio.fixture
async def database(sampled_database_url: str) -> AsyncIterator[Database]:
    async with opened(sampled_database_url) as database:
        yield database


async def publish(database: Database) -> None:
    """Publish the shipped flow as it is."""
    sources = LIBRARY.load_flow("barriers")
    await database.transact(lambda tx: flowbook.publish(tx, "barriers", sources.digest(), sources.to_json(), NOW))


async def test_what_was_typed_and_then_corrected_becomes_a_row(database_url: str) -> None:
    async with opened(database_url) as database:
        person = (await open_conversations(database, 1, shipped_flow()))[0]
        await put(database, person, (None, ["price"], "the post is dear"), ("shipping", ["shipping"], "Shipping"))
        rows = [{"lang": "en", "text": "the post is dear", "labels": ["shipping"], "intent": "answer"}]
        assert await collected(database) == rows
        assert await collected(database, "hu") == []


async def test_what_tells_who_wrote_it_is_hidden(database: Database) -> None:
    person = (await open_conversations(database, 1, shipped_flow()))[0]
    await database.transact(lambda tx: prospects.change(tx, person[0], NOW, first_name="Anna", city="Szeged"))
    await put(
        database,
        person,
        (None, ["price"], "Anna from Szeged: call 555 1234, the post is dear"),
        (None, ["shipping"], "x"),
    )
    assert [row["text"] for row in await collected(database)] == ["… from …: call …, the post is dear"]


async def test_tapped_labels_and_answers_that_stand_or_stay_the_same_are_no_rows(database: Database) -> None:
    flow = shipped_flow()
    step = flow.step(flow.definition.start)
    option = next(option for option in step.options if option.barrier == "price")  # type: ignore[union-attr]
    people = await open_conversations(database, 3, flow)
    await publish(database)
    label = flow.texts.say("en", flow.definition.start, option.id)
    await put(database, people[0], (option.id, ["price"], label), ("shipping", ["shipping"], "Shipping"))
    await put(database, people[1], (None, ["price"], "it costs too much"), ("price", ["price"], "Price"))
    await put(database, people[2], (None, ["price"], "far too dear"))
    assert await collected(database) == []
