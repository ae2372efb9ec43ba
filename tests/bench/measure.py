"""Rounds and their ratios. Single figures move with the machine, so what is compared is measured in the same round."""

import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured: rounds, surveys in flight at once, updates parsed, rows imported, idle polls, answers.

    `pickled`: updates after each of which the peer writes everything again; `steps` of a flow that is checked; `posts`
    by webhook; `sends` of a slow client, and for how many `seconds` is sent at pace; `look`: seconds before and after a
    part in which nothing is measured but how busy the machine is with other work.
    """

    rounds: int = 5
    surveys: int = 32
    updates: int = 400
    rows: int = 2000
    polls: int = 200
    answers: int = 1_000_000
    pickled: int = 10
    steps: int = 500
    sends: int = 300
    seconds: float = 60
    posts: int = 2000
    look: float = 1.0


SMALL = Sizes(
    rounds=1,
    surveys=2,
    updates=2,
    rows=5,
    polls=2,
    answers=30,
    pickled=2,
    steps=20,
    posts=4,
    sends=2,
    seconds=1,
    look=0.02,
)
"""Just enough to see that everything runs."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal of the benchmark: `figure` is compared with `against` (its name), more is better unless `at_most`.

    `unit` says what the two speeds are counted in. Without `against` the figure itself is compared.
    """

    name: str
    figure: str
    against: str | None
    goal: float | None
    unit: str
    at_most: bool = False

    def reached(self, rounds: "Rounds") -> float:
        """The median of the ratios of the same rounds."""
        return median(self.ratios(rounds))

    def ratios(self, rounds: "Rounds") -> list[float]:
        """What is compared with the goal, of each round."""
        mine = rounds.figures[self.figure]
        if self.against is None:
            return mine
        return [one / other for one, other in zip(mine, rounds.figures[self.against], strict=True)]

    def holds(self, reached: float) -> bool:
        """Whether this is as good as the goal, or there is none."""
        return self.goal is None or (reached <= self.goal if self.at_most else reached >= self.goal)


@dataclass
class Rounds:
    """What was measured: a figure for each round, by name; `told` is what no figure says, as a version."""

    figures: dict[str, list[float]] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)

    def note(self, name: str, figure: float) -> None:
        """One figure of this round."""
        self.figures.setdefault(name, []).append(figure)

    def middle(self, name: str) -> float:
        """The median over all rounds."""
        return median(self.figures[name])


@dataclass(frozen=True, slots=True)
class Part:
    """What is measured in one go: its goals, and what notes their figures in rounds, in an empty folder of its own."""

    name: str
    goals: tuple[Goal, ...]
    measure: Callable[[Rounds, Sizes, Path], Awaitable[None]]


def per_second(count: int, work: Callable[[], object]) -> float:
    """How many of these the work does in a second, when it does `count`."""
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


async def per_second_async(count: int, work: Callable[[], Awaitable[object]]) -> float:
    """As `per_second`, for work that is awaited."""
    started = time.perf_counter()
    await work()
    return count / (time.perf_counter() - started)


def fdatasync_us(folder: Path, times: int = 40) -> float:
    """Microseconds that writing 4 KiB to this disk and waiting for it takes, the median."""
    taken = []
    file = os.open(folder / "fdatasync.probe", os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        for _ in range(times):
            started = time.perf_counter()
            os.pwrite(file, b"x" * 4096, 0)
            os.fdatasync(file)
            taken.append((time.perf_counter() - started) * 1e6)
    finally:
        os.close(file)
    return median(taken)
