"""Connected shops: what is signed is kept once, an abandoned checkout leads to a question, a purchase ends it."""

import json
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.data.purchases import shop_input
from bot.hooks.shops import ShopDoor
from bot.house import House
from bot.runtime.clock import VirtualClock
from bot.shops.makers import SHOPIFY
from storage import audit, consents, prospects, shop_news
from storage.database import Tx
from storage.tables import (
    checkouts,
    conversations,
    grants,
    identities,
    inbox,
    purchases,
    refunds,
    shop_events,
    suppressions,
)
from tests.bot.hooks.conftest import Shop
from tests.bot.shops import samples
from tests.bot.shops.samples import checkout, order, refund, woo_order

HOUR = timedelta(hours=1)
BOB = "bob.norman@mail.example.com"


async def rows(house: House, table: Any) -> list[Any]:
    async with house.database.read() as tx:
        return list((await tx.execute(select(table).order_by(*table.primary_key))).all())


async def test_what_is_not_signed_leaves_nothing(house: House, shop: Shop) -> None:
    wrong = {"X-Shopify-Hmac-Sha256": samples.signature(b"{}", "wrong")}
    assert await shop.shopify("checkouts/create", checkout(), **wrong) == 401
    assert await shop.shopify("checkouts/create", checkout(), **{"X-Shopify-Hmac-Sha256": ""}) == 401
    unsigned = await shop.client.post("/hooks/woocommerce", json=woo_order())
    assert unsigned.status_code == 401
    large = b'{"a": "' + b"x" * (1 << 20) + b'"}'
    assert (await shop.client.post("/hooks/shopify", content=large)).status_code == 413
    assert await rows(house, inbox) == []
    async with house.database.read() as tx:
        news = await shop_news.last(tx, "shopify", "refused")
    assert news is not None and news.words == "the signature does not fit the secret"


async def test_a_shop_that_is_not_connected_is_told_the_cure(house: House, shop: Shop) -> None:
    door = ShopDoor(house, SHOPIFY, None)
    answer = await door.enter(None)  # type: ignore[arg-type]  # it does not even look at the request
    assert answer.status_code == 404 and b"HOLDBACK_SHOPIFY_SECRET" in bytes(answer.body)


async def test_the_same_delivery_twice_is_kept_once(house: House, shop: Shop) -> None:
    for _ in range(3):
        assert await shop.shopify("orders/paid", order(), delivery="same") == 200
        assert await shop.woo(woo_order("completed"), delivery="same") == 200
    assert [row.source for row in await rows(house, inbox)] == ["shopify", "woocommerce"]
    await house.settle()
    assert len(await rows(house, purchases)) == 2


async def test_woocommerces_greeting_is_answered_and_other_topics_are_not_kept(house: House, shop: Shop) -> None:
    greeted = await shop.client.post("/hooks/woocommerce", data={"webhook_id": "12"})
    assert greeted.status_code == 200
    assert await shop.shopify("carts/update", {"id": "1", "line_items": []}) == 200
    assert await rows(house, inbox) == []
    async with house.database.read() as tx:
        heard = await shop_news.last(tx, "shopify", "heard")
    assert heard is not None and heard.words == "carts/update (not used)"


async def test_a_silent_checkout_is_abandoned_after_an_hour_and_asked_about_once(
    house: House, shop: Shop, clock: VirtualClock
) -> None:
    await shop.shopify("checkouts/create", checkout())
    await shop.shopify("checkouts/update", checkout(updated_at="2026-03-02T09:25:00Z", total_price="98.00"))
    await house.settle()
    assert await rows(house, conversations) == [] and await rows(house, identities) == []
    clock.advance(HOUR - timedelta(minutes=6))
    await house.settle()
    assert await rows(house, conversations) == []
    clock.advance(timedelta(minutes=1))
    await house.settle()
    (one,) = await rows(house, conversations)
    (event,) = await rows(house, shop_events)
    assert one.campaign == "barriers" and one.product == "IPod Nano - 8GB"
    assert event.kind == "cart_abandoned" and event.data["cart_value"] == "98.00"
    (row,) = await rows(house, checkouts)
    assert row.state == "abandoned" and row.report == {} and row.prospect_id == one.prospect_id
    async with house.database.read() as tx:
        agreed = await consents.current(tx, [one.prospect_id])
    assert agreed[one.prospect_id, "email"][0]
    clock.advance(timedelta(days=1))
    await shop.shopify("checkouts/update", checkout(updated_at="2026-03-03T09:25:00Z"))
    await house.settle()
    assert len(await rows(house, shop_events)) == 1


async def test_without_consent_an_abandoned_checkout_is_known_and_nobody_is_written_to(
    house: House, shop: Shop, clock: VirtualClock
) -> None:
    await shop.shopify("checkouts/create", checkout(buyer_accepts_marketing=False, customer={"id": 1, "email": BOB}))
    await house.settle()
    clock.advance(HOUR)
    await house.settle()
    assert len(await rows(house, shop_events)) == 1 and await rows(house, conversations) == []


async def test_a_purchase_closes_the_checkout_and_a_late_one_ends_the_conversation(
    house: House, shop: Shop, clock: VirtualClock
) -> None:
    await shop.shopify("checkouts/create", checkout())
    await shop.woo(woo_order("pending"))
    await house.settle()
    await shop.shopify("orders/create", order())
    clock.advance(HOUR)
    await house.settle()
    (one,) = await rows(house, conversations)
    assert one.campaign == "barriers" and one.outcome is None, "only WooCommerce's customer is asked"
    await shop.woo(woo_order("processing", date_modified_gmt="2026-03-02T10:30:00"))
    await house.settle()
    (one,) = await rows(house, conversations)
    assert one.outcome == "bought"
    assert {row.state for row in await rows(house, checkouts)} == {"completed"}


async def test_a_purchase_before_the_checkout_closes_it_and_another_way_of_reporting_it_does_too(
    house: House, shop: Shop, clock: VirtualClock
) -> None:
    await shop.shopify("orders/create", order())
    await shop.shopify("checkouts/create", checkout())
    await shop.woo(woo_order("pending"))
    await house.settle()
    data = {"order_id": "other-way", "amount": "29.35"}
    item = shop_input("purchase", "purchase:other-way", {"email": "zsofia@example.com"}, clock.now(), data)
    await house.intake.put_many([item])
    await house.settle()
    clock.advance(2 * HOUR)
    await house.settle()
    assert await rows(house, conversations) == [] and await rows(house, identities) == []
    assert [row.state for row in await rows(house, checkouts)] == ["completed", "completed"]
    assert all(row.report == {} for row in await rows(house, checkouts))


async def test_an_abandoned_checkout_whose_purchase_came_first_is_not_asked_about(
    house: House, shop: Shop, clock: VirtualClock
) -> None:
    await shop.shopify("checkouts/create", checkout())
    await house.settle()
    clock.advance(HOUR)
    assert await house.report_abandoned() == 1
    async with house.database.read() as tx:
        (report,) = (await tx.execute(select(inbox).where(inbox.c.source == "shop"))).all()
    # The order overtakes the report: another worker takes it first.
    await house.database.transact(
        lambda tx: tx.execute(inbox.update().where(inbox.c.id == report.id).values(lease_until=clock.now() + HOUR))
    )
    await shop.shopify("orders/create", order(email=BOB, customer={}))
    await house.database.transact(lambda tx: tx.execute(inbox.update().values(lane=inbox.c.lane + inbox.c.source)))
    await house.settle()
    await house.database.transact(lambda tx: tx.execute(inbox.update().values(lease_until=None)))
    await house.settle()
    assert await rows(house, conversations) == []


async def test_a_code_is_known_in_small_letters_too(house: House, shop: Shop, clock: VirtualClock) -> None:
    async def give(tx: Tx) -> int:
        person = await prospects.create(tx, clock.now())
        values = {"prospect_id": person, "campaign": "barriers", "offer": "o", "kind": "percent"}
        await tx.execute(grants.insert().values(**values, code="AUTUMN-7QK2", granted_at=clock.now()))
        return person

    person = await house.database.transact(give)
    await shop.woo(woo_order("completed", coupon_lines=[{"code": "other"}, {"code": "autumn-7qk2"}]))
    await house.settle()
    (bought,) = await rows(house, purchases)
    (grant,) = await rows(house, grants)
    assert (bought.prospect_id, bought.grant_id, bought.code) == (person, grant.id, "AUTUMN-7QK2")
    assert grant.redeemed_at is not None


STORY: tuple[tuple[str, dict[str, Any]], ...] = (
    ("checkouts/create", checkout()),
    ("checkouts/update", checkout(updated_at="2026-03-02T09:10:00Z", total_price="498.00")),
    ("orders/create", order(financial_status="pending")),
    ("orders/paid", order()),
    ("refunds/create", refund(1, "100.00")),
    ("refunds/create", refund(2, "50.00")),
)
WOO_STORY = tuple(
    woo_order(status, date_modified_gmt=f"2026-03-02T09:{10 + number}:00", refunds=given)
    for number, (status, given) in enumerate(
        (
            ("checkout-draft", []),
            ("pending", []),
            ("failed", []),
            ("on-hold", []),
            ("processing", []),
            ("completed", [{"id": 9, "total": "-9.35"}]),
        )
    )
)


def renumbered(document: dict[str, Any], number: int) -> dict[str, Any]:
    """The same story for another customer, so that one house can live through many."""
    text = samples.body_of(document).decode()
    for word in ("123123123", "820982911946154508", "207119551", "bob.norman", "+16136120707", "890088186047892319"):
        text = text.replace(word, f"{word}{number}" if not word.startswith("+") else f"+1613{number:07}")
    found: dict[str, Any] = json.loads(text)
    return found


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order_of_arrival=st.permutations(range(len(STORY))), again=st.lists(st.sampled_from(range(len(STORY))), max_size=2)
)
async def test_in_whatever_order_shopify_reports_the_end_is_the_same(
    house: House, shop: Shop, clock: VirtualClock, order_of_arrival: Sequence[int], again: list[int]
) -> None:
    async with house.database.read() as tx:
        number = (await tx.execute(select(func.count()).select_from(checkouts))).scalar_one() + 1
    for step in (*order_of_arrival, *again):
        topic, document = STORY[step]
        assert await shop.shopify(topic, renumbered(document, number)) == 200
    await house.settle()
    clock.advance(2 * HOUR)
    await house.settle()
    clock.advance(-2 * HOUR)
    assert await rows(house, conversations) == []
    bought = (await rows(house, purchases))[-1]
    assert (bought.order_id, bought.amount) == (f"820982911946154508{number}", Decimal("398.00"))
    assert (bought.refunded, bought.refunded_at) == (Decimal("150.00"), None)
    assert {row.state for row in await rows(house, checkouts)} == {"completed"}
    assert len(await rows(house, refunds)) == 2 * number


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order_of_arrival=st.permutations(range(len(WOO_STORY))))
async def test_in_whatever_order_woocommerce_reports_the_end_is_the_same(
    house: House, shop: Shop, clock: VirtualClock, order_of_arrival: Sequence[int]
) -> None:
    async with house.database.read() as tx:
        number = 728 + (await tx.execute(select(func.count()).select_from(checkouts))).scalar_one()
    for step in order_of_arrival:
        assert await shop.woo(WOO_STORY[step] | {"id": number}) == 200
    await house.settle()
    clock.advance(2 * HOUR)
    await house.settle()
    clock.advance(-2 * HOUR)
    assert await rows(house, conversations) == []
    bought = (await rows(house, purchases))[-1]
    assert (bought.order_id, bought.refunded) == (str(number), Decimal("9.35"))


async def test_a_cancelled_order_that_is_paid_after_all_stands_whichever_is_heard_first(
    house: House, shop: Shop
) -> None:
    cancelled = woo_order("cancelled", date_modified_gmt="2026-03-02T10:00:00")
    paid = woo_order("processing", date_modified_gmt="2026-03-02T11:00:00")
    again = woo_order("cancelled", date_modified_gmt="2026-03-02T11:30:00")
    for number, (story, whole) in enumerate(
        (
            ([cancelled, paid], False),
            ([paid, cancelled], False),
            ([cancelled, paid, again], True),
            ([paid, again], True),
        )
    ):
        for document in story:
            await shop.woo(document | {"id": 900 + number})
        await house.settle()
        bought = (await rows(house, purchases))[-1]
        assert (bought.order_id, bought.refunded_at is not None) == (str(900 + number), whole), number
        assert (bought.refunded is not None) is whole


COMES_TO: tuple[tuple[list[tuple[str, str | None, str | None]], str | None, bool], ...] = (
    ([("1", "100.00", "USD")], "100.00", False),
    ([("1", "100.00", "USD"), ("2", "298.00", None)], "398.00", True),
    ([("1", "100.00", "EUR")], None, False),
    ([("cancelled", None, None), ("1", "398.00", "USD")], "398.00", True),
    ([("1", "1000.00", "USD")], "398.00", True),
)
"""What went back of an order of 398 USD (key, amount, currency), what that comes to, and whether it is all of it."""


async def test_what_refunds_come_to(house: House, shop: Shop) -> None:
    for number, (given_back, _, _) in enumerate(COMES_TO):
        await shop.shopify("orders/create", order(id=number, checkout_token=f"c-{number}"))
        for key, amount, currency in given_back:
            data = {"order_id": str(number), "refund_id": key, "amount": amount, "currency": currency}
            item = shop_input("refund", f"refund:{number}:{key}", {}, house.clock.now(), data)
            await house.intake.put_many([item])
    await house.settle()
    found = {row.order_id: row for row in await rows(house, purchases)}
    for number, (_, refunded, whole) in enumerate(COMES_TO):
        bought = found[str(number)]
        assert bought.refunded == (None if refunded is None else Decimal(refunded)), COMES_TO[number]
        assert (bought.refunded_at is not None) is whole, COMES_TO[number]


async def test_a_shop_may_ask_to_forget_somebody_and_to_show_their_data(
    house: House, shop: Shop, clock: VirtualClock
) -> None:
    await shop.shopify("checkouts/create", checkout())
    await shop.shopify("checkouts/create", checkout(token="other", email="else@example.com", customer={}, phone=None))
    await house.settle()
    clock.advance(HOUR)
    await house.settle()
    await shop.shopify("checkouts/create", checkout(token="again", updated_at="2026-03-02T10:00:00Z"))
    await shop.shopify("customers/data_request", samples.privacy())
    await house.settle()
    async with house.database.read() as tx:
        (noted,) = await audit.newest(tx, 1)
        person = await prospects.find(tx, {"email": BOB})
        known = await prospects.get(tx, person[0])
    assert known is not None and (noted.actor, noted.action, noted.subject) == ("shopify", "data requested", known.uid)
    await shop.shopify("customers/redact", samples.privacy())
    await house.settle()
    left = [row.payload for row in await rows(house, inbox)]
    assert left and not any("bob.norman" in payload.lower() for payload in left)
    assert {row.key for row in await rows(house, checkouts)} == {"other"}
    async with house.database.read() as tx:
        assert await prospects.find(tx, {"email": BOB, "external": "207119551"}) == []
    # Somebody we never asked is forgotten all the same, and not taken over from a list later.
    await shop.woo(woo_order("pending"))
    await shop.shopify("shop/redact", {"shop_id": 954889})
    await house.settle()
    assert {row.shop for row in await rows(house, checkouts)} == {"woocommerce"}
    assert sorted(row.reason for row in await rows(house, suppressions)) == ["erased", "erased", "gone", "gone"]


async def test_a_customer_who_unsubscribes_in_the_shop_is_not_written_to(
    house: House, shop: Shop, clock: VirtualClock
) -> None:
    await shop.shopify("checkouts/create", checkout())
    await house.settle()
    clock.advance(HOUR)
    await house.settle()
    gone = samples.CUSTOMER | {"email_marketing_consent": {"state": "unsubscribed"}, "first_name": "Robert"}
    for customer in (gone, samples.CUSTOMER):
        await shop.shopify("customers/update", customer)
    await house.settle()
    async with house.database.read() as tx:
        (person,) = await prospects.find(tx, {"email": BOB})
        agreed = await consents.current(tx, [person])
    assert not agreed[person, "email"][0]
    await shop.shopify("customers/update", samples.CUSTOMER | {"id": 1, "email": "new@example.com", "phone": None})
    await house.settle()
    async with house.database.read() as tx:
        assert await prospects.find(tx, {"email": "new@example.com"}) == []
