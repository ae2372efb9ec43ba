"""The figures of a rehearsal as plain data: what `holdback simulate --json` prints. Money as text, shares of 1."""

import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from statistics import fmean
from typing import Any, Final

from bot.simulation.tally import Came, Tally
from bot.simulation.world import Wanted
from flows.definition.campaign import CampaignDefinition
from flows.definition.flow import Flow
from flows.definition.steps import Question

AGAIN: Final = 400
"""Crowds drawn anew from the people of the rehearsal, for the interval of what it costs."""

LEVEL: Final = 0.9
SOURCE: Final = (
    f"{AGAIN} crowds of the same size drawn with replacement from the people of this rehearsal; the middle 90 in 100. "
    "It covers who happens to come, not whether the habits assumed are right"
)


def document(tally: Tally, wanted: Wanted, flow: Flow, campaign: CampaignDefinition) -> dict[str, Any]:
    """Everything. The same rehearsal gives the same document."""
    people = [came for came in tally.people if came.enrolled]
    asked = [came for came in people if came.messages]
    silent = [came for came in asked if not came.answered]
    return {
        "flow": flow.name,
        "campaign": campaign.campaign,
        "prospects": wanted.prospects,
        "days": wanted.days,
        "seed": wanted.seed,
        "start": wanted.start.date().isoformat(),
        "people": {
            "enrolled": len(people),
            "reached": len(asked),
            "answered": sum(came.answered for came in people),
            "silent": len(silent),
            "silent_share": _share(len(silent), len(asked)),
            "still_open": sum(came.outcome is None for came in people),
            "bought": sum(came.bought for came in tally.people),
        },
        "funnel": _funnel(tally, flow),
        "outcomes": _counts(came.outcome or "still_open" for came in people),
        "messages": _messages(tally, asked),
        "barriers": _counts(came.barrier for came in people if came.barrier),
        "offers": _offers(tally, flow),
        "cost": _cost(tally, wanted, flow, campaign),
        "staff": _staff(tally, wanted),
        "by_language": _groups(people, lambda came: came.language),
        "by_channel": _groups(people, lambda came: came.channel or "none"),
        "broken": [
            {"rule": one.rule, "prospect": one.number, "at": one.at.isoformat(), "what": one.what}
            for one in tally.broken
        ],
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _counts(names: Any) -> dict[str, int]:
    """How often each, the most frequent first."""
    return dict(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))


def _funnel(tally: Tally, flow: Flow) -> list[dict[str, Any]]:
    steps = [name for name, step in flow.definition.steps.items() if isinstance(step, Question)]
    return [
        {"step": step, "reached": tally.reached[step], "answered": min(tally.answers[step], tally.reached[step]),
         "left": max(0, tally.reached[step] - tally.answers[step]),
         "share": _share(min(tally.answers[step], tally.reached[step]), tally.reached[step])}
        for step in steps if tally.reached[step]
    ]  # fmt: skip


def _messages(tally: Tally, asked: Sequence[Came]) -> dict[str, Any]:
    counts = sorted(came.messages for came in asked)
    quiet = [one for one in tally.broken if one.rule == "at a quiet hour"]
    return {
        "sent": sum(counts),
        "mean": round(fmean(counts), 2) if counts else None,
        "p95": counts[math.ceil(0.95 * len(counts)) - 1] if counts else None,
        "most": counts[-1] if counts else None,
        "by_local_hour": [tally.hours[hour] for hour in range(24)],
        "unasked_by_local_hour": [tally.unasked_hours[hour] for hour in range(24)],
        "quiet_hours_kept": not quiet,
    }


def _offers(tally: Tally, flow: Flow) -> list[dict[str, Any]]:
    found = []
    for offer in flow.catalogue.offers:
        came = tally.offers.get(offer.id)
        if came is None:
            continue
        # Another crowd may want some more: two times the spread of a count.
        spare = 2 * math.sqrt(came.codes) if came.codes else 0
        found.append({
            "offer": offer.id, "given": came.given, "used": came.redeemed, "codes_used": came.codes,
            "codes_needed": min(offer.limits.total, math.ceil(came.codes + spare)),
            "promised": str(came.promised), "cost": str(came.cost), "limit": offer.limits.total,
            "budget": str(offer.limits.budget) if offer.limits.budget is not None else None,
            "ran_out": came.given >= offer.limits.total,
        })  # fmt: skip
    return found


def _cost(tally: Tally, wanted: Wanted, flow: Flow, campaign: CampaignDefinition) -> dict[str, Any]:
    """What messages and the offers that were used cost, as it came, and between what it would be another time."""
    each = [float(came.cost + came.messages * campaign.message_cost) for came in tally.people]
    dice = random.Random(f"{wanted.seed}:cost")  # noqa: S311 - a repeatable draw, no secret
    zeros, costs = each.count(0.0), [one for one in each if one]
    totals = sorted(_drawn_again(dice, zeros, costs) for _ in range(AGAIN)) if costs else [0.0]
    low, high = (totals[round(share * (len(totals) - 1))] for share in ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    messages = sum(came.messages for came in tally.people) * campaign.message_cost
    used = sum((came.cost for came in tally.offers.values()), Decimal(0))
    return {
        "currency": flow.catalogue.currency,
        "messages": str(messages),
        "offers": str(used),
        "total": str(messages + used),
        "low": f"{low:.2f}",
        "high": f"{high:.2f}",
        "level": LEVEL,
        "promised_at_most": str(sum((came.promised for came in tally.offers.values()), Decimal(0))),
        "interval_from": SOURCE,
    }


def _drawn_again(dice: random.Random, zeros: int, costs: Sequence[float]) -> float:
    """The cost of another crowd: how many of them cost something is drawn first, then who."""
    size = zeros + len(costs)
    share = len(costs) / size
    spread = math.sqrt(size * share * (1 - share))
    number = min(size, max(0, round(dice.gauss(size * share, spread))))
    return math.fsum(dice.choices(costs, k=number))


def _staff(tally: Tally, wanted: Wanted) -> dict[str, Any]:
    weeks = max(1, math.ceil(wanted.days / 7))
    by_week = Counter(int((call.since - wanted.start).days // 7) for call in tally.calls)
    return {
        "calls": len(tally.calls),
        "per_week": [by_week[week] for week in range(weeks)],
        "open_at_most": tally.open_most,
        "reasons": _counts(call.why for call in tally.calls),
    }


def _groups(people: Sequence[Came], key: Callable[[Came], str]) -> list[dict[str, Any]]:
    found: dict[str, list[Came]] = {}
    for came in people:
        found.setdefault(key(came), []).append(came)
    return [
        {"name": name, "enrolled": len(mine), "answered": sum(came.answered for came in mine),
         "answered_share": _share(sum(came.answered for came in mine), len(mine)),
         "messages": sum(came.messages for came in mine), "bought": sum(came.bought for came in mine)}
        for name, mine in sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    ]  # fmt: skip
