"""A world in virtual time: from one due moment to the next, each settled before the clock moves on."""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot.data.imports import incoming_of
from bot.runtime.intake import RawInput
from bot.runtime.pace import Limit
from bot.simulation.acting import Acting
from bot.simulation.actor import Act, Actor
from bot.simulation.habits import USUAL, Habits
from bot.simulation.people import Ways, draw
from bot.simulation.post import Post, RehearsalDispatcher
from bot.simulation.staff import Staff
from bot.simulation.stage import Setting, Stage, open_stage
from bot.simulation.tally import Tally, take_stock
from bot.simulation.watch import Watch
from flows.errors import FlowError
from storage import consents, ids, prospects
from storage.database import Tx
from storage.importing import take_over
from storage.reads import rehearsed

GRAINS: Final = ((200, 1), (2000, 5), (100_000, 20))
"""Up to so many people a step is so many minutes long."""

LONGEST: Final = timedelta(days=150)
"""So long after the days that were asked for the last conversation must be over."""

LOOK: Final = 20
"""In every so many steps of a large world it is looked whether something failed; in a strict one at each."""

ENOUGH: Final = 100
"""So many broken rules say that this world is not worth living on."""

Heard = Callable[[float], None]
"""Told how much of the time is over, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A rehearsal that is asked for: people with the numbers `first` to `last`, for so many days, by this seed.

    `part` (number, of how many): one of several worlds that share the limits. `strict` looks at the whole database at
    every step. `only`: whose transcript is kept.
    """

    prospects: int
    days: int
    seed: int
    start: datetime = datetime(2026, 3, 2, tzinfo=UTC)
    part: tuple[int, int] = (0, 1)
    strict: bool = False
    only: int | None = None
    habits: Habits = USUAL

    @property
    def grain(self) -> timedelta:
        """What people do is taken together in steps of so long: the larger the crowd, the longer."""
        return timedelta(minutes=next(minutes for most, minutes in GRAINS if self.prospects <= most))


async def live(wanted: Wanted, setting: Setting, folder: Path, heard: Heard | None = None) -> Tally:
    """Live through it; what came of it, and every rule that was broken."""
    dice = random.Random(f"{wanted.seed}:{wanted.part}:ids")  # noqa: S311 - a repeatable play, no secret
    random.seed(f"{wanted.seed}:{wanted.part}:jitter")
    with ids.rehearsed(dice):
        async with open_stage(setting, folder, wanted.start, wanted.part) as stage:
            return await World(wanted, stage, heard).run()


class World:
    """The calendar of everybody's plans, and its carrying out."""

    def __init__(self, wanted: Wanted, stage: Stage, heard: Heard | None) -> None:
        """Everybody is drawn; nothing has happened."""
        self._wanted, self._stage, self._heard = wanted, stage, heard
        self._house, self._clock = stage.house, stage.clock
        self._calendar: list[tuple[datetime, int, int, Act]] = []
        self._count, self._steps, self._failed = 0, 0, False
        settings = self._house.settings
        rungs = len(stage.flow.definition.silence)
        self.watch = Watch(settings.quiet, settings.timezone, rungs, wanted.only, settings.messages_per_week)
        self._actors = {actor.person.number: actor for actor in self._everybody()}
        self._acting = Acting(self._house, stage.flow, self.watch, self._plan)
        self._staff = Staff(self._house, self.watch, wanted.seed, wanted.habits, self._actors)
        chats = {str(one.person.chat): one for one in self._actors.values() if one.person.chat}
        mails = {one.person.email: one for one in self._actors.values() if one.person.email}
        self._dispatcher = RehearsalDispatcher(
            self._house.database, self._clock, self._house.bells, self._house.context,
            {"telegram": Post("telegram", self._clock, chats, self.watch),
             "email": Post("email", self._clock, mails, self.watch)},
            dict.fromkeys(("telegram", "email"), Limit(at_once=200)), self._house.addresses, self._house.presence,
        )  # fmt: skip

    async def run(self) -> Tally:
        """All days, then on until everything is over; the figures are those of the last of the days."""
        until = self._wanted.start + timedelta(days=self._wanted.days)
        for actor in self._actors.values():
            self._plan(actor.person.enters, actor, "enter")
            if actor.person.buys_at is not None:
                self._plan(actor.person.buys_at, actor, "buy")
        await self._live_until(until)
        tally = await take_stock(self._stage, self._actors, self._staff)
        if not self._over:
            await self._live_until(until + LONGEST)
            await self._check(last=True)
        tally.broken = list(self.watch.broken)
        tally.transcript = list(self.watch.transcript)
        return tally

    def _everybody(self) -> list[Actor]:
        wanted, campaign = self._wanted, self._stage.campaign
        ways = Ways(sorted(campaign.triggers), campaign.audience.imported)
        if not ways.triggers and not ways.imported:
            raise FlowError("the campaign asks nobody: give it triggers or an imported audience in campaign.yaml")
        ends = wanted.start + timedelta(days=max(0.5, wanted.days - min(10, wanted.days / 2)))
        number, parts = wanted.part
        people = [
            draw(wanted.seed, one, wanted.habits, ways, (wanted.start, ends), self._house.context.languages)
            for one in range(1 + number, wanted.prospects + 1, parts)
        ]
        return [Actor(person, wanted.seed, wanted.habits, self._plan) for person in people]

    def _plan(self, at: datetime, actor: Actor, act: Act) -> None:
        self._count += 1
        heapq.heappush(self._calendar, (at, actor.person.number, self._count, act))

    async def _live_until(self, until: datetime) -> None:
        while not self._over and (moment := await self._next()) is not None and moment <= until:
            self._clock.set(self._rounded(moment))
            await self._step()
            if self._heard is not None:
                past = (self._clock.now() - self._wanted.start) / timedelta(days=self._wanted.days)
                self._heard(min(1.0, past))
        self._clock.set(max(until, self._clock.now()))

    @property
    def _over(self) -> bool:
        """Whether there is no use in going on: something failed, or rule after rule is broken."""
        return self._failed or len(self.watch.broken) >= ENOUGH

    def _rounded(self, moment: datetime) -> datetime:
        """The end of the step that this moment is in; never a moment that has been."""
        grain = self._wanted.grain
        steps = -((self._wanted.start - moment) // grain)
        return max(self._wanted.start + steps * grain, self._clock.now() + grain)

    async def _next(self) -> datetime | None:
        """When something is due: somebody's plan, staff's, a timer, a message."""
        found = [await self._house.database.look(rehearsed.next_moment), self._staff.next()]
        if self._calendar:
            found.append(self._calendar[0][0])
        return min((moment for moment in found if moment is not None), default=None)

    async def _step(self) -> None:
        """All that is due now, until nothing is on its way."""
        now, items = self._clock.now(), list[RawInput]()
        entering: list[Actor] = []
        while self._calendar and self._calendar[0][0] <= now:
            _, number, _, act = heapq.heappop(self._calendar)
            actor = self._actors[number]
            if act == "enter":
                entering.append(actor)
            else:
                items += await self._acting.do(actor, act, now)
        items += await self._enter(entering, now) + await self._staff.due(now)
        if items:
            await self._house.intake.put_many(items)
        await self._settle()
        await self._staff.look(now)
        self.watch.at_rest(now)
        self._steps += 1
        closely = self._wanted.strict or self._steps % LOOK == 0
        failing = await self._house.database.look(rehearsed.failing) if closely else 0
        if failing or self._dispatcher.faults:
            self._failed = True
            self.watch.failed(now, self._dispatcher.faults)
        if self._wanted.strict:
            await self._check()

    async def _settle(self) -> None:
        turner = self._house.turner
        while await turner.take_inbox() + await turner.take_timers() + await self._dispatcher.send_waiting():
            pass

    async def _enter(self, actors: list[Actor], now: datetime) -> list[RawInput]:
        """The shop knows them, and reports what they did; those of the list are enrolled as an import is."""
        if not actors:
            return []
        await self._house.database.transact(lambda tx: self._import(tx, actors, now))
        if self._stage.campaign.audience.segment is not None:
            await self._house.keeper.keep_up()
        if any(actor.person.trigger is None for actor in actors):
            await self._house.campaigns.enrol_awaiting(self._stage.campaign.campaign)
        return [self._reported(actor, now) for actor in actors if actor.person.trigger is not None]

    def _reported(self, actor: Actor, now: datetime) -> RawInput:
        person = actor.person
        if actor.dice.random() < 0.3:
            self._plan(now + timedelta(days=12 * actor.dice.random()), actor, "look")
        return actor.doors.shop_tells(person.trigger or "", now, {"cart_value": str(person.cart)})

    async def _import(self, tx: Tx, actors: list[Actor], now: datetime) -> None:
        rows = [self._row(actor) for actor in actors]
        found = [one for row in rows if (one := incoming_of(row, {}, proof="rehearsal", at=now)) is not None]
        taken = await take_over(tx, found, now=now, key=self._house.secret)
        for actor, imported in zip(actors, taken, strict=True):
            if actor.person.chat is not None:
                chat = str(actor.person.chat)
                await prospects.bind(tx, imported.prospect_id, "telegram", chat, via="deep link", now=now)
                if actor.person.agreed:
                    await consents.record(tx, imported.prospect_id, "telegram", granted=True, way="start", now=now)

    def _row(self, actor: Actor) -> dict[str, Any]:
        """A row of prospects.csv, as the importer would have read it."""
        person = actor.person
        known = {
            "external_id": person.external_id, "email": person.email, "language": person.language,
            "timezone": person.zone if person.zone_known else None, "country": person.country,
            "product_name": person.product, "price": person.cart, "cart_value": person.cart,
            "currency": self._house.catalogue.currency,
            "consent_email": True if person.email and person.agreed else None,
        }  # fmt: skip
        return {name: value for name, value in known.items() if value is not None}

    async def _check(self, *, last: bool = False) -> None:
        """What the database says: nothing forgotten, nothing given twice, no limit exceeded; at the end all is over."""
        now, look = self._clock.now(), self._house.database.look
        self.watch.offers(await look(rehearsed.given), self._house.catalogue, now)
        left = await look(rehearsed.waiting)
        self.watch.nothing_left(left, now, ["inbox", "failed", *(["outbox", "timers", "live"] if last else [])])
