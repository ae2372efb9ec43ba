"""What offers led to, and how good the asking was, on both databases."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, update

from flows.codec import encode_message
from flows.messages import Button, Message, Prompt
from flows.state import State
from storage import conversations, prospects
from storage.conversations import Opening
from storage.database import Tx
from storage.reads import moves, quality
from storage.reads.common import Window
from storage.tables import answers, grants, journal, outbox, purchases
from storage.tables import conversations as talks

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WINDOW = Window(START - DAY, START + 30 * DAY)


async def talk(tx: Tx, *, arm: str = "offer", reached: bool = True, segment: str | None = None) -> tuple[int, int]:
    person = await prospects.create(tx, START)
    state = State(flow="barriers", version=1, language="en", seed=1)
    number = await conversations.open_new(tx, Opening(person, "barriers", state, arm=arm, segment=segment), START)
    await tx.execute(update(talks).where(talks.c.id == number).values(first_contact_at=START if reached else None))
    return person, number


async def given(tx: Tx, who: tuple[int, int], offer: str, *, at: datetime = START, **more: Any) -> None:
    row = {"prospect_id": who[0], "conversation_id": who[1], "campaign": "barriers", "offer": offer, "kind": offer,
           "barrier": "price", "granted_at": at}  # fmt: skip
    await tx.execute(insert(grants).values(**(row | more)))


async def buys(tx: Tx, who: tuple[int, int], amount: int, *, at: datetime = START + DAY, **more: Any) -> None:
    row = {"prospect_id": who[0], "order_id": f"o{who[0]}-{amount}", "bought_at": at, "recorded_at": at,
           "amount": Decimal(amount), "currency": "EUR"}  # fmt: skip
    await tx.execute(insert(purchases).values(**(row | more)))


async def asked(tx: Tx, who: tuple[int, int], step: str, visit: int, *, after: timedelta | None = None) -> None:
    """A question that was sent and, after so long, answered."""
    message = Message("question", "en", ("?",), prompt=Prompt(step, visit, (Button("a", "A"),)))
    await tx.execute(
        insert(outbox).values(
            prospect_id=who[0], conversation_id=who[1], lane="x", channel="email", kind="question",
            message=encode_message(message), visit=visit, proactive=True, dedupe_key=f"{who[1]}-{step}-{visit}",
            state="sent", attempts=1, not_before=START, fence=0, created_at=START, sent_at=START,
        )
    )  # fmt: skip
    if after is not None:
        await tx.execute(
            insert(answers).values(
                prospect_id=who[0], conversation_id=who[1], campaign="barriers", flow="barriers", flow_version=1,
                step=step, visit=visit, barriers=[], verbatim="A", language="en", channel="email", asked_at=START,
                answered_at=START + after,
            )
        )  # fmt: skip
        await tx.execute(
            insert(journal).values(
                prospect_id=who[0], conversation_id=who[1], turn=visit, at=START, event="Tapped", note="", data={}
            )
        )


async def test_a_move_brings_what_is_bought_after_it_and_costs_what_is_used(tx: Tx) -> None:
    one, two, three, late = [await talk(tx) for _ in range(4)]
    money: dict[str, Any] = {"value": Decimal(5), "currency": "EUR"}
    await given(tx, one, "discount", code="A", redeemed_at=START + DAY, **money)
    await given(tx, two, "discount", code="B", **money)
    await given(tx, three, "sample", **money)
    await given(tx, late, "discount", at=START + 20 * DAY)
    await buys(tx, one, 40)
    await buys(tx, one, 20, refunded=Decimal(5))
    await buys(tx, two, 30, at=START - HOUR)
    await buys(tx, three, 50, refunded_at=START + 2 * DAY)
    found = await moves.made(tx, "barriers", WINDOW, as_of=START + 21 * DAY, days=7, currency="EUR")
    discount, sample = found
    assert (discount.people, discount.open, discount.bought, discount.revenue) == (2, 1, 1, Decimal(55))
    assert (discount.cost, discount.squares) == (Decimal(5), 50.0**2)
    assert (sample.people, sample.bought, sample.refunded, sample.cost) == (1, 0, 1, Decimal(5))
    spent = await moves.spent(tx, "barriers", WINDOW, currency="EUR")
    assert (spent.discounts, spent.prospects, spent.messages) == (Decimal(10), 4, {})


async def test_quality_says_where_people_left_and_how_long_they_took(tx: Tx) -> None:
    await talk(tx, arm="never", reached=False)
    await talk(tx, reached=False)
    silent, half, whole = [await talk(tx) for _ in range(3)]
    await asked(tx, silent, "barrier", 1)
    for who in (half, whole):
        await asked(tx, who, "barrier", 1, after=timedelta(minutes=10))
        await asked(tx, who, "barrier", 4)
    await asked(tx, half, "price", 2)
    await asked(tx, whole, "price", 2, after=timedelta(minutes=1))
    await asked(tx, whole, "solved", 3)
    await asked(tx, whole, "!confirm", 5)
    found = await quality.read(tx, "barriers", WINDOW, steps=["barrier", "price", "solved"], optional=["solved"])
    assert (found.enrolled, found.left_alone, found.reached, found.seen) == (4, 1, 3, 2)
    assert (found.answered, found.completed, found.median_seconds) == (2, 1, 330.0)
    lines = [(one.step, one.asked, one.answered, one.dropped, one.median_seconds) for one in found.questions]
    assert lines == [("barrier", 3, 2, 1, 600.0), ("price", 2, 1, 1, 60.0), ("solved", 1, 0, 1, None)]
    assert (found.response, found.completion) == (2 / 3, 0.5)
