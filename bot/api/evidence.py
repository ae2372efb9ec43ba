"""/evidence and /reports: does it help, what did it cost, what did it bring; and the same as a file to send around."""

import asyncio
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from bot.api.problems import Problem
from bot.data.writing import plain
from bot.house import House
from bot.report.document import document
from bot.report.gather import all_evidence, gather
from bot.report.html import as_html
from bot.runtime.campaigns import UnknownCampaign

Campaign = Annotated[str | None, Query(max_length=40, description="Only this campaign; else every one.")]

GET: Final[dict[str, Any]] = {
    "summary": "What campaigns changed, cost and brought",
    "description": (
        "For each campaign: the weekly verdict of its groups by lot (`helps`, `harms`, `no_difference`, `too_early`, "
        "`unbalanced`) with its interval, reasons in words and every week before, what each offer led to, what it all "
        "cost, and the quality of the asking. Shares are of 1, money is in `currency`."
    ),
    "operation_id": "get_evidence",
}
REPORT: Final[dict[str, Any]] = {
    "summary": "A campaign's report as a file",
    "description": "Research, segments, strategies, results, as one HTML file or a PDF. It names nobody.",
    "operation_id": "get_report",
}
Form = Annotated[Literal["html", "pdf"], Query(alias="as", description="The kind of file.")]


def add_routes(routes: APIRouter, house: House, known: list[Any]) -> None:
    """Add the routes to the API; `known` are the dependencies that every route has."""

    async def show(campaign: Campaign = None) -> Response:
        try:
            found = await all_evidence(house, campaign)
        except UnknownCampaign as unknown:
            raise Problem(404, str(unknown)) from None
        return JSONResponse(plain({"campaigns": [document(one, worth) for one, worth in found]}))

    async def report(campaign: str, form: Form = "html") -> Response:
        try:
            found = await gather(house, campaign)
        except UnknownCampaign as unknown:
            raise Problem(404, str(unknown)) from None
        if form == "html":
            return Response(as_html(found), media_type="text/html; charset=utf-8")
        from bot.report.pdf import as_pdf  # noqa: PLC0415 - its library takes long to import, and few ask for it

        return Response(await asyncio.to_thread(as_pdf, found), media_type="application/pdf")

    routes.get("/evidence", dependencies=known, **GET)(show)
    routes.get("/reports/{campaign}", dependencies=known, response_model=None, **REPORT)(report)
