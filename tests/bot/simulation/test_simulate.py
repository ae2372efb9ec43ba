"""`holdback simulate`: the same seed gives the same figures, a prospect can be looked at, and a page be sent around."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.library import Library, build_flow
from bot.simulation.figures import document
from bot.simulation.page import as_html, lines
from bot.simulation.world import Wanted
from tests.bot.cli.shell import Shell
from tests.bot.simulation.worlds import rehearsals


async def test_the_same_seed_gives_the_same_figures(published_sqlite: Path, tmp_path: Path) -> None:
    library = Library()
    flow, campaign = build_flow(library.load_flow("barriers"), 1), library.campaigns()["barriers"]
    worlds = rehearsals("barriers", tmp_path, published_sqlite)
    found = [
        document(await worlds.live(5, prospects=8, only=only), Wanted(8, 30, 5), flow, campaign) for only in (None, 7)
    ]
    assert json.dumps(found[0]) == json.dumps(found[1]), "looking at somebody changes nothing"
    one = found[0]
    assert one["people"]["reached"] <= one["people"]["enrolled"] <= 8 and one["broken"] == []
    assert sum(one["outcomes"].values()) == one["people"]["enrolled"]
    assert sum(one["messages"]["by_local_hour"]) == one["messages"]["sent"]
    assert float(one["cost"]["low"]) <= float(one["cost"]["total"]) <= float(one["cost"]["high"]) + 0.01
    first = one["funnel"][0]
    assert first["step"] == "barrier" and first["reached"] == first["answered"] + first["left"]
    page = as_html(one, "Lamp & Loom", "holdback simulate barriers --seed 5")
    assert "Every rule was kept" in page and "Lamp &amp; Loom" in page and "<script" not in page
    assert "What held you back?" in "\n".join(lines(one, ""))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("barriers", "--prospects", "10", "--only", "11"), "there are the prospects 1 to 10"),
        (("barriers", "--start", "soon"), "write it as 2026-03-02"),
        (("barriers", "--out", "report.pdf"), "ends in .html"),
        (("no-such-flow",), "there is no flow 'no-such-flow'"),
    ],
)
def test_what_cannot_be_rehearsed_is_said_in_one_line(holdback: Shell, arguments: tuple[str, ...], said: str) -> None:
    answer = holdback("simulate", *arguments)
    assert answer.code == 2 and said in answer.err and "Traceback" not in answer.err


@pytest.mark.slow
def test_the_command_says_the_same_in_every_process(tmp_path: Path) -> None:
    """Also with two worlds side by side, and whatever order Python keeps its sets in."""
    said = []
    for hashes in ("1", "2"):
        command = [sys.executable, "-m", "bot", "simulate", "barriers", "--prospects", "1500", "--days", "3", "--json"]
        done = subprocess.run(
            [*command, "--out", str(tmp_path / "page.html")], capture_output=True, check=False, timeout=600,
            env={**os.environ, "PYTHONHASHSEED": hashes, "HOLDBACK_HOME_DIR": str(tmp_path)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        said.append(done.stdout)
    assert said[0] == said[1] and json.loads(said[0])["people"]["enrolled"] > 1000
    assert (tmp_path / "page.html").read_text("utf-8").startswith("<!doctype html>")
