"""The benchmark runs. How fast is no test's business."""

from pathlib import Path

import pytest

from tests.bench.__main__ import PARTS, measure, table
from tests.bench.measure import SMALL

QUICK = ("turns", "crowds")
"""The parts that the suite runs; the others start whole programs."""


@pytest.mark.parametrize("names", [QUICK, pytest.param((*PARTS,), marks=pytest.mark.slow)], ids=["quick", "all"])
async def test_every_goal_has_a_figure(names: tuple[str, ...], tmp_path: Path) -> None:
    parts = [PARTS[name] for name in names]
    rounds = await measure(parts, SMALL, tmp_path)
    shown = table(parts, rounds, SMALL, 1.0)
    assert all(goal.name in shown and goal.reached(rounds) > 0 for part in parts for goal in part.goals)
