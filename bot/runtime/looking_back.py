"""Trying a strategy on the last month: everybody is taken as they were known when they said what holds them back."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.runtime.context import Context
from flows.audience.past import History
from flows.audience.scoring import Rules
from flows.offers.backtest import Moment, Report, backtest
from flows.offers.looking_back import Grant, Occasion, Standard, place, standard
from flows.offers.strategy import StrategyDefinition
from storage import memberships, past, population, rulebook
from storage.database import Tx
from storage.reads import moments

LAST_MONTH: Final = timedelta(days=30)
"""How far back a strategy is tried."""

GROUP: Final = 100
"""People looked at in one go."""

Progress = Callable[[int, int], None]
"""Told (done, all) as it goes on."""


async def look_back(
    tx: Tx, context: Context, strategy: StrategyDefinition, now: datetime, progress: Progress | None = None
) -> Report:
    """What it would have done in the last 30 days. Reads in groups and reckons apart from the loop that answers."""
    currency, since = context.catalogue.currency, now - LAST_MONTH
    found, of = await moments.occasions(tx, strategy.campaign, since)
    by = await _standard(tx, context, strategy, now)
    placed: dict[int, tuple[Moment, bool]] = {}
    for start in range(0, len(found), GROUP):
        some = list(enumerate(found[start : start + GROUP], start))
        ids = [one.prospect_id for _, one in some]
        known = await past.histories(tx, ids, now, currency)
        before = await past.granted_before(tx, ids, since)
        placed |= await asyncio.to_thread(_place, some, known, before, by)
        if progress is not None:
            progress(min(start + GROUP, len(found)), len(found))
    report = await asyncio.to_thread(
        backtest, strategy, context.catalogue, [placed[place][0] for place in sorted(placed)]
    )
    report.of, report.lost = of, sum(lost for _, lost in placed.values())
    return report


def _place(
    some: Sequence[tuple[int, Occasion]],
    known: dict[int, History],
    before: dict[int, tuple[Grant, ...]],
    by: Standard,
) -> dict[int, tuple[Moment, bool]]:
    return {
        number: place(one, known[one.prospect_id], before.get(one.prospect_id, ()), by)
        for number, one in some
        if one.prospect_id in known
    }


async def _standard(tx: Tx, context: Context, strategy: StrategyDefinition, now: datetime) -> Standard:
    currency = context.catalogue.currency
    saved = await rulebook.newest(tx, rulebook.SCORING)
    rules = Rules.model_validate(saved.definition) if saved is not None else context.scoring
    shop = await population.known(tx, now, currency) or await population.measure(tx, now, currency)
    return standard(await memberships.named(tx, strategy, context.attributes), rules, shop)
