"""`make soak`: the real servers at a third of their maximum, trouble every half a minute, three ledgers at the end."""

import argparse
import asyncio
import json
import sys
from pathlib import Path

from tests.soak.run import Outcome, Plan, soak, table


def main() -> int:
    """Soak as the arguments say. Exit code 1 when anything was wrong."""
    asked = _arguments()
    outcomes: list[Outcome] = []
    for kind in asked.on:
        plan = Plan(kind, asked.minutes * 60, asked.every, seed=asked.seed)
        outcomes.append(asyncio.run(soak(plan, lambda line: print(line, flush=True))))
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_text(json.dumps([one.as_json() for one in outcomes], indent=1), encoding="utf-8")
    print("\n".join(["", *table(outcomes)]))
    return 1 if any(one.findings for one in outcomes) else 0


def _arguments() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="make soak ARGS=...", description=__doc__)
    reader.add_argument("--minutes", type=float, default=60, help="how long on each database")
    reader.add_argument("--on", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    reader.add_argument("--every", type=float, default=30, help="seconds between two troubles")
    reader.add_argument("--seed", type=int, default=1, help="which trouble comes when")
    reader.add_argument("--json", type=Path, default=Path("var/soak.json"))
    return reader.parse_args()


if __name__ == "__main__":
    sys.exit(main())
