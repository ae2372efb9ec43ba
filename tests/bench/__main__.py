"""`make bench`: ratios measured in one run, goals beside what is reached."""

import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import structlog

from tests.bench import claims, pacing, postgres, programs, sends, turning
from tests.bench.measure import SMALL, Part, Rounds, Sizes
from tests.bench.updates import TURNS

PARTS: dict[str, Part] = {
    part.name: part
    for part in (*turning.PARTS, *programs.PARTS, *postgres.PARTS, *sends.PARTS, *claims.PARTS, *pacing.PARTS)
}
"""Everything that is measured; `make bench ARGS="turns"` measures only that."""


async def measure(parts: Sequence[Part], sizes: Sizes, folder: Path) -> Rounds:
    """Each of these parts, in a folder of its own."""
    rounds = Rounds()
    for part in parts:
        home = folder / part.name
        home.mkdir()
        await part.measure(rounds, sizes, home)
    return rounds


def table(parts: Sequence[Part], rounds: Rounds, sizes: Sizes, seconds: float) -> str:
    """What was reached beside what was wanted, and the figures behind it."""
    goals = [goal for part in parts for goal in part.goals]
    lines = [f"{'':64}{'reached':>9}{'goal':>9}"]
    for goal in goals:
        reached = goal.reached(rounds)
        wanted = "" if goal.goal is None else f"{'<=' if goal.at_most else '>='} {goal.goal:g}"
        verdict = "" if goal.holds(reached) else "   short of it"
        lines.append(f"{goal.name:64}{reached:9.2f}{wanted:>9}{verdict}")
    lines += ["", "behind it, medians:"]
    units = {name: goal.unit for goal in goals for name in (goal.figure, goal.against) if name}
    for name in rounds.figures:
        unit = units.get(name, "us" if name == "fdatasync" else "")
        lines.append(f"  {name:40}{rounds.middle(name):12,.1f} {unit}")
    lines += [
        "",
        f"{sizes.rounds} rounds, {sizes.surveys} surveys of {TURNS} turns at once; medians of same-round ratios;",
        f"durable on SQLite: WAL FULL, received and taken, not yet sent; {seconds:.0f} seconds in all.",
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Measure and print. `--small` only shows that everything runs; names of parts measure only these."""
    wanted = [argument for argument in arguments if argument != "--small"]
    if unknown := [name for name in wanted if name not in PARTS]:
        print(f"usage: python -m tests.bench [--small] [{' | '.join(PARTS)}]; not {unknown[0]}", file=sys.stderr)
        return 2
    parts = [PARTS[name] for name in wanted or PARTS]
    sizes = SMALL if "--small" in arguments else Sizes()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="holdback-bench-") as folder:
        rounds = asyncio.run(measure(parts, sizes, Path(folder)))
    print(table(parts, rounds, sizes, time.perf_counter() - started))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
