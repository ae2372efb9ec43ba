"""Sample people in the real house: they leave carts, are asked, answer, ask for a person and buy, in virtual time."""

import asyncio
import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from bot.house import House
from bot.runtime import envelopes
from bot.runtime.arrivals import AnsweredOnPage
from bot.runtime.clock import VirtualClock
from flows.codec import decode_state
from flows.words import BARRIERS
from storage import campaigns, conversations, inbox, links, prospects, shelf, timers
from storage.database import Tx
from storage.inbox import RawInput
from storage.tables import outbox

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
NAMES = (
    ("Camille", "Laurent", "fr", "Lyon", "FR", "Europe/Paris"),
    ("ليلى", "المنصوري", "ar", "القاهرة", "EG", "Africa/Cairo"),
    ("美咲", "佐藤", "ja", "東京", "JP", "Asia/Tokyo"),
    ("Jana", "Nováková", "cs", "Brno", "CZ", "Europe/Prague"),
    ("Maximiliana", "Featherstonehaugh-Wolfeschlegelsteinhausen", "en", "Llanfairpwllgwyngyll", "GB", "Europe/London"),
    ("Réka", "Szabó", "hu", "Szeged", "HU", "Europe/Budapest"),
    ("Lucía", "Ortega", "es", "Sevilla", "ES", "Europe/Madrid"),
    ("Tom", "Baker", "en", "Leeds", "GB", "Europe/London"),
)
PRODUCTS = (
    ("birch-lamp", "Birch desk lamp", "89.00"),
    ("oak-shelf", "Oak shelf", "240.00"),
    ("wool-rug", "Wool rug", "420.00"),
)
SOURCES = ("newsletter", "search", "instagram", "shop window")
WEIGHTS = dict(zip(BARRIERS, (9, 5, 3, 7, 3, 3, 3, 2, 1, 1, 2), strict=True))


class Street:
    """The people of the sample, and how they act."""

    def __init__(self, house: House, clock: VirtualClock, seed: int = 7) -> None:
        self.house, self.clock, self.dice, self.number = house, clock, random.Random(seed), 0

    async def put(self, source: str, lane: str, payload: str) -> None:
        """Something arrives, and its turn is taken."""
        self.number += 1
        await self.house.intake.put_many([RawInput(source, f"sample-{self.number}", lane, payload)])
        await self.settle()

    async def settle(self) -> None:
        """Until nothing waits that is due now, whoever else takes turns beside us."""
        while True:
            await self.house.settle()
            async with self.house.database.read() as tx:
                waits = (await inbox.backlog(tx)).get("new", 0)
                due = await timers.next_due(tx)
            if not waits and (due is None or due > self.clock.now()):
                return
            await asyncio.sleep(0.01)

    async def report(self, kind: str, email: str, **data: Any) -> None:
        """The shop tells us about somebody."""
        document = {"kind": kind, "identities": {"email": email}, "at": self.clock.now().isoformat(), "data": data}
        await self.put("shop", f"email:{email}", json.dumps(document))

    async def wander(self, by: timedelta) -> None:
        """Time passes: timers fire, and what was to be sent has been sent."""
        self.clock.advance(by)
        await self.settle()
        now = self.clock.now()

        async def send(tx: Tx) -> None:
            gone = update(outbox).where(outbox.c.state == "ready", outbox.c.not_before <= now)
            await tx.execute(gone.values(state="sent", sent_at=now, remote_id="sample"))

        await self.house.database.transact(send)

    async def cart(self, index: int) -> str:
        """Somebody leaves a cart; returns their address."""
        first, last, language, city, country, zone = NAMES[index % len(NAMES)]
        product, name, price = self.dice.choice(PRODUCTS)
        email = f"person{index}@example.com"
        await self.report(
            "cart_abandoned", email, first_name=first, last_name=last, language=language, city=city, country=country,
            timezone=zone, product_id=product, product_name=name, price=price, cart_value=price, currency="EUR",
            source=self.dice.choice(SOURCES), medium="web", consent_email=True,
        )  # fmt: skip
        return email

    async def act(self, email: str, option: str | None, text: str | None = None) -> None:
        """They tap an answer of the open question, or write something, on their page."""

        async def find(tx: Tx) -> tuple[int, int]:
            found = await prospects.find(tx, {"email": email})
            conversation = await conversations.latest(tx, found[0])
            row = await conversations.get(tx, conversation or 0)
            token = await links.token_for(tx, self.house.secret, "survey", found[0], conversation, self.clock.now())
            link = await links.find(tx, token, "survey", self.clock.now())
            prompt = decode_state(row.state).prompt if row is not None else None
            return (link.id if link else 0), (prompt.visit if prompt else 0)

        link, visit = await self.house.database.transact(find)
        self.clock.advance(timedelta(seconds=40))
        payload = envelopes.page_answer(AnsweredOnPage(link, visit, option, text, "web"))
        await self.put("page", f"email:{email}", payload)

    async def options(self, email: str) -> list[str]:
        """What can be tapped now."""
        async with self.house.database.read() as tx:
            found = await prospects.find(tx, {"email": email})
            conversation = await conversations.latest(tx, found[0])
            row = await conversations.get(tx, conversation or 0)
        prompt = decode_state(row.state).prompt if row is not None else None
        return [button.option for button in prompt.buttons if not button.option.startswith("!")] if prompt else []

    async def uid(self, email: str) -> str:
        """The public id of their conversation."""
        async with self.house.database.read() as tx:
            found = await prospects.find(tx, {"email": email})
            row = await conversations.get(tx, await conversations.latest(tx, found[0]) or 0)
        assert row is not None
        return str(row.uid)

    async def open_shop(self, pool: int = 30) -> None:
        """The campaign runs, and codes are on the shelf."""

        async def work(tx: Tx) -> None:
            await campaigns.set_state(tx, "barriers", "running", self.clock.now())
            for offer, stock in (("discount_10", pool), ("free_shipping", 8)):
                for number in range(stock):
                    await shelf.import_code(tx, offer, f"{offer[:4].upper()}-{number:03}-Q7XK", None, self.clock.now())

        await self.house.database.transact(work)

    async def live_through(self, people: int, days: int = 15, until: datetime = NOW) -> None:
        """So many people over so many days; the last of them within the last hours."""
        self.clock.set(until - timedelta(days=days))
        await self.open_shop()
        step = timedelta(days=days) / people
        for index in range(people):
            email = await self.cart(index)
            await self.wander(min(step, timedelta(hours=2)))
            if self.dice.random() < 0.75:
                await self.talk(email)
            await self.wander(max(timedelta(0), step - timedelta(hours=2)))
        self.clock.set(until)
        await self.settle()

    async def talk(self, email: str) -> None:
        """One conversation as it may go."""
        barrier = self.dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        await self.act(email, barrier)
        chance = self.dice.random()
        if chance < 0.1:
            await self.act(email, None, "Can I talk to a person please? The page says something else than the mail.")
            return
        options = await self.options(email)
        if options and chance < 0.8:
            await self.act(email, self.dice.choice(options))
            rest = await self.options(email)
            if rest and chance < 0.6:
                await self.act(email, self.dice.choice(rest))
        if chance > 0.55 and chance < 0.7:
            await self.report("purchase", email, order_id=f"order-{email}", amount="89.00", currency="EUR")
