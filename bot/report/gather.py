"""A campaign's report as one value: research, segments, strategies, results, and what to try next.

Nothing in it tells who somebody is: a group of fewer than K people is not shown, only that it is small.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.house import House
from bot.report.figures import Evidence, Worth, evidence_of, worth_of
from bot.runtime.campaigns import UnknownCampaign
from flows.evidence.returns import Move, Ranking, rank, together
from flows.offers.strategy import StrategyDefinition
from storage import campaigns, strategies
from storage.database import Record, Tx
from storage.reads import research
from storage.reads.common import Window, ever
from storage.reads.research import Cohort, Named, Quote

K: Final = 5
"""Fewer people than this are never told apart in a report that is sent around."""

QUOTES: Final = 3


@dataclass(frozen=True, slots=True)
class Version:
    """A strategy that was live: from when to when, why, and its rows as (barrier, segment, offers)."""

    number: int
    live_at: datetime
    retired_at: datetime | None
    note: str | None
    learning: bool
    rows: tuple[tuple[str, str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a campaign report says. `barriers` and `moves` hold only what at least K people stand behind."""

    shop: str
    window: Window
    zone: str
    made_at: datetime
    evidence: Evidence
    worth: Worth
    named: Named
    barriers: tuple[tuple[str, int], ...]
    quotes: dict[str, tuple[Quote, ...]]
    cohorts: tuple[Cohort, ...]
    grades: dict[str, int]
    versions: tuple[Version, ...]
    moves: tuple[Move, ...]
    by_barrier: tuple[Move, ...]
    ranking: Ranking | None
    unanswered: tuple[str, ...]


async def gather(house: House, campaign: str, window: Window | None = None) -> Report:
    """The report of a campaign; without a window, from its first conversation to now. Raises UnknownCampaign."""
    async with house.database.read_patiently() as tx:
        row = await campaigns.get(tx, campaign)
        if row is None:
            known = ", ".join(one.name for one in await campaigns.all_campaigns(tx)) or "none"
            raise UnknownCampaign(f"there is no campaign {campaign!r}; there are: {known}")
        return await _gather(tx, house, row, window)


async def all_evidence(house: House, campaign: str | None = None) -> list[tuple[Evidence, Worth]]:
    """The evidence of one campaign, or of every one, with what their moves were worth. Raises UnknownCampaign."""
    now = house.clock.now()
    found: list[tuple[Evidence, Worth]] = []
    async with house.database.read_patiently() as tx:
        rows = await campaigns.all_campaigns(tx)
        if campaign is not None and campaign not in {row.name for row in rows}:
            known = ", ".join(row.name for row in rows) or "none"
            raise UnknownCampaign(f"there is no campaign {campaign!r}; there are: {known}")
        for row in rows:
            if campaign in (None, row.name):
                one = await evidence_of(tx, row, currency=house.catalogue.currency, now=now)
                flow = await house.context.flows.newest(tx, row.definition["flow"])
                found.append((one, await worth_of(tx, one, ever(now), flow, now=now)))
    return found


async def _gather(tx: Tx, house: House, row: Record, window: Window | None) -> Report:
    now, name = house.clock.now(), row.name
    first = await research.first_conversation(tx, name)
    window = window or Window(first or now - timedelta(days=1), now)
    flow = await house.context.flows.newest(tx, row.definition["flow"])
    evidence = await evidence_of(tx, row, currency=house.catalogue.currency, now=now)
    worth = await worth_of(tx, evidence, window, flow, now=now)
    named = await research.named(tx, name, window)
    barriers = sorted(named.by_barrier.items(), key=lambda item: (-item[1], item[0]))
    shown = tuple((barrier, number) for barrier, number in barriers if number >= K)
    moves, by_barrier = together(worth.moves), together(worth.moves, by_barrier=True)
    return Report(
        shop=house.shop.name,
        window=window,
        zone=house.shop.timezone,
        made_at=now,
        evidence=evidence,
        worth=worth,
        named=named,
        barriers=shown,
        quotes={barrier: tuple(await research.quotes(tx, name, window, barrier, limit=QUOTES)) for barrier, _ in shown},
        cohorts=tuple(await research.cohorts(tx, name, window)),
        grades=await research.grades(tx, name, window),
        versions=tuple(_versions(await strategies.history(tx, name), window)),
        moves=tuple(_seen(moves)),
        by_barrier=tuple(_seen(by_barrier)),
        ranking=rank(moves),
        unanswered=tuple(_without_answer(shown, by_barrier)),
    )


def _seen(moves: Sequence[Move]) -> list[Move]:
    """The moves made to at least K people, those included who still have time to buy."""
    return [one for one in moves if one.people + one.open >= K]


def _versions(rows: Sequence[Record], window: Window) -> list[Version]:
    """What was live in the window, the newest first."""
    found = []
    for row in rows:
        if row.live_at is None or row.live_at >= window.until or (row.retired_at and row.retired_at < window.since):
            continue
        definition = StrategyDefinition.model_validate(row.definition)
        lines = tuple((one.barrier, one.segment, one.offers) for one in definition.rows)
        found.append(Version(row.version, row.live_at, row.retired_at, row.note, definition.learning.on, lines))
    return found


def _without_answer(barriers: Sequence[tuple[str, int]], by_barrier: Sequence[Move]) -> list[str]:
    """Barriers that were named and to which no offer was made, or only `nothing`."""
    answered = {one.barrier for one in by_barrier if one.offer != "nothing"}
    final = ("no_longer_needed", "bought_elsewhere", "other")
    return [barrier for barrier, _ in barriers if barrier not in answered and barrier not in final]
