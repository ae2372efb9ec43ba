"""When something may be said, and what."""

from datetime import UTC, datetime, timedelta

import pytest

from flows.evidence.verdicts import Group, Judged, judge, look_at, people_needed, week_of, weekly_level

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def said(treated: tuple[int, int], control: tuple[int, int], *, week: int = 4, share: float = 0.2) -> Judged:
    return judge(Group(*treated), Group(*control), control_share=share, week=week)


def test_nothing_is_said_before_ten_purchases_in_both_groups() -> None:
    one = said((400, 60), (100, 2))
    assert one.interval.low > 0 and one.verdict == "too_early"
    assert one.more is not None and one.more > 0


@pytest.mark.parametrize(
    ("treated", "control", "verdict"),
    [
        ((4000, 400), (1000, 50), "helps"),
        ((4000, 200), (1000, 100), "harms"),
        ((4000, 260), (1000, 60), "too_early"),
        ((80_000, 4010), (20_000, 1000), "no_difference"),
        ((4000, 300), (1400, 80), "unbalanced"),
    ],
)
def test_each_verdict_is_given_when_it_is_due(treated: tuple[int, int], control: tuple[int, int], verdict: str) -> None:
    assert said(treated, control).verdict == verdict


def test_at_the_planned_end_what_was_not_shown_is_said_so_and_the_95_percent_interval_is_given_once() -> None:
    before, end = said((4000, 260), (1000, 60), week=12), said((4000, 260), (1000, 60), week=13)
    assert before.verdict == "too_early" and before.final is None
    assert end.verdict == "no_difference" and end.final is not None and end.ended
    assert end.final.high - end.final.low < end.interval.high - end.interval.low


def test_a_week_s_interval_is_as_wide_as_thirteen_looks_need() -> None:
    assert weekly_level() == pytest.approx(1 - 0.05 / 13)


def test_about_so_many_more_people_is_enough_when_they_buy_as_before() -> None:
    for treated, control in (((700, 49), (300, 12)), ((160, 12), (40, 2))):
        before = Group(*treated), Group(*control)
        share = control[0] / (treated[0] + control[0])
        more = people_needed(*before, share)
        grown = 1 + 1.1 * more / (treated[0] + control[0])
        later = [Group(round(one.people * grown), round(one.bought * grown)) for one in before]
        assert judge(*later, control_share=share, week=5).verdict in ("helps", "harms", "no_difference"), more


def test_with_nobody_yet_the_need_is_reckoned_from_a_usual_share_of_buyers() -> None:
    assert people_needed(Group(0, 0), Group(0, 0), 0.1) == 2000  # ten purchases at 5 % of a tenth of the people


def test_looks_are_whole_weeks_after_the_beginning() -> None:
    assert week_of(START, START + timedelta(days=6, hours=23)) == 0
    assert week_of(START, START + timedelta(days=7)) == 1
    assert week_of(START, START - timedelta(days=1)) == 0
    assert week_of(START, look_at(START, 13)) == 13
