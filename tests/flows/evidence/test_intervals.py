"""Intervals, against published figures and by their nature."""

import random
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.evidence.intervals import Sums, mean_difference, newcombe, sizes_p, wilson, z_of


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [  # Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(successes: int, n: int, low: float, high: float) -> None:
    found = wilson(successes, n)
    assert found == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [  # Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_newcombe_gives_the_published_intervals(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    found = newcombe(*one, *other)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_the_weekly_rule_of_thirteen_looks_uses_z_of_about_2_89() -> None:
    assert z_of(1 - 0.05 / 13) == pytest.approx(2.89, abs=0.005)
    assert z_of(0.95) == pytest.approx(1.96, abs=0.0005)


groups = st.integers(0, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
levels = st.floats(0.5, 0.9999)


@given(groups, groups, levels)
def test_a_difference_holds_its_estimate_and_turns_round_with_its_groups(
    one: tuple[int, int], other: tuple[int, int], level: float
) -> None:
    forth, back = newcombe(*one, *other, level), newcombe(*other, *one, level)
    assert -1.0000001 <= forth.low <= forth.mid <= forth.high <= 1.0000001
    assert isclose(forth.low, -back.high, abs_tol=1e-9) and isclose(forth.high, -back.low, abs_tol=1e-9)


@given(groups, levels, levels)
def test_more_certainty_needs_a_wider_interval(group: tuple[int, int], level: float, other: float) -> None:
    narrow, wide = wilson(*group, min(level, other)), wilson(*group, max(level, other))
    assert wide[0] <= narrow[0] + 1e-12 and narrow[1] <= wide[1] + 1e-12
    if group[1]:
        assert narrow[0] <= group[0] / group[1] <= narrow[1]


def test_more_buyers_than_people_are_refused() -> None:
    with pytest.raises(ValueError, match="5 of 4"):
        wilson(5, 4)


def test_group_sizes_as_planned_are_likely_and_others_are_not() -> None:
    assert sizes_p(800, 200, 0.2) == 1.0
    assert sizes_p(700, 300, 0.2) < 1e-9
    assert sizes_p(0, 0, 0.2) == 1.0
    assert sizes_p(60, 40, 0.5) == pytest.approx(0.0455, abs=0.0001)  # chi-square 4 with one degree of freedom


def test_the_difference_of_averages_is_that_of_welch() -> None:
    dice = random.Random(7)
    one, other = [dice.gauss(3, 1) for _ in range(400)], [dice.gauss(2, 2) for _ in range(300)]
    found = mean_difference(_sums(one), _sums(other))
    assert found is not None and found.low < 1 < found.high and found.high - found.low < 0.6
    assert mean_difference(_sums(one[:1]), _sums(other)) is None


def _sums(values: list[float]) -> Sums:
    return Sums(len(values), sum(values), sum(value * value for value in values))
