"""The benchmark runs, and what it found is written down. How fast is no test's business."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.bench import markdown, results
from tests.bench.__main__ import PARTS, main, measure, table
from tests.bench.measure import SMALL, Goal, Part, Rounds, Sizes

QUICK = ("turns", "crowds")
"""The parts that the suite runs; the others start whole programs."""

GOALS = (
    Goal("G1  as quick as the peer, twice", "ours", "theirs", 2, "turns/s"),
    Goal("G2  memory of it", "memory", None, 64, "MiB", at_most=True),
)


@pytest.mark.parametrize("names", [QUICK, pytest.param((*PARTS,), marks=pytest.mark.slow)], ids=["quick", "all"])
async def test_every_goal_has_a_figure(names: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    for name in names:
        part = PARTS[name]
        rounds = await measure(part, SMALL, tmp_path, file)
        shown = table(part, rounds)
        assert all(goal.name in shown and goal.reached(rounds) > 0 for goal in part.goals)
    assert set(results.read(file)["parts"]) == set(names)


def written(file: Path, memory: float, busy: float = 0.0) -> None:
    """Three rounds of a part, written down."""

    async def nothing(_rounds: Rounds, _sizes: Sizes, _folder: Path) -> None:
        """Was measured by hand."""

    rounds = Rounds({"ours": [300, 100, 390], "theirs": [100, 100, 100], "memory": [memory]}, {"PostgreSQL": "18.1"})
    at = datetime(2026, 3, 1, 9, tzinfo=UTC)
    entry = results.entry(Part("both", GOALS, nothing), rounds, SMALL, at=at, seconds=12, busy=busy)
    results.keep(file, "both", entry)


def test_a_page_shows_each_goal_with_its_noise_and_says_what_is_short(tmp_path: Path) -> None:
    file, page = tmp_path / "bench.json", tmp_path / "speed.md"
    page.write_text(f"# Speed\n\n{markdown.BEGIN}\nold\n{markdown.END}\n\nThe end.\n", encoding="utf-8")
    written(file, memory=70)
    assert main(["--markdown", str(file), "--into", str(page)]) == 0
    shown = page.read_text(encoding="utf-8")
    ratio, floor = "3.00 (1.00 to 3.90) | >= 2 | held", "300 (100 to 390) turns/s | 100 (100 to 100) turns/s"
    assert f"| G1 as quick as the peer, twice | {ratio} | {floor} |" in shown
    assert "| G2 memory of it | 70.0 | <= 64 | **short** |  |  |" in shown and "PostgreSQL 18.1." in shown
    assert "old" not in shown and shown.startswith("# Speed\n") and shown.endswith("\n\nThe end.\n")


def test_what_is_measured_again_takes_its_own_place_only_and_a_busy_machine_is_marked(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    written(file, memory=70)
    results.keep(file, "other", results.read(file)["parts"]["both"])
    written(file, memory=50, busy=0.5)
    parts = results.read(file)["parts"]
    assert [parts[name]["goals"][1]["held"] for name in ("both", "other")] == [True, False]
    shown = markdown.tables(results.read(file))
    assert "| G2 memory of it \\* | 50.0 | <= 64 | held |" in shown and "| both \\* | 2026-03-01T09" in shown


def test_a_page_without_a_place_for_figures_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, page = tmp_path / "bench.json", tmp_path / "speed.md"
    written(file, memory=50)
    page.write_text("# Speed\n", encoding="utf-8")
    assert main(["--markdown", str(file), "--into", str(page)]) == 1
    assert page.read_text(encoding="utf-8") == "# Speed\n" and "has no place for figures" in capsys.readouterr().err
