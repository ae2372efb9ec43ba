"""Whether a condition holds of a profile at a moment, and why, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import assert_never

from flows.audience import wording
from flows.audience.comparing import counts, engaged, matches
from flows.audience.engagement import engagement_log
from flows.audience.observing import Seen, known, observe
from flows.audience.profile import Bought, Happening, Profile, Replied
from flows.audience.terms import (
    All,
    Answered,
    AnyOf,
    Compare,
    Condition,
    Did,
    Has,
    Known,
    Leaf,
    Not,
    Ordered,
    fold,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the condition holds. `because` says why: the parts that made it so, one sentence without an end each."""

    holds: bool
    because: tuple[str, ...]


def evaluate(condition: Condition, profile: Profile, now: datetime) -> Verdict:
    """The verdict on this profile at `now`. A comparison with something unknown is false."""
    match condition:
        case All(parts):
            return _together(tuple(evaluate(part, profile, now) for part in parts), wanted=True)
        case AnyOf(parts):
            return _together(tuple(evaluate(part, profile, now) for part in parts), wanted=False)
        case Not(part):
            inner = evaluate(part, profile, now)
            return Verdict(not inner.holds, inner.because)
        case _:
            return _leaf(condition, profile, now)


def holds(condition: Condition, profile: Profile, now: datetime) -> bool:
    """The verdict alone."""
    return evaluate(condition, profile, now).holds


def _together(verdicts: tuple[Verdict, ...], *, wanted: bool) -> Verdict:
    """All of them (`wanted` true) or any. What decided it is told: the parts that failed, or all that did not."""
    failed = tuple(verdict for verdict in verdicts if verdict.holds is not wanted)
    result = wanted if not failed else not wanted
    told = failed or verdicts
    return Verdict(result, tuple(dict.fromkeys(line for verdict in told for line in verdict.because)))


def _leaf(condition: Leaf, profile: Profile, now: datetime) -> Verdict:
    match condition:
        case Compare():
            return _compare(condition, profile, now)
        case Known(field):
            there = known(field, profile, now)
            return Verdict(there, (f"{field.label} is {'known' if there else 'unknown'}",))
        case Has():
            return _has(condition, profile)
        case Did():
            return _did(condition, profile.happened, now)
        case Ordered():
            return _ordered(condition, profile.orders, now)
        case Answered():
            return _answered(condition, profile.answers, now)
        case _:
            assert_never(condition)


def _compare(condition: Compare, profile: Profile, now: datetime) -> Verdict:
    field = condition.field
    seen = observe(field, profile, now)
    words = wording.comparison(field, condition.op, condition.value)
    if seen is None:
        return Verdict(holds=False, because=(f"{field.label} is unknown",))
    if field.name == "engagement" and isinstance(condition.value, Decimal):
        log = engagement_log(profile.scores.engagement, profile.scores.engaged_at)
        result = engaged(condition.op, log, condition.value, now)
    else:
        result = matches(condition.op, seen, condition.value, now)
    if isinstance(seen, bool):
        return Verdict(result, (wording.said(field, shown(seen)),))
    if condition.op == "is" and result:
        return Verdict(holds=True, because=(f"{field.label} is {shown(seen)}",))
    return Verdict(result, (f"{field.label} {shown(seen)} {words if result else denied(words)}",))


def denied(words: str) -> str:
    """`is at least 100` -> `is not at least 100`, and `is not X` -> `is X`."""
    verb, _, rest = words.partition(" ")
    if verb in ("contains", "starts"):
        return f"does not {verb.removesuffix('s')} {rest}"
    return f"is {rest.removeprefix('not ')}" if rest.startswith("not ") else f"{verb} not {rest}"


def shown(seen: Seen) -> str:
    """A value as a reason tells it."""
    match seen:
        case bool():
            return "yes" if seen else "no"
        case Decimal() | float():
            return wording.number(seen if isinstance(seen, Decimal) else round(seen, 1))
        case datetime():
            return seen.date().isoformat()
        case date():
            return seen.isoformat()
        case _:
            return seen


def _has(condition: Has, profile: Profile) -> Verdict:
    owned: Iterable[str]
    match condition.what:
        case "tag":
            owned = sorted(profile.tags)
        case "barrier":
            owned = profile.barriers
        case "consent":
            owned = sorted(profile.agreed)
        case "reach":
            owned = sorted(profile.reachable)
        case "outcome":
            owned = profile.outcomes
        case "offer":
            owned = profile.offers
    # Tags are written by people; all other names are ours.
    form = fold if condition.what == "tag" else str
    wanted = {form(value) for value in condition.values}
    found = tuple(dict.fromkeys(value for value in owned if form(value) in wanted))
    words = wording.OWNED[condition.what]
    if found:
        told = (_where_named(one, profile) if condition.what == "barrier" else one for one in found)
        return Verdict(holds=True, because=(f"{words} {', '.join(told)}",))
    return Verdict(holds=False, because=(f"{wording.LACKED[condition.what]} {wording.listed(condition.values)}",))


def _where_named(barrier: str, profile: Profile) -> str:
    """The barrier, and that they said it in the shop when no answer of theirs names it."""
    return barrier if any(barrier in one.barriers for one in profile.answers) else f"{barrier} (said in the shop)"


def recent(at: datetime, within: timedelta | None, now: datetime) -> bool:
    """Within the last span; without a span, ever."""
    return within is None or now - within <= at <= now


def _same(product: str | None, wanted: str | None) -> bool:
    return wanted is None or (product is not None and fold(product) == fold(wanted))


def _did(condition: Did, happened: tuple[Happening, ...], now: datetime) -> Verdict:
    number = sum(
        one.kind in condition.kinds and recent(one.at, condition.within, now) and _same(one.product, condition.product)
        for one in happened
    )
    scope = wording.scope(condition.within, condition.product)
    return _counted(
        f"{number} {wording.events(number, condition.kinds)}{scope}",
        counts(condition.bound, number, condition.times),
        condition,
    )


def _ordered(condition: Ordered, orders: tuple[Bought, ...], now: datetime) -> Verdict:
    counted = [
        one
        for one in orders
        if not one.refunded and recent(one.at, condition.within, now) and _same(one.product, condition.product)
    ]
    scope = wording.scope(condition.within, condition.product)
    if condition.measure == "times":
        words = f"{len(counted)} order{'' if len(counted) == 1 else 's'}{scope}"
        return _counted(words, counts(condition.bound, len(counted), condition.number), condition)
    total = sum((one.amount for one in counted if one.amount is not None), Decimal(0))
    words = f"orders of {wording.number(total)} in all{scope}"
    return _counted(words, counts(condition.bound, total, condition.number), condition)


def _counted(words: str, result: bool, condition: Did | Ordered) -> Verdict:  # noqa: FBT001 - the verdict itself
    wanted = condition.times if isinstance(condition, Did) else wording.number(condition.number)
    asked = f"{'that is' if result else 'not'} {wording.BOUNDS[condition.bound]} {wanted}"
    return Verdict(result, (f"{words}, {asked}",))


def _answered(condition: Answered, answers: tuple[Replied, ...], now: datetime) -> Verdict:
    found = [one for one in answers if _fits(condition, one) and recent(one.at, condition.within, now)]
    words = wording.happened(condition)
    if found:
        return Verdict(holds=True, because=(f"{words}, last on {found[-1].at.date().isoformat()}",))
    return Verdict(holds=False, because=(f"has not {words}",))


def _fits(condition: Answered, reply: Replied) -> bool:
    return (
        condition.step in (None, reply.step)
        and condition.value in (None, reply.value)
        and (condition.barrier is None or condition.barrier in reply.barriers)
        and condition.sub_code in (None, reply.sub_code)
        and condition.channel in (None, reply.channel)
    )
