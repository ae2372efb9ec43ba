"""What must never happen does not, whatever the dice say. A failure names its seed: `worlds.py` replays it."""

from pathlib import Path

import pytest

from tests.bot.simulation.worlds import KINDS, TALKATIVE, broken, rehearsals

CHUNK = 10
SEEDS = 1000
"""For each of the two flows: 2,000 in all."""


async def check(flow: str, seeds: range, folder: Path, template: Path | None) -> None:
    worlds = rehearsals(flow, folder, template)
    found = {}
    for seed in seeds:
        tally = await worlds.live(seed, habits=TALKATIVE)
        assert any(came.messages for came in tally.people), (
            f"seed {seed}: a world in which nothing is said shows nothing"
        )
        if tally.broken:
            found[seed] = broken(tally)[:3]
    assert not found, f"seeds of {flow} in which a rule was broken: {found}"


async def test_every_rule_is_kept_in_a_world_of_the_shipped_flow(published_sqlite: Path, tmp_path: Path) -> None:
    await check("barriers", range(1, 2), tmp_path, published_sqlite)


async def test_every_rule_is_kept_in_a_world_with_every_kind_of_step(published_sqlite: Path, tmp_path: Path) -> None:
    await check(str(KINDS), range(1, 2), tmp_path, published_sqlite)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1, SEEDS, CHUNK))
@pytest.mark.parametrize("flow", ["barriers", str(KINDS)], ids=["barriers", "kinds"])
async def test_every_rule_is_kept_in_many_worlds(flow: str, first: int, published_sqlite: Path, tmp_path: Path) -> None:
    await check(flow, range(first, first + CHUNK), tmp_path, published_sqlite)
