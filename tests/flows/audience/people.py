"""Profiles to judge, short to write."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from flows.audience.profile import Bought, Fact, Happening, Profile, Replied

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def ago(days: float) -> datetime:
    """So many days before NOW."""
    return NOW - timedelta(days=days)


def facts(**values: Any) -> dict[str, Fact]:
    """Facts from a file; `company_size` is company.size."""
    return {
        name.replace("company_", "company.", 1): Fact(value, "csv", ago(9))
        for name, value in values.items()
        if value is not None
    }


def did(*kinds: tuple[str, float], product: str | None = None) -> tuple[Happening, ...]:
    """Events: (kind, days ago)."""
    return tuple(Happening(kind, ago(days), product) for kind, days in kinds)


def bought(*days: float, amount: int | None = 50, refunded: bool = False) -> tuple[Bought, ...]:
    """Orders so many days ago, the oldest first."""
    money = Decimal(amount) if amount is not None else None
    return tuple(Bought(ago(one), money, refunded=refunded) for one in sorted(days, reverse=True))


def said(barrier: str, days: float = 1, *then: str) -> tuple[Replied, ...]:
    """A barrier named so many days ago, and the answers `question.answer` after it, a minute apart."""
    first = Replied("barrier", barrier, (barrier,), None, ago(days))
    later: Iterable[tuple[int, str]] = enumerate(then, 1)
    return (
        first,
        *(
            Replied(key.split(".")[0], key.split(".")[1], (), None, ago(days) + timedelta(minutes=number))
            for number, key in later
        ),
    )


def someone(**given: Any) -> Profile:
    """A profile known for ten days."""
    return Profile(known_since=ago(10), **given)
