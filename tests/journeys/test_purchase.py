"""Nothing after a purchase: reported in whatever way, at whatever stage, even while fifty messages are on their way."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.data.purchases import shop_input
from bot.runtime.pace import Limit
from storage import prospects
from storage.database import Tx
from tests.journeys.people import Traveller, row_of, travellers
from tests.journeys.rig import MONDAY_NOON, Rig

MONTH = timedelta(days=30)
WAYS = ("csv", "report", "api")


async def report(rig: Rig, way: str, reference: str) -> None:
    """The shop says that they have bought."""
    order = f"order-{reference}"
    match way:
        case "csv":
            await rig.import_purchases({"order_id": order, "external_id": reference, "amount": "49.90"})
        case "report":
            data = {"order_id": order, "amount": "49.90"}
            item = shop_input("purchase", f"purchase:{order}", {"external": reference}, rig.clock.now(), data)
            await rig.house.intake.put_many([item])
        case _:
            await rig.api("purchase", external_id=reference, order_id=order, amount="49.90")


async def asked(rig: Rig, people: list[Traveller]) -> None:
    for person in people:
        await person.arrive()
    await rig.quiet()


async def followed_up(rig: Rig, people: list[Traveller]) -> None:
    await asked(rig, people)
    for person in people:
        await person.user.tap(person.barrier())
    await rig.quiet()


async def offered(rig: Rig, people: list[Traveller]) -> None:
    await followed_up(rig, people)
    for person in people:
        await person.user.tap(person.text("price", "up_to_10"))
    await rig.quiet()


async def reminder_queued(rig: Rig, people: list[Traveller]) -> None:
    """A reminder is ready, and Telegram has asked to wait."""
    await asked(rig, people)
    rig.telegram.fault("sendMessage", "429", retry_after=3600)
    await rig.advance(timedelta(hours=24))
    assert await rig.waiting() == 1


async def snoozed(rig: Rig, people: list[Traveller]) -> None:
    await asked(rig, people)
    for person in people:
        await person.user.say("ask me later")
    await rig.quiet()


STAGES: dict[str, Callable[[Rig, list[Traveller]], Awaitable[None]]] = {
    "asked": asked,
    "followed up": followed_up,
    "offered": offered,
    "reminder queued": reminder_queued,
    "snoozed": snoozed,
}


RARER = pytest.mark.slow
CASES = [
    pytest.param("asked", WAYS, marks=RARER),
    pytest.param("followed up", WAYS, marks=RARER),
    ("offered", WAYS),
    ("snoozed", WAYS),
    # Two chats that are slowed down slow the whole bot, so here there is one at a time.
    ("reminder queued", WAYS[:1]),
    *(pytest.param("reminder queued", (way,), marks=RARER) for way in WAYS[1:]),
]


@pytest.mark.parametrize(("stage", "ways"), CASES)
async def test_nothing_is_sent_after_a_purchase(rig: Rig, stage: str, ways: tuple[str, ...]) -> None:
    people = await travellers(rig, *((way, "en") for way in ways))
    await STAGES[stage](rig, people)
    for person in people:
        await report(rig, person.reference, person.reference)
    await rig.quiet()
    sent = rig.sent()
    await rig.advance(MONTH)
    assert rig.sent() == sent and await rig.waiting() == 0
    for person in people:
        conversation = await person.conversation()
        assert conversation["outcome"] == "bought" and conversation["goal_at"], conversation
        assert not person.user.last.buttons, "the open question is closed"
        assert [line["order_id"] for line in await rig.about(person.reference, "purchases")] == [
            f"order-{person.reference}"
        ]


async def test_nobody_is_asked_who_bought_while_waiting(rig: Rig) -> None:
    await rig.import_prospects(*(row_of(way, "en") for way in WAYS))
    assert await rig.house.campaigns.start("barriers") == len(WAYS)
    await rig.quiet()
    for way in WAYS:
        await report(rig, way, way)
    await rig.advance(MONTH)
    assert rig.sent() == 0
    assert {line["outcome"] for line in await rig.export("conversations")} == {"bought"}


async def test_a_purchase_reported_twice_is_one(rig: Rig) -> None:
    (person,) = await travellers(rig, ("ann", "en"))
    await offered(rig, [person])
    code = (await rig.about("ann", "grants"))[0]["code"]
    for _ in range(2):
        await rig.import_purchases({"order_id": "o-1", "external_id": "ann", "amount": "45", "code": code})
        await rig.quiet()
    (purchase,) = await rig.export("purchases")
    assert (purchase["order_id"], purchase["offer"], purchase["code"]) == ("o-1", "discount_10", code)
    assert (await rig.about("ann", "grants"))[0]["redeemed_at"] is not None


async def test_a_code_alone_names_the_buyer(rig: Rig) -> None:
    (person,) = await travellers(rig, ("ann", "en"))
    await offered(rig, [person])
    code = (await rig.about("ann", "grants"))[0]["code"]
    await rig.import_purchases({"order_id": "o-1", "amount": "45", "code": code})
    await rig.quiet()
    assert (await person.conversation())["outcome"] == "bought"


async def test_messages_on_their_way_and_all_have_bought(rig: Rig) -> None:
    """Whatever had not been handed to Telegram when the purchase was known is not sent any more."""
    people = await known_in_telegram(rig, Limit().at_once + 16)
    rig.telegram.fault("sendMessage", "delay", times=1000, seconds=3)
    await rig.house.campaigns.start("barriers", now=True)
    await rig.until("SELECT count(*) FROM outbox WHERE state = 'sending'")
    orders = [
        shop_input("purchase", f"purchase:{one}", {"external": one}, MONDAY_NOON, {"order_id": one}) for one in people
    ]
    await rig.house.intake.put_many(orders)
    await rig.until("SELECT count(*) = 0 FROM inbox WHERE source = 'shop' AND state = 'new'")
    on_their_way = (await rig.rows("SELECT count(*) FROM outbox WHERE state = 'sending'"))[0][0]
    sent = rig.sent()
    await rig.advance(MONTH)
    assert rig.sent() <= sent + on_their_way
    assert 0 < rig.sent() < len(people), "the race was no race"
    reasons = {line["reason"] for line in await rig.export("messages") if line["state"] == "cancelled"}
    assert reasons == {"bought"}


async def known_in_telegram(rig: Rig, count: int) -> list[str]:
    """Prospects who have let the bot in, and were not asked yet."""
    people = [f"p{number}" for number in range(count)]
    await rig.import_prospects(*(row_of(reference, "en") for reference in people))
    users = [rig.user() for _ in people]

    async def bind(tx: Tx) -> None:
        for reference, user in zip(people, users, strict=True):
            user.started = True
            prospect_id = await prospects.resolve(tx, reference)
            assert prospect_id is not None
            await prospects.bind(tx, prospect_id, "telegram", str(user.id), via="start", now=MONDAY_NOON)

    await rig.house.database.transact(bind)
    return people
