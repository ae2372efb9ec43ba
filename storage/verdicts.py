"""The weekly verdicts, kept as they were said: whoever looks again reads the same."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any, get_args

from sqlalchemy import select

from flows.evidence.intervals import Interval
from flows.evidence.verdicts import Comparison, Group, Judged, Verdict
from storage.database import Record, Tx
from storage.dialects import insert
from storage.reads.evidence import Counted, Pair, Period
from storage.tables import verdicts

MONEY = ("revenue", "discounts")
"""Figures of a group that are money: exact, so they are kept as text."""


async def keep(tx: Tx, period: Period, comparison: Comparison, judged: Judged, now: datetime, pair: Pair) -> None:
    """Keep what was said in a week of this period, with the groups (`pair`) it was said of. Said once, it stays."""
    row = insert(tx, verdicts).values(
        campaign=period.campaign,
        comparison=comparison,
        week=period.earlier_weeks + judged.week,
        figures=_figures(period, judged) | {"pair": _pair_figures(pair)},
        verdict=judged.verdict,
        made_at=now,
    )
    await tx.execute(row.on_conflict_do_nothing())


async def said(tx: Tx, period: Period) -> dict[tuple[Comparison, int], Judged]:
    """What was said in this period, by comparison and week (counted from the period's beginning)."""
    query = select(verdicts).where(verdicts.c.campaign == period.campaign, verdicts.c.week > period.earlier_weeks)
    found = (await tx.execute(query.order_by(verdicts.c.week))).all()
    return {(row.comparison, row.week - period.earlier_weeks): _judged(row) for row in found}


async def pairs(tx: Tx, period: Period) -> dict[tuple[Comparison, int], Pair]:
    """The groups that the verdicts of this period were said of, by comparison and week: nothing is counted again."""
    query = select(verdicts).where(verdicts.c.campaign == period.campaign, verdicts.c.week > period.earlier_weeks)
    found = (await tx.execute(query)).all()
    return {(row.comparison, row.week - period.earlier_weeks): _pair(row.figures["pair"]) for row in found}


async def latest(tx: Tx) -> Sequence[Record]:
    """The newest row of each campaign and comparison: campaign, comparison, week, verdict, figures, made_at."""
    rows = (await tx.execute(select(verdicts).order_by(verdicts.c.week))).all()
    return list({(row.campaign, row.comparison): row for row in rows}.values())


def _figures(period: Period, judged: Judged) -> dict[str, Any]:
    return {
        "lot": str(period.lot),
        "since": period.since.isoformat(),
        "week": judged.week,
        "planned": judged.planned,
        "treated": {"people": judged.treated.people, "bought": judged.treated.bought},
        "control": {"people": judged.control.people, "bought": judged.control.bought},
        "interval": _ends(judged.interval),
        "final": _ends(judged.final) if judged.final is not None else None,
        "more": judged.more,
        "sizes": judged.sizes,
    }


def _pair_figures(pair: Pair) -> dict[str, Any]:
    return {
        "treated": _counted_figures(pair.treated),
        "control": _counted_figures(pair.control),
        "open": pair.open,
        "control_share": pair.control_share,
    }


def _counted_figures(counted: Counted) -> dict[str, Any]:
    figures = asdict(counted)
    return figures | {name: str(figures[name]) for name in MONEY}


def _pair(figures: dict[str, Any]) -> Pair:
    treated, control = (_counted(figures[side]) for side in ("treated", "control"))
    return Pair(treated, control, figures["open"], figures["control_share"])


def _counted(figures: dict[str, Any]) -> Counted:
    return Counted(**(figures | {name: Decimal(figures[name]) for name in MONEY}))


def _ends(interval: Interval) -> list[float]:
    return [interval.low, interval.mid, interval.high]


def _judged(row: Record) -> Judged:
    figures = row.figures
    verdict: Verdict = row.verdict
    assert verdict in get_args(Verdict)  # noqa: S101 - only `keep` writes here
    return Judged(
        verdict=verdict,
        week=figures["week"],
        planned=figures["planned"],
        treated=Group(**figures["treated"]),
        control=Group(**figures["control"]),
        interval=Interval(*figures["interval"]),
        final=Interval(*figures["final"]) if figures["final"] else None,
        more=figures["more"],
        sizes=figures["sizes"],
    )
