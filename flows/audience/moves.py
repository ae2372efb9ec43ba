"""Who would move if other rules held, and whether the order that rules put people in is the order in which they buy."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from flows.audience.judgement import Judgement, judge
from flows.audience.population import Population
from flows.audience.profile import Profile
from flows.audience.scoring import Rules

LOOKED_AT: Final = ("grade", "qualification", "stage", "level")
"""The figures whose change is told."""


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody for whom figures change: by figure, what it is and what it would be, and the new reasons of the fit."""

    prospect_id: int
    changes: Mapping[str, tuple[str, str]]
    reasons: tuple[str, ...]


@dataclass(slots=True)
class Moves:
    """What a trial has found so far: how many were looked at and moved, and by figure how many from what to what."""

    looked_at: int = 0
    moved: int = 0
    counts: dict[str, Counter[tuple[str, str]]] = field(default_factory=lambda: {name: Counter() for name in LOOKED_AT})
    people: list[Move] = field(default_factory=list)

    def add(self, prospect_id: int, before: Judgement, after: Judgement, *, keep: int) -> None:
        """Take one more prospect in; at most `keep` of those who move are kept by name."""
        was, would_be = _figures(before), _figures(after)
        changes = {name: (was[name], would_be[name]) for name in LOOKED_AT if was[name] != would_be[name]}
        self.looked_at += 1
        for name in LOOKED_AT:
            self.counts[name][was[name], would_be[name]] += 1
        if changes:
            self.moved += 1
            if len(self.people) < keep:
                self.people.append(Move(prospect_id, changes, after.reasons["fit"]))


def _figures(one: Judgement) -> dict[str, str]:
    return {
        "grade": one.scores.grade or "unknown",
        "qualification": one.scores.qualification or "bought",
        "stage": one.scores.stage,
        "level": str(one.level),
    }


Cell = tuple[str, int]
"""A grade (`unknown` while no target is described) and an engagement level."""


def order_cell(profile: Profile, rules: Rules, population: Population, then: datetime) -> Cell:
    """Where somebody stood at that time, by all that was dated until then."""
    one = judge(profile, rules, population, then)
    return one.scores.grade or "unknown", one.level


def bought_between(profile: Profile, since: datetime, until: datetime) -> bool:
    """Whether they bought after `since`, up to `until`, and did not give it back."""
    return any(since < one.at <= until and not one.refunded for one in profile.orders)
