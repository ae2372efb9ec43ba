"""Frozen values that are made often."""

from typing import Any, Final, TypeVar

T = TypeVar("T")

_new: Final = object.__new__
_set: Final = object.__setattr__


def altered(value: T, /, **changes: Any) -> T:
    """A frozen dataclass with these fields changed, as `dataclasses.replace` does it, in a fraction of its time.

    For classes without slots, and for fields that are there: nothing looks at the names (but tests/flows/engine does).
    """
    other = _new(value.__class__)
    _set(other, "__dict__", value.__dict__ | changes)
    return other
