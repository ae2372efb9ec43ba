"""Once a day: the shares of offers that learn, computed from closed windows, frozen and logged (EVIDENCE.md 2.1)."""

import asyncio
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog

from bot.runtime.clock import Clock
from bot.runtime.context import Context
from bot.runtime.supervisor import Supervisor
from flows.calendar import zone_of
from flows.definition.campaign import CampaignDefinition
from flows.offers.budget import Spending, allowance, days_left, pace, usual_share
from flows.offers.nightly import WHOLE, Economy, Sheet, nightly, usual_cost
from flows.offers.strategy import StrategyDefinition
from storage import campaigns, choices, economy, share_days, strategies
from storage.database import Database, Record, Tx
from storage.spending import Limit, spending

log = structlog.get_logger("shares")

LOOK: Final = 60.0
"""Seconds between two looks for a day that has begun."""

COMPANY_WINDOW: Final = timedelta(days=30)
"""Companies decide more slowly: their window, when the campaign's own is not longer (EVIDENCE.md 2.1)."""


async def keep_shares(database: Database, clock: Clock, context: Context, supervisor: Supervisor) -> None:
    """Make the shares of each day soon after it has begun."""
    while not supervisor.stopping.is_set():
        await make_due(database, context, clock.now())
        await supervisor.unless_stopping(clock.sleep(LOOK))


async def make_due(database: Database, context: Context, now: datetime) -> int:
    """Make today's shares of every campaign that learns and has none yet. Returns of how many campaigns."""
    day = now.astimezone(shop_zone(context)).date().isoformat()
    async with database.read() as tx:
        live = [row for row in await strategies.all_live(tx) if strategies.definition_of(row).learning.on]
        due = [row for row in live if not await share_days.made(tx, row.campaign, day)]
    for row in due:
        async with database.read() as tx:
            gathered = await _gather(tx, context, row, now)
        # A second of arithmetic in a large catalogue: not in the loop that answers people.
        sheets = await asyncio.to_thread(_compute, row, context, day, gathered)
        await database.transact(lambda tx, one=row, made=sheets: share_days.keep(tx, one.campaign, day, made, now))  # type: ignore[misc]
        log.info("shares of the day were made", campaign=row.campaign, day=day, cells=len(sheets) - 1)
    return len(due)


def shop_zone(context: Context) -> ZoneInfo:
    """The zone whose days are the shop's."""
    return zone_of(context.shop.timezone) or ZoneInfo("UTC")


async def _gather(tx: Tx, context: Context, row: Record, now: datetime) -> dict[str, Any]:
    """Everything a day's shares are made from."""
    definition, currency = strategies.definition_of(row), context.catalogue.currency
    campaign = await campaigns.get(tx, row.campaign)
    days = CampaignDefinition.model_validate(campaign.definition).attribution_days if campaign is not None else 7
    window = timedelta(days=days)
    return {
        "counts": await choices.counts(
            tx, row.campaign, now, window=window, company_window=max(window, COMPANY_WINDOW)
        ),
        "sale": await economy.usual_sale(tx, currency, now),
        "costs": await economy.usual_costs(tx, row.campaign, currency, now),
        "pace": await _pace(tx, context, row, definition, now),
    }


async def _pace(
    tx: Tx, context: Context, row: Record, definition: StrategyDefinition, now: datetime
) -> dict[str, float]:
    """The price of budget of the day: what the promises of the last day will usually cost, against what was allowed."""
    if definition.budget is None:
        return {"price": 0.0}
    limit = Limit(row.id, row.campaign, definition.budget, shop_zone(context))
    standing: Spending = await spending(tx, limit, now, with_share=True)
    left = days_left(definition.budget, row.live_at, now, limit.zone)
    allowed = float(allowance(definition.budget, standing, left))
    before = await share_days.latest(tx, row.campaign)
    known = before.inputs if before is not None else {}
    price = 0.0
    if "allowed" in known:
        promised = await economy.promised(tx, row.campaign, definition.budget.currency, now - timedelta(days=1))
        price = pace(known["price"], float(promised) * usual_share(standing), known["allowed"])
    return {"price": price, "allowed": allowed, "days_left": float(left)}


def _compute(row: Record, context: Context, day: str, gathered: dict[str, Any]) -> list[Sheet]:
    """The sheets of the day, that of the whole campaign first. Without a known sale nothing is learned yet."""
    definition, sale = strategies.definition_of(row), gathered["sale"]
    whole = Sheet(WHOLE, {}, {"strategy": row.version, "sale": sale, **gathered["pace"]})
    if sale is None:
        return [whole]
    costs = {offer.id: usual_cost(offer, sale) for offer in context.catalogue.offers} | gathered["costs"]
    money = Economy(sale, costs, gathered["pace"]["price"])
    return [whole, *nightly(definition, context.catalogue, day, gathered["counts"], money)]
