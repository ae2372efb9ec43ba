"""A prospect as they were known at a moment that is over, as far as it is kept when things were said and done.

What has no times is taken as it is today: tags, undeclared attributes, addresses, and parts of an order that went back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from flows.audience.judgement import judge
from flows.audience.population import Population
from flows.audience.profile import STAGES, Bought, Fact, FactValue, Happening, Profile, Replied, Scores, Stage
from flows.audience.reading import known_at
from flows.audience.scoring import Rules


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, about which product, and until when it held (None: it still does)."""

    reply: Replied
    product: str | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order as it was bought, since when it is known of, and when all of it went back."""

    bought: Bought
    known_since: datetime
    refunded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The facts that came with something the shop told us, by name."""

    at: datetime
    facts: Mapping[str, FactValue]


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation: when somebody was first written to, when it ended and how."""

    asked_at: datetime | None
    ended_at: datetime | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class History:
    """All that is kept about a prospect with its times; `profile` is what is known today.

    `reports` stand in the order of their times, `consents` (when, channel, yes or no) in that in which they were noted.
    `stages`: when each stage was reached first.
    """

    profile: Profile
    reports: tuple[Report, ...] = ()
    answers: tuple[Said, ...] = ()
    orders: tuple[Order, ...] = ()
    consents: tuple[tuple[datetime, str, bool], ...] = ()
    offers: tuple[tuple[datetime, str], ...] = ()
    talks: tuple[Talk, ...] = ()
    stages: Mapping[Stage, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Past:
    """What was known then. `lost` are facts that were said anew since: what they were is not kept, so nothing is known.

    The profile's scores are those of the stages alone until it is judged (see `judged`).
    """

    profile: Profile
    lost: frozenset[str]


def as_of(history: History, then: datetime) -> Past:
    """The prospect as known when the turn of that moment began: what was said in the turn itself is not in it yet."""
    facts, lost = _facts(history, then)
    said = [one for one in history.answers if one.reply.at < then and (one.until is None or one.until > then)]
    answered = [Happening("answered", one.reply.at, one.product) for one in said]
    happened = [one for one in history.profile.happened if one.kind != "answered"]
    over = [one for one in history.talks if one.ended_at is not None and one.ended_at <= then and one.outcome]
    agreed = {channel: yes for at, channel, yes in history.consents if at <= then}
    stages = [stage for stage, at in history.stages.items() if at <= then]
    profile = replace(
        history.profile,
        facts=facts,
        agreed=frozenset(channel for channel, yes in agreed.items() if yes),
        happened=tuple(sorted((*happened, *answered), key=lambda one: one.at)),
        orders=tuple(_order(one, then) for one in history.orders if one.known_since <= then),
        answers=tuple(one.reply for one in said),
        offers=tuple(dict.fromkeys(offer for at, offer in history.offers if at < then)),
        outcomes=tuple(one.outcome for one in over if one.outcome),
        asked=any(one.asked_at is not None and one.asked_at <= then for one in history.talks),
        scores=Scores(stage=max(stages, key=STAGES.index, default="informed")),
    )
    return Past(known_at(profile, then), lost)


def judged(past: Past, rules: Rules, population: Population, then: datetime) -> Profile:
    """The same profile with its scores, judged as of then. The shop as a whole is taken as it is today."""
    return replace(past.profile, scores=judge(past.profile, rules, population, then).scores)


def _facts(history: History, then: datetime) -> tuple[dict[str, Fact], frozenset[str]]:
    """A fact that was said since counts as the shop told it last until then; where it never did, it is lost."""
    before = [one for one in history.reports if one.at <= then]
    told = {name: Fact(value, "shop", one.at) for one in before for name, value in one.facts.items()}
    today = history.profile.facts
    held = {name: fact for name, fact in today.items() if fact.at <= then}
    lost = frozenset(name for name in today if name not in held and name not in told)
    return told | held, lost


def _order(order: Order, then: datetime) -> Bought:
    back = order.refunded_at is not None and order.refunded_at <= then
    return replace(order.bought, refunded=back)
