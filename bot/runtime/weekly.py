"""The weekly look: once in seven days, what may be said about each campaign is worked out and kept as it was said."""

from datetime import datetime

from bot.runtime.clock import Clock
from bot.runtime.failpoints import failpoint
from bot.runtime.supervisor import Supervisor
from flows.definition.campaign import CampaignDefinition
from flows.evidence.verdicts import COMPARISONS, PLANNED_WEEKS, Comparison, Judged, judge, look_at, week_of
from storage import campaigns, verdicts
from storage.database import Database, Tx
from storage.reads import evidence
from storage.reads.evidence import Pair, Period

LOOK = 600.0
"""Seconds between two looks at the calendar. What is judged is as of the week's end, however late this comes."""

Looks = dict[Comparison, tuple[Judged, ...]]
Pairs = dict[tuple[Comparison, int], Pair]
"""The groups that were judged, by comparison and week."""


async def looks(tx: Tx, period: Period, *, days: int, currency: str, now: datetime) -> tuple[Looks, Pairs]:
    """Every weekly verdict of this period so far, oldest first: those kept as they were said, the others made now.

    With the groups they were said of.

    Weeks after the planned end are not judged: the plan was to look thirteen times.
    """
    known, pairs = await verdicts.said(tx, period), await verdicts.pairs(tx, period)
    last = min(week_of(period.since, now), PLANNED_WEEKS)
    found: Looks = {}
    for comparison in COMPARISONS:
        if evidence.planned_share(period.lot, comparison) is None:
            continue
        said = []
        for week in range(1, last + 1):
            if (comparison, week) not in known:
                pair = await _count(tx, period, comparison, week, days=days, currency=currency)
                pairs[comparison, week] = pair
                known[comparison, week] = judge(
                    pair.treated.group, pair.control.group, control_share=pair.control_share, week=week
                )
            said.append(known[comparison, week])
        found[comparison] = tuple(said)
    return found, pairs


async def _count(tx: Tx, period: Period, comparison: Comparison, week: int, *, days: int, currency: str) -> Pair:
    moment = look_at(period.since, week)
    pair = await evidence.compare(tx, period, comparison, as_of=moment, days=days, currency=currency)
    assert pair is not None  # noqa: S101 - the caller has looked whether the lot has both groups
    return pair


async def keep_all(database: Database, *, currency: str, now: datetime) -> int:
    """Keep every weekly verdict that is due and not kept yet, of every campaign. Returns how many were made."""
    async with database.read_patiently() as tx:
        rows = await campaigns.all_campaigns(tx)
        made: list[tuple[Period, Comparison, Judged, Pair]] = []
        for row in rows:
            period = await evidence.period(tx, row.name)
            if period is None:
                continue
            days = CampaignDefinition.model_validate(row.definition).attribution_days
            known = await verdicts.said(tx, period)
            every, pairs = await looks(tx, period, days=days, currency=currency, now=now)
            made += [
                (period, comparison, one, pairs[comparison, one.week])
                for comparison, said in every.items()
                for one in said
                if (comparison, one.week) not in known
            ]
    if made:
        await database.transact(lambda tx: _keep(tx, made, now))
    return len(made)


async def _keep(tx: Tx, made: list[tuple[Period, Comparison, Judged, Pair]], now: datetime) -> None:
    for period, comparison, judged, pair in made:
        await verdicts.keep(tx, period, comparison, judged, now, pair)
    failpoint("weekly.before_commit")


async def look_weekly(database: Database, clock: Clock, supervisor: Supervisor, *, currency: str) -> None:
    """Until the house stops: look at the calendar, and keep what is due."""
    while not supervisor.stopping.is_set():
        await keep_all(database, currency=currency, now=clock.now())
        await supervisor.unless_stopping(clock.sleep(LOOK))
