"""`holdback spend`: what sources, mediums and campaigns cost."""

from typing import TYPE_CHECKING

from bot.cli.common import AsJson, family, say, with_database
from bot.cli.importing import import_command

if TYPE_CHECKING:
    from bot.data.imports import Job
    from bot.data.summary import Summary
    from bot.house import House
    from storage.database import Database

app = family("Record what sources, mediums and campaigns cost.\n\nExample: holdback spend import spend.csv")


@app.callback()
def spend() -> None:
    """Record what sources, mediums and campaigns cost."""


async def _take(house: "House", job: "Job") -> "Summary":
    from bot.data.spend import import_spend

    currency, now = house.catalogue.currency, house.clock.now()
    return await import_spend(house.database, job, currency=currency, by="command line", now=now)


import_command(
    app,
    _take,
    "Import spend.csv: source, medium, campaign, from, to, amount, currency. A file again changes nothing.\n\n"
    "Example: holdback spend import spend.csv --dry-run",
)


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List what was spent on what, the newest days first.

    Example: holdback spend list --json
    """
    rows = with_database(_rows)
    lines = [
        f"{row['from']} to {row['to']}  {row['amount']:>12} {row['currency']}  "
        + " / ".join(part for part in (row["source"], row["medium"], row["campaign"]) if part)
        for row in rows
    ]
    say(rows, lines or ["nothing is recorded; see `holdback spend import --help`"], as_json=as_json)


async def _rows(database: "Database") -> list[dict[str, str]]:
    from bot.data.writing import plain
    from storage import spend as recorded

    async with database.read() as tx:
        rows = await recorded.newest(tx, 10_000)
    return [
        {
            "source": row.source, "medium": row.medium, "campaign": row.campaign, "from": row.from_day,
            "to": row.to_day, "amount": plain(row.amount), "currency": row.currency,
        }
        for row in rows
    ]  # fmt: skip
