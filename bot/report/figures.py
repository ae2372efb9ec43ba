"""The figures of a campaign's evidence, read together: verdicts by week, groups, moves, quality."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from bot.runtime.weekly import Looks, looks
from flows.definition.campaign import CampaignDefinition
from flows.definition.flow import Flow
from flows.definition.steps import Question
from flows.evidence.intervals import Interval, mean_difference
from flows.evidence.quality import Quality
from flows.evidence.returns import Move
from flows.evidence.verdicts import COMPARISONS, Comparison, Judged, judge, look_at, weekly_level
from storage.database import Record, Tx
from storage.reads import evidence, moves, quality
from storage.reads.common import Window
from storage.reads.evidence import Counted, Pair, Period
from storage.reads.moves import Spent


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison: what was said last, every week's verdict, and both groups as they were counted then.

    Before the first week is over, `judged` is week 0: too early, whatever the figures, counted now. `profit` is the
    difference in revenue less offers and messages for each person, with the weekly rule's level; None before ten
    purchases in both.
    """

    comparison: Comparison
    judged: Judged
    weeks: tuple[Judged, ...]
    pair: Pair
    profit: Interval | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a campaign's groups by lot show. `period` is None when nobody was ever kept apart: nothing is measured."""

    campaign: str
    state: str
    currency: str
    days: int
    message_cost: Decimal
    period: Period | None
    compared: tuple[Compared, ...]
    next_look: datetime | None


@dataclass(frozen=True, slots=True)
class Worth:
    """What a campaign's moves cost and brought in a window, and how good its asking was."""

    moves: tuple[Move, ...]
    spent: Spent
    quality: Quality


async def evidence_of(tx: Tx, campaign: Record, *, currency: str, now: datetime) -> Evidence:
    """The evidence of a campaign (a row of `campaigns`) as of now."""
    definition = CampaignDefinition.model_validate(campaign.definition)
    days = definition.attribution_days
    period = await evidence.period(tx, campaign.name)
    compared: list[Compared] = []
    next_look = None
    if period is not None:
        said, pairs = await looks(tx, period, days=days, currency=currency, now=now)
        last = max((one.week for weeks in said.values() for one in weeks), default=0)
        as_of = look_at(period.since, last) if last else now
        for comparison in COMPARISONS:
            pair = pairs.get((comparison, last))
            if pair is None:
                pair = await evidence.compare(tx, period, comparison, as_of=as_of, days=days, currency=currency)
            if pair is not None:
                compared.append(_compared(comparison, pair, said, definition.message_cost))
        ended = any(one.judged.ended for one in compared)
        next_look = None if ended or not compared else look_at(period.since, last + 1)
    return Evidence(
        campaign.name, campaign.state, currency, days, definition.message_cost, period, tuple(compared), next_look
    )


def _compared(comparison: Comparison, pair: Pair, said: Looks, message_cost: Decimal) -> Compared:
    weeks = said.get(comparison, ())
    if weeks:
        judged = weeks[-1]
    else:
        now = judge(pair.treated.group, pair.control.group, control_share=pair.control_share, week=0)
        judged = replace(now, verdict="too_early", more=now.more or 10)
    return Compared(comparison, judged, weeks, pair, _profit(pair, judged, message_cost))


def _profit(pair: Pair, judged: Judged, message_cost: Decimal) -> Interval | None:
    if judged.verdict == "unbalanced" or min(pair.treated.bought, pair.control.bought) < 10:
        return None
    found = mean_difference(pair.treated.net, pair.control.net, weekly_level(judged.planned))
    if found is None:
        return None
    paid = float(message_cost) * (_messages(pair.treated) - _messages(pair.control))
    return Interval(found.low - paid, found.mid - paid, found.high - paid)


def _messages(counted: Counted) -> float:
    return counted.messages / counted.people if counted.people else 0.0


async def worth_of(tx: Tx, found: Evidence, window: Window, flow: Flow, *, now: datetime) -> Worth:
    """What the campaign's moves cost and brought in a window, and the quality of its asking."""
    questions = [(name, step) for name, step in flow.definition.steps.items() if isinstance(step, Question)]
    optional = [name for name, step in questions if step.optional]
    made = await moves.made(tx, found.campaign, window, as_of=now, days=found.days, currency=found.currency)
    return Worth(
        moves=tuple(made),
        spent=await moves.spent(tx, found.campaign, window, currency=found.currency),
        quality=await quality.read(
            tx, found.campaign, window, steps=[name for name, _ in questions], optional=optional
        ),
    )


def message_bill(spent: Spent, message_cost: Decimal) -> Decimal:
    """What the messages cost. Those on the survey page cost nothing."""
    return message_cost * sum(number for channel, number in spent.messages.items() if channel != "web")


def shown(moves_made: Sequence[Move]) -> list[Move]:
    """Moves with anybody in them at all, closed window or not."""
    return [one for one in moves_made if one.people or one.open]
