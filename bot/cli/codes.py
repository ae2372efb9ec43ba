"""`holdback codes`: import coupon codes into the pools of offers."""

from typing import TYPE_CHECKING

from bot.cli.common import AsJson, family
from bot.cli.importing import DryRun, Encoding, Errors, File, run_import

if TYPE_CHECKING:
    from bot.data.imports import Job
    from bot.data.summary import Summary
    from bot.house import House

app = family("Import coupon codes.")


@app.callback()
def codes() -> None:
    """Import coupon codes."""


@app.command("import")
def import_file(
    file: File,
    dry_run: DryRun = False,
    encoding: Encoding = None,
    errors: Errors = None,
    as_json: AsJson = False,
) -> None:
    """Import codes.csv: offer, code, expires_at. Importing a file again changes nothing.

    Example: holdback codes import codes.csv
    """
    from bot.data.imports import Job

    run_import(_take, Job(file, encoding, errors, dry_run), as_json=as_json)


async def _take(house: "House", job: "Job") -> "Summary":
    from bot.data.imports import import_codes

    zone, now = house.settings.timezone, house.clock.now()
    return await import_codes(house.database, job, catalogue=house.catalogue, zone=zone, now=now)
