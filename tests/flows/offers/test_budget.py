"""A strict budget cannot be exceeded, whatever people do with their codes; pacing keeps spending even."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.offers.budget import Spending, allowance, committed, days_left, fits, pace, period_start, usual_share
from flows.offers.strategy import Budget

PRAGUE = ZoneInfo("Europe/Prague")
NOW = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)  # half past midnight of April 1 in Prague
repeatable = settings(max_examples=60, derandomize=True, database=None, deadline=None)


def budget(amount: int = 100, **other: object) -> Budget:
    return Budget.model_validate({"amount": amount, "currency": "EUR"} | other)


@repeatable
@given(st.integers(1, 500), st.lists(st.integers(1, 60), max_size=80), st.randoms(use_true_random=False))
def test_a_strict_budget_holds_even_if_everybody_redeems(amount: int, values: list[int], dice: random.Random) -> None:
    limit, spent, live = budget(amount), Decimal(0), [Decimal(0)]
    for value in values:
        if dice.random() < 0.3:  # some codes end unused, and give their value back
            live.pop(dice.randrange(len(live)), *()) if len(live) > 1 else None
        if dice.random() < 0.3:
            spent, live = spent + sum(live), [Decimal(0)]  # everybody redeems at once
        if fits(limit, Spending(spent, sum(live, Decimal(0))), Decimal(value)):
            live.append(Decimal(value))
        assert spent + sum(live) <= limit.amount


def test_expected_counts_codes_as_they_are_usually_used_and_in_full_until_that_is_known() -> None:
    soft = budget(mode="expected")
    live = Spending(live=Decimal(200), squares=Decimal(2000))
    assert committed(soft, replace(live, ended=19, used=2)) == 200
    known = committed(soft, replace(live, ended=100, used=10))
    assert known == pytest.approx(Decimal("60.249"), abs=Decimal("0.001"))  # 0.1 x 200 + 3 sqrt(0.09 x 2000)
    assert fits(soft, replace(live, ended=100, used=10), Decimal(10))
    assert not fits(budget(), live, Decimal(10)) and fits(budget(), live, Decimal(0))


def test_periods_begin_on_the_shops_own_first_and_monday() -> None:
    month, week = period_start(budget(per="month"), NOW, PRAGUE), period_start(budget(per="week"), NOW, PRAGUE)
    assert month is not None and month.isoformat() == "2026-04-01T00:00:00+02:00"
    assert week is not None and week.date().isoformat() == "2026-03-30"
    assert period_start(budget(), NOW, PRAGUE) is None


def test_what_is_left_is_spread_over_the_days_left() -> None:
    assert days_left(budget(per="month"), NOW, NOW, PRAGUE) == 30
    assert days_left(budget(per="week"), NOW, NOW, PRAGUE) == 5
    assert days_left(budget(days=10), NOW - timedelta(days=4), NOW, PRAGUE) == 6
    assert days_left(budget(days=10), NOW - timedelta(days=40), NOW, PRAGUE) == 1
    assert allowance(budget(), Spending(spent=Decimal(40)), 6) == 10
    assert allowance(budget(), Spending(spent=Decimal(400)), 6) == 0


def test_the_share_of_codes_that_are_used_begins_at_a_tenth_and_follows_what_came() -> None:
    assert usual_share(Spending()) == pytest.approx(0.1)
    assert usual_share(Spending(ended=180, used=78)) == pytest.approx(0.4)
    assert 0.1 < usual_share(Spending(ended=5, used=5)) < 0.3, "a few codes are no rule"


def test_the_price_of_budget_rises_above_the_pace_and_never_falls_below_nothing() -> None:
    assert pace(0.0, 20, 10) == pytest.approx(0.15)
    assert pace(0.1, 0, 10) == 0.0
    assert pace(0.5, 10, 10) == 0.5
    assert pace(0.0, 5, 0) == pytest.approx(0.15) and pace(0.3, 0, 0) == pytest.approx(0.3)
