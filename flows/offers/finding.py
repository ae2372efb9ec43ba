"""One finding about a strategy: where, what, and the cure."""

from dataclasses import asdict, dataclass, replace
from typing import Literal

from flows.offers.strategy import Row


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong and what to do. `where` is a row or a part of the strategy in words, `row` its number from 1.

    An `error` keeps the strategy from going live; a `warning` is shown and lets it pass.
    """

    sentence: str
    cure: str
    severity: Literal["error", "warning"] = "error"
    where: str = ""
    row: int | None = None

    def __str__(self) -> str:
        return f"{self.where}: {self.severity}: {self.sentence}; {self.cure}"

    def at(self, where: str, row: int | None = None) -> "Finding":
        """The same finding, with its place."""
        return replace(self, where=where, row=row)

    def as_dict(self) -> dict[str, str | int | None]:
        """The finding as plain data, for `--json`."""
        return asdict(self)


def place_of(number: int, row: Row) -> str:
    """A row as its author finds it."""
    return f"row {number} ({row.barrier}, {row.segment})"
