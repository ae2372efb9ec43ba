"""Where in a condition something stands, as its author sees it."""

from dataclasses import dataclass
from typing import NoReturn

from flows.audience.terms import ConditionInvalid


@dataclass(frozen=True, slots=True)
class Place:
    """What its author calls the whole, and the way to a part of it."""

    where: str
    path: tuple[str, ...] = ()

    def at(self, name: str) -> "Place":
        """Under this name."""
        return Place(self.where, (*self.path, name[:60]))

    def item(self, number: int) -> "Place":
        """The item of a list, counted from 1."""
        return Place(self.where, (*self.path, f"item {number}"))

    def refuse(self, what: str, cure: str) -> NoReturn:
        """Raise ConditionInvalid for this place."""
        way = f", {' > '.join(self.path)}" if self.path else ""
        raise ConditionInvalid(f"{self.where}{way}: {what}; {cure}")
