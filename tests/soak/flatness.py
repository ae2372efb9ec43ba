"""Whether something grows: memory, descriptors, the database's log. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
    """What counts as flat: a growth of no more than this from the half of the run to its end.

    `most`: pools are filled as they are needed and emptied when a line is cut, so what is judged is how many are open
    at once at most: what is never given back raises that.
    """

    what: str
    unit: str
    growth: float
    most: bool = False


ALLOWED: Final = (
    Allowed("memory", "MiB", 24),
    Allowed("descriptors", "", 12, most=True),
    Allowed("log", "MiB", 48),
)
"""Memory is what a process has in RAM; the log is SQLite's -wal file or PostgreSQL's pg_wal (in pieces of 16 MiB)."""

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
        """Whether it grew no more than is allowed."""
        return self.growth <= self.allowed.growth


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
                growth = _rise(early, late) if allowed.most else _along(late, until - half)
                found.append(Line(allowed, name, growth, max(one.value for one in ours)))
    return found


def _rise(early: Sequence[Sample], late: Sequence[Sample]) -> float:
    """By how much the highest of the late ones is above the highest of the early ones."""
    return max(one.value for one in late) - max(one.value for one in early)


def _along(late: Sequence[Sample], seconds: float) -> float:
    """By how much the line through these samples rises in so many seconds."""
    return slope((one.at, one.value) for one in late) * seconds


def slope(points: Iterable[tuple[float, float]]) -> float:
    """The slope of the line that is nearest to these points, by least squares."""
    known = list(points)
    across, up = fmean(x for x, _ in known), fmean(y for _, y in known)
    width = sum((x - across) ** 2 for x, _ in known)
    return sum((x - across) * (y - up) for x, y in known) / width if width else 0.0
