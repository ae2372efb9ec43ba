"""One soak: the measured maximum, then a third of it for so long, with trouble all the time; and the verdict."""

import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.crash.ledgers import unknown
from tests.soak.chaos import TROUBLES, Trouble
from tests.soak.flatness import Line, Sample, lines
from tests.soak.town import Town, open_town
from tests.soak.verdict import findings, grown, ledgers_of, stories
from tests.soak.visitors import TURNS, Visitors

LEFT = 6
"""Refusals that may be left at the end: after each of them a mail is due again at once."""
CODES_A_SECOND = 100
"""Codes on the shelf for each second: more than are ever taken."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a soak runs. Times in seconds; `hurry` shortens troubles; `full`: so long at full speed, for the maximum."""

    kind: str
    seconds: float
    every: float = 30
    pace: float = 10
    full: float = 60
    seed: int = 1
    hurry: float = 1.0
    at_once: int = 24


@dataclass
class Outcome:
    """What a soak came to. `maximum` and `rate` in turns a second."""

    plan: Plan
    maximum: float = 0.0
    rate: float = 0.0
    people: int = 0
    asked_again: int = 0
    slowest: float = 0.0
    messages: int = 0
    unknown: int = 0
    troubles: Counter[str] = field(default_factory=Counter)
    samples: list[Sample] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For programs: everything but the single samples, of which every value in its order is enough."""
        series: dict[str, list[float]] = {}
        for one in self.samples:
            series.setdefault(f"{one.of}: {one.what}", []).append(round(one.value, 1))
        grew = {f"{one.of}: {one.allowed.what}": [round(one.growth, 1), round(one.highest, 1)] for one in self.lines}
        plan = {name: getattr(self.plan, name) for name in ("kind", "seconds", "every", "seed")}
        counts = {name: getattr(self, name) for name in ("people", "asked_again", "messages", "unknown")}
        speeds = {name: round(getattr(self, name), 1) for name in ("maximum", "rate", "slowest")}
        found = {"troubles": dict(self.troubles), "grew and highest": grew, "findings": self.findings}
        return {**plan, **counts, **speeds, **found, "samples": series}


async def soak(plan: Plan, tell: Callable[[str], None] = print) -> Outcome:
    """Run it. A verdict that is good has no findings."""
    outcome, dice = Outcome(plan), random.Random(plan.seed)
    with tempfile.TemporaryDirectory(prefix="holdback-soak-") as folder:
        codes = int(CODES_A_SECOND * (plan.seconds + plan.full + 60))
        async with open_town(plan.kind, Path(folder), codes) as town:
            visitors = Visitors(town, dice)
            outcome.maximum = await visitors.crowd(plan.at_once, plan.full)
            outcome.rate = outcome.maximum / 3
            tell(f"{plan.kind}: {outcome.maximum:.0f} turns a second at most, {outcome.rate:.0f} from now on")
            await _live(town, visitors, outcome, tell)
            await _judge(town, visitors, outcome)
    return outcome


async def _live(town: Town, visitors: Visitors, outcome: Outcome, tell: Callable[[str], None]) -> None:
    plan, began = outcome.plan, time.monotonic()
    beside = [
        asyncio.ensure_future(one)
        for one in (visitors.leave_carts(), _trouble(town, outcome, began, tell), _sample(town, outcome, began))
    ]
    await visitors.come(outcome.rate, began + plan.seconds)
    for task in beside:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _trouble(town: Town, outcome: Outcome, began: float, tell: Callable[[str], None]) -> None:
    """One thing after the other, in rounds of which each has every kind; no process ends after the first third."""
    plan, dice, waiting = outcome.plan, random.Random(outcome.plan.seed), list[Trouble]()
    while True:
        await asyncio.sleep(plan.every)
        at = time.monotonic() - began
        if at > plan.seconds - plan.every / 2:
            return
        if at >= plan.seconds / 3:
            waiting = [one for one in waiting if not one.ends]
        if not waiting:
            waiting = [one for one in TROUBLES[plan.kind] if at < plan.seconds / 3 or not one.ends]
            dice.shuffle(waiting)
        trouble = waiting.pop()
        outcome.troubles[trouble.name] += 1
        tell(f"{plan.kind} {at:5.0f} s: {trouble.name}; {visitors_of(town)}")
        await asyncio.shield(asyncio.ensure_future(trouble.make(town, dice, plan.hurry)))


def visitors_of(town: Town) -> str:
    """How many messages people have had."""
    return f"{len(town.world.telegram.sent)} messages, {len(town.world.box.mails)} mails"


async def _sample(town: Town, outcome: Outcome, began: float) -> None:
    while True:
        outcome.samples += await town.samples(time.monotonic() - began)
        await asyncio.sleep(outcome.plan.pace)


async def _judge(town: Town, visitors: Visitors, outcome: Outcome) -> None:
    town.world.telegram.clear_faults()
    for _ in range(LEFT):
        await town.change("UPDATE outbox SET not_before = created_at WHERE state = 'ready'")
        await asyncio.sleep(0.5)
    try:
        await town.world.rest()
    except AssertionError as error:
        outcome.findings.append(str(error))
    ledgers = await ledgers_of(town)
    outcome.people, outcome.asked_again = visitors.count, len(visitors.asked_again)
    outcome.slowest = visitors.slowest
    outcome.messages, outcome.unknown = len(ledgers.said), len(unknown(ledgers))
    outcome.lines = lines(outcome.samples, outcome.plan.seconds)
    outcome.findings += findings(ledgers, visitors) + grown(outcome.lines) + await stories(town, ledgers, visitors)


def table(outcomes: Sequence[Outcome]) -> list[str]:
    """What came of them, in lines."""
    return [line for one in outcomes for line in _told(one)]


def _told(one: Outcome) -> Iterator[str]:
    plan, troubles = one.plan, ", ".join(f"{name} {times}" for name, times in one.troubles.items())
    speed = f"{one.rate:.0f} turns a second (most: {one.maximum:.0f})"
    yield f"{plan.kind}: {plan.seconds:.0f} s at {speed}, a trouble every {plan.every:g} s, seed {plan.seed}"
    yield f"  {one.people} people of {TURNS} turns, {one.messages} messages, {one.unknown} unknown"
    yield f"  {one.asked_again} asked again, the longest wait was {one.slowest:.1f} s"
    yield f"  {one.troubles.total()} troubles: {troubles}"
    yield from (f"  {line}" for line in one.lines)
    yield from (f"  WRONG {finding}" for finding in one.findings)
    if not one.findings:
        yield "  nothing lost, nothing doubled, nothing grew"
