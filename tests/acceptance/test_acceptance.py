"""The acceptance figures of EVIDENCE.md 2.3, sampled; in full with `make acceptance` (and here, slowly)."""

from collections.abc import Callable, Iterator

import pytest

from tests.acceptance.figures import Figure, budgets, harms, large, small
from tests.acceptance.world import captured


def test_pooled_learning_beats_chance_in_a_small_campaign() -> None:
    pooled, chance = captured("pooled", 3000, 2), captured("random", 3000, 2)
    assert sum(pooled) / 2 >= 0.45 and sum(pooled) > 1.1 * sum(chance)


def test_a_strict_budget_is_never_overspent() -> None:
    assert all(figure.met for figure in budgets(1, people=1200))


@pytest.mark.slow
@pytest.mark.parametrize(("part", "runs"), [(small, 40), (large, 16), (budgets, 30), (harms, 40)])
def test_every_figure_meets_its_target(part: Callable[[int], Iterator[Figure]], runs: int) -> None:
    figures = list(part(runs))
    assert all(figure.met for figure in figures), figures
