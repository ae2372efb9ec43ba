"""Groups by lot are counted as they were drawn, on both databases: who, from when, with what, and what is left out."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, update

from flows.evidence.lot import Lot
from flows.evidence.verdicts import judge
from flows.state import State
from storage import conversations, prospects, verdicts
from storage.conversations import Opening
from storage.database import Tx
from storage.reads import evidence
from storage.reads.evidence import Pair, Period
from storage.tables import conversations as talks
from storage.tables import grants, outbox, purchases

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
LATER = START + 60 * DAY


async def enrolled(
    tx: Tx, arm: str, *, at: datetime = START, lot: str | None = "10/20", **more: Any
) -> tuple[int, int]:
    """Somebody in a group; returns person and conversation. Asked an hour later, unless left alone."""
    person = more.pop("person", None) or await prospects.create(tx, at)
    state = State(flow="barriers", version=1, language="en", seed=1)
    outcome = "never_contacted" if arm == "never" else None
    opening = Opening(person, "barriers", state, outcome=outcome, arm=arm, lot=lot, segment=more.pop("segment", None))
    number = await conversations.open_new(tx, opening, at)
    asked = None if arm == "never" else at + timedelta(hours=1)
    values = {"first_contact_at": asked} | more
    await tx.execute(update(talks).where(talks.c.id == number).values(ended_at=at + DAY, **values))
    return person, number


async def buys(tx: Tx, person: int, *, at: datetime = START + DAY, amount: str | None = "40", **more: Any) -> None:
    row = {
        "prospect_id": person,
        "order_id": f"o-{person}-{at.isoformat()}",
        "bought_at": at,
        "recorded_at": at,
        "amount": Decimal(amount) if amount else None,
        "currency": "EUR",
    }
    await tx.execute(insert(purchases).values(**(row | more)))


async def counted(tx: Tx, comparison: Any = "offered", at: datetime = LATER) -> Pair:
    period = await evidence.period(tx, "barriers")
    assert period is not None
    pair = await evidence.compare(tx, period, comparison, as_of=at, days=7, currency="EUR")
    assert pair is not None
    return pair


async def test_any_purchase_in_the_window_counts_once_and_refunds_do_not(tx: Tx) -> None:
    for arm in ("offer", "control"):
        (twice, _), (late, _), (before, _), (back, _), (abroad, _) = [await enrolled(tx, arm) for _ in range(5)]
        await buys(tx, twice)
        await buys(tx, twice, at=START + 2 * DAY, amount="10", refunded=Decimal(4))
        await buys(tx, late, at=START + 7 * DAY + timedelta(hours=2))
        await buys(tx, before, at=START - DAY)
        await buys(tx, back, refunded_at=START + 3 * DAY)
        await buys(tx, abroad, currency="HUF")
    pair = await counted(tx)
    for side in (pair.treated, pair.control):
        assert (side.people, side.bought, side.refunded, side.unknown) == (5, 2, 1, 1)
        assert side.revenue == Decimal(46) and side.squares == 46.0**2
    assert pair.control_share == 20 / 90


async def test_a_person_counts_once_as_drawn_first_and_who_came_by_themselves_was_never_to_be_left_alone(
    tx: Tx,
) -> None:
    left, _ = await enrolled(tx, "never")
    await enrolled(tx, "offer", person=left, lot=None, at=START + DAY)  # came by themselves later
    person, _ = await enrolled(tx, "offer")
    await enrolled(tx, "offer", person=person, at=START + 31 * DAY)
    await enrolled(tx, "offer", lot="10/20+")
    await enrolled(tx, "control", lot="10/20+")
    await enrolled(tx, "offer", lot=None)
    contacted, offered = await counted(tx, "contacted"), await counted(tx)
    assert (contacted.treated.people, contacted.control.people) == (1, 1)
    assert (offered.treated.people, offered.control.people) == (2, 1)


async def test_only_closed_windows_count_and_companies_have_thirty_days(tx: Tx) -> None:
    await enrolled(tx, "offer", at=START)
    await enrolled(tx, "offer", at=START, segment="b2b")
    await enrolled(tx, "control", at=START + 5 * DAY)
    pair = await counted(tx, at=START + 8 * DAY)
    assert (pair.treated.people, pair.control.people, pair.open) == (1, 0, 2)
    assert (await counted(tx, at=START + 31 * DAY)).treated.people == 2


async def test_what_it_cost_is_messages_sent_and_offers_redeemed(tx: Tx) -> None:
    person, talk = await enrolled(tx, "offer")
    await enrolled(tx, "control")
    for number, redeemed in enumerate((START + DAY, None)):
        await tx.execute(
            insert(grants).values(
                prospect_id=person, conversation_id=talk, campaign="barriers", offer=f"offer-{number}", kind="discount",
                code=f"C{number}", value=Decimal(5), currency="EUR", granted_at=START, redeemed_at=redeemed,
            )
        )  # fmt: skip
    for number, kind in enumerate(("question", "edit", "question")):
        await tx.execute(
            insert(outbox).values(
                prospect_id=person, conversation_id=talk, lane="x", channel="email", kind=kind, message="{}",
                proactive=True, dedupe_key=f"k{number}", state="sent", attempts=1, not_before=START, fence=0,
                created_at=START, sent_at=START,
            )
        )  # fmt: skip
    pair = await counted(tx)
    assert (pair.treated.discounts, pair.treated.messages) == (Decimal(5), 2)
    assert pair.treated.net.total == -5.0


async def test_other_shares_begin_a_new_period_and_the_weeks_go_on(tx: Tx) -> None:
    assert await evidence.period(tx, "barriers") is None
    await enrolled(tx, "offer", lot="0/10")
    await enrolled(tx, "offer", at=START + 10 * DAY)
    period = await evidence.period(tx, "barriers")
    assert period == Period("barriers", Lot(10, 20), START + 10 * DAY, earlier_weeks=2)
    await enrolled(tx, "control", at=START + 11 * DAY)
    assert (await counted(tx)).treated.people == 1


async def test_a_verdict_reads_back_as_it_was_said_and_is_said_once(tx: Tx) -> None:
    await enrolled(tx, "control")
    period = await evidence.period(tx, "barriers")
    assert period is not None
    pair = await counted(tx)
    first = judge(pair.treated.group, pair.control.group, control_share=0.2, week=13)
    await verdicts.keep(tx, period, "offered", first, LATER, pair)
    second = judge(pair.control.group, pair.control.group, control_share=0.5, week=13)
    await verdicts.keep(tx, period, "offered", second, LATER, pair)
    assert await verdicts.said(tx, period) == {("offered", 13): first}
    assert await verdicts.pairs(tx, period) == {("offered", 13): pair}
