"""Whether something grows: memory, descriptors, the database's log. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf
from statistics import fmean
from typing import Final


@dataclass(frozen=True, slots=True)
class Sample:
    """What was so after so many seconds; `of` says whose, one name for each life of a process."""

    at: float
    of: str
    what: str
    value: float


@dataclass(frozen=True, slots=True)
class Allowed:
    """What counts as flat: a growth of no more than this from the half of the run to its end, and never more than that.

    `fewest`: pools are filled as they are needed and emptied when a line is cut, so what is judged is how few are open
    at least: what is never given back raises that.
    """

    what: str
    unit: str
    growth: float = inf
    highest: float = inf
    fewest: bool = False


ALLOWED: Final = (
    Allowed("memory", "MiB", growth=24),
    Allowed("descriptors", "", growth=12, fewest=True),
    Allowed("log", "MiB", growth=48),
    Allowed("pg_wal", "MiB", highest=1024),
)
"""Memory is what a process has in RAM; the log is SQLite's -wal file.

PostgreSQL keeps as many files of its log for reuse as it expects to need until the next checkpoint, up to its
`max_wal_size` (1 GiB as it is shipped): more than that it has only where something keeps it from letting go.
"""

FEWEST: Final = 4
"""Samples below which nothing is said of a line through them."""


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one value in the second half: how much it grew, and the highest."""

    allowed: Allowed
    of: str
    growth: float
    highest: float

    @property
    def flat(self) -> bool:
        """Whether it grew no more than is allowed, and was never more."""
        return self.growth <= self.allowed.growth and self.highest <= self.allowed.highest

    def __str__(self) -> str:
        """In words."""
        allowed, unit = self.allowed, self.allowed.unit
        what = f"fewest {allowed.what}" if allowed.fewest else allowed.what
        limit = f"{allowed.growth:+g}" if allowed.growth < inf else f"{allowed.highest:g} {unit} in all"
        grew = f"{self.growth:+.1f} {unit}".strip()
        return f"{what} of {self.of}: {grew} in the second half, highest {self.highest:.1f} (at most {limit})"


def lines(samples: Sequence[Sample], until: float) -> list[Line]:
    """The lines of everything that lived through the second half of a run that took so many seconds."""
    half = until / 2
    found = []
    for allowed in ALLOWED:
        names = dict.fromkeys(one.of for one in samples if one.what == allowed.what)
        for name in names:
            ours = [one for one in samples if (one.what, one.of) == (allowed.what, name)]
            late = [one for one in ours if one.at >= half]
            lived_through = ours[0].at < half and late and late[-1].at >= 0.9 * until
            if len(late) >= FEWEST and lived_through:
                early = [one for one in ours if one.at < half]
                growth = _rise(early, late) if allowed.fewest else _along(late, until - half)
                found.append(Line(allowed, name, growth, max(one.value for one in ours)))
    return found


def _rise(early: Sequence[Sample], late: Sequence[Sample]) -> float:
    """By how much the lowest of the late ones is above the lowest of the early ones."""
    return min(one.value for one in late) - min(one.value for one in early)


def _along(late: Sequence[Sample], seconds: float) -> float:
    """By how much the line through these samples rises in so many seconds."""
    return slope((one.at, one.value) for one in late) * seconds


def slope(points: Iterable[tuple[float, float]]) -> float:
    """The slope of the line that is nearest to these points, by least squares."""
    known = list(points)
    across, up = fmean(x for x, _ in known), fmean(y for _, y in known)
    width = sum((x - across) ** 2 for x, _ in known)
    return sum((x - across) * (y - up) for x, y in known) / width if width else 0.0
