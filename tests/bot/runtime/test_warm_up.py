"""Warming up: a little more every day, in the shop's own days, and nothing is counted any more at the end."""

from datetime import UTC, date, datetime

import pytest

from bot.runtime.warm_up import WarmUp, day_of, parse_warm_up


def test_every_day_bears_a_little_more_until_nobody_counts() -> None:
    ramp = parse_warm_up("50 +30% from 2026-11-22")
    assert ramp == WarmUp(50, 30, date(2026, 11, 22))
    assert [ramp.limit(date(2026, 11, day)) for day in (20, 22, 23, 24, 25)] == [50, 50, 65, 84, 109]
    assert ramp.limit(date(2026, 12, 20)) == 77514
    assert ramp.limit(date(2026, 12, 21)) is None
    assert ramp.limit(date(9000, 1, 1)) is None
    assert parse_warm_up(" ") is None


@pytest.mark.parametrize("text", ["50", "50 +30%", "50 +30% from tomorrow", "50 +30% from 2026-13-01", "-5 +3% from x"])
def test_what_is_no_ramp_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"must look like 50 \+30% from 2026-11-22"):
        parse_warm_up(text)


@pytest.mark.parametrize("text", ["0 +30% from 2026-11-22", "50 +0% from 2026-11-22", "50 +300% from 2026-11-22"])
def test_a_ramp_begins_and_grows(text: str) -> None:
    with pytest.raises(ValueError, match="must begin with 1 or more a day and grow by 1% to 200%"):
        parse_warm_up(text)


def test_a_day_is_the_shops_and_may_have_23_hours() -> None:
    day, begins, ends = day_of(datetime(2026, 3, 29, 10, 0, tzinfo=UTC), "Europe/Budapest")
    assert (day, begins, ends) == (
        date(2026, 3, 29),
        datetime(2026, 3, 28, 23, 0, tzinfo=UTC),
        datetime(2026, 3, 29, 22, 0, tzinfo=UTC),
    )
