"""`holdback report`: what a campaign found out and brought, as one file to send around."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import AsJson, family, say, with_house
from bot.cli.errors import USAGE, fail

if TYPE_CHECKING:
    from bot.house import House

app = family("Write a campaign's report as one HTML or PDF file.")


@app.command()
def report(
    campaign: Annotated[str, typer.Argument(metavar="CAMPAIGN", help="The campaign, see `holdback campaign list`.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to: a name that ends in .html or .pdf.")],
    as_json: AsJson = False,
) -> None:
    """Write the report: research, segments, strategies, results, and what to try next. It names nobody.

    Example: holdback report barriers --out report.pdf
    """
    kind = out.suffix.lower()
    if kind not in (".html", ".htm", ".pdf"):
        fail(f"--out {out}: the file's name says which kind it is; end it in .html or .pdf", USAGE)
    if not out.parent.is_dir():
        fail(f"--out {out}: there is no folder {out.parent}; make it, or write somewhere else", 1)
    content = with_house(lambda house: _make(house, campaign, pdf=kind == ".pdf"))
    try:
        out.write_bytes(content)
    except OSError as error:
        fail(f"--out {out}: cannot be written ({error.strerror}); choose another place", 1)
    say({"campaign": campaign, "file": str(out), "bytes": len(content)}, [f"{out}: written"], as_json=as_json)


async def _make(house: "House", campaign: str, *, pdf: bool) -> bytes:
    from bot.report.gather import gather

    found = await gather(house, campaign)
    if pdf:
        from bot.report.pdf import as_pdf

        return as_pdf(found)
    from bot.report.html import as_html

    return as_html(found).encode()
