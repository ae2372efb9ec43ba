"""The funnel: informed, lead, qualified, customer. A prospect only ever goes forward, and each step has its reason.

Who buys has passed every stage before, at the latest then. A refund moves nobody back: that they bought stays true, the
figures of purchases leave the order out, and the reasons say so. History is only ever added to (storage/scores).
"""

from dataclasses import dataclass
from datetime import datetime

from flows.audience.profile import STAGES, Profile, Stage
from flows.audience.qualification import Champ
from flows.audience.reading import amount, day, number_of
from flows.audience.scoring import EngagementRules

LEADING = ("cart_abandoned", "checkout_started", "quote_sent", "answered", "clicked")


@dataclass(frozen=True, slots=True)
class Reached:
    """A stage that was reached: when, and by what."""

    stage: Stage
    at: datetime
    because: str


def reached(
    profile: Profile, champ: Champ, grade: str | None, rules: EngagementRules, now: datetime
) -> tuple[Reached, ...]:
    """Every stage that the profile shows, in order, without gaps."""
    moments = [one.at for one in profile.happened] + [one.at for one in profile.orders]
    since = min([profile.known_since or now, *moments])
    found: dict[Stage, Reached] = {"informed": Reached("informed", since, "known to the shop")}
    lead = _lead(profile, rules, since)
    if lead is not None:
        found["lead"] = lead
    if champ.qualified and grade not in ("C", "D"):
        found["qualified"] = Reached("qualified", _shown_at(profile, since), "need and ability are shown")
    if profile.orders:
        first = min(profile.orders, key=lambda one: one.at)
        words = (
            "bought" if not all(one.refunded for one in profile.orders) else "bought; every order was refunded since"
        )
        found["customer"] = Reached("customer", first.at, f"{words}, first on {day(first.at)}")
    return _without_gaps(found)


def forward(former: Stage, now_reached: tuple[Reached, ...]) -> Stage:
    """The stage somebody is in who was in `former` before: never back."""
    return max((former, *(one.stage for one in now_reached)), key=STAGES.index)


def _lead(profile: Profile, rules: EngagementRules, since: datetime) -> Reached | None:
    shown = [(one.at, one.kind) for one in profile.happened if one.kind in LEADING]
    shown += [(one.at, "said_in_the_shop") for one in profile.heard]
    if shown:
        at, kind = min(shown)
        return Reached("lead", at, f"{kind.replace('_', ' ')} on {day(at)}")
    views = sorted(one.at for one in profile.happened if one.kind == "viewed")
    if len(views) >= rules.often:
        return Reached("lead", views[rules.often - 1], f"looked at products {rules.often} times or more")
    cart = number_of(profile, "cart_value")
    if cart:
        fact = profile.facts.get("cart_value")
        return Reached("lead", max(since, fact.at) if fact else since, f"has a cart of {amount(cart)}")
    return None


def _shown_at(profile: Profile, since: datetime) -> datetime:
    """When need and ability were shown first: by a word that names a barrier, a checkout or a quote."""
    moments = [one.at for one in profile.naming]
    moments += [one.at for one in profile.happened if one.kind in ("checkout_started", "quote_sent")]
    return min(moments, default=since)


def _without_gaps(found: dict[Stage, Reached]) -> tuple[Reached, ...]:
    """A stage that was passed on the way to a later one was reached no later than that."""
    steps: list[Reached] = []
    following: Reached | None = None
    for stage in reversed(STAGES):
        one = found.get(stage)
        if following is not None and (one is None or one.at > following.at):
            because = one.because if one is not None else f"passed on the way: {following.because}"
            one = Reached(stage, following.at, because)
        if one is not None:
            steps.append(one)
            following = one
    return tuple(reversed(steps))
