"""What pages ask of storage, on both databases: counted once, in the right span, in order, nothing left out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, update

from flows.state import State
from storage import consents, conversations, prospects, shelf, timers
from storage.conversations import Opening
from storage.database import Tx
from storage.reads import barriers, beside, inbox_view, said, shelves, solved, today
from storage.reads.barriers import Asked
from storage.reads.common import Cursor, Window, read_cursor
from storage.reads.inbox_view import VIEWS, Chosen
from storage.reads.said import Sought
from storage.recounting import BARRIERS, write_afresh
from storage.tables import answers, grants, inbox, journal, offer_ledger, outbox, purchases, shop_events
from storage.tables import conversations as conversation_table

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = Window(NOW - 7 * DAY, NOW)
EVER = Window(NOW - 1000 * DAY, NOW + DAY)


async def talk(tx: Tx, *, at: datetime = NOW - DAY, **columns: Any) -> tuple[int, int]:
    """A prospect with a conversation; returns both row ids. `columns` are the conversation's."""
    person = await prospects.create(tx, at, first_name=columns.pop("first_name", "Camille"), last_name="Laurent")
    state = State(flow="barriers", version=1, language=columns.pop("language", "fr"), seed=1)
    opening = Opening(
        person, "barriers", state, product=columns.pop("product", None), source=columns.pop("source", None)
    )
    number = await conversations.open_new(tx, opening, at)
    if columns:
        await tx.execute(update(conversation_table).where(conversation_table.c.id == number).values(**columns))
    return person, number


async def answer(
    tx: Tx, who: tuple[int, int], barrier: str | None, *, at: datetime = NOW - DAY, **columns: Any
) -> None:
    """One answer of this conversation."""
    values: dict[str, Any] = {
        "prospect_id": who[0],
        "conversation_id": who[1],
        "campaign": "barriers",
        "flow": "barriers",
        "flow_version": 1,
        "step": "barrier" if barrier else "price",
        "visit": columns.pop("visit", 1),
        "value": barrier,
        "barriers": [barrier, *columns.pop("also", ())] if barrier else [],
        "verbatim": columns.pop("verbatim", "It is too dear"),
        "language": "fr",
        "channel": "web",
        "asked_at": at,
        "answered_at": at,
    }
    await tx.execute(insert(answers).values(values | columns))
    await write_afresh(tx, BARRIERS)


async def message(tx: Tx, who: tuple[int, int], key: str, **columns: Any) -> None:
    """One row of the outbox."""
    values: dict[str, Any] = {
        "prospect_id": who[0],
        "conversation_id": who[1],
        "lane": f"prospect:{who[0]}",
        "channel": "email",
        "kind": "question",
        "message": '{"kind": "question", "language": "fr", "paragraphs": ["Bonjour"]}',
        "proactive": True,
        "dedupe_key": key,
        "state": "sent",
        "attempts": 1,
        "not_before": NOW - DAY,
        "fence": 0,
        "created_at": NOW - DAY,
        "sent_at": NOW - DAY,
    }
    await tx.execute(insert(outbox).values(values | columns))


async def test_somebody_counts_once_for_each_barrier_and_once_among_the_people(tx: Tx) -> None:
    one, other, gone = await talk(tx), await talk(tx), await talk(tx)
    await answer(tx, one, "price")
    await answer(tx, one, "price", visit=2)
    await answer(tx, one, "shipping", visit=3, also=("price",))
    await answer(tx, one, None, visit=4)
    await answer(tx, other, "price")
    await answer(tx, gone, "fit", superseded_at=NOW)
    held = await today.held_back(tx, WEEK)
    assert held.people == 2 and held.by_barrier == {"price": 2, "shipping": 1}


async def test_a_span_begins_with_its_first_moment_and_ends_before_its_last(tx: Tx) -> None:
    who = await talk(tx)
    for visit, at in enumerate((WEEK.since - timedelta(microseconds=1), WEEK.since, NOW - DAY, WEEK.until)):
        await answer(tx, who, "price", visit=visit, at=at)
    assert await today.answered_by_span(tx, [NOW - 7 * DAY, NOW - 2 * DAY, NOW]) == [1, 1]
    assert len((await said.page(tx, Sought(WEEK))).rows) == 2


async def test_an_empty_shop_has_zeros_and_no_oldest(tx: Tx) -> None:
    assert (await today.held_back(tx, WEEK)).people == 0
    assert await today.waiting_for_staff(tx) == (0, None)
    assert await today.funnel(tx, WEEK) == today.Funnel(0, 0, 0, 0, 0)
    assert await today.week(tx, WEEK, await today.held_back(tx, WEEK)) == today.Week(0, 0, 0, 0)
    assert (await today.health(tx, NOW)).late_since is None
    assert await today.pools(tx, NOW) == {}


async def test_the_funnel_counts_each_conversation_at_every_step_it_has_reached(tx: Tx) -> None:
    await talk(tx, at=NOW - 8 * DAY, first_contact_at=NOW, barrier="price", goal_at=NOW)
    await talk(tx)
    await talk(tx, first_contact_at=NOW)
    who = await talk(tx, first_contact_at=NOW, barrier="price", goal_at=NOW)
    await talk(tx, first_contact_at=NOW, barrier="fit")
    await tx.execute(
        insert(grants).values(
            prospect_id=who[0], conversation_id=who[1], campaign="barriers", offer="x", kind="discount", granted_at=NOW
        )
    )
    assert await today.funnel(tx, WEEK) == today.Funnel(enrolled=4, reached=3, answered=2, offered=1, bought=1)


async def test_the_week_counts_messages_people_and_orders_that_stand(tx: Tx) -> None:
    who = await talk(tx)
    await message(tx, who, "a")
    await message(tx, who, "b", kind="edit")
    await message(tx, who, "c", state="cancelled", sent_at=None)
    await message(tx, who, "d", sent_at=NOW - 8 * DAY)
    await answer(tx, who, "price")
    await answer(tx, who, "price", visit=2)
    orders = [("1", None, None), ("2", who[1], None), ("3", who[1], NOW)]
    for order, conversation, refunded in orders:
        row = insert(purchases).values(
            order_id=order, bought_at=NOW - DAY, recorded_at=NOW, conversation_id=conversation, refunded_at=refunded
        )
        await tx.execute(row)
    held = await today.held_back(tx, WEEK)
    assert await today.week(tx, WEEK, held) == today.Week(sent=1, answered=1, bought=2, after_contact=1)


async def test_pools_count_codes_that_can_still_be_given(tx: Tx) -> None:
    for number, expires in enumerate((None, NOW + DAY, NOW - DAY)):
        await shelf.import_code(tx, "ten", f"CODE-{number}", expires, NOW)
    assert await today.pools(tx, NOW) == {"ten": (2, 3)}


async def test_health_tells_what_waits_from_what_is_late(tx: Tx) -> None:
    who = await talk(tx)
    await message(tx, who, "a", state="ready", not_before=NOW + DAY, sent_at=None)
    await message(tx, who, "b", state="ready", not_before=NOW - DAY, sent_at=None)
    await message(tx, who, "c", state="failed", sent_at=None, created_at=NOW - timedelta(hours=2))
    await message(tx, who, "d", state="unknown", sent_at=None, created_at=NOW - 2 * DAY)
    await timers.set_timer(tx, who[1], "start", 0, NOW - DAY)
    for key, state in (("a", "new"), ("b", "quarantined"), ("c", "done")):
        row = insert(inbox).values(
            source="staff", natural_key=key, lane="x", payload="{}", state=state, attempts=0, received_at=NOW
        )
        await tx.execute(row)
    assert await today.health(tx, NOW) == today.Health(
        arriving=1, set_aside=1, sending=2, late=1, late_since=NOW - DAY, timers_late=1, not_delivered=1, unknown=0
    )


async def test_each_view_holds_whose_turn_it_is(tx: Tx) -> None:
    made = {
        "called": (await talk(tx, status="held", needs_person="asked", needs_since=NOW))[1],
        "question": (await talk(tx, status="asking", needs_person="question", needs_since=NOW - DAY))[1],
        "mine": (await talk(tx, status="held", held_by="a@x", needs_person="asked", needs_since=NOW - 2 * DAY))[1],
        "wrote": (await talk(tx, status="held", held_by="a@x", unread=True, updated_at=NOW - 3 * DAY))[1],
        "bot": (await talk(tx, status="asking"))[1],
        "later": (await talk(tx, status="snoozed"))[1],
        "new": (await talk(tx))[1],
        "over": (await talk(tx, status="ended", outcome="helped", ended_at=NOW))[1],
    }
    names = {number: name for name, number in made.items()}
    found = {}
    for view in VIEWS:
        found[view] = [names[row.id] for row in (await inbox_view.page(tx, Chosen(view))).rows]
        assert await inbox_view.count(tx, view) == len(found[view])
    assert found["needs"] == ["wrote", "question", "called"], "who waits longest first"
    assert set(found["held"]) == {"mine", "wrote"}
    assert set(found["bot"]) == {"question", "bot", "later"}
    assert found["waiting"] == ["new"] and found["done"] == ["over"] and len(found["all"]) == 8
    assert await today.waiting_for_staff(tx) == (3, NOW - 3 * DAY)


@pytest.mark.parametrize("view", ["needs", "all"])
async def test_pages_of_a_list_leave_nothing_out_when_moments_are_equal(tx: Tx, view: inbox_view.View) -> None:
    for _ in range(11):
        await talk(tx, needs_person="asked", needs_since=NOW, updated_at=NOW)
    seen: list[int] = []
    cursor: Cursor | None = None
    while True:
        listed = await inbox_view.page(tx, Chosen(view), cursor=cursor, limit=3)
        seen += [row.id for row in listed.rows]
        if listed.following is None:
            break
        cursor = read_cursor(str(listed.following))
        assert cursor == listed.following
    assert len(seen) == len(set(seen)) == 11
    assert seen == sorted(seen, reverse=view == "all")


@pytest.mark.parametrize(
    "text", ["", "~", "x~1", "2026-03-12~1", "2026-03-12T09:30:00+00:00", "2026-03-12T09:30:00+00:00~-1", "~" * 99]
)
def test_what_is_no_cursor_is_none(text: str) -> None:
    assert read_cursor(text) is None


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (Chosen(search="AMIL"), True),
        (Chosen(search="laurent"), True),
        (Chosen(search="Camille@Shop.example"), True),
        (Chosen(search="camille@shop"), False),
        (Chosen(search="too dear"), True),
        (Chosen(search="%"), False),
        (Chosen(search="_amille"), False),
        (Chosen(search="' or '1'='1"), False),
        (Chosen(barrier="price", channel="web", language="fr", product="Lamp", source="search"), True),
        (Chosen(product="lamp' --"), False),
        (Chosen(unread=True), False),
    ],
)
async def test_a_conversation_is_found_by_what_is_known_of_it(tx: Tx, chosen: Chosen, found: bool) -> None:
    who = await talk(tx, barrier="price", channel="web", product="Lamp", source="search")
    await prospects.bind(tx, who[0], "email", "camille@shop.example", via="import", now=NOW)
    await answer(tx, who, "price")
    listed = await inbox_view.page(tx, replace(chosen, view="all"))
    assert bool(listed.rows) is found


async def test_the_last_words_stand_in_the_list(tx: Tx) -> None:
    who = await talk(tx)
    for number, words in enumerate(("first", "last", None)):
        row = insert(journal).values(
            prospect_id=who[0], conversation_id=who[1], turn=number, at=NOW, event="Said", said=words, note="", data={}
        )
        await tx.execute(row)
    assert (await inbox_view.page(tx, Chosen("all"))).rows[0].said == "last"


async def test_barriers_are_told_apart_and_small_groups_are_counted_together(tx: Tx) -> None:
    for number in range(14):
        for _ in range(2 if number < 3 else 1):
            await answer(tx, await talk(tx), "price" if number % 2 else "fit", product=f"product {number:02}")
    await answer(tx, await talk(tx), "other", sub_code="checkout_problem")
    asked = Asked(EVER)
    groups = await barriers.by(tx, asked, "product")
    assert [group.people for group in groups.shown] == [2, 2, 2] + [1] * 9
    assert (groups.others, groups.people_in_others) == (3, 3)
    assert (await barriers.total(tx, asked)).people == 18
    assert await barriers.sub_codes(tx, asked) == {"checkout_problem": 1}
    one = await barriers.total(tx, Asked(EVER, product="product 01"))
    assert one.people == 2 and one.by_barrier == {"price": 2}
    assert (await barriers.choices(tx, "product", EVER))[:3] == ["product 00", "product 01", "product 02"]


async def test_a_group_whose_name_is_unknown_is_a_group(tx: Tx) -> None:
    await answer(tx, await talk(tx), "price", source=None)
    await answer(tx, await talk(tx), "fit", source="search")
    groups = {group.name: group.by_barrier for group in (await barriers.by(tx, Asked(EVER), "source")).shown}
    assert groups == {None: {"price": 1}, "search": {"fit": 1}}


@pytest.mark.parametrize(
    ("sought", "number"),
    [
        (Sought(EVER), 3),
        (Sought(EVER, main=True), 1),
        (Sought(EVER, barrier="price"), 2),
        (Sought(EVER, search="50% off_"), 1),
        (Sought(EVER, search="50x off"), 0),
        (Sought(EVER, search="%"), 1),
        (Sought(EVER, product="Lamp"), 1),
        (Sought(EVER, language="hu"), 0),
        (Sought(EVER, campaign="barriers", channel="web", source="search"), 1),
        (Sought(Window(NOW, NOW + DAY)), 0),
    ],
)
async def test_answers_are_found_by_their_words_and_facts(tx: Tx, sought: Sought, number: int) -> None:
    who = await talk(tx)
    await answer(tx, who, "price", verbatim="50% OFF_ or nothing", product="Lamp", source="search")
    await answer(tx, who, "price", visit=2, superseded_at=NOW)
    await answer(tx, who, None, visit=3)
    assert len((await said.page(tx, sought)).rows) == number


async def test_pages_of_answers_follow_each_other_without_gaps(tx: Tx) -> None:
    who = await talk(tx)
    for visit in range(10):
        await answer(tx, who, "price", visit=visit, at=NOW - DAY * (visit // 4 + 1))
    seen: list[int] = []
    cursor: Cursor | None = None
    for _ in range(9):
        found = await said.page(tx, Sought(EVER), cursor=cursor, limit=3)
        seen += [row.id for row in found.rows]
        cursor = found.following
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 10


async def test_an_offer_that_was_never_given_counts_as_nothing(tx: Tx) -> None:
    who = await talk(tx)
    await tx.execute(insert(offer_ledger).values(offer="ten", granted=1, promised=Decimal("8.90")))
    row = insert(grants).values(
        prospect_id=who[0],
        campaign="barriers",
        offer="ten",
        kind="discount",
        barrier="price",
        granted_at=NOW,
        redeemed_at=NOW,
    )
    await tx.execute(row)
    used = await shelves.used(tx, ["ten", "never"], NOW)
    assert (used["ten"].granted, used["ten"].promised, used["ten"].redeemed) == (1, Decimal("8.90"), 1)
    assert used["ten"].by_barrier == {"price": (1, 1)}
    assert used["never"] == shelves.Used()


async def test_beside_a_conversation_stands_what_is_known_of_the_person(tx: Tx) -> None:
    person, number = await talk(tx, status="ended", ended_at=NOW)
    other = await conversations.open_new(tx, Opening(person, "barriers", State("barriers", 1, "fr", 1)), NOW)
    await prospects.bind(tx, person, "email", "camille@shop.example", via="import", now=NOW)
    for granted in (True, False):
        await consents.record(tx, person, "email", granted=granted, way="import", now=NOW)
    await answer(tx, (person, number), "price")
    await tx.execute(insert(shop_events).values(prospect_id=person, kind="viewed", at=NOW, data={}))
    grant = insert(grants).values(
        prospect_id=person, campaign="b", offer="ten", kind="discount", code="C", granted_at=NOW
    )
    grant_id = int((await tx.execute(grant.returning(grants.c.id))).scalar_one())
    known = await beside.read(tx, person, number)
    assert [row.granted for row in known.consents] == [False], "the newest counts"
    assert [row.value for row in known.identities] == ["camille@shop.example"]
    assert len(known.answers) == len(known.grants) == len(known.events) == 1 and not known.purchases
    assert len(known.conversations) == 1 and other
    assert (await beside.grant_of(tx, person, grant_id)) is not None
    assert (await beside.grant_of(tx, person + 1, grant_id)) is None, "never somebody else's"


async def test_what_solved_a_barrier_is_what_was_given_for_it_and_came_of_it(tx: Tx) -> None:
    helped, bought = await talk(tx, outcome="helped", ended_at=NOW), await talk(tx, language="hu")
    for who in (helped, bought):
        row = {
            "prospect_id": who[0],
            "conversation_id": who[1],
            "campaign": "barriers",
            "offer": "ten",
            "kind": "discount",
        }
        await tx.execute(insert(grants).values(row | {"barrier": "price", "granted_at": NOW - DAY}))
        await answer(tx, who, "price", value=None, verbatim=f"words of {who[0]}")
    for order, refunded in (("1", None), ("2", NOW)):
        row = {"order_id": order, "bought_at": NOW, "recorded_at": NOW, "conversation_id": bought[1]}
        await tx.execute(insert(purchases).values(row | {"prospect_id": bought[0], "refunded_at": refunded}))
    assert await solved.solved(tx, Asked(WEEK)) == [solved.Solved("price", "ten", 2, 1, 1)]
    assert await solved.solved(tx, Asked(WEEK, language="hu")) == [solved.Solved("price", "ten", 1, 0, 1)]
    assert await solved.over_time(tx, Asked(WEEK)) == {"2026-03-11": {"price": 2}}
    assert await solved.over_time(tx, Asked(WEEK, language="fr", channel="web")) == {"2026-03-11": {"price": 2}}
    assert [row.verbatim for row in await solved.words(tx, Asked(WEEK), 1)] == [f"words of {bought[0]}"]
