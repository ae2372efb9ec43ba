"""How receivers see the shop's mail: by the limits that they publish, and not by single cases."""

import pytest

from bot.runtime.reputation import Reputation, Standing


@pytest.mark.parametrize(
    ("sent", "lost", "complaints", "standing"),
    [
        (0, 0, 0, "unknown"),
        (99, 50, 9, "unknown"),
        (100, 4, 0, "good"),
        (100, 5, 0, "doubtful"),
        (100, 10, 0, "bad"),
        (100, 0, 1, "doubtful"),
        (10_000, 0, 9, "good"),
        (10_000, 0, 10, "doubtful"),
        (10_000, 0, 30, "bad"),
        (10_000, 1_000, 0, "bad"),
    ],
)
def test_the_worse_share_counts(sent: int, lost: int, complaints: int, standing: Standing) -> None:
    assert Reputation(sent, lost, complaints).standing == standing
