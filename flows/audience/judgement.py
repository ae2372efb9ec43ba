"""Everything that is judged about one prospect, in one go. Pure: the same profile, rules and moment judge the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from flows.audience import engagement as engaging
from flows.audience import funnel
from flows.audience.fit import fit_of
from flows.audience.funnel import Reached
from flows.audience.lead_types import lead_types_of
from flows.audience.population import Population
from flows.audience.profile import LearningSegment, Profile, Scores, Stage
from flows.audience.qualification import NextAction, champ_of, qualify
from flows.audience.reading import amount, is_company, kept_orders, known_at, next_to_come, number_of
from flows.audience.rfm import Buying, Rfm, buying_of, changes_of, rfm_of
from flows.audience.scoring import Rules

BIG_CART: Final = Decimal("1.5")
"""From so many median carts on a new prospect is learned about apart."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """All figures of a prospect with the reasons of each (by the names in `REASONS`).

    `stages` are those reached, in order, for the history. `fresh_until` is the first moment at which time alone may
    change a figure; None: never.
    """

    kind: str
    scores: Scores
    level: int
    action: NextAction | None
    barrier: str | None
    buying: Buying
    rfm: Rfm
    stages: tuple[Reached, ...]
    reasons: Mapping[str, tuple[str, ...]]
    fresh_until: datetime | None


REASONS: Final = (
    "fit", "engagement", "rfm", "frequency", "volume", "influence", "profile", "qualification", "stage",
    "learning_segment",
)  # fmt: skip
"""The figures that have reasons."""


def judge(profile: Profile, rules: Rules, population: Population, now: datetime) -> Judgement:
    """Judge a prospect as known at `now`; `profile.scores.stage` is the stage they have reached before."""
    known = known_at(profile, now)
    fit = fit_of(known, rules)
    engagement = engaging.engagement_of(known, rules.engagement)
    level_1_until, level_2_until = engaging.levels_until(engagement.value, engagement.at, rules.engagement)
    level = engaging.level_at(level_1_until, level_2_until, now)
    buying = buying_of(known, now)
    rfm = rfm_of(buying, population, now)
    types = lead_types_of(known, buying, fit, population, rules.lead_types)
    champ = champ_of(known, rules)
    qualified = qualify(known, champ, fit, level, rules, now)
    stages = funnel.reached(known, champ, fit.grade, rules.engagement, now)
    stage = funnel.forward(profile.scores.stage, stages)
    segment, why = learning_segment(known, population)
    scores = Scores(
        fit=fit.score,
        grade=fit.grade,
        engagement=engagement.value,
        engaged_at=engagement.at,
        level_1_until=level_1_until,
        level_2_until=level_2_until,
        stage=stage,
        stage_at=next((one.at for one in stages if one.stage == stage), profile.scores.stage_at),
        qualification=qualified.status,
        rfm=rfm.name,
        lead_types={name: band.name for name, band in types.items()},
        learning_segment=segment,
    )
    reasons: dict[str, tuple[str, ...]] = {
        "fit": fit.reasons,
        "engagement": engagement.reasons,
        "rfm": rfm.reasons,
        "qualification": qualified.reasons,
        "stage": _why_stage(stage, stages),
        "learning_segment": (why,),
    }
    reasons |= {name: band.reasons for name, band in types.items()}
    return Judgement(
        kind="company" if is_company(known) else "person",
        scores=scores,
        level=level,
        action=qualified.action,
        barrier=next(iter(known.barriers), None),
        buying=buying,
        rfm=rfm,
        stages=stages,
        reasons=reasons,
        fresh_until=_fresh_until(
            now,
            level_1_until,
            level_2_until,
            next_to_come(profile, now),
            qualified.until,
            *changes_of(kept_orders(known), population),
        ),
    )


def learning_segment(profile: Profile, population: Population) -> tuple[LearningSegment, str]:
    """The segment in which offers are learned about for this prospect, and why."""
    if is_company(profile):
        return "b2b", "a company"
    if kept_orders(profile):
        return "returning", "has bought before"
    cart, median = number_of(profile, "cart_value"), population.median_cart
    if cart is not None and median is not None and cart >= BIG_CART * median:
        return "new_high", f"new, a cart of {amount(cart)}: 1.5 times the median cart or more"
    return "new_other", "new, no cart of 1.5 times the median cart"


def _why_stage(stage: Stage, stages: tuple[Reached, ...]) -> tuple[str, ...]:
    lines = tuple(f"{one.stage} on {one.at.date().isoformat()}: {one.because}" for one in stages)
    if stage not in [one.stage for one in stages]:
        return (*lines, f"{stage} was reached before, and nobody is moved back")
    return lines


def _fresh_until(now: datetime, *moments: datetime | None) -> datetime | None:
    """The first of the moments at which something ends or begins that is still to come."""
    return min((at for at in moments if at is not None and at > now), default=None)
