"""Where people came from and how far they have come, counted once and in one currency, on both databases."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, insert

import flows
from flows.audience.profile import STAGES
from storage import conversations, joining, journeys, prospects, spend, stage_counts
from storage.conversations import Opening
from storage.database import Tx
from storage.reads import channels, funnel
from storage.reads.channels import Sought, together
from storage.reads.common import Window
from storage.spend import Clash, Spend
from storage.tables import conversations as talks
from storage.tables import profiles, purchases, stage_changes
from tests.storage.world import NOW, shipped_flow

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MONTH = Window(NOW - 30 * DAY, NOW + DAY)
FLOW = shipped_flow()


async def person(tx: Tx, source: str | None, at: Any = NOW, *, answered: bool = False, **known: Any) -> int:
    """Somebody from a source; we wrote to them, and they may have said what held them back."""
    number = await prospects.create(tx, at, source=source, medium=known.pop("medium", None), campaign=None)
    opening = Opening(number, "barriers", flows.begin(FLOW, language="en", seed=1))
    talk = await conversations.open_new(tx, opening, at)
    told = {"first_contact_at": at, "barrier": "price" if answered else None, "ended_at": at}
    await tx.execute(talks.update().where(talks.c.id == talk).values(**told))
    if known:
        await tx.execute(delete(profiles).where(profiles.c.prospect_id == number))
        await tx.execute(insert(profiles).values(prospect_id=number, **known))
    await journeys.note(tx, [number], "EUR")
    return number


async def order(tx: Tx, who: int, amount: str | None, at: Any = NOW, currency: str = "EUR", **more: Any) -> None:
    """Somebody's order."""
    paid = Decimal(amount) if amount else None
    row = {"prospect_id": who, "order_id": f"o-{who}-{amount}-{at}", "bought_at": at, "recorded_at": at}
    await tx.execute(insert(purchases).values(row | {"amount": paid, "currency": currency} | more))
    await journeys.note(tx, [who], "EUR")


async def test_everybody_counts_once_and_only_what_stands_is_revenue(tx: Tx) -> None:
    one = await person(tx, "search", answered=True, stage="qualified", fit=80, grade="A")
    await order(tx, one, "40.00")
    await order(tx, one, "10.00", refunded=Decimal("4.00"))
    await order(tx, one, "99.00", NOW - DAY)
    await order(tx, one, "70.00", refunded_at=NOW)
    await order(tx, one, "5000", currency="JPY")
    await person(tx, "search", fit=20, grade="D", stage="lead")
    await person(tx, "search", NOW - 40 * DAY, answered=True)
    (found,) = await channels.came(tx, Sought(MONTH))
    assert (found.came, found.reached, found.answered, found.qualified, found.bought) == (2, 2, 1, 1, 1)
    assert (found.orders, found.unpriced, found.refunded, found.before) == (3, 1, 1, 1)
    assert found.revenue == Decimal("46.00")
    assert (found.fit, found.judged, found.near) == (100, 2, 1)


async def test_two_who_are_one_count_once(tx: Tx) -> None:
    one, other = await person(tx, "search", answered=True), await person(tx, None)
    await order(tx, one, "40.00")
    await order(tx, other, "2.00")
    stays = await joining.join(tx, one, other, NOW)
    await journeys.note(tx, [stays], "EUR")
    (found,) = await channels.came(tx, Sought(MONTH))
    assert (found.source, found.came, found.bought, found.revenue) == ("search", 1, 1, Decimal("42.00"))


async def test_sources_are_added_up_from_their_mediums(tx: Tx) -> None:
    for medium in ("cpc", "cpc", "organic"):
        await person(tx, "search", medium=medium, answered=medium == "cpc")
    await person(tx, None)
    found = await channels.came(tx, Sought(MONTH))
    assert [(one.source, one.came, one.answered) for one in together(found, "source")] == [
        ("search", 3, 2),
        (None, 1, 0),
    ]
    assert [(one.medium, one.came) for one in together(found, "source", "medium")][:2] == [("cpc", 2), (None, 1)]
    assert await channels.choices(tx, "medium", MONTH) == ["cpc", "organic"]


def cost(first: int, last: int, amount: str = "310.00", currency: str = "EUR", medium: str = "") -> Spend:
    return Spend("search", medium, "", date(2026, 3, first), date(2026, 3, last), Decimal(amount), currency)


async def test_spend_again_changes_nothing_and_overlaps_are_refused(tx: Tx) -> None:
    assert await spend.put(tx, [cost(1, 31), cost(1, 31), cost(1, 31, "300.00")], "a", NOW) == [
        "created", "unchanged", "updated",
    ]  # fmt: skip
    clash = Clash(date(2026, 3, 1), date(2026, 3, 31))
    assert await spend.put(tx, [cost(31, 31), cost(1, 30), cost(31, 31, medium="cpc")], "a", NOW) == [
        clash, clash, "created",
    ]  # fmt: skip
    assert len(await spend.between(tx, date(2026, 3, 30), date(2026, 3, 30))) == 1
    gone = await spend.remove(tx, (await spend.newest(tx, 1))[0].id)
    assert gone is not None and await spend.remove(tx, 10**9) is None


def test_a_part_of_the_days_costs_its_part_and_currencies_stay_apart() -> None:
    spends = [cost(1, 31), cost(11, 20, "100", "USD"), cost(25, 28, "4")]
    own, others = spend.sums(spends, date(2026, 3, 1), date(2026, 3, 15), "EUR")
    assert own == Decimal("150.00") and others == {"USD": Decimal("50.00")}


async def changes(tx: Tx, at: Any, *hours: int, **known: Any) -> None:
    """Somebody who became known then, and reached the later stages after so many hours each."""
    who = await prospects.create(tx, at)
    for stage, after in zip(STAGES, (0, *hours), strict=False):
        row = {"prospect_id": who, "stage": stage, "at": at + after * HOUR, "recorded_at": NOW, "because": "x"}
        await stage_counts.note(tx, [row | known])
        await tx.execute(insert(stage_changes).values(row | known))


async def test_the_funnel_counts_a_cohort_and_how_long_each_stage_took(tx: Tx) -> None:
    await changes(tx, NOW - 2 * DAY, 1, 5, 50, source="search")
    await changes(tx, NOW - 2 * DAY, 3, 3, source="search")
    await changes(tx, NOW - 9 * DAY, 8)
    await changes(tx, NOW - 40 * DAY, 1, 1, 1)
    (all_,) = await funnel.cohorts(tx, funnel.Sought(MONTH))
    assert list(all_.reached.values()) == [3, 3, 2, 1]
    assert [all_.median_hours(stage) for stage in STAGES] == [None, 3, 0, 45]
    by_source = {one.name: one.reached["customer"] for one in await funnel.cohorts(tx, funnel.Sought(MONTH), "source")}
    assert by_source == {"search": 1, None: 0}
    weeks = [(one.name, one.reached["informed"]) for one in await funnel.cohorts(tx, funnel.Sought(MONTH), "week")]
    assert weeks == [("2026-02-16", 1), ("2026-02-23", 2)]
    assert await funnel.choices(tx, "source", MONTH) == ["search"]
    (only,) = await funnel.cohorts(tx, funnel.Sought(MONTH, source="search"))
    assert only.reached["informed"] == 2


@pytest.mark.parametrize(("hours", "wanted"), [({}, None), ({4: 1}, 4), ({1: 1, 9: 1}, 1), ({1: 1, 5: 3}, 5)])
def test_the_median_is_the_value_in_the_middle(hours: dict[int, int], wanted: int | None) -> None:
    assert funnel.median(hours) == wanted
