"""`holdback purchases`: import orders, so that nobody who bought is asked why they did not."""

from typing import TYPE_CHECKING

from bot.cli.common import family
from bot.cli.importing import KEPT_UP, import_command

if TYPE_CHECKING:
    from bot.data.imports import Job
    from bot.data.summary import Summary
    from bot.house import House

app = family("Import purchases.")


@app.callback()
def purchases() -> None:
    """Import purchases."""


async def _take(house: "House", job: "Job") -> "Summary":
    from bot.data.purchases import import_purchases

    zone, now = house.settings.timezone, house.clock.now()
    summary = await import_purchases(house.database, house.intake.put_many, job, zone=zone, now=now)
    if not job.dry_run:
        await house.settle()
        await house.keeper.keep_up(KEPT_UP)
    return summary


import_command(
    app,
    _take,
    "Import purchases.csv; conversations with those who bought end. Importing a file again changes nothing.\n\n"
    "Example: holdback purchases import purchases.csv",
)
