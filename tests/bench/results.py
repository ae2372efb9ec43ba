"""What was measured, on which machine, written down: `var/bench.json`, an entry for each part of the benchmark.

A part that is measured again replaces its own entry only, so that a long run may be made in pieces.
"""

import asyncio
import json
import os
import platform
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Any, Final

from tests.bench.measure import Goal, Part, Rounds, Sizes

FILE: Final = Path("var/bench.json")
CALM: Final = 0.1
"""A share of the machine that other work may have without being mentioned."""
PEERS: Final = ("python-telegram-bot", "asyncpg", "SQLAlchemy", "uvicorn")


async def others(seconds: float) -> float:
    """The share of all cores that other work takes while this process sleeps so long, from 0 to 1."""
    before = _cores()
    await asyncio.sleep(seconds)
    idle, whole = (after - then for after, then in zip(_cores(), before, strict=True))
    return 1 - idle / whole if whole else 0.0


def _cores() -> tuple[int, int]:
    """Ticks that all cores were idle, and all their ticks."""
    ticks = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return ticks[3] + ticks[4], sum(ticks)


def machine() -> dict[str, Any]:
    """What the figures depend on: cores and the programs that are compared."""
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "cores": os.cpu_count(),
        "processor": models[0].partition(":")[2].strip() if models else platform.machine(),
        "system": platform.system(),
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        **{name: metadata.version(name) for name in PEERS},
    }


def entry(part: Part, rounds: Rounds, sizes: Sizes, *, at: datetime, seconds: float, busy: float) -> dict[str, Any]:
    """What a part came to. `busy`: the share of the machine that others took just before or after, the larger."""
    units = {name: goal.unit for goal in part.goals for name in (goal.figure, goal.against) if name}
    return {
        "at": at.isoformat(timespec="seconds"),
        "seconds": round(seconds),
        "rounds": sizes.rounds,
        "busy": round(busy, 2),
        "told": rounds.told,
        "goals": [judged(goal, rounds) for goal in part.goals],
        "figures": {name: {"unit": units.get(name, ""), **spread(ones)} for name, ones in rounds.figures.items()},
    }


def judged(goal: Goal, rounds: Rounds) -> dict[str, Any]:
    """A goal beside what was reached in each round."""
    ratios, reached = goal.ratios(rounds), goal.reached(rounds)
    return {
        "name": " ".join(goal.name.split()),
        "goal": goal.goal,
        "at_most": goal.at_most,
        "figure": goal.figure,
        "against": goal.against,
        **spread(ratios),
        "held": goal.holds(reached),
    }


def spread(ones: Sequence[float]) -> dict[str, Any]:
    """The median with its noise, and every round."""
    return {"median": median(ones), "lowest": min(ones), "highest": max(ones), "each": list(ones)}


def keep(file: Path, name: str, found: dict[str, Any]) -> None:
    """Write a part down, beside those that were measured before."""
    known = read(file) if file.exists() else {"parts": {}}
    file.parent.mkdir(parents=True, exist_ok=True)
    document = {"machine": machine(), "parts": {**known["parts"], name: found}}
    file.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def read(file: Path) -> dict[str, Any]:
    """What was written down. Raises OSError when there is no such file, ValueError when it is not ours."""
    document = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(document, dict) or "parts" not in document:
        raise ValueError(f"{file} was not written by make bench: measure again, or name another file")
    return document
