"""What a strategy would have done: guards and a strict budget replayed, and nothing promised about purchases."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from flows.offers.backtest import Moment, backtest
from tests.flows.offers.sample import CATALOGUE, NOW, PERSON, strategy


def moment(number: int, barrier: str = "price", given: str | None = "twenty", value: str = "20") -> Moment:
    at = NOW - timedelta(days=20) + timedelta(hours=number)
    return Moment(number, at, barrier, "new_other", frozenset(), PERSON, given, Decimal(value))


def test_it_says_who_would_have_got_what_and_what_it_could_have_cost() -> None:
    past = [moment(1), moment(2, "trust", "digest", "0"), moment(3, "fit", None, "0")]
    report = backtest(strategy(), CATALOGUE, past)
    assert (report.moments, report.different, report.without, report.without_before) == (3, 1, 1, 1)
    assert (report.cost, report.would_cost) == (Decimal(20), Decimal(10))
    assert report.lines["ten"].would_give == 1 and report.lines["twenty"].given == 1


def test_a_budget_runs_out_in_the_replay_as_it_would() -> None:
    tight = strategy(budget={"amount": 35, "currency": "EUR"})
    report = backtest(tight, CATALOGUE, [moment(number) for number in range(6)])
    assert report.would_cost == 30 and report.lines["ten"].would_give == 3
    assert report.lines["digest"].would_give == 3 and report.refused == {"budget": 3}


def test_one_live_offer_and_what_was_given_before_hold_in_the_replay() -> None:
    same = [replace(moment(number), prospect_id=1) for number in range(3)]
    report = backtest(strategy(), CATALOGUE, same)
    assert report.lines["ten"].would_give == 1 and report.lines["digest"].would_give == 1
    assert report.refused["has_live_offer"] == 2 and report.refused["given_before"] == 1
