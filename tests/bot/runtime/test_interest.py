"""What the shop reports of many people at the same moment: taken together, and each is as if they had come alone."""

import json
import random
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

import flows
from bot.house import House
from bot.runtime.arrivals import Arrival, ShopReported
from bot.runtime.intake import RawInput
from bot.runtime.receive import receive
from bot.runtime.receive.step import Meaning
from flows.events import Bought, Happened
from storage import campaigns, checkouts, consents, conversations, prospects, purchases, suppressions
from storage.conversations import Opening
from storage.database import Tx
from storage.engines import make_engine
from storage.purchases import Purchase
from storage.tables import conversations as talks
from storage.tables import identities, metadata, shop_events
from tests.storage.world import NOW, shipped_flow

HOUR = timedelta(hours=1)
RANDOM = frozenset({"uid", "lot"})
"""Columns that are drawn anew each time."""


def told(kind: str = "cart_abandoned", *, at: datetime = NOW, identities: Any = None, **data: Any) -> ShopReported:
    return ShopReported(kind, dict(identities or {}), at, data)


def of(who: str, kind: str = "cart_abandoned", **data: Any) -> ShopReported:
    """A report with the consent that the shop vouches for."""
    known = {"external": who, "email": f"{who}@shop.example"}
    return told(kind, identities=known, consent_email=True, **data)


async def person(tx: Tx, who: str, **facts: Any) -> int:
    one = await prospects.create(tx, NOW - 9 * HOUR, said_by="flow", **facts)
    await prospects.bind(tx, one, "external", who, via="import", now=NOW)
    return one


async def prepare(tx: Tx, key: bytes) -> None:
    """Who is known before: each has a history of their own that decides what a report does."""
    await campaigns.set_state(tx, "barriers", "running", NOW)
    withdrawn = await person(tx, "withdrawn", first_name="Ann")
    await prospects.bind(tx, withdrawn, "email", "withdrawn@shop.example", via="import", now=NOW)
    await consents.record(tx, withdrawn, "email", granted=False, way="stop", now=NOW)
    bounced = await person(tx, "bounced", language="fr")
    await prospects.bind(tx, bounced, "email", "bounced@shop.example", via="import", now=NOW)
    await prospects.close(tx, "email", "bounced@shop.example", reason="bounced", now=NOW)
    buyer = await person(tx, "buyer")
    await purchases.record(tx, Purchase("1", NOW - HOUR), buyer, NOW, window=HOUR)
    for outcome in ("not_interested", "cancelled", "resting"):
        state = flows.begin(shipped_flow(), language="en", seed=1)
        over = None if outcome == "resting" else outcome
        talk = await conversations.open_new(
            tx, Opening(await person(tx, outcome), "barriers", state, outcome=over), NOW - 9 * HOUR
        )
        if over is None:
            await tx.execute(update(talks).where(talks.c.id == talk).values(status="resting"))
    await person(tx, "double", country="HU")
    other = await prospects.create(tx, NOW, city="Brno")
    await prospects.bind(tx, other, "email", "double@shop.example", via="import", now=NOW)
    await suppressions.add(tx, key, [("email", "erased@shop.example")], reason="asked", now=NOW)
    await checkouts.complete(tx, "shopify", "paid", NOW, NOW)


KNOWN = ("withdrawn", "bounced", "buyer", "not_interested", "cancelled", "resting", "double")
STRANGERS = ("ann", "bob", "cleo", "erased")
MIXED: Sequence[Arrival] = (
    of("ann", product_name="kettle", cart_value="12.50", first_name="Ann"),
    *(of(who, cart_value="3", language="de") for who in KNOWN),
    of("bob", "viewed"),
    told(identities={"email": " ANN@shop.example "}, city="Wien"),
    told("purchase", identities={"external": "bob"}, order_id="7", amount="5"),
    of("bob", "checkout_started"),
    of("erased"),
    of("cleo", checkout={"shop": "shopify", "key": "paid"}),
    of("dora", checkout={"shop": "shopify", "key": "left"}),
    of("cleo", "quote_sent", at=NOW - 5 * HOUR),
    told(identities={"external": "cleo", "email": "ann@shop.example"}),
    told("viewed", identities={"phone": "+36 20 555 01 23"}),
    told("checkout_started", identities={"phone": "+36205550123", "external": "ann"}),
    told("viewed"),
    told("something new", identities={"external": "resting"}),
    told("viewed", identities={"external": "resting"}),
)


def drawn(seed: int) -> list[Arrival]:
    """A wave by chance: few people and many reports, so that they meet."""
    dice = random.Random(seed)
    found: list[Arrival] = []
    for number in range(14):
        kind = dice.choice(("cart_abandoned", "viewed", "checkout_started", "quote_sent", "purchase"))
        external, email = (dice.choice((*KNOWN, *STRANGERS)) for _ in range(2))
        named = dice.choice(({"external": external}, {"email": f"{email}@shop.example"}, None))
        whole = {"external": external, "email": f"{dice.choice((external, email))}@shop.example"}
        data: dict[str, Any] = {
            name: dice.choice(("en", "fr")) for name in ("language", "city", "product_name") if dice.random() < 0.3
        }
        data |= {"consent_email": dice.random() < 0.8, "order_id": f"o{number}", "cart_value": dice.choice((None, "9"))}
        at = NOW - dice.choice((0, 1, 30)) * HOUR
        found.append(ShopReported(kind, dict(named or whole), at, data))
    return found


@asynccontextmanager
async def prepared(house: House) -> AsyncIterator[Tx]:
    """A transaction in which they are known, taken back at the end."""
    engine = make_engine(house.database.url, writer=True)
    try:
        async with engine.connect() as tx:
            await prepare(tx, house.secret)
            yield tx
            await tx.rollback()
    finally:
        await engine.dispose()


async def left(tx: Tx) -> dict[str, list[Any]]:
    """Every row of every table, rows named by their places and not by their ids, without what is drawn."""
    tables = [table for table in metadata.sorted_tables if table.primary_key.columns]
    rows = {
        table.name: (await tx.execute(select(table).order_by(*table.primary_key.columns))).all() for table in tables
    }
    places = {
        name: {row.id: place for place, row in enumerate(some)}
        for name, some in rows.items()
        if some and "id" in some[0]._fields
    }

    def plain(table: Any, row: Any) -> dict[str, Any]:
        found = {name: value for name, value in row._mapping.items() if name not in RANDOM}
        for name, value in found.items():
            column = table.c[name]
            target = table.name if name == "id" else next((key.column.table.name for key in column.foreign_keys), None)
            if target in places and value is not None:
                found[name] = places[target][value]
        if "state" in found:
            found["state"] = re.sub(r'"seed":\d+', "", found["state"])
        return found

    return {table.name: [plain(table, row) for row in rows[table.name]] for table in tables}


def noted(meanings: Sequence[Meaning]) -> list[Any]:
    return [(one.note, [step.event for step in one.steps]) for one in meanings]


FEW, MANY = range(2), range(2, 60)


@pytest.mark.parametrize(
    "wave",
    [MIXED, *map(drawn, FEW), *(pytest.param(drawn(seed), marks=pytest.mark.slow) for seed in MANY)],
    ids=["mixed", *map(str, (*FEW, *MANY))],
)
async def test_who_is_told_of_with_others_is_as_if_they_had_been_told_of_alone(
    house: House, wave: Sequence[Arrival]
) -> None:
    async with prepared(house) as tx:
        together = noted(await receive(tx, house.context, wave, NOW))
        rows = await left(tx)
    async with prepared(house) as tx:
        alone = [note for one in wave for note in noted(await receive(tx, house.context, [one], NOW))]
        assert together == alone
        for table, expected in (await left(tx)).items():
            assert rows[table] == expected, table


async def test_what_each_report_comes_to(house: House) -> None:
    async with prepared(house) as tx:
        meanings = await receive(tx, house.context, MIXED, NOW)
    assert [one.note for one in meanings] == [
        "cart_abandoned: enrolled",  # ann
        "cart_abandoned",  # withdrawn
        "cart_abandoned: enrolled",  # bounced: the shop names the address again
        "cart_abandoned: enrolled",  # buyer: that was before
        "cart_abandoned",  # not interested
        "cart_abandoned: enrolled",  # cancelled before the first question
        "cart_abandoned",  # resting
        "cart_abandoned: enrolled",  # double: two who are one
        "viewed: enrolled",  # bob
        "cart_abandoned",  # ann again
        "purchase",
        "checkout_started: they have bought since",
        "cart_abandoned",  # erased: the address stays closed
        "ignored: this checkout was paid meanwhile",
        "cart_abandoned: enrolled",  # dora
        "quote_sent: enrolled",  # cleo
        "cart_abandoned",  # cleo is ann
        "viewed",  # a phone, and no consent
        "checkout_started",  # the phone is ann's
        "ignored: nobody is named",
        "something new",
        "viewed",
    ]
    steps = [step.event for one in meanings for step in one.steps]
    assert steps == [Happened("cart_abandoned"), Bought("7"), Happened("viewed")]


async def test_many_cost_as_many_statements_as_few(house: House) -> None:
    counted: list[int] = []
    for people in (1, 2, 20):  # the first loads the flow too
        async with prepared(house) as tx:
            said: list[str] = []
            event.listen(tx.sync_engine, "before_cursor_execute", lambda *given, to=said: to.append(given[2]))
            await receive(tx, house.context, [of(f"new {number}", cart_value="5") for number in range(people)], NOW)
            counted.append(len(said))
    assert counted[1] == counted[2] < 30


async def test_a_report_that_cannot_be_kept_spoils_nobody_elses(house: House) -> None:
    await house.database.transact(lambda tx: campaigns.set_state(tx, "barriers", "running", NOW))
    items = [shop(who, "\ud800" if who == "poison" else "Wien") for who in ("ann", "poison", "bob")]
    await house.intake.put_many(items)
    assert await house.turner.take_inbox() == 3
    async with house.database.read() as tx:
        known = (await tx.execute(select(identities.c.value).where(identities.c.kind == "external"))).scalars()
        assert sorted(known) == ["ann", "bob"]
        assert len((await tx.execute(select(shop_events))).all()) == len((await tx.execute(select(talks))).all()) == 2


def shop(who: str, city: str) -> RawInput:
    data = {"city": city, "consent_email": True}
    known = {"external": who, "email": f"{who}@shop.example"}
    payload = {"kind": "viewed", "identities": known, "at": NOW.isoformat(), "data": data}
    return RawInput("shop", who, f"shop:{who}", json.dumps(payload))
