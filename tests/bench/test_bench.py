"""The benchmark runs. How fast is no test's business."""

from pathlib import Path

from tests.bench.__main__ import GOALS, measure, table
from tests.bench.measure import SMALL


async def test_every_goal_has_a_figure(tmp_path: Path) -> None:
    rounds = await measure(SMALL, tmp_path)
    shown = table(rounds, SMALL, 1.0)
    assert all(goal.name in shown and goal.reached(rounds) > 0 for goal in GOALS)
    assert "fdatasync" in shown
