"""What a condition looks at: which attributes, as what is sensitive may not decide an offer, and whether at scores."""

from typing import assert_never

from flows.audience.conditions import (
    All,
    Answered,
    AnyOf,
    Compare,
    Condition,
    Did,
    Has,
    Known,
    Not,
    Ordered,
)


def attributes_of(condition: Condition) -> frozenset[str]:
    """The names of all fields that the condition compares or asks to be known, without their prefix."""
    match condition:
        case All(parts) | AnyOf(parts):
            return frozenset(name for part in parts for name in attributes_of(part))
        case Not(part):
            return attributes_of(part)
        case Compare(field=field) | Known(field=field):
            return frozenset({field.key})
        case Did() | Ordered() | Answered() | Has():
            return frozenset()
        case _:
            assert_never(condition)


def looks_at_scores(condition: Condition) -> bool:
    """Whether anything that is computed decides it."""
    match condition:
        case All(parts) | AnyOf(parts):
            return any(looks_at_scores(part) for part in parts)
        case Not(part):
            return looks_at_scores(part)
        case Compare(field=field) | Known(field=field):
            return field.origin == "score"
        case Did() | Ordered() | Answered() | Has():
            return False
        case _:
            assert_never(condition)
