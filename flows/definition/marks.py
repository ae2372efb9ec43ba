"""Where things stand in a YAML file, so that every finding can name its line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Path = tuple[str | int, ...]
"""The way to a value: the keys and list positions that lead to it, such as `("steps", "price", "options", 0)`."""

Mark = tuple[int, int]
"""Line and column, both from 1."""

T = TypeVar("T")


@dataclass(frozen=True)
class Marks:
    """The places of all keys and values of one file. `text` is the file itself, for its comments.

    `elsewhere` are steps that another file brought in: each with that file's marks, and its name there.
    """

    place: str
    keys: Mapping[Path, Mark] = field(default_factory=dict)
    values: Mapping[Path, Mark] = field(default_factory=dict)
    text: str = ""
    elsewhere: Mapping[str, tuple["Marks", str]] = field(default_factory=dict)

    def key(self, *path: str | int) -> Mark:
        """Where the key at the end of `path` stands; (0, 0) when nothing on the way is known."""
        marks, there = self._of(path)
        return self._nearest(marks.keys, marks.values, there)

    def value(self, *path: str | int) -> Mark:
        """Where the value at the end of `path` starts; (0, 0) when nothing on the way is known."""
        marks, there = self._of(path)
        return self._nearest(marks.values, marks.keys, there)

    def place_of(self, *path: str | int) -> str:
        """The file in which this path stands."""
        return self._of(path)[0].place

    def _of(self, path: Path) -> tuple["Marks", Path]:
        """The file that a path is of, and the path in it."""
        inner = self.elsewhere.get(str(path[1])) if len(path) > 1 and path[0] == "steps" else None
        return (inner[0], ("steps", inner[1], *path[2:])) if inner else (self, path)

    @staticmethod
    def _nearest(first: Mapping[Path, Mark], second: Mapping[Path, Mark], path: Path) -> Mark:
        for length in range(len(path), 0, -1):
            mark = first.get(path[:length]) or second.get(path[:length])
            if mark:
                return mark
        return (0, 0)


@dataclass(frozen=True)
class Located(Generic[T]):
    """Something read from a file, together with the places of its parts."""

    value: T
    marks: Marks
