"""/campaigns: whether they run, their conversations, and whether enough people have answered."""

from typing import Any, Final

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from bot.house import House

GET: Final[dict[str, Any]] = {
    "summary": "List campaigns",
    "description": (
        "Their `state` (`ready`, `running`, `paused`, `stopped`), conversations by status, how many people `answered`, "
        "and the `quota` of people whose answers are enough (null: there is none). Once it is reached, `enough` is "
        "true, and nobody else is written to first."
    ),
    "operation_id": "list_campaigns",
}


def add_routes(routes: APIRouter, house: House, known: list[Any]) -> None:
    """Add the route to the API; `known` are the dependencies that every route has."""

    async def show() -> Response:
        return JSONResponse({"items": [one.as_document() for one in await house.campaigns.list()], "next": None})

    routes.get("/campaigns", dependencies=known, **GET)(show)
