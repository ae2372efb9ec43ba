"""Importing what sources cost: a row says what was spent on what, from one day to another."""

from datetime import date, datetime
from typing import Any, Final

from bot.data import cells
from bot.data.columns import Kind
from bot.data.errors import RowRefused
from bot.data.imports import Job, Parsed, batches, in_batch, start
from bot.data.summary import Refusals, Summary
from flows import written
from storage import spend
from storage.database import Database, Tx
from storage.spend import Clash, Outcome, Spend

SPEND: Final = Kind(
    "spend",
    {
        "source": written.line,
        "medium": written.line,
        "campaign": written.line,
        "from": written.day,
        "to": written.day,
        "amount": written.money,
        "currency": cells.currency,
        "note": written.line,
    },
    required=("source", "from", "to", "amount"),
    aliases={
        "from_day": "from",
        "to_day": "to",
        "utm_source": "source",
        "utm_medium": "medium",
        "utm_campaign": "campaign",
    },
)
"""The columns of spend.csv. Without a currency the amount is in the shop's own."""

LONGEST: Final = 366
"""A spend is for so many days at most: spread over longer, it would say nothing."""


def spend_of(values: dict[str, Any], currency: str) -> Spend:
    """A spend out of parsed values. Raises RowRefused: the days are the wrong way round, or too many."""
    first: date = values["from"]
    last: date = values["to"]
    if last < first:
        raise RowRefused("to", "is before the day in “from”; swap the two")
    one = Spend(
        values["source"], values.get("medium") or "", values.get("campaign") or "", first, last, values["amount"],
        values.get("currency") or currency, values.get("note"),
    )  # fmt: skip
    if one.days > LONGEST:
        raise RowRefused("to", f"is more than {LONGEST} days after “from”; split it into shorter spans")
    return one


def clash_words(clash: Clash) -> str:
    """Why a spend is refused, in words."""
    days = f"{clash.first.isoformat()} to {clash.last.isoformat()}"
    return f"overlaps with {days}, which is recorded for the same source, medium and campaign; change the days"


async def import_spend(database: Database, job: Job, *, currency: str, by: str, now: datetime) -> Summary:
    """Import spend.csv; a file imported again changes nothing. Raises FileRefused."""
    table, header, summary = start(SPEND, job)
    seen: dict[tuple[str, str, str], list[tuple[int, Spend]]] = {}
    foreign: set[str] = set()
    with Refusals(table, job.error_path, summary) as refusals:
        for batch in batches(SPEND, table, header, summary, refusals):
            good = [pair for parsed in batch if (pair := _readable(parsed, currency, seen, refusals))]
            found = [one for _, one in good]
            foreign |= {one.currency for one in found} - {currency}

            async def work(tx: Tx, found: list[Spend] = found) -> list[Outcome]:
                return await spend.put(tx, found, by, now)

            outcomes = await in_batch(database, work, dry_run=job.dry_run)
            for (parsed, _), outcome in zip(good, outcomes, strict=True):
                if isinstance(outcome, Clash):
                    refusals.add(parsed.row, RowRefused("from", clash_words(outcome)))
                else:
                    summary.count(outcome)
            if job.progress:
                job.progress(summary.read, table.rows)
    summary.warnings += [
        f"{job.path.name}: amounts in {one} are kept and shown apart; they are never added to {currency}"
        for one in sorted(foreign)
    ]
    return summary


def _readable(
    parsed: Parsed, currency: str, seen: dict[tuple[str, str, str], list[tuple[int, Spend]]], refusals: Refusals
) -> tuple[Parsed, Spend] | None:
    """The row as a spend, or None when it is refused: also for days that an earlier line of the file has already."""
    try:
        one = spend_of(parsed.values, currency)
    except RowRefused as refused:
        refusals.add(parsed.row, refused)
        return None
    lines = seen.setdefault(one.key, [])
    line = next((line for line, other in lines if other.first <= one.last and one.first <= other.last), None)
    if line is not None:
        words = f"overlaps with line {line} for the same source, medium and campaign; change the days of one"
        refusals.add(parsed.row, RowRefused("from", words))
        return None
    lines.append((parsed.row.line, one))
    return parsed, one
