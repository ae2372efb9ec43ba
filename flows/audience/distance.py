"""How far a group of people is from the target profile: which parts of it most of them miss."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

MISSED: Final = (
    ("country", "is not among the countries of the target"),
    ("language", "is not served"),
    ("product", "is not what the target names"),
    ("price", "price "),
    ("industry", "industry "),
    ("role", "role "),
    ("region", "region "),
    ("size", "company size "),
    ("use", "use case "),
)
"""Part of the target -> what a reason line of flows.audience.fit holds when somebody is known to miss it."""

NOTHING: Final = ": 0 of "
UNKNOWN: Final = " not known: 0 of "


@dataclass(frozen=True, slots=True)
class Distance:
    """Of `people`, so many miss a `part` of the target, each known to."""

    part: str
    missing: int
    people: int

    @property
    def share(self) -> float:
        """How many of them miss it."""
        return self.missing / self.people


def missed(lines: Iterable[str]) -> set[str]:
    """The parts of the target that somebody is known to miss, by the reason lines of their fit."""
    wrong = [line for line in lines if NOTHING in line and UNKNOWN not in line]
    return {part for line in wrong if (part := _part(line)) is not None}


def _part(line: str) -> str | None:
    return next((part for part, words in MISSED if _says(line, words)), None)


def _says(line: str, words: str) -> bool:
    """Words with a blank at their end begin the line, others stand inside it."""
    return line.startswith(words) if words.endswith(" ") else words in line


def farthest(people: Sequence[Sequence[str]], *, least: float = 0.2) -> list[Distance]:
    """What people miss most often, the most frequent first, if at least this share of them does."""
    counted = Counter(part for lines in people for part in missed(lines))
    found = [Distance(part, number, len(people)) for part, number in counted.most_common()]
    return [one for one in found if one.share >= least]
