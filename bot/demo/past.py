"""A week of history for the sample shop: lived through on the real engine, storage and runtime, on a virtual clock.

People are made up; what they do is drawn from a fixed seed, so that every demo begins with the same kind of week.
"""

import heapq
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from bot.data.imports import Job, import_codes, import_prospects
from bot.demo.acts import STAFF, Acts
from bot.demo.measuring import start_measuring
from bot.demo.people import Persona, personas
from bot.house import House, translators
from bot.runtime import trial
from bot.runtime.clock import VirtualClock
from bot.runtime.dispatcher import Dispatcher
from bot.runtime.erasing import Eraser
from bot.runtime.ports import Channel, Delivered, Outgoing, Receipt
from bot.runtime.turns import Turner
from flows.audience.scoring import CompanyTarget, PersonTarget, Rules, Target
from flows.words import LANGUAGES
from storage import campaigns, rulebook, timers

CAMPAIGN = "barriers"

JUDGE = timedelta(hours=12)
"""How often prospects are judged in that week: a server does it within a second, the demo shall start quickly."""

TARGET = Target(
    person=PersonTarget(
        countries=("FR", "BE", "ES", "GB", "IE", "HU", "CZ"), languages=LANGUAGES, products=("tea", "coffee", "kettle")
    ),
    company=CompanyTarget(industries=("hotel", "café", "restaurant"), roles=("decider", "payer")),
)
"""Whom the sample shop would like to have as a customer."""

Act = Callable[[], Awaitable[None]]


class PastChat:
    """Telegram as it was during that week: everything arrived.

    Only the history uses it; the demo itself talks to real servers.
    """

    @property
    def name(self) -> Literal["telegram"]:
        """Which channel this is."""
        return "telegram"

    def __init__(self) -> None:
        """No message yet."""
        self._count = 1000

    async def send(self, outgoing: Outgoing) -> Receipt:
        """It arrived."""
        self._count += 1
        return Delivered(outgoing.edits_remote_id or str(self._count))


@dataclass(order=True)
class Planned:
    """Something that somebody will do."""

    at: datetime
    number: int
    act: Act = field(compare=False)


class Week:
    """The plan of the week, and its carrying out in order."""

    def __init__(self, house: House, clock: VirtualClock, sample: Path, until: datetime) -> None:
        """`house` was opened with this clock, which stands before `until`. Nothing happens yet."""
        self._house, self._clock, self._sample, self._until = house, clock, sample, until
        self._dice = random.Random(2026)  # noqa: S311 - a repeatable play, no secret
        self._plan: list[Planned] = []
        self._judged = clock.now()
        context = replace(house.context, has_bot=True)
        eraser = Eraser(house.database, clock, context.secret)
        house.turner = Turner(house.database, clock, house.bells, context, translators(), eraser, house.presence)
        channels: dict[str, Channel] = {"telegram": PastChat()}
        if house.mailbox is not None:
            channels["email"] = house.mailbox
        self._dispatcher = Dispatcher(
            house.database, clock, house.bells, context, channels, {}, house.addresses, house.presence
        )
        self._acts = Acts(house, self._dice, self._later)

    async def live(self) -> None:
        """Import, plan, and let it happen."""
        house, now, zone = self._house, self._clock.now(), self._house.settings.timezone
        people, codes = Job(self._sample / "prospects.csv"), Job(self._sample / "codes.csv")
        await import_prospects(
            house.database, people, key=house.secret, zone=zone, now=now, attributes=house.attributes
        )
        await import_codes(house.database, codes, catalogue=house.catalogue, zone=zone, now=now)
        await house.database.transact(lambda tx: campaigns.set_state(tx, CAMPAIGN, "running", now))
        await start_measuring(house, CAMPAIGN, STAFF, now)
        definition = Rules(target=TARGET).model_dump(mode="json")
        await house.database.transact(lambda tx: rulebook.save(tx, rulebook.SCORING, definition, STAFF, now))
        for persona in personas(self._dice, self._sample / "prospects.csv"):
            self._plan_for(persona)
        while await self._until_next():
            await self._work()
        self._clock.set(self._until)
        await self._work()
        await house.keeper.keep_up()
        await trial.check_order(house.database, self._clock, house.keeper)

    def _plan_for(self, persona: Persona) -> None:
        at = self._clock.now() + timedelta(days=0.3 + 7.2 * self._dice.random())
        if persona.chats:
            self._later(at - timedelta(hours=2), lambda: self._acts.press_start(persona))
        self._later(at, lambda: self._acts.leave_cart(persona))

    def _later(self, at: datetime, act: Act) -> None:
        heapq.heappush(self._plan, Planned(at, self._dice.getrandbits(60), act))

    async def _until_next(self) -> bool:
        """Go to the next thing that happens: somebody's act, or a timer that is due before.

        False: nothing before the present.
        """
        async with self._house.database.read() as tx:
            due = await timers.next_due(tx)
        planned = self._plan[0].at if self._plan else self._until
        if min(planned, due or planned) >= self._until:
            return False
        if due is not None and due < planned:
            self._clock.set(max(due, self._clock.now()))
            return True
        self._clock.set(max(planned, self._clock.now()))
        await heapq.heappop(self._plan).act()
        return True

    async def _work(self) -> None:
        if self._clock.now() >= self._judged + JUDGE:
            self._judged = self._clock.now()
            await self._house.keeper.keep_up()
        await self._house.settle()
        while await self._dispatcher.send_waiting():
            await self._house.settle()
