"""Strategies on both databases: who may let them go live, what a turn is told, and a budget that many cannot exceed."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, insert, select, update

import flows
from flows.audience.attributes import Attributes
from flows.audience.conditions import parse_condition
from flows.audience.segments import Segment
from flows.effects import Chose, Give
from flows.events import Started, Tapped
from flows.offers.learning import Count
from flows.offers.nightly import WHOLE, Sheet
from flows.offers.strategy import Control, StrategyDefinition
from flows.scene import Shop
from storage import choices, conversations, memberships, share_days, spending, strategies, turns
from storage.database import Database, Tx
from storage.errors import ShelfChanged
from storage.reads import moments
from storage.segments import save as save_segment
from storage.strategies import StrategyRefused
from storage.tables import choices as choice_table
from storage.tables import grants, profiles, prospects, purchases, segments
from storage.tactics import StrategyShelf
from tests.storage.world import LIBRARY, NOW, open_conversations, shipped_flow

CATALOGUE = LIBRARY.catalogue()
SHOP = Shop("Nordlys", timezone="Europe/Paris")
ROWS = [
    {"barrier": "price", "segment": "vip", "offers": ["nothing"]},
    {"barrier": "price", "offers": ["discount_10", "nothing"]},
    {"barrier": "fit", "offers": ["sample", "appointment"]},
]


def plan(**parts: Any) -> StrategyDefinition:
    return StrategyDefinition.model_validate({"campaign": "barriers", "rows": ROWS} | parts)


async def go_live(tx: Tx, definition: StrategyDefinition) -> int:
    row_id = await strategies.create(tx, definition, "mira", NOW)
    await strategies.submit(tx, row_id, "mira", NOW)
    await strategies.approve(tx, row_id, "tom", NOW)
    return row_id


async def test_a_version_goes_its_way_and_what_was_live_stays_as_it_was(database: Database) -> None:
    async def work(tx: Tx) -> None:
        first = await go_live(tx, plan(two_person=True, control={"never_contacted": 10}))
        assert await strategies.control_of(tx, "barriers") == Control(never_contacted=10)
        with pytest.raises(StrategyRefused, match="version 1 is live and stays as it is"):
            await strategies.change(tx, first, plan(), None)
        second = await strategies.create(tx, plan(), "mira", NOW, "no control")
        with pytest.raises(StrategyRefused, match="submit it before"):
            await strategies.approve(tx, second, "tom", NOW)
        await strategies.submit(tx, second, "mira", NOW)
        with pytest.raises(StrategyRefused, match="wants two people"):  # the live one still asks for them
            await strategies.approve(tx, second, "mira", NOW)
        await strategies.approve(tx, second, "tom", NOW)
        states = [(row.version, row.state) for row in await strategies.history(tx, "barriers")]
        assert states == [(2, "live"), (1, "retired")]
        assert await strategies.control_of(tx, "barriers") is None
        await strategies.retire(tx, second, NOW)
        with pytest.raises(StrategyRefused, match="retired already"):
            await strategies.retire(tx, second, NOW)
        assert await strategies.live(tx, "barriers") is None

    await database.transact(work)


async def test_no_one_alone_can_get_round_the_second_person(database: Database) -> None:
    async def work(tx: Tx) -> None:
        first = await go_live(tx, plan(two_person=True))
        with pytest.raises(StrategyRefused, match="is live, and this shop wants two people"):
            await strategies.retire(tx, first, NOW)  # it would take away every guard
        second = await strategies.create(tx, plan(), "mira", NOW)
        await strategies.submit(tx, second, "mira", NOW)
        row = await strategies.get(tx, second)
        assert row is not None
        looked_at = strategies.face_of(row)
        await strategies.reopen(tx, second)
        await strategies.change(tx, second, plan(guards={"money_for": ["price", "timing"]}), None)
        await strategies.submit(tx, second, "mira", NOW)
        with pytest.raises(StrategyRefused, match="version 2 was changed since you looked at it"):
            await strategies.approve(tx, second, "tom", NOW, seen=looked_at)
        assert await strategies.wants_two(tx, "barriers")
        changed = await strategies.get(tx, second)
        assert changed is not None
        await strategies.approve(tx, second, "tom", NOW, seen=strategies.face_of(changed))
        assert not await strategies.wants_two(tx, "barriers")

    await database.transact(work)


async def test_two_drafts_at_the_same_moment_are_two_versions(database: Database) -> None:
    made = [database.transact(lambda tx: strategies.create(tx, plan(), "mira", NOW)) for _ in range(4)]
    await asyncio.gather(*made)
    async with database.read() as tx:
        assert [row.version for row in await strategies.history(tx, "barriers")] == [4, 3, 2, 1]


async def test_a_turn_follows_the_live_strategy_and_notes_its_choice(database: Database) -> None:
    """Segments, guards and the day's shares reach the turn; the log says what was refused and why."""
    ((prospect, conversation),) = await open_conversations(database, 1, shipped_flow())
    learning = {"learning": {"on": True}, "guards": {"countries": ["HU"], "margin": 40}}

    async def prepare(tx: Tx) -> None:
        await go_live(tx, plan(**learning))
        await tx.execute(update(prospects).values(country="CZ", tags=["vip"]))
        await tx.execute(update(profiles).values(learning_segment="b2b"))
        sheet = Sheet("fit:b2b", {"sample": Decimal("0.3"), "appointment": Decimal("0.7")}, {"seed": 1})
        await share_days.keep(tx, "barriers", "2026-03-02", [sheet, Sheet(WHOLE, {}, {"price": 0.1})], NOW)
        document = {"tag": "vip"}
        await tx.execute(
            insert(segments).values(
                name="vip", label="VIP", definition=document, created_by="mira", created_at=NOW, updated_at=NOW
            )
        )

    async def look(tx: Tx) -> turns.Loaded:
        found = await turns.load(
            tx, [conversation], shop=SHOP, catalogue=CATALOGUE, strategies=StrategyShelf(), now=NOW
        )
        return found.loaded[conversation]

    await database.transact(prepare)
    loaded = await database.transact(look)
    tactics = loaded.scene.tactics
    assert tactics is not None and tactics.segment == "b2b" and tactics.strategy == 1 and 0 <= tactics.draw < 1
    assert [(one.offer, one.refused) for one in tactics.weighed["price"]] == [("nothing", None)]
    assert [(one.offer, one.refused, one.share) for one in tactics.weighed["fit"]] == [
        ("sample", "country_not_served", Decimal("0.3")),
        ("appointment", None, Decimal("0.7")),
    ]
    flow = shipped_flow()
    asked = flows.advance(flow, loaded.state, Started("telegram"), loaded.scene, NOW)
    turn = flows.advance(flow, asked.state, Tapped("fit", asked.state.turn, "telegram"), loaded.scene, NOW)
    while not any(isinstance(effect, Chose) for effect in turn.effects):
        prompt = turn.state.prompt
        assert prompt is not None
        option = prompt.buttons[0].option
        turn = flows.advance(flow, turn.state, Tapped(option, prompt.visit, "telegram"), loaded.scene, NOW)
    chose = next(effect for effect in turn.effects if isinstance(effect, Chose))
    assert (chose.chosen, chose.share, chose.strategy) == ("appointment", Decimal(1), 1)

    async def keep(tx: Tx) -> None:
        where: dict[str, Any] = {"prospect_id": prospect, "conversation_id": conversation, "campaign": "barriers"}
        await choices.keep(tx, [choices.row_of(chose, now=NOW, **where)])
        row = (await tx.execute(select(choice_table))).one()
        assert row.refused == {"sample": "country_not_served"} and row.eligible == ["appointment"] and row.share == 1

    await database.transact(keep)


async def test_a_segment_that_looks_at_something_sensitive_since_decides_no_offer(database: Database) -> None:
    ((prospect, _),) = await open_conversations(database, 1, shipped_flow())

    async def look(tx: Tx, attributes: Attributes, condition: dict[str, Any]) -> frozenset[str]:
        await save_segment(tx, Segment("vip", "VIP", parse_condition(condition, "here")), by="mira", now=NOW)
        found = await memberships.saved_segments(tx, plan(), [prospect], "EUR", NOW, attributes)
        return found.get(prospect, frozenset())

    async def work(tx: Tx) -> None:
        await tx.execute(update(prospects).values(tags=["vip"], attributes={"age": "30", "shoe": "42"}))
        shoe, age = {"attribute.shoe": "42"}, {"any": [{"tag": "vip"}, {"attribute.age": "30"}]}
        assert await look(tx, Attributes(), shoe) == {"vip"}
        assert await look(tx, Attributes(), age) == frozenset()

    await database.transact(work)


async def test_a_budget_of_a_strategy_is_never_exceeded_by_many_at_once(database: Database) -> None:
    budget = {"amount": 50, "currency": "EUR"}
    people = await open_conversations(database, 16, shipped_flow())
    row_id = await database.transact(lambda tx: go_live(tx, plan(budget=budget)))
    version = await database.transact(lambda tx: StrategyShelf().limit(tx, row_id, SHOP))
    assert version is not None
    limit = version

    async def give(who: tuple[int, int]) -> bool:
        async def work(tx: Tx) -> bool:
            try:
                await spending.hold(tx, limit, Decimal(8), NOW, "discount_10")
            except ShelfChanged:
                return False
            await tx.execute(insert(grants).values(**_grant(who, "8.00")))
            return True

        return await database.transact(work)

    assert sum(await asyncio.gather(*(give(who) for who in people))) == 6
    async with database.read() as tx:
        assert (await spending.spending(tx, limit, NOW)).live == 48
        ended = await spending.spending(tx, limit, NOW + timedelta(days=3, hours=23))
        later = await spending.spending(tx, limit, NOW + timedelta(days=4), with_share=True)
    assert ended.live == 48, "a purchase of the last hours may be told later"
    assert later.spent == later.live == 0, "codes that ended unused give their value back"
    assert (later.ended, later.used) == (6, 0)


async def test_who_began_under_another_budget_begins_again(database: Database) -> None:
    budget = {"amount": 500, "currency": "EUR"}
    row_id = await database.transact(lambda tx: go_live(tx, plan(budget=budget)))
    begun = await database.transact(lambda tx: StrategyShelf().limit(tx, row_id, SHOP))
    assert begun is not None
    before = begun
    await database.transact(lambda tx: go_live(tx, plan(budget=budget | {"amount": 10})))

    async def work(tx: Tx) -> None:
        await spending.hold(tx, before, Decimal(0), NOW, "sample")  # what costs nothing is held to nothing
        with pytest.raises(ShelfChanged):
            await spending.hold(tx, before, Decimal(8), NOW, "discount_10")

    await database.transact(work)


async def test_expected_spending_knows_how_many_codes_are_used(database: Database) -> None:
    people = await open_conversations(database, 3, shipped_flow())
    soft = plan(budget={"amount": 50, "currency": "EUR", "mode": "expected"}).budget
    assert soft is not None
    limit = spending.Limit(1, "barriers", soft, ZoneInfo("UTC"))

    async def work(tx: Tx) -> None:
        for number, who in enumerate(people):
            redeemed = NOW - timedelta(days=1) if number == 0 else None
            ends = NOW + timedelta(days=1 if number == 1 else -1)
            row = _grant(who, "2.50") | {"redeemed_at": redeemed, "expires_at": ends}
            await tx.execute(insert(grants).values(**row | {"granted_at": NOW - timedelta(days=2)}))
        found = await spending.spending(tx, limit, NOW)
        assert (found.spent, found.live, found.squares) == (Decimal("2.5"), Decimal("2.5"), Decimal("6.25"))
        assert (found.ended, found.used) == (2, 1)

    await database.transact(work)


async def test_learning_counts_people_once_and_only_when_their_window_has_closed(database: Database) -> None:
    people = await open_conversations(database, 5, shipped_flow())
    week = timedelta(days=7)

    async def work(tx: Tx) -> None:
        days = (20, 20, 3, 20, 20)
        for number, ((prospect, conversation), ago) in enumerate(zip(people, days, strict=True)):
            chose = Chose(
                "price", "control" if number == 4 else "offer", ("discount_10",), (), "discount_10",
                segment="b2b" if number == 3 else "returning",
            )  # fmt: skip
            where: dict[str, Any] = {"prospect_id": prospect, "conversation_id": conversation, "campaign": "barriers"}
            twice = (NOW - timedelta(days=ago, hours=1), NOW - timedelta(days=ago))
            await choices.keep(tx, [choices.row_of(chose, now=at, **where) for at in twice])
        await _buy(tx, people[0][0], "in", NOW - timedelta(days=14))
        await _buy(tx, people[1][0], "late", NOW - timedelta(days=12))
        await _buy(tx, people[1][0], "back", NOW - timedelta(days=19), refunded_at=NOW)
        counted = await choices.counts(tx, "barriers", NOW, window=week, company_window=timedelta(days=30))
        assert counted == {("price", "returning", "discount_10"): Count(2, 1)}
        past, of = await moments.occasions(tx, "barriers", NOW - timedelta(days=30))
        assert [(one.segment, one.given) for one in past].count(("b2b", "discount_10")) == 2 and len(past) == of == 8

    await database.transact(work)


async def test_conversations_before_the_log_are_moments_too(database: Database) -> None:
    ((prospect, conversation),) = await open_conversations(database, 1, shipped_flow())

    async def work(tx: Tx) -> None:
        await conversations.mark(tx, conversation, barrier="price")
        await tx.execute(insert(grants).values(**_grant((prospect, conversation), "8.00")))
        ((one,), _) = await moments.occasions(tx, "barriers", NOW - timedelta(days=30))
        assert (one.barrier, one.given, one.value, one.segment) == ("price", "discount_10", Decimal(8), None)

    await database.transact(work)


async def test_a_day_is_frozen_once(database: Database) -> None:
    async def work(tx: Tx) -> None:
        for share in ("0.4", "0.9"):
            sheets = [Sheet("price:b2b", {"a": Decimal(share)}, {}), Sheet(WHOLE, {}, {"price": 0.5})]
            await share_days.keep(tx, "barriers", "2026-03-02", sheets, NOW)
        assert await share_days.shares_of(tx, "barriers", "2026-03-02") == {"price:b2b": {"a": Decimal("0.4")}}
        assert await share_days.made(tx, "barriers", "2026-03-02")
        assert not await share_days.made(tx, "barriers", "2026-03-03")
        latest = await share_days.latest(tx, "barriers")
        assert latest is not None and latest.inputs == {"price": 0.5}
        assert len(await share_days.sheets(tx, "barriers", "2026-03-02")) == 2
        assert (await tx.execute(select(func.count()).select_from(grants))).scalar_one() == 0

    await database.transact(work)


def _grant(who: tuple[int, int], value: str) -> dict[str, Any]:
    give = Give("discount_10", "discount", "price", None, Decimal(value), "EUR", NOW + timedelta(days=3))
    return {
        "prospect_id": who[0], "conversation_id": who[1], "campaign": "barriers", "offer": give.offer,
        "kind": give.kind, "barrier": give.barrier, "value": give.value, "currency": give.currency,
        "granted_at": NOW, "expires_at": give.expires_at,
    }  # fmt: skip


async def _buy(tx: Tx, prospect: int, order: str, at: Any, **other: Any) -> None:
    row = {"prospect_id": prospect, "order_id": order, "bought_at": at, "recorded_at": at, "amount": Decimal(50)}
    await tx.execute(insert(purchases).values(**row, currency="EUR", **other))
