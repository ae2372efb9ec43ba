"""Scores are kept up per event, on both databases; every odd order of things has its defined outcome."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, insert, select, update

from bot.library import Library
from bot.runtime.bells import Bells
from bot.runtime.clock import VirtualClock
from bot.runtime.keeper import GROUP, Keeper
from flows.audience.scoring import PersonTarget, Rules, Target
from storage import joining, population, profiles, prospects, purchases, rulebook, scores, shop_events
from storage.database import Database, Tx
from storage.purchases import Purchase
from storage.tables import profile_reasons, stage_changes, tasks
from storage.tables import profiles as rows
from storage.tables import prospects as people_table
from storage.tables import purchases as order_table
from tests.flows.audience.people import NOW

WINDOW = timedelta(days=7)
BOTH = pytest.mark.parametrize("on", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
EUR = {"currency": "EUR"}


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest_asyncio.fixture
async def database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A SQLite file, or with the mark `postgres` PostgreSQL."""
    url = "postgres_url" if request.node.get_closest_marker("postgres") else "sqlite_url"
    opened = Database(request.getfixturevalue(url))
    yield opened
    await opened.close()


@pytest.fixture
def keeper(database: Database, clock: VirtualClock) -> Keeper:
    return Keeper(database, clock, Bells(), Library(None).scoring(), "EUR", "Europe/Paris")


async def person(database: Database, *did: str, **facts: Any) -> int:
    """Somebody who did this an hour ago."""

    async def work(tx: Tx) -> int:
        one = await prospects.create(tx, NOW - timedelta(days=1), language="hu", country="HU", **facts)
        for kind in did:
            await shop_events.note(tx, one, kind, NOW - timedelta(hours=1), {})
        return one

    return await database.transact(work)


async def buy(database: Database, one: int | None, order: str, days: float = 0, **given: Any) -> None:
    """They bought so many days before NOW."""
    what = Purchase(order, NOW - timedelta(days=days), Decimal(40), **(EUR | given))
    await database.transact(lambda tx: purchases.record(tx, what, one, NOW, window=WINDOW))


async def row_of(database: Database, one: int) -> Any:
    async with database.read() as tx:
        return (await tx.execute(select(rows).where(rows.c.prospect_id == one))).one()


async def stages_of(database: Database, one: int) -> list[str]:
    async with database.read() as tx:
        return [row.stage for row in await scores.history(tx, one)]


@BOTH
async def test_who_something_happened_to_is_judged_with_reasons_and_then_left_alone(
    database: Database, keeper: Keeper, on: str
) -> None:
    one = await person(database, "checkout_started", cart_value=Decimal(80), **EUR)
    assert await keeper.keep_up() == 1
    row = await row_of(database, one)
    assert (row.grade, round(row.engagement), row.stage, row.qualification) == ("A", 40, "qualified", "hot")
    assert (row.next_action, row.learning_segment, row.by_profile) == ("ask", "new_other", "target")
    assert row.due_at is not None and row.due_at > NOW, "time alone will end the level"
    async with database.read() as tx:
        reasons = (await tx.execute(select(profile_reasons.c.reasons))).scalar_one()
    assert "language hu is served: +10" in reasons["fit"]
    assert await stages_of(database, one) == ["informed", "lead", "qualified"]
    assert await keeper.keep_up() == 0


async def test_time_alone_makes_a_prospect_quiet_and_nobody_falls_back_in_the_funnel(
    database: Database, keeper: Keeper, clock: VirtualClock
) -> None:
    one = await person(database, "checkout_started")
    await keeper.keep_up()
    clock.advance(timedelta(days=60))
    assert await keeper.keep_up() == 1
    row = await row_of(database, one)
    assert (row.qualification, row.stage, row.due_at) == ("nurture", "qualified", None)
    assert await stages_of(database, one) == ["informed", "lead", "qualified"]


async def test_a_refund_leaves_the_history_and_takes_the_order_out_of_the_figures(
    database: Database, keeper: Keeper
) -> None:
    one = await person(database, "cart_abandoned")
    await buy(database, one, "A1")
    await keeper.keep_up()
    row = await row_of(database, one)
    assert (row.stage, row.orders_year, row.revenue_year, row.rfm) == ("customer", 1, Decimal("40.00"), "new")
    await database.transact(lambda tx: purchases.refund(tx, "A1", NOW))
    assert await keeper.keep_up() == 1
    row = await row_of(database, one)
    assert (row.stage, row.orders_year, row.revenue_year, row.rfm) == ("customer", 0, Decimal("0.00"), None)
    assert await stages_of(database, one) == ["informed", "lead", "qualified", "customer"]


async def test_a_purchase_before_anybody_was_known_counts_from_its_own_day(database: Database, keeper: Keeper) -> None:
    one = await person(database)
    await buy(database, one, "A1", days=400)
    await keeper.keep_up()
    async with database.read() as tx:
        moments = {change.at for change in await scores.history(tx, one)}
    assert moments == {NOW - timedelta(days=400)}
    row = await row_of(database, one)
    assert (row.stage, row.by_frequency, row.learning_segment) == ("customer", "none", "returning")


@BOTH
async def test_joined_people_are_one_with_both_histories_and_no_stage_twice_from_then_on(
    database: Database, keeper: Keeper, on: str
) -> None:
    older, newer = await person(database), await person(database, "checkout_started")
    await keeper.keep_up()
    await database.transact(lambda tx: joining.join(tx, older, newer, NOW))
    assert await keeper.keep_up() == 1
    assert (await row_of(database, older)).stage == "qualified"
    before = await stages_of(database, older)
    assert sorted(set(before)) == ["informed", "lead", "qualified"]
    await buy(database, older, "A1")
    await keeper.keep_up()
    assert await stages_of(database, older) == [*before, "customer"]


async def test_a_hot_company_is_one_task_for_staff_within_a_working_day(
    database: Database, keeper: Keeper, clock: VirtualClock
) -> None:
    await person(database, "quote_sent", "checkout_started", company={"name": "Sea View"}, cart_value=Decimal(900))
    await keeper.keep_up()
    clock.advance(timedelta(hours=1))
    await database.transact(lambda tx: profiles.mark_due(tx, [1], clock.now()))
    await keeper.keep_up()
    async with database.read() as tx:
        (task,) = (await tx.execute(select(tasks))).all()
    assert (task.kind, task.due_at, task.created_by) == ("hot_lead", NOW + timedelta(days=1), "scores")
    assert "worth 900 EUR" in task.note


async def test_saved_rules_count_at_once_for_everybody(database: Database, keeper: Keeper) -> None:
    one = await person(database)
    await keeper.keep_up()
    assert (await row_of(database, one)).grade == "A"
    rules = Rules(target=Target(person=PersonTarget(countries=("CZ",), languages=("hu",))))
    definition = rules.model_dump(mode="json")
    saved = [
        await database.transact(lambda tx: rulebook.save(tx, rulebook.SCORING, definition, "anna@x.example", NOW))
        for _ in range(2)
    ]
    assert saved == [1, 1], "the same rules again are no new version"
    assert await keeper.keep_up() == 1
    assert (await row_of(database, one)).grade == "C"


@BOTH
async def test_many_are_judged_in_groups_and_the_shops_own_quintiles_are_measured(
    database: Database, keeper: Keeper, on: str
) -> None:
    async def work(tx: Tx) -> None:
        people = [{"uid": f"u{number}", "created_at": NOW, "updated_at": NOW, "cart_value": Decimal(number + 1),
                   "tags": [], "company": {}, "attributes": {}} for number in range(GROUP + 50)]  # fmt: skip
        await tx.execute(insert(people_table), people)
        ids = list((await tx.execute(select(people_table.c.id))).scalars())
        orders = [{"prospect_id": ids[number % 60], "order_id": str(number), "recorded_at": NOW, "currency": "EUR",
                   "bought_at": NOW - timedelta(days=number % 60 + 1), "amount": Decimal(number % 60 + 1)}
                  for number in range(90)]  # fmt: skip
        await tx.execute(insert(order_table), orders)

    await database.transact(work)
    assert await keeper.keep_up() == GROUP + 50
    measured = await keeper.population()
    assert (measured.customers, measured.median_cart) == (60, Decimal(125))
    assert measured.recency == (13, 25, 37, 49)
    assert measured.frequency == (1, 1, 2, 2)
    async with database.read() as tx:
        assert await population.known(tx, NOW + timedelta(minutes=59), "EUR") == measured
        assert await population.known(tx, NOW + timedelta(minutes=61), "EUR") is None
        count = select(func.count()).where(rows.c.recency == 5)
        assert (await tx.execute(count)).scalar_one() == 12


async def test_a_judgement_that_was_asked_for_is_of_this_moment_and_writes_nothing(
    database: Database, keeper: Keeper
) -> None:
    one = await person(database, "checkout_started")
    async with database.read() as tx:
        _, judgement = (await keeper.look(tx, [one]))[one]
    assert judgement.scores.stage == "qualified"
    assert (await row_of(database, one)).computed_at is None


async def test_who_was_erased_meanwhile_is_no_trouble(database: Database, keeper: Keeper) -> None:
    one = await person(database)
    await database.transact(lambda tx: tx.execute(update(rows).values(due_at=NOW)))
    await database.transact(lambda tx: tx.execute(people_table.delete().where(people_table.c.id == one)))
    assert await keeper.keep_up() == 0
    async with database.read() as tx:
        assert (await tx.execute(select(func.count()).select_from(stage_changes))).scalar_one() == 0
