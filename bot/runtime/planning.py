"""What people do with a strategy before it speaks: check it, try it on the past, submit and approve it."""

from datetime import datetime
from typing import Any

from bot.runtime.context import Context
from bot.runtime.looking_back import Progress, look_back
from flows.offers.backtest import Report
from flows.offers.checks import Known, check, errors
from flows.offers.finding import Finding
from flows.offers.strategy import StrategyDefinition
from storage import campaigns, memberships, strategies
from storage.database import Tx
from storage.strategies import StrategyRefused


async def review(tx: Tx, context: Context, strategy: StrategyDefinition) -> tuple[Finding, ...]:
    """Everything that is wrong with a strategy here: its campaign, its rows, its money."""
    found = list(check(strategy, context.catalogue, await known(tx, context)))
    names = [row.name for row in await campaigns.all_campaigns(tx)]
    if strategy.campaign not in names:
        cure = f"write one of {', '.join(names)}" if names else "add a flow with a campaign.yaml"
        found.insert(0, Finding(f"there is no campaign {strategy.campaign!r}", cure, where="campaign"))
    return tuple(found)


async def known(tx: Tx, context: Context) -> Known:
    """What rows may name in this shop."""
    return await memberships.known(tx, context.attributes)


async def preview(
    tx: Tx, context: Context, strategy: StrategyDefinition, now: datetime, progress: Progress | None = None
) -> Report:
    """What it would have done in the last 30 days."""
    return await look_back(tx, context, strategy, now, progress)


def as_document(report: Report, currency: str) -> dict[str, Any]:
    """What was found as plain data: money is in `currency`; what would be given is worth at most so much."""
    return {
        "moments": report.moments,
        "moments_in_all": report.of,
        "facts_lost": report.lost,
        "different": report.different,
        "without_offer": report.without,
        "without_offer_before": report.without_before,
        "currency": currency,
        "given_value": str(report.cost),
        "would_give_value": str(report.would_cost),
        "refused": report.refused,
        "offers": {
            name: {"given": one.given, "value": str(one.cost), "would_give": one.would_give,
                   "would_value": str(one.would_cost)}
            for name, one in report.lines.items()
        },
    }  # fmt: skip


async def submit(tx: Tx, context: Context, row_id: int, by: str, now: datetime) -> None:
    """Ask for approval. Raises StrategyRefused while an error is in it, or when it is no draft."""
    await _must_be_right(tx, context, row_id)
    await strategies.submit(tx, row_id, by, now)


async def approve(tx: Tx, context: Context, row_id: int, by: str, now: datetime, *, seen: str | None = None) -> None:
    """Let it go live. `seen`: what they looked at (strategies.face_of).

    Raises StrategyRefused: an error in it, not submitted, changed since it was looked at, or the same person twice.
    """
    await _must_be_right(tx, context, row_id)
    await strategies.approve(tx, row_id, by, now, seen=seen)


async def _must_be_right(tx: Tx, context: Context, row_id: int) -> None:
    row = await strategies.get(tx, row_id)
    if row is None:
        raise StrategyRefused(f"there is no strategy with the number {row_id}; see `holdback strategy list`")
    wrong = errors(await review(tx, context, strategies.definition_of(row)))
    if wrong:
        raise StrategyRefused(f"version {row.version} cannot go live: {wrong[0]}")
