"""`make crash-sweep`: the whole sweep on SQLite and PostgreSQL, as a table and as JSON. Exit code 1 when it is red."""

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path

from tests.crash.sweep import ALL, Result, document, sweep, table

SEED = 20261122


def main() -> int:
    """Sweep as the arguments say."""
    asked = _arguments()
    began = time.monotonic()
    results = [asyncio.run(_sweep(asked, database, began, number)) for number, database in enumerate(asked.on, start=1)]
    seconds = time.monotonic() - began
    print("\n".join(["", *table(results), f"seed {asked.seed}, {seconds:.0f} s"]))
    for result in results:
        for run in result.red:
            at = f"{run.process} {run.order.failpoint} {run.order.hit}"
            print(f"WRONG {result.database} {run.scenario}: {at}: {run.findings}")
    asked.json.parent.mkdir(parents=True, exist_ok=True)
    asked.json.write_text(json.dumps(document(results, seed=asked.seed, seconds=seconds), indent=1), encoding="utf-8")
    return 1 if any(result.red for result in results) else 0


async def _sweep(asked: argparse.Namespace, database: str, began: float, number: int) -> Result:
    until = None if asked.minutes is None else began + asked.minutes * 60 * number / len(asked.on)
    tell = lambda line: print(line, flush=True)  # noqa: E731 - a line at a time, whoever reads it
    return await sweep(
        database, seed=asked.seed, only=asked.only, most=asked.most, until=until, at_once=asked.at_once, tell=tell
    )


def _arguments() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="make crash-sweep ARGS=...", description=__doc__)
    reader.add_argument("--on", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    reader.add_argument("--only", nargs="+", choices=[one.name for one in ALL], default=[], help="these scenarios")
    reader.add_argument("--minutes", type=float, help="stop after so long: a sample, the same for the same seed")
    reader.add_argument("--most", type=int, help="so many kills on each database at most: a sample")
    reader.add_argument("--seed", type=int, default=SEED)
    reader.add_argument("--at-once", type=int, default=3, help="runs beside each other")
    reader.add_argument("--json", type=Path, default=Path("var/crash-sweep.json"))
    return reader.parse_args()


if __name__ == "__main__":
    sys.exit(main())
