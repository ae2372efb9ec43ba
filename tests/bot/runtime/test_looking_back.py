"""A strategy tried on the last month knows people as they were, whatever they have done and said since."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.runtime import planning
from bot.runtime.context import Context
from bot.runtime.flowshelf import FlowShelf
from flows.audience.attributes import Attributes
from flows.audience.conditions import parse_condition
from flows.audience.segments import Segment
from flows.effects import Chose
from flows.offers.backtest import Report
from flows.offers.strategy import StrategyDefinition
from flows.scene import Shop
from storage import choices, prospects, segments, shop_events
from storage.database import Database, Tx
from storage.tables import answers, grants, purchases
from storage.tables import prospects as people
from tests.flows.offers.sample import CATALOGUE
from tests.storage.world import NOW, open_conversations, shipped_flow

CONTEXT = Context(Shop("Nordlys"), CATALOGUE, ("en",), b"", FlowShelf(Attributes()))
THEN = NOW - timedelta(days=10)
SINCE = NOW - timedelta(days=5)
ROWS = [
    {"barrier": "price", "segment": "hesitant", "offers": ["digest"]},
    {"barrier": "price", "segment": "returning", "offers": ["none"]},
    {"barrier": "price", "segment": "new_high", "offers": ["twenty"]},
    {"barrier": "price", "offers": ["ten"]},
]


@pytest.fixture
def database_url(sampled_database_url: str) -> str:
    """PostgreSQL in the sweep only."""
    return sampled_database_url


async def price_was_named(database: Database, count: int) -> list[int]:
    """So many who named the price ten days ago and were given nothing; the rows of the people."""
    crowd = await open_conversations(database, count, shipped_flow())

    async def work(tx: Tx) -> None:
        chose = Chose("price", "offer", (), (), None)
        for prospect, conversation in crowd:
            where: dict[str, Any] = {"prospect_id": prospect, "conversation_id": conversation, "campaign": "barriers"}
            await choices.keep(tx, [choices.row_of(chose, now=THEN, **where)])
        await tx.execute(update(people).values(created_at=NOW - timedelta(days=40)))

    await database.transact(work)
    return [prospect for prospect, _ in crowd]


async def tried(database: Database, **parts: Any) -> Report:
    definition = StrategyDefinition.model_validate({"campaign": "barriers", "rows": ROWS} | parts)
    async with database.read() as tx:
        return await planning.preview(tx, CONTEXT, definition, NOW)


def gives(report: Report) -> dict[str, int]:
    return {name: line.would_give for name, line in report.lines.items()}


async def test_what_happened_since_changes_nothing_about_what_would_have_been_offered(database: Database) -> None:
    buyer, *_ = await price_was_named(database, 2)
    await database.transact(lambda tx: _hesitant(tx, "solved"))
    assert gives(await tried(database)) == {"ten": 2}

    async def since(tx: Tx) -> None:
        order = {"order_id": "1", "bought_at": SINCE, "recorded_at": SINCE, "amount": Decimal(50), "currency": "EUR"}
        await tx.execute(insert(purchases).values(prospect_id=buyer, **order))
        await prospects.change(tx, buyer, NOW, said_at=SINCE, cart_value=Decimal(900), currency="EUR", country="HU")
        await _answer(tx, buyer, "solved", SINCE)

    await database.transact(since)
    report = await tried(database)
    assert gives(report) == {"ten": 2} and (report.moments, report.of, report.lost) == (2, 2, 1)
    guarded = await tried(database, guards={"countries": ["HU"]})
    assert guarded.refused == {"country_unknown": 2}


async def test_what_was_so_then_counts_even_when_it_was_taken_back_since(database: Database) -> None:
    hesitant, tall, given = await price_was_named(database, 3)

    async def before(tx: Tx) -> None:
        await _hesitant(tx, "trust")
        await _answer(tx, hesitant, "trust", THEN - timedelta(hours=1), superseded_at=SINCE)
        for person, day, value in ((tall, THEN - timedelta(days=1), 900), (tall, SINCE, 10), (given, SINCE, 10)):
            report = {"cart_value": str(value), "currency": "EUR"}
            await shop_events.note(tx, person, "cart_abandoned", day, report)
            await prospects.change(tx, person, NOW, said_at=day, cart_value=Decimal(value), currency="EUR")
        grant = {"campaign": "barriers", "offer": "postage", "kind": "free_shipping", "value": Decimal(7)}
        times = {"granted_at": THEN - timedelta(days=30), "expires_at": NOW, "redeemed_at": SINCE}
        await tx.execute(insert(grants).values(prospect_id=given, currency="EUR", **grant, **times))

    await database.transact(before)
    report = await tried(database)
    assert gives(report) == {"digest": 1, "twenty": 1}
    assert report.refused == {"has_live_offer": 1}, "it was used later, and could still be used then"


async def _hesitant(tx: Tx, step: str) -> None:
    condition = parse_condition({"answered": {"step": step}}, "here")
    await segments.save(tx, Segment("hesitant", "Hesitant", condition), by="mira", now=NOW)


async def _answer(tx: Tx, prospect: int, step: str, at: Any, **other: Any) -> None:
    row = {
        "prospect_id": prospect, "conversation_id": prospect, "campaign": "barriers", "flow": "barriers",
        "flow_version": 1, "step": step, "visit": 1, "value": step, "barriers": [], "verbatim": step, "language": "en",
        "channel": "web", "asked_at": at, "answered_at": at,
    }  # fmt: skip
    await tx.execute(insert(answers).values(**row, **other))
