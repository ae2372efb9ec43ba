"""/evidence: does it help, what did it cost, what did it bring."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from bot.api.problems import Problem
from bot.data.writing import plain
from bot.house import House
from bot.report.document import document
from bot.report.gather import all_evidence
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


def add_routes(routes: APIRouter, house: House, known: list[Any]) -> None:
    """Add the route to the API; `known` are the dependencies that every route has."""

    async def show(campaign: Campaign = None) -> Response:
        try:
            found = await all_evidence(house, campaign)
        except UnknownCampaign as unknown:
            raise Problem(404, str(unknown)) from None
        return JSONResponse(plain({"campaigns": [document(one, worth) for one, worth in found]}))

    routes.get("/evidence", dependencies=known, **GET)(show)
