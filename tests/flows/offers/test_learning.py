"""Shares of a day: pooled, repeatable from their log, and none below its floor."""

import json
import random
from decimal import Decimal

import pytest

from flows.offers.learning import Arm, Cell, Count, Prior, daily_shares, score, tabulate, winner
from flows.offers.nightly import Economy, nightly, rebuild, usual_cost
from tests.flows.offers.sample import CATALOGUE, strategy

COUNTS: dict[Cell, Count] = {
    ("price", "new_other", "ten"): Count(900, 90),
    ("price", "new_other", "digest"): Count(900, 45),
    ("price", "b2b", "ten"): Count(20, 1),
    ("trust", "new_other", "digest"): Count(100, 5),
}
FLAT = Economy(sale=100.0, costs={}, price=0.0)


def test_a_cells_own_counts_are_left_out_of_the_level_above() -> None:
    table = tabulate(COUNTS)
    arm = table.arm("price", "new_other", "ten", margin=30, cost=5)
    assert arm.cell == Count(900, 90) and arm.elsewhere == Count(20, 1)
    assert table.usual_rate("price") == pytest.approx(136 / 1820, abs=0.001)
    assert tabulate({}).usual_rate("price") == pytest.approx(0.05)


def test_many_draws_come_to_the_rate_that_pooling_gives() -> None:
    dice = random.Random(1)
    arm = Arm("ten", Count(400, 40), Count(50, 5), margin=1, cost=0)
    mean = sum(score(arm, 0.05, Prior(50, 400), 0, dice) for _ in range(4000)) / 4000
    upper = (50 * 0.05 + 5) / 100
    assert mean == pytest.approx((400 * upper + 40) / 800, abs=0.002)


def test_the_price_of_budget_weighs_what_costs_money_down() -> None:
    costly = Arm("ten", Count(300, 30), Count(), margin=30, cost=15)
    free = Arm("digest", Count(300, 20), Count(), margin=30, cost=0)
    at = [winner([costly, free], 0.08, Prior(), price, random.Random(3)) for price in (0.0, 5.0)]
    assert at[1] == "digest"


def test_shares_add_up_keep_their_floor_and_prefer_what_works() -> None:
    table = tabulate(COUNTS)
    arms = [table.arm("price", "new_other", offer, margin=30, cost=0) for offer in ("ten", "digest", "postage")]
    shares = daily_shares(arms, table.usual_rate("price"), Prior(), 0.0, 0.02, random.Random(4))
    assert sum(shares.values()) == 1 and min(shares.values()) >= Decimal("0.019") and shares["ten"] > Decimal("0.5")
    assert daily_shares(arms[:1], 0.05, Prior(), 0.0, 0.02, random.Random(4)) == {"ten": Decimal(1)}
    even = daily_shares(arms, 0.05, Prior(), 0.0, 0.5, random.Random(4))
    assert max(even.values()) - min(even.values()) <= Decimal("0.002")


def test_the_log_alone_rebuilds_every_share() -> None:
    """EVIDENCE.md 2.3, 6: what is written down is enough, also after it has been JSON."""
    sheets = nightly(strategy(learning={"on": True}), CATALOGUE, "2026-03-12", COUNTS, FLAT)
    assert {sheet.cell for sheet in sheets} >= {"price:new_other", "price:b2b", "trust:returning"}
    for sheet in sheets:
        assert rebuild(json.loads(json.dumps(sheet.inputs))) == sheet.shares
    again = nightly(strategy(learning={"on": True}), CATALOGUE, "2026-03-13", COUNTS, FLAT)
    assert again[0].inputs["seed"] != sheets[0].inputs["seed"]


def test_what_may_never_be_made_for_a_barrier_takes_no_share() -> None:
    rows = [{"barrier": "timing", "offers": ["ten", "digest"]}, {"barrier": "price", "offers": ["ten", "none"]}]
    assert nightly(strategy(rows=rows, learning={"on": True}), CATALOGUE, "2026-03-12", {}, FLAT) == ()


def test_what_an_offer_usually_costs_before_any_was_used() -> None:
    ten, twenty = CATALOGUE.offer("ten"), CATALOGUE.offer("twenty")
    assert ten is not None and twenty is not None
    assert (usual_cost(ten, 100), usual_cost(ten, 1000), usual_cost(twenty, 100)) == (10, 25, 20)
