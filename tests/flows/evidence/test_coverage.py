"""Intervals and verdicts in worlds whose truth is known (EVIDENCE 2.3, items 3 and 4), simulated with fixed seeds."""

import random
from dataclasses import dataclass

import pytest

from flows.evidence.intervals import newcombe
from flows.evidence.verdicts import PLANNED_WEEKS, Group, judge

DAYS = 7 * PLANNED_WEEKS
CONTROL = 0.2


@dataclass
class Seen:
    """What was right over many campaigns: of each interval, how often it held the truth of the people in it."""

    runs: int = 0
    fixed: int = 0
    weekly: int = 0
    daily: int = 0
    helps: int = 0
    harms: int = 0


def simulate(runs: int, *, people: int, base: float, effect: float, growing: bool, seed: int) -> Seen:
    """Campaigns of thirteen weeks: `effect` points more buyers with offers, at once or growing."""
    dice, seen = random.Random(seed), Seen()
    for _ in range(runs):
        one = campaign(dice, people, base, effect, growing=growing)
        seen.runs += 1
        seen.fixed += one.fixed
        seen.weekly += one.weekly
        seen.daily += one.daily
        seen.helps += one.helps
        seen.harms += one.harms
    return seen


def campaign(dice: random.Random, people: int, base: float, effect: float, *, growing: bool) -> Seen:
    """One campaign, looked at every day. The truth is the average effect on the people counted so far."""
    treated = bought = control = bought_0 = 0
    truth, right = 0.0, Seen(fixed=0, weekly=1, daily=1)
    for day in range(1, DAYS + 1):
        now = effect * day / DAYS if growing else effect
        for _ in range(people // DAYS):
            if dice.random() < CONTROL:
                control += 1
                bought_0 += dice.random() < base
            else:
                treated += 1
                truth += now
                bought += dice.random() < base + now
        expected = truth / treated if treated else 0.0
        fixed = newcombe(bought, treated, bought_0, control)
        holds = fixed.low <= expected <= fixed.high
        right.daily &= holds
        if day % 7 == 0:
            said = judge(Group(treated, bought), Group(control, bought_0), control_share=CONTROL, week=day // 7)
            right.weekly &= said.interval.low <= expected <= said.interval.high
            right.helps |= said.verdict == "helps"
            right.harms |= said.verdict == "harms"
        if day == DAYS:
            right.fixed = int(holds)
    return right


def test_the_weekly_rule_holds_and_looking_daily_does_not() -> None:
    seen = simulate(60, people=1820, base=0.05, effect=0.0, growing=False, seed=11)
    assert seen.weekly >= 57
    assert seen.daily < 54  # the negative control: the usual interval, looked at every day, is wrong far too often
    assert seen.helps + seen.harms <= 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("people", "base", "effect", "growing"),
    [(1820, 0.05, 0.0, False), (4550, 0.05, 0.02, True), (4550, 0.02, 0.01, True), (9100, 0.05, 0.015, False)],
)
def test_intervals_hold_as_often_as_they_say(people: int, base: float, effect: float, growing: bool) -> None:
    seen = simulate(800, people=people, base=base, effect=effect, growing=growing, seed=2026)
    print(people, base, effect, growing, seen)
    assert 0.93 <= seen.fixed / seen.runs <= 0.97
    assert seen.weekly / seen.runs >= 0.95
    assert seen.daily / seen.runs < 0.9


@pytest.mark.slow
@pytest.mark.parametrize("people", [1820, 4550, 9100])
def test_in_a_world_without_effect_it_is_hardly_ever_said_to_help(people: int) -> None:
    seen = simulate(600, people=people, base=0.05, effect=0.0, growing=False, seed=7)
    print(people, seen)
    assert seen.helps / seen.runs <= 0.025 and seen.harms / seen.runs <= 0.025


@pytest.mark.slow
def test_an_offer_that_does_harm_is_found_out_within_the_quarter() -> None:
    seen = simulate(200, people=9100, base=0.08, effect=-0.04, growing=False, seed=3)
    print(seen)
    assert seen.harms / seen.runs >= 0.8 and seen.helps == 0
