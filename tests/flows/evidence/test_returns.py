"""What a move was worth, and when the best can be told from the worst."""

from decimal import Decimal

from flows.evidence.returns import Move, rank, together


def move(offer: str, people: int, bought: int, order: int, cost: str = "0", **more: str) -> Move:
    """`bought` of `people` with one order each."""
    net = bought * order
    return Move(offer, more.get("barrier", "price"), more.get("segment"), people, bought, Decimal(net), Decimal(cost),
                squares=float(bought * order * order))  # fmt: skip


def test_cost_revenue_and_return_are_told_per_move_and_per_prospect() -> None:
    one = move("discount", 200, 20, 40, "100")
    assert (one.brought, one.per_person, one.back) == (Decimal(700), Decimal("3.50"), Decimal("8.0"))
    assert one.interval is not None and one.interval.low < 0.1 < one.interval.high


def test_what_cost_nothing_has_no_return_and_nobody_has_no_rate() -> None:
    assert move("guarantee", 10, 1, 40).back is None
    nobody = move("guarantee", 0, 0, 40)
    assert (nobody.rate, nobody.per_person, nobody.interval) == (None, None, None)


def test_best_and_worst_are_said_to_be_apart_only_when_they_are() -> None:
    far = rank([move("a", 900, 180, 50), move("b", 900, 9, 50), move("few", 19, 19, 50)])
    near = rank([move("a", 60, 7, 50), move("b", 60, 6, 50)])
    assert far is not None and (far.best.offer, far.worst.offer, far.apart) == ("a", "b", True)
    assert near is not None and not near.apart
    assert rank([move("a", 900, 180, 50)]) is None


def test_segments_and_barriers_add_up() -> None:
    rows = [
        move("a", 10, 1, 40, barrier="price", segment="b2b"),
        move("a", 20, 2, 40, barrier="price", segment="returning"),
        move("a", 30, 3, 40, barrier="timing"),
    ]
    assert [(one.offer, one.barrier, one.people, one.bought) for one in together(rows)] == [("a", None, 60, 6)]
    assert [(one.barrier, one.people) for one in together(rows, by_barrier=True)] == [("price", 30), ("timing", 30)]
