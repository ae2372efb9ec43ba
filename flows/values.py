"""Frozen values that are made often."""

from typing import Any, TypeVar

T = TypeVar("T")


def altered(value: T, /, **changes: Any) -> T:
    """A frozen dataclass with these fields changed, as `dataclasses.replace` does it, in a fraction of its time.

    For classes without slots, and for fields that are there: nothing looks at the names (but tests/flows/engine does).
    """
    cls = type(value)
    other = object.__new__(cls)
    fields = value.__dict__.copy()
    fields.update(changes)
    object.__setattr__(other, "__dict__", fields)
    return other
