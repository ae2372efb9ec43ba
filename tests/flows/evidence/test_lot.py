"""The lot: stable, in the shares that were asked for, and honest about those it decides nothing for."""

from collections import Counter

import pytest

from flows.evidence.lot import Lot, draw, read_lot

PEOPLE = [f"person-{number}" for number in range(4000)]


def test_the_lot_falls_the_same_for_ever() -> None:
    once = [draw("barriers", one, never=10, control=20, by_themselves=False) for one in PEOPLE[:200]]
    assert once == [draw("barriers", one, never=10, control=20, by_themselves=False) for one in PEOPLE[:200]]
    other = [draw("spring", one, never=10, control=20, by_themselves=False) for one in PEOPLE[:200]]
    assert [one.arm for one in once] != [one.arm for one in other]


def test_the_groups_have_the_shares_that_were_asked_for() -> None:
    arms = Counter(draw("barriers", one, never=10, control=20, by_themselves=False).arm for one in PEOPLE)
    assert abs(arms["never"] - 400) < 80 and abs(arms["control"] - 800) < 110


def test_without_control_groups_nothing_is_decided_by_chance() -> None:
    assert draw("barriers", "anna", never=0, control=0, by_themselves=False).lot is None


def test_who_comes_by_themselves_is_always_answered_and_proves_nothing_where_the_lot_would_have_left_them_alone() -> (
    None
):
    for one in PEOPLE[:500]:
        sent = draw("barriers", one, never=10, control=20, by_themselves=False)
        came = draw("barriers", one, never=10, control=20, by_themselves=True)
        if sent.arm == "never":
            assert came.arm == "offer" and came.lot is None
        else:
            assert came.arm == sent.arm and came.lot == Lot(10, 20, came=True)


@pytest.mark.parametrize("lot", [Lot(10, 20), Lot(10, 20, came=True), Lot(0, 0)])
def test_a_lot_reads_back_as_it_was_written(lot: Lot) -> None:
    assert read_lot(str(lot)) == lot


@pytest.mark.parametrize("text", ["", "10", "a/b", "10/", "/20", "-1/20", "10/20++"])
def test_anything_else_is_no_lot(text: str) -> None:
    assert read_lot(text) is None
