"""People who come all the time, and what they did not get. They notice of all trouble only that nothing happens."""

import asyncio
import random
import time
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from tests.crash.preparing import api_key
from tests.crash.scenarios import DOES_IT_HELP, GLAD, LESS, PRICE, THANKS, WHAT_HELD, WHAT_PRICE
from tests.crash.world import PAST
from tests.edge.telegram import FakeUser, NoSuchButton
from tests.soak.town import Town

SCRIPT: Final = ((WHAT_HELD, PRICE), (WHAT_PRICE, LESS), (DOES_IT_HELP, THANKS))
"""What they wait for, and what they press then."""
NOTHING_OPEN: Final = "No question is open"
TURNS: Final = len(SCRIPT) + 1
PATIENCE: Final = 90.0
"""Seconds after which somebody writes /start again: no outage here lasts half as long."""
AGAIN: Final = 2
"""How often at most: what comes 90 s after a refusal can be in the next one."""
CARTS: Final = 5.0
"""Seconds between two left carts; each is asked about by mail."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Somebody did something at `since`, and at `until` these words had still not come."""

    chat: str
    words: str
    since: datetime
    until: datetime


@dataclass
class Visitors:
    """Everybody who came. `in_vain`: who had to write /start again; `slowest`: seconds for a reply."""

    town: Town
    dice: random.Random
    count: int = 0
    in_vain: list[Wait] = field(default_factory=list)
    slowest: float = 0.0
    _under_way: set["asyncio.Task[None]"] = field(default_factory=set)

    @property
    def asked_again(self) -> set[str]:
        """The chats in which /start was written again."""
        return {wait.chat for wait in self.in_vain}

    async def crowd(self, at_once: int, seconds: float) -> float:
        """So many at once, one after the other, each without a pause: turns a second, after a third to warm up."""
        until = time.monotonic() + seconds

        async def one_after_the_other() -> None:
            while time.monotonic() < until:
                await self._visit(pause=0)

        everybody = asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
        await asyncio.sleep(seconds / 3)
        before, began = await self._taken(), time.monotonic()
        await asyncio.sleep(until - began)
        speed = (await self._taken() - before) / (time.monotonic() - began)
        await everybody
        return speed

    async def _taken(self) -> int:
        return int(await self.town.value("SELECT count(*) FROM inbox WHERE state = 'done'"))

    async def come(self, turns: float, until: float) -> None:
        """Come so quickly that so many turns a second are to be taken, until a monotonic moment; wait for the last."""
        while time.monotonic() < until:
            self._begin(self._visit(pause=2))
            await asyncio.sleep(self.dice.expovariate(turns / TURNS))
        while self._under_way:
            await asyncio.wait(self._under_way)

    def _begin(self, visit: Awaitable[None]) -> None:
        task = asyncio.ensure_future(visit)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _visit(self, pause: float) -> None:
        self.count += 1
        user = self.town.world.telegram.user(first_name=f"visitor {self.count}")
        try:
            since = datetime.now(UTC)
            await user.start()
            for words, label in SCRIPT:
                await self._sees(user, words, since)
                await asyncio.sleep(self.dice.uniform(0, pause))
                since = datetime.now(UTC)
                await user.tap(label)
            await self._sees(user, GLAD, since, again=NOTHING_OPEN)
        except (AssertionError, NoSuchButton) as error:
            self.town.findings.append(f"somebody does not get on: {error}")

    async def _sees(self, user: FakeUser, words: str, since: datetime, again: str | None = None) -> None:
        """Wait for these words after what they did. Who asks again gets them, or what is said when they were lost."""
        began = time.monotonic()
        wanted = words
        for _ in range(AGAIN):
            with suppress(AssertionError):
                await user.wait_for(wanted, timeout=PATIENCE)
                break
            until = datetime.now(UTC)
            self.in_vain.append(Wait(str(user.id), wanted, since, until))
            wanted, since = again or words, until
            await user.start()
        else:
            await user.wait_for(wanted, timeout=PATIENCE)
        self.slowest = max(self.slowest, time.monotonic() - began)

    async def leave_carts(self) -> None:
        """The shop reports a cart every few seconds, until called off; the hour until it is asked about has passed."""
        world, key = self.town.world, await api_key(self.town.world)
        await world.send("POST", "/api/v1/campaigns/barriers/start", headers={"Authorization": f"Bearer {key}"})
        for number in range(10**9):
            who = {"external_id": f"cart-{number}", "email": f"cart-{number}@mail.example"}
            who |= {"consent_email": True, "language": "en", "product_name": "Copper Kettle"}  # type: ignore[dict-item]
            await world.report(key, type="cart_abandoned", id=f"cart-{number}", prospect=who)
            await self.town.change(f"UPDATE timers SET due_at = '{PAST}' WHERE name = 'start'")
            await asyncio.sleep(CARTS)
