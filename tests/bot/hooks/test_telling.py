"""What happens here is told in the transaction in which it happened: from a shop's cart to the purchase after it."""

import json
from datetime import timedelta

from sqlalchemy import select

from bot.house import House
from bot.runtime import envelopes
from bot.runtime.arrivals import AnsweredOnPage
from bot.runtime.clock import VirtualClock
from bot.runtime.intake import RawInput
from storage import endpoints, links, prospects
from storage.endpoints import EVENTS
from storage.tables import deliveries
from tests.bot.hooks.conftest import Shop
from tests.bot.shops import samples

BOB = "bob.norman@mail.example.com"


async def told(house: House) -> dict[str, dict[str, object]]:
    """The data of every event announced so far, the last of each kind."""
    async with house.database.read() as tx:
        rows = (await tx.execute(select(deliveries).order_by(deliveries.c.id))).all()
    return {row.event: json.loads(row.payload)["data"] for row in rows}


async def test_from_a_cart_to_the_purchase_after_it(house: House, shop: Shop, clock: VirtualClock) -> None:
    await house.database.transact(lambda tx: endpoints.add(tx, "https://crm.example/in", EVENTS, "test", clock.now()))
    await shop.shopify("checkouts/create", samples.checkout())
    await house.settle()
    clock.advance(timedelta(hours=2))
    await house.settle()
    async with house.database.read() as tx:
        (person,) = await prospects.find(tx, {"email": BOB})
        row = await prospects.get(tx, person)
    assert row is not None
    addresses = await house.links(person)
    async with house.database.read() as tx:
        link = await links.find(tx, addresses["survey"].rpartition("/")[2], "survey", clock.now())
    assert link is not None
    for number, words in enumerate(("too expensive", "can I talk to a person?")):
        payload = envelopes.page_answer(AnsweredOnPage(link.id, 0, None, words, "web"))
        await house.intake.put_many([RawInput("page", f"p-{number}", f"link:{link.id}", payload)])
        await house.settle()
    events = await told(house)
    who = {"id": row.uid, "external_id": "207119551"}
    assert events["answer.recorded"]["prospect"] == who and events["answer.recorded"]["barriers"] == ["price"]
    assert "too expensive" not in json.dumps(events)
    assert events["conversation.needs_person"]["reason"] == "asked"
    await shop.shopify("orders/create", samples.order(created_at="2026-03-02T12:00:00Z"))
    clock.advance(timedelta(hours=1))
    await house.settle()
    bought = (await told(house))["purchase.attributed"]
    assert bought["prospect"] == who and (bought["amount"], bought["currency"]) == ("398.00", "USD")
    await shop.shopify("customers/redact", samples.privacy())
    await house.settle()
    assert await told(house) == {"prospect.erased": {"prospect": {"id": row.uid}}}
