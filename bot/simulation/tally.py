"""What came of a world, counted: of every person, step and offer. Worlds that share a campaign are added up."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.simulation.actor import Actor
from bot.simulation.staff import Call, Staff
from bot.simulation.stage import Stage
from bot.simulation.watch import Broken, Line
from storage.database import Record, Tx
from storage.reads import rehearsed


@dataclass(slots=True)
class Came:
    """What came of one person.

    `outcome` is None while the conversation goes on; `channel` is where they were asked first;
    `given` is what their offers are worth at most, `cost` what was used of it.
    """

    number: int
    language: str
    enrolled: bool = False
    channel: str = ""
    messages: int = 0
    answered: bool = False
    outcome: str | None = None
    barrier: str | None = None
    bought: bool = False
    given: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)


@dataclass(slots=True)
class OfferCame:
    """What came of one offer: how often it was given, how many codes went, and what was promised and used."""

    given: int = 0
    codes: int = 0
    redeemed: int = 0
    promised: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)


@dataclass(slots=True)
class Tally:
    """What came of a world when its days were over; `broken` and `transcript` also of the time after them."""

    people: list[Came]
    reached: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    hours: Counter[int] = field(default_factory=Counter)
    unasked_hours: Counter[int] = field(default_factory=Counter)
    offers: dict[str, OfferCame] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    open_most: int = 0
    broken: list[Broken] = field(default_factory=list)
    transcript: list[Line] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Another world of the same campaign."""
        self.people += other.people
        self.reached += other.reached
        self.answers += other.answers
        self.hours += other.hours
        self.unasked_hours += other.unasked_hours
        for name, more in other.offers.items():
            mine = self.offers.setdefault(name, OfferCame())
            for one in ("given", "codes", "redeemed", "promised", "cost"):
                setattr(mine, one, getattr(mine, one) + getattr(more, one))
        self.calls += other.calls
        self.open_most += other.open_most
        self.broken += other.broken
        self.transcript += other.transcript


async def take_stock(stage: Stage, actors: Mapping[int, Actor], staff: Staff) -> Tally:
    """Count what the database says at this moment."""
    people = {number: Came(number, actor.person.language) for number, actor in sorted(actors.items())}
    by_id = {actor.person.external_id: people[number] for number, actor in actors.items()}
    zones = {actor.person.external_id: ZoneInfo(actor.person.zone) for actor in actors.values()}
    tally = Tally(list(people.values()), calls=list(staff.calls), open_most=staff.open_most)
    async with stage.house.database.read() as tx:
        await _talks(tx, by_id)
        await _said(tx, tally, by_id, zones)
        await _answers(tx, tally, by_id)
        await _offers(tx, tally, by_id)
        for row in await rehearsed.bought(tx):
            if row.external_id in by_id:
                by_id[row.external_id].bought = True
    for number, actor in actors.items():
        if actor.erased and not people[number].enrolled:
            people[number].enrolled, people[number].outcome = True, "erased"
    return tally


async def _talks(tx: Tx, by_id: Mapping[str, Came]) -> None:
    for row in await rehearsed.talks(tx):
        came = by_id.get(row.external_id)
        if came is not None:
            came.enrolled = True
            came.outcome, came.barrier = row.outcome, row.barrier


async def _said(tx: Tx, tally: Tally, by_id: Mapping[str, Came], zones: Mapping[str, ZoneInfo]) -> None:
    steps: set[tuple[int, str]] = set()
    for row in await rehearsed.said(tx):
        came = by_id.get(row.external_id)
        if came is None:
            continue
        if row.step is not None and row.visit is not None and not row.step.startswith("!"):
            steps.add((row.conversation_id, row.step))
        if row.channel == "web":
            continue
        came.messages += 1
        came.channel = came.channel or row.channel
        hour = _hour(row, zones)
        tally.hours[hour] += 1
        if row.proactive:
            tally.unasked_hours[hour] += 1
    tally.reached.update(step for _, step in steps)


def _hour(row: Record, zones: Mapping[str, ZoneInfo]) -> int:
    at: datetime = row.sent_at
    return at.astimezone(zones[row.external_id]).hour


async def _answers(tx: Tx, tally: Tally, by_id: Mapping[str, Came]) -> None:
    steps: set[tuple[int, str]] = set()
    for row in await rehearsed.answered(tx):
        steps.add((row.conversation_id, row.step))
        if row.external_id in by_id:
            by_id[row.external_id].answered = True
    tally.answers.update(step for _, step in steps)


async def _offers(tx: Tx, tally: Tally, by_id: Mapping[str, Came]) -> None:
    for row in await rehearsed.given(tx):
        offer, value = tally.offers.setdefault(row.offer, OfferCame()), row.value or Decimal(0)
        used = value if row.redeemed_at is not None else Decimal(0)
        offer.given += 1
        offer.codes += row.code is not None
        offer.redeemed += row.redeemed_at is not None
        offer.promised += value
        offer.cost += used
        if row.external_id in by_id:
            by_id[row.external_id].given += value
            by_id[row.external_id].cost += used
