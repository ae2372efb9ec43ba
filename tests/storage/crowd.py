"""A crowd of prospects of whom all sorts of things are known or unknown, and conditions that may be asked of them."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import insert

import flows
from flows.audience.engagement import engagement_log
from flows.audience.fields import FIELDS, OPS, Field, declared_field
from flows.audience.observing import day_number
from storage import campaigns, consents, conversations, facts, prospects, shop_events, walk_ins
from storage.conversations import Opening
from storage.database import Tx
from storage.dialects import insert as upsert
from storage.tables import (
    answers,
    grants,
    journal,
    prospect_facts,
    purchases,
)
from storage.tables import conversations as conversation_rows
from storage.tables import profiles as profile_rows
from storage.tables import walk_ins as walk_in_rows
from storage.walk_ins import Said
from tests.storage.world import LIBRARY, shipped_flow

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
DAY = timedelta(days=1)
TEXTS = ("HU", "hu", "Győr", "GYŐR", "ÁÉÍ", "áéí", "日本", 'a "B" \\n', "القاهرة", "50% off_", "İ", "ß", "a/b", "")
NUMBERS = (Decimal(0), Decimal("0.5"), Decimal(3), Decimal("99.999"), Decimal(100))
DAYS = (date(2026, 3, 2), date(2026, 2, 23), date(2026, 3, 9), date(2025, 1, 1))
AGES = (timedelta(0), timedelta(seconds=1), DAY, 7 * DAY, 7 * DAY + timedelta(microseconds=1), 40 * DAY, -2 * DAY)
SPANS = ("1d", "7d", "24h", "5w")
DECLARED = {
    "pets": declared_field("pets", "number"),
    "born": declared_field("born", "day"),
    "decides": declared_field("decides", "yes_no"),
    "use": declared_field("use", "text"),
}
ENGAGED = (0.0, 15.0, 30.0, 60.0, 130.0)
LATER = NOW + timedelta(microseconds=1)
LEVELS_UNTIL = ((None, None), (None, NOW), (None, LATER), (NOW, LATER), (LATER, LATER + DAY))


async def settle(tx: Tx, size: int) -> None:
    """Make the crowd, always the same one."""
    dice = random.Random(20260302)
    await facts.put(tx, "currency", "EUR")
    await campaigns.put(tx, LIBRARY.campaigns()["barriers"], NOW)
    for number in range(size):
        person = await prospects.create(tx, NOW - dice.choice(AGES), **_row(dice))
        await _declare(tx, person, dice)
        await _happen(tx, person, number, dice)
        await _meet(tx, person, number, dice)
        await _talk(tx, person, dice)
        if dice.random() < 0.8:
            computed = _computed(dice)
            row = upsert(tx, profile_rows).values(prospect_id=person, **computed)
            await tx.execute(row.on_conflict_do_update(index_elements=["prospect_id"], set_=computed))


def _row(dice: random.Random) -> dict[str, Any]:
    def some(values: tuple[Any, ...]) -> Any:
        return dice.choice((None, *values))

    texts = {name: some(TEXTS) for name in ("country", "city", "source", "product_name")}
    money = {name: some(NUMBERS) for name in ("price", "cart_value")}
    return {
        **texts, **money, "currency": some(("EUR", "USD")),
        "tags": dice.sample(TEXTS[:8], dice.choice((0, 0, 1, 2))),
        "company": {"size": dice.choice(TEXTS)} if dice.random() < 0.5 else {},
        "attributes": {"Shoe size": dice.choice(TEXTS)} if dice.random() < 0.5 else {},
    }  # fmt: skip


async def _declare(tx: Tx, person: int, dice: random.Random) -> None:
    number, day, yes = dice.choice(NUMBERS), dice.choice(DAYS), dice.choice(("yes", "no"))
    rows = (
        ("pets", str(number), float(number)), ("born", day.isoformat(), float(day_number(day))),
        ("decides", yes, float(yes == "yes")), ("use", dice.choice(TEXTS[:-1]), None), ("pets", "many", None),
    )  # fmt: skip
    for name, text, value in {row[0]: row for row in dice.sample(rows, dice.randint(0, 4))}.values():
        row = {"name": name, "text": text, "number": value, "source": "csv", "at": NOW, "recorded_at": NOW}
        await tx.execute(insert(prospect_facts).values(prospect_id=person, **row))


async def _happen(tx: Tx, person: int, number: int, dice: random.Random) -> None:
    for _ in range(dice.choice((0, 1, 3))):
        data = dice.choice(({}, {"product_id": "Lamp"}, {"product_id": "", "product_name": "rug"}))
        await shop_events.note(tx, person, dice.choice(("viewed", "quote_sent")), NOW - dice.choice(AGES), data)
    for order in range(dice.choice((0, 0, 1, 2))):
        row = {
            "order_id": f"{number}-{order}", "bought_at": NOW - dice.choice(AGES), "recorded_at": NOW,
            "amount": dice.choice((None, *NUMBERS)), "currency": dice.choice((None, "EUR", "USD")),
            "product_id": dice.choice((None, "lamp")), "refunded_at": dice.choice((None, None, NOW)),
        }  # fmt: skip
        await tx.execute(insert(purchases).values(prospect_id=person, **row))
    if dice.random() < 0.3:
        row = {"offer": "discount_10", "kind": "discount", "campaign": "barriers", "granted_at": NOW}
        await tx.execute(insert(grants).values(prospect_id=person, **row))


async def _meet(tx: Tx, person: int, number: int, dice: random.Random) -> None:
    """How they are known, what they agreed to, what they said in the shop."""
    for kind in dice.sample(("email", "telegram", "phone"), dice.choice((0, 1, 2))):
        await prospects.bind(tx, person, kind, f"{kind}-{number}", via="import", now=NOW)
        if dice.random() < 0.3:
            await prospects.close(tx, kind, f"{kind}-{number}", reason="bounced", now=NOW)
    for _ in range(dice.choice((0, 0, 0, 1, 2))):
        said = Said(dice.choice(("price", "fit")), "anna", person, sub_code=dice.choice((None, "checkout_problem")))
        uid = await walk_ins.note(tx, said, NOW - dice.choice(AGES[:4]))
        if dice.random() < 0.2:
            await tx.execute(walk_in_rows.update().where(walk_in_rows.c.uid == uid).values(undone_at=NOW))
    for _ in range(dice.choice((0, 1, 2))):
        channel, yes = dice.choice(("email", "telegram")), dice.random() < 0.6
        await consents.record(tx, person, channel, granted=yes, way="import", now=NOW)


async def _talk(tx: Tx, person: int, dice: random.Random) -> None:
    if dice.random() < 0.4:
        return
    state = flows.begin(_FLOW, language="en", seed=1)
    talk = await conversations.open_new(tx, Opening(person, "barriers", state), NOW)
    over = {"ended_at": NOW, "outcome": dice.choice(("helped", "silent"))} if dice.random() < 0.5 else {}
    contact = {"first_contact_at": NOW} if dice.random() < 0.7 else {}
    if over or contact:
        await tx.execute(conversation_rows.update().where(conversation_rows.c.id == talk).values(**over, **contact))
    for visit in range(dice.choice((0, 1, 3))):
        row = {
            "campaign": "barriers", "flow": "barriers", "flow_version": 1, "step": dice.choice(("why", "more")),
            "visit": visit, "value": dice.choice((None, "price")), "verbatim": "x", "language": "en",
            "barriers": dice.choice(([], ["price"], ["shipping", "price"], ["fit"])),
            "sub_code": dice.choice((None, "checkout_problem")), "channel": dice.choice(("web", "email")),
            "asked_at": NOW, "answered_at": NOW - dice.choice(AGES[:4]),
            "superseded_at": dice.choice((None, None, NOW)),
        }  # fmt: skip
        await tx.execute(insert(answers).values(prospect_id=person, conversation_id=talk, **row))
    if dice.random() < 0.3:
        row = {"turn": 1, "at": NOW - dice.choice(AGES), "event": "Opened", "note": "", "data": {}}
        await tx.execute(insert(journal).values(prospect_id=person, conversation_id=talk, **row))


_FLOW = shipped_flow()


def _computed(dice: random.Random) -> dict[str, Any]:
    if dice.random() < 0.1:
        return {"due_at": NOW}
    engagement, at = dice.choice(ENGAGED), NOW - dice.choice((0, 14, 28)) * DAY
    return {
        "computed_at": NOW, "fit": dice.choice((None, 0, 50, 75)), "grade": dice.choice((None, "A", "D")),
        "engagement": engagement, "engaged_at": at, "engagement_log": engagement_log(engagement, at),
        **dict(zip(("level_1_until", "level_2_until"), dice.choice(LEVELS_UNTIL), strict=True)),
        "stage": dice.choice((None, "informed", "lead", "customer")),
        "stage_at": dice.choice((None, NOW, NOW - 7 * DAY)),
        "qualification": dice.choice((None, "hot", "out")), "rfm": dice.choice((None, "champions")),
        "by_frequency": dice.choice((None, "regular")), "learning_segment": dice.choice((None, "b2b")),
    }  # fmt: skip


NAMES = (
    "country", "city", "source", "product_name", "price", "cart_value", "company.size", "stage", "stage_since", "grade",
    "qualification", "fit", "engagement", "engagement_level", "rfm", "by_frequency", "learning_segment",
    "latest_barrier", "known_since", "asked", "pets", "born", "decides", "use",
)  # fmt: skip
_ASKED: tuple[Field, ...] = tuple(DECLARED.get(name) or FIELDS[name] for name in NAMES)


def comparisons() -> st.SearchStrategy[dict[str, Any]]:
    """A field and anything that may be said of it."""
    return st.sampled_from(_ASKED).flatmap(
        lambda field: st.sampled_from(OPS[field.kind]).flatmap(
            lambda op: _values(field, op).map(lambda value: {field.name: {op: value}})
        )
    )


def _values(field: Field, op: str) -> st.SearchStrategy[Any]:
    texts = st.sampled_from(field.options or (*TEXTS[:-1], "b2b", "Gy", "%"))
    if op in ("one_of", "none_of"):
        return st.lists(texts, min_size=1, max_size=3)
    if op in ("within_last", "within_next", "older_than"):
        return st.sampled_from([span for span in SPANS if field.kind == "moment" or not span.endswith("h")])
    match field.kind:
        case "text" | "word":
            return texts
        case "yes_no":
            return st.booleans()
        case "day" | "moment":
            return st.sampled_from([day.isoformat() for day in DAYS])
        case "whole":
            return st.sampled_from((0, 50, 75, 100))
        case _:
            return st.sampled_from((*NUMBERS, Decimal(15), Decimal(30), Decimal(60)))


def _happenings() -> st.SearchStrategy[dict[str, Any]]:
    span = st.sampled_from(SPANS)
    times = st.sampled_from(("at_least", "at_most", "exactly")).flatmap(
        lambda bound: st.integers(0, 3).map(lambda number: {bound: number})
    )
    total = st.sampled_from(("total_at_least", "total_at_most", "total_above", "total_below")).flatmap(
        lambda bound: st.sampled_from(NUMBERS).map(lambda number: {bound: number})
    )
    scope = st.fixed_dictionaries({}, optional={"within": span, "product": st.sampled_from(("lamp", "RUG"))})
    event = st.sampled_from(("viewed", "clicked", ["viewed", "quote_sent"], ["viewed", "clicked"]))
    said = st.fixed_dictionaries(
        {},
        optional={
            "step": st.just("why"), "value": st.just("price"), "barrier": st.just("price"),
            "sub_code": st.just("checkout_problem"), "channel": st.just("web"), "within": span,
        },
    )  # fmt: skip
    return st.one_of(
        st.tuples(event, times, scope).map(lambda all_: {"did": {"event": all_[0], **all_[1], **all_[2]}}),
        st.tuples(st.one_of(times, total), scope).map(lambda both: {"bought": {**both[0], **both[1]}}),
        said.map(lambda wanted: {"answered": wanted}),
    )


def _sets() -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.sampled_from(TEXTS[:8]).map(lambda tag: {"tag": tag}),
        st.sampled_from(("price", "fit", ["shipping", "fit"])).map(lambda barrier: {"barrier": barrier}),
        st.tuples(st.sampled_from(("consent", "reach")), st.sampled_from(("email", ["email", "telegram"]))).map(
            lambda both: {both[0]: both[1]}
        ),
        st.sampled_from(("helped", "silent")).map(lambda outcome: {"outcome": outcome}),
        st.just({"offer": "discount_10"}),
        st.sampled_from((*NAMES, "attribute.Shoe size")).map(lambda name: {"known": name}),
        st.sampled_from(TEXTS[:-1]).map(lambda text: {"attribute.Shoe size": {"contains": text}}),
    )


def documents() -> st.SearchStrategy[dict[str, Any]]:
    """Conditions of every kind, nested in each other."""
    leaves = st.one_of(comparisons(), _happenings(), _sets())
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            inner.map(lambda one: {"not": one}),
            st.lists(inner, max_size=3).map(lambda parts: {"all": parts}),
            st.lists(inner, max_size=3).map(lambda parts: {"any": parts}),
        ),
        max_leaves=6,
    )
