"""Intervals for shares and differences of shares, and how sure one may be of them. Standard library only.

Wilson 1927 for one share; Newcombe 1998 ("method 10") for the difference of two; chi-square for group sizes.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import erfc, sqrt
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, with the estimate `mid`: shares, or differences of shares (0.02 is two points)."""

    low: float
    mid: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether everything in it is better than nothing, or everything worse."""
        return self.low > 0 or self.high < 0


@lru_cache(maxsize=64)
def z_of(level: float) -> float:
    """How many standard errors either side belong to a level: 1.96 to 0.95. Raises ValueError outside 0 to 1."""
    if not 0 < level < 1:
        raise ValueError("a level lies between 0 and 1, such as 0.95")
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(successes: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Between which shares the truth lies, when `successes` of `n` were seen. Nothing seen: anything is possible.

    Raises ValueError when there are more successes than people.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} cannot be a share")
    if n == 0:
        return 0.0, 1.0
    return _score(successes / n, n, z_of(level))


def _score(share: float, n: float, z: float) -> tuple[float, float]:
    spread = z * z / n
    centre = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    # Rounding must not push an end past what was seen.
    return max(0.0, min(centre - half, share)), min(1.0, max(centre + half, share))


def newcombe(successes: int, n: int, successes_0: int, n_0: int, level: float = 0.95) -> Interval:
    """The difference of two shares, the first minus the second (`_0`: those without), after Newcombe.

    With nobody in one group it is known no better than the other share allows.
    """
    if n == 0 or n_0 == 0:
        low, high = wilson(successes, n, level)
        low_0, high_0 = wilson(successes_0, n_0, level)
        return Interval(low - high_0, 0.0, high - low_0)
    return expected(successes / n, n, successes_0 / n_0, n_0, level)


def expected(share: float, n: float, share_0: float, n_0: float, level: float) -> Interval:
    """Newcombe's interval that groups of such sizes would have with exactly these shares. Sizes are above 0."""
    z = z_of(level)
    low, high = _score(share, n, z)
    low_0, high_0 = _score(share_0, n_0, z)
    mid = share - share_0
    below = sqrt((share - low) ** 2 + (high_0 - share_0) ** 2)
    above = sqrt((high - share) ** 2 + (share_0 - low_0) ** 2)
    return Interval(mid - below, mid, mid + above)


def sizes_p(n: int, n_0: int, share_0: float) -> float:
    """How likely group sizes at least this far from the planned ones are by chance: chi-square, one degree of freedom.

    `share_0` is the planned share of the second group among both, strictly between 0 and 1. 1 when nobody is there.
    """
    if not 0 < share_0 < 1:
        raise ValueError("a planned share lies between 0 and 1")
    total = n + n_0
    if total == 0:
        return 1.0
    planned_0 = total * share_0
    planned = total - planned_0
    squared = (n - planned) ** 2 / planned + (n_0 - planned_0) ** 2 / planned_0
    return erfc(sqrt(squared / 2))


@dataclass(frozen=True, slots=True)
class Sums:
    """A measure over people: how many, the sum, and the sum of squares."""

    n: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        """The average; 0 of nobody."""
        return self.total / self.n if self.n else 0.0

    @property
    def error(self) -> float:
        """The squared standard error of the average; 0 with fewer than two people."""
        if self.n < 2:
            return 0.0
        return max(0.0, (self.squares - self.total * self.total / self.n) / (self.n - 1)) / self.n


def mean_difference(one: Sums, other: Sums, level: float = 0.95) -> Interval | None:
    """The difference of two averages, the first minus the second (Welch, normal). None with fewer than two people."""
    if one.n < 2 or other.n < 2:
        return None
    mid = one.mean - other.mean
    half = z_of(level) * sqrt(one.error + other.error)
    return Interval(mid - half, mid, mid + half)
