"""Engagement: what a prospect did lately, halved every 14 days, whoever they are."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from flows.audience.profile import Happening, Profile
from flows.audience.reading import day
from flows.audience.scoring import HALF_LIFE, EngagementRules

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

WORDS: Final = {
    "checkout_started": "checkout started",
    "cart_abandoned": "cart left",
    "quote_sent": "quote received",
    "viewed": "product looked at often",
    "answered": "answered us",
    "clicked": "came over a link of ours",
}


@dataclass(frozen=True, slots=True)
class Engagement:
    """`value` held at `at` (the newest thing that counts) and is halved every 14 days since; 0 and None: nothing yet.

    The points may add up to more than 100; `engagement_now` shows at most 100.
    """

    value: float
    at: datetime | None
    reasons: tuple[str, ...]


def engagement_of(profile: Profile, rules: EngagementRules) -> Engagement:
    """Each kind of event counts once, by its newest time."""
    newest = {
        kind: at
        for kind in WORDS
        if getattr(rules, kind) and (at := _newest(profile.happened, kind, rules)) is not None
    }
    if not newest:
        return Engagement(0.0, None, ("nothing that counts has happened yet: 0",))
    last = max(newest.values())
    value = sum(getattr(rules, kind) * decay(last - at) for kind, at in newest.items())
    reasons = [
        f"{WORDS[kind]} on {day(at)}: +{getattr(rules, kind)}, halved every {HALF_LIFE} days since"
        for kind, at in sorted(newest.items(), key=lambda item: item[1], reverse=True)
    ]
    return Engagement(value, last, (*reasons, f"together {value:.0f} on {day(last)}"))


def _newest(happened: tuple[Happening, ...], kind: str, rules: EngagementRules) -> datetime | None:
    found = [one for one in happened if one.kind == kind]
    if kind == "viewed":
        times: dict[str | None, list[datetime]] = {}
        for one in found:
            times.setdefault(one.product, []).append(one.at)
        return max((max(many) for many in times.values() if len(many) >= rules.often), default=None)
    return max((one.at for one in found), default=None)


def decay(age: timedelta) -> float:
    """What is left of a point after so long."""
    return float(2.0 ** (-age / timedelta(days=HALF_LIFE)))


def engagement_now(value: float, at: datetime | None, now: datetime) -> float:
    """What is left now, at most 100."""
    return min(100.0, value * decay(max(timedelta(0), now - at))) if at is not None else 0.0


def engagement_log(value: float, at: datetime | None) -> float | None:
    """log2(value) + days since 1970 / 14: does not move with time, so "at least X now" is a plain comparison."""
    return math.log2(value) + (at - EPOCH) / timedelta(days=HALF_LIFE) if value > 0 and at is not None else None


def above_until(value: float, at: datetime | None, threshold: int) -> datetime | None:
    """Until when (without that moment) the engagement is at least `threshold`; None: it never was."""
    if at is None or value < threshold:
        return None
    # A second of grace, so that exactly `threshold` counts at the moment itself, as "at least" says.
    return at + timedelta(days=HALF_LIFE * math.log2(value / threshold), seconds=1)


def levels_until(value: float, at: datetime | None, rules: EngagementRules) -> tuple[datetime | None, datetime | None]:
    """Until when it is enough for level 1, and for level 2."""
    return above_until(value, at, rules.level_1), above_until(value, at, rules.level_2)


def level_at(level_1_until: datetime | None, level_2_until: datetime | None, now: datetime) -> int:
    """1, 2 or 3: the best level that has not ended yet. None: it was never reached."""
    for level, until in ((1, level_1_until), (2, level_2_until)):
        if until is not None and now < until:
            return level
    return 3
