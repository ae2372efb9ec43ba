"""What an answer says about the prospect is kept with the turn, taken back with it, and reaches whoever has to call."""

from collections.abc import Sequence

import pytest

import flows
from flows.events import Event, Said, Started, Tapped
from flows.scene import Shop
from storage import prospect_facts, saving, turns
from storage.database import Database, Tx
from storage.tables import tasks as task_table
from storage.turns import Taken
from tests.storage.world import LIBRARY, NOW, open_conversations, shipped_flow

SHOP = Shop("Lamp & Loom")


async def play(database: Database, conversation_id: int, event: Event | str) -> None:
    """One turn; a text taps that option of the open question."""

    async def work(tx: Tx) -> None:
        catalogue = LIBRARY.catalogue()
        found = await turns.load(tx, [conversation_id], shop=SHOP, catalogue=catalogue, now=NOW)
        loaded = found.loaded[conversation_id]
        prompt = loaded.state.prompt
        happened = Tapped(event, prompt.visit if prompt else 0, "web") if isinstance(event, str) else event
        turn = flows.advance(shipped_flow(), loaded.state, happened, loaded.scene, NOW)
        said = happened.text if isinstance(happened, Said) else None
        taken = Taken(loaded, shipped_flow(), turn, type(happened).__name__, "web", said)
        await saving.save(tx, [taken], NOW)

    await database.transact(work)


async def known(database: Database, prospect_id: int) -> dict[str, tuple[str, str]]:
    async with database.read() as tx:
        rows = (await prospect_facts.of(tx, [prospect_id]))[prospect_id]
    return {name: (row.text, row.source) for name, row in rows.items()}


async def played(database: Database, events: Sequence[Event | str]) -> tuple[int, int]:
    ((prospect_id, conversation_id),) = await open_conversations(database, 1, shipped_flow())
    for event in (Started("web"), *events):
        await play(database, conversation_id, event)
    return prospect_id, conversation_id


@pytest.mark.parametrize(
    ("options", "facts"),
    [
        (("timing", "this_week"), {"buying_time": ("this_week", "flow")}),
        (("approval", "by_myself"), {"role": ("influencer", "flow")}),
        (("quality", "warranty"), {}),
    ],
)
async def test_an_option_that_says_something_is_kept_as_a_fact(
    database: Database, options: tuple[str, ...], facts: dict[str, tuple[str, str]]
) -> None:
    prospect_id, _ = await played(database, options)
    assert await known(database, prospect_id) == facts


async def test_how_to_reach_somebody_becomes_facts_and_stands_in_the_task(database: Database) -> None:
    said = Said("Tomorrow after five please, +36 30 123 4567", "web")
    prospect_id, conversation_id = await played(database, ("other", Said("balloons 🎈 🎈", "web")))
    async with database.read() as tx:
        found = await turns.load(tx, [conversation_id], shop=SHOP, catalogue=LIBRARY.catalogue(), now=NOW)
    state = found.loaded[conversation_id].state
    assert state.step == "contact", state.step
    await play(database, conversation_id, said)
    assert await known(database, prospect_id) == {
        "contact_phone": ("+36301234567", "flow"),
        "preferred_time": (said.text, "flow"),
    }
    async with database.read() as tx:
        rows = (await tx.execute(task_table.select().where(task_table.c.prospect_id == prospect_id))).all()
    assert [row.contact for row in rows] == [{"way": "phone", "value": "+36301234567", "said": said.text}]
