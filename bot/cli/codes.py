"""`holdback codes`: import coupon codes into the pools of offers."""

from typing import TYPE_CHECKING

from bot.cli.common import family
from bot.cli.importing import import_command

if TYPE_CHECKING:
    from bot.data.imports import Job
    from bot.data.summary import Summary
    from bot.house import House

app = family("Import coupon codes.")


@app.callback()
def codes() -> None:
    """Import coupon codes."""


async def _take(house: "House", job: "Job") -> "Summary":
    from bot.data.imports import import_codes

    zone, now = house.settings.timezone, house.clock.now()
    return await import_codes(house.database, job, catalogue=house.catalogue, zone=zone, now=now)


import_command(
    app,
    _take,
    "Import codes.csv: offer, code, expires_at. Importing a file again changes nothing.\n\n"
    "Example: holdback codes import codes.csv",
)
