"""Beside the barriers: what solved them, how they move over time, and what people said in their own words."""

from datetime import date, timedelta
from typing import Any, Final

from bot.console.spans import Span
from bot.console.today import FEW
from bot.house import House
from bot.report import kept
from flows.evidence.intervals import wilson
from flows.words import BARRIERS
from storage.database import Tx
from storage.reads import solved
from storage.reads.barriers import Asked, chosen
from storage.reads.solved import Solved
from storage.snapshots import Subject

LINES: Final = 5
"""So many barriers are drawn over time, the most frequent ones: more lines cannot be told apart."""

DAYS: Final = 35
"""Longer spans are drawn by weeks."""

QUOTES: Final = 6
ROWS: Final = 20


async def solutions(house: House, asked: Asked) -> dict[str, Any]:
    """What solved which barrier, as of when it was counted."""
    filters: dict[str, str] = dict(chosen(asked).items())
    counted = await kept.look(house, kept.SOLVED, Subject(kept.SOLVED.name, None, asked.window, filters))
    return {"snapshot": counted, "solved": [_row(one) for one in (counted.figures or ())[:ROWS]]}


async def beside(tx: Tx, asked: Asked, span: Span) -> dict[str, Any]:
    """What else the page shows beside the bars."""
    return {
        "moves": _moves(await solved.over_time(tx, asked), span),
        "quotes": await solved.words(tx, asked, QUOTES),
    }


def _row(one: Solved) -> dict[str, Any]:
    return {"one": one, "helped": _share(one.helped, one.given), "bought": _share(one.bought, one.given)}


def _share(part: int, whole: int) -> tuple[float, float, float] | None:
    """(low, share, high), or None where there are too few people to say."""
    if whole < FEW:
        return None
    low, high = wilson(part, whole)
    return low, part / whole, high


def _moves(days: dict[str, dict[str, int]], span: Span) -> dict[str, Any] | None:
    """A line for each of the most frequent barriers, by day or by week; None when there is nothing to be seen."""
    weekly = (span.last - span.first).days > DAYS
    bounds = _bounds(span, weekly=weekly)
    totals: dict[str, list[int]] = {barrier: [0] * len(bounds) for barrier in BARRIERS}
    for day, named in days.items():
        place = next((at for at in range(len(bounds) - 1, -1, -1) if bounds[at] <= date.fromisoformat(day)), 0)
        for barrier, number in named.items():
            totals.setdefault(barrier, [0] * len(bounds))[place] += number
    shown = sorted((one for one in totals if sum(totals[one])), key=lambda one: -sum(totals[one]))[:LINES]
    if not shown or len(bounds) < 2:
        return None
    return {"days": bounds, "weekly": weekly, "lines": [(one, totals[one]) for one in shown]}


def _bounds(span: Span, *, weekly: bool) -> list[date]:
    step = 7 if weekly else 1
    count = (span.last - span.first).days // step + 1
    return [span.first + timedelta(days=step * number) for number in range(count)]
