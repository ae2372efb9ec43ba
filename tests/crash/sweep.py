"""The sweep: every hit of every failpoint in every scenario, a real server killed there, and what is wrong then."""

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from storage.failpoints import FAILPOINTS
from tests.crash import operating, scenarios
from tests.crash.runs import WINDOW, Databases, Outcome, play
from tests.crash.scenarios import Scenario
from tests.crash.server import Order

ALL: Final[tuple[Scenario, ...]] = (*scenarios.SCENARIOS, *operating.SCENARIOS)


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill to be made: a process of a scenario, and the hit of a failpoint."""

    scenario: Scenario
    process: str
    failpoint: str
    hit: int


@dataclass
class Result:
    """What a sweep came to on one database."""

    database: str
    planned: int = 0
    dry: list[Outcome] = field(default_factory=list)
    runs: list[Outcome] = field(default_factory=list)

    @property
    def kills(self) -> list[Outcome]:
        """The runs in which something was killed."""
        return [one for one in self.runs if one.killed]

    @property
    def passed(self) -> set[str]:
        """Every failpoint that was passed in a dry run."""
        return {name for one in self.dry for counted in one.counted.values() for name in counted}

    @property
    def red(self) -> list[Outcome]:
        """The runs that found something."""
        return [one for one in (*self.dry, *self.runs) if one.findings]


async def sweep(
    database: str,
    *,
    seed: int,
    only: Sequence[str] = (),
    most: int | None = None,
    until: float | None = None,
    at_once: int = 3,
    tell: Callable[[str], None] = print,
) -> Result:
    """Count in dry runs, then kill. `most` and `until` (a monotonic moment) bound it: a bounded sweep is a sample.

    The sample has one hit of each failpoint of each scenario first, then further ones; `seed` says which.
    """
    databases, result = await Databases(database).make(), Result(database)
    try:
        plan: list[Kill] = []
        for scenario in (one for one in ALL if not only or one.name in only):
            dry = await play(databases, scenario, Order(counting=True))
            result.dry.append(dry)
            plan += kills_of(scenario, dry)
            tell(f"{database}  {scenario.name}: {_hits(dry)} hits in a dry run {_told(dry)}")
        result.planned = len(plan)
        ordered = in_order(plan, random.Random(seed))[:most]
        await _work(databases, ordered, result, until=until, at_once=at_once, tell=tell)
    finally:
        databases.close()
    return result


async def _work(
    databases: Databases,
    plan: Sequence[Kill],
    result: Result,
    *,
    until: float | None,
    at_once: int,
    tell: Callable[[str], None],
) -> None:
    waiting = iter(plan)

    async def worker() -> None:
        for kill in waiting:
            if until is not None and time.monotonic() > until:
                return
            outcome = await _kill(databases, kill)
            result.runs.append(outcome)
            if outcome.findings:
                at = f"{kill.process} at {kill.failpoint} hit {kill.hit}"
                tell(f"{databases.kind}  {kill.scenario.name}: {at}: {_told(outcome)}")
            if len(result.runs) % 25 == 0:
                tell(f"{databases.kind}  {len(result.runs)} of {len(plan)} runs, {len(result.kills)} kills")

    await asyncio.gather(*(worker() for _ in range(at_once)))


async def _kill(databases: Databases, kill: Kill) -> Outcome:
    """A kill that was not reached is tried once more: how often a failpoint is passed depends on the moment."""
    order = Order(kill.failpoint, kill.hit)
    outcome = await play(databases, kill.scenario, order, kill.process)
    if outcome.killed or outcome.findings:
        return outcome
    return await play(databases, kill.scenario, order, kill.process)


def kills_of(scenario: Scenario, dry: Outcome) -> list[Kill]:
    """Every hit of every failpoint of every process that may be killed."""
    return [
        Kill(scenario, process, failpoint, hit)
        for process, counted in dry.counted.items()
        if process in scenario.processes
        for failpoint, times in sorted(counted.items())
        for hit in range(1, times + 1)
    ]


def in_order(plan: Iterable[Kill], dice: random.Random) -> list[Kill]:
    """One hit of each failpoint of each process and scenario first, in any order; then the rest, in any order."""
    shuffled = sorted(plan, key=lambda one: (one.scenario.name, one.process, one.failpoint, one.hit))
    dice.shuffle(shuffled)
    seen: Counter[tuple[str, str, str]] = Counter()
    ranked: list[tuple[int, int, Kill]] = []
    for number, one in enumerate(shuffled):
        place = (one.scenario.name, one.process, one.failpoint)
        ranked.append((min(seen[place], 1), number, one))
        seen[place] += 1
    return [one for _, _, one in sorted(ranked, key=lambda item: item[:2])]


def _hits(dry: Outcome) -> int:
    return sum(sum(counted.values()) for counted in dry.counted.values())


def _told(outcome: Outcome) -> str:
    return "; ".join(outcome.findings) or f"({outcome.seconds:.1f} s)"


def table(results: Sequence[Result]) -> list[str]:
    """The result in lines."""
    heads = ("HITS", "RUNS", "KILLS", "IN CALL", "UNKNOWN", "MESSAGES", "WRONG")
    lines = [_cells("DATABASE", "SCENARIO", *heads)]
    for result in results:
        for dry in result.dry:
            runs = [one for one in result.runs if one.scenario == dry.scenario]
            lines.append(_line(result.database, dry.scenario, _hits(dry), runs))
        lines.append(_line(result.database, "all", result.planned, result.runs))
    return lines


def _line(database: str, name: str, hits: int, runs: Sequence[Outcome]) -> str:
    kills = [one for one in runs if one.killed]
    in_call = sum(one.in_window for one in kills)
    unknown, messages = sum(one.unknown for one in kills), sum(one.messages for one in kills)
    wrong = sum(bool(one.findings) for one in runs)
    return _cells(database, name, hits, len(runs), len(kills), in_call, unknown, messages, wrong)


def _cells(database: str, name: str, *numbers: str | int) -> str:
    return f"{database:<11} {name:<20}" + "".join(f"{one:>9}" for one in numbers)


def document(results: Sequence[Result], *, seed: int, seconds: float) -> dict[str, Any]:
    """The result for programs: every run with its kill, its verdict and what it counted."""
    return {
        "seed": seed,
        "seconds": round(seconds),
        "failpoints": len(FAILPOINTS),
        "never_passed": sorted(set(FAILPOINTS) - set(itertools.chain(*(one.passed for one in results)))),
        "window": sorted(WINDOW),
        "databases": [
            {
                "database": one.database,
                "hits": one.planned,
                "runs": len(one.runs),
                "kills": len(one.kills),
                "unknown": sum(run.unknown for run in one.kills),
                "messages": sum(run.messages for run in one.kills),
                "wrong": len(one.red),
                "killed": [_run(run) for run in one.runs],
            }
            for one in results
        ],
    }


def _run(run: Outcome) -> dict[str, Any]:
    at = {"scenario": run.scenario, "process": run.process, "failpoint": run.order.failpoint, "hit": run.order.hit}
    found = {"killed": run.killed, "unknown": run.unknown, "messages": run.messages, "findings": run.findings}
    return at | found
