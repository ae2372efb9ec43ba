"""`make bench`: ratios measured in one run, goals beside what is reached; written down in var/bench.json."""

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import structlog

from bot.runtime.clock import Clock
from tests.bench import claims, mails, markdown, pacing, postgres, processes, programs, results, sends, turning
from tests.bench.measure import SMALL, Part, Rounds, Sizes
from tests.bench.updates import TURNS

ROOMS = (turning, programs, postgres, processes, sends, mails, claims, pacing)
PARTS: dict[str, Part] = {part.name: part for room in ROOMS for part in room.PARTS}
"""Everything that is measured; `make bench ARGS="turns"` measures only that."""


async def measure(part: Part, sizes: Sizes, folder: Path, file: Path | None) -> Rounds:
    """One part, in a folder of its own, written down in this file."""
    rounds, at, home = Rounds(), Clock().now(), folder / part.name
    home.mkdir()
    before = await results.others(sizes.look)
    started = time.perf_counter()
    await part.measure(rounds, sizes, home)
    seconds = time.perf_counter() - started
    if file is not None:
        busy = max(before, await results.others(sizes.look))
        results.keep(file, part.name, results.entry(part, rounds, sizes, at=at, seconds=seconds, busy=busy))
    return rounds


def table(part: Part, rounds: Rounds) -> str:
    """What was reached beside what was wanted, and the figures behind it."""
    lines = [f"{part.name:64}{'reached':>9}{'goal':>9}"]
    for goal in part.goals:
        reached = goal.reached(rounds)
        wanted = "" if goal.goal is None else f"{'<=' if goal.at_most else '>='} {goal.goal:g}"
        verdict = "" if goal.holds(reached) else "   short of it"
        lines.append(f"{goal.name:64}{reached:9.2f}{wanted:>9}{verdict}")
    lines += ["", "behind it, medians:"]
    units = {name: goal.unit for goal in part.goals for name in (goal.figure, goal.against) if name}
    for name in rounds.figures:
        unit = units.get(name, "us" if name == "fdatasync" else "")
        lines.append(f"  {name:40}{rounds.middle(name):12,.1f} {unit}")
    return "\n".join([*lines, *(f"  {what}: {words}" for what, words in rounds.told.items()), ""])


async def run(parts: Sequence[Part], sizes: Sizes, file: Path | None) -> None:
    """Measure these one after the other, and say what each came to."""
    with tempfile.TemporaryDirectory(prefix="holdback-bench-") as folder:
        for part in parts:
            print(table(part, await measure(part, sizes, Path(folder), file)), flush=True)
    print(f"{sizes.rounds} rounds, {sizes.surveys} surveys of {TURNS} turns at once; medians of same-round ratios;")
    print("durable on SQLite: WAL FULL, received and taken, not yet sent.")


def read_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """What to measure and where to write it."""
    reader = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    reader.add_argument("parts", nargs="*", metavar="PART", help=f"only these of {', '.join(PARTS)}")
    reader.add_argument("--small", action="store_true", help="only show that everything runs; nothing is written")
    reader.add_argument("--json", type=Path, default=results.FILE, metavar="FILE", help="where figures are written")
    reader.add_argument("--markdown", type=Path, metavar="FILE", help="measure nothing, print that file as tables")
    reader.add_argument("--into", type=Path, metavar="PAGE", help="with --markdown: write the tables into this page")
    told = reader.parse_args(arguments)
    if unknown := [name for name in told.parts if name not in PARTS]:
        reader.error(f"there is no part {unknown[0]}: name some of {', '.join(PARTS)}")
    return told


def show(file: Path, page: Path | None) -> int:
    """Print what was written down as tables, or put them into a page."""
    try:
        document = results.read(file)
        if page is None:
            print(markdown.tables(document))
        else:
            markdown.into(page, document)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def main(arguments: Sequence[str]) -> int:
    """Measure and print; or show what was measured before."""
    told = read_arguments(arguments)
    if told.markdown is not None:
        return show(told.markdown, told.into)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    parts = [PARTS[name] for name in told.parts or PARTS]
    asyncio.run(run(parts, SMALL if told.small else Sizes(), None if told.small else told.json))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
