"""/campaigns: whether they run and whether enough people have answered; to start, pause and resume them."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse

from bot.api.gate import Gate
from bot.api.once import Sent, Work, no_body, once
from bot.api.problems import Problem
from bot.api.replay import Replay
from bot.house import House
from bot.runtime.campaigns import UnknownCampaign, UnknownSegment, WrongState

GET: Final[dict[str, Any]] = {
    "summary": "List campaigns",
    "description": (
        "Their `state` (`ready`, `running`, `paused`, `stopped`), conversations by status, how many people `answered`, "
        "and the `quota` of people whose answers are enough (null: there is none). Once it is reached, `enough` is "
        "true, and nobody else is written to first."
    ),
    "operation_id": "list_campaigns",
}
START: Final[dict[str, Any]] = {
    "summary": "Let a campaign run",
    "description": "Its audience is enrolled within moments, and asked after the campaign's first wait.",
    "operation_id": "start_campaign",
}
PAUSE: Final[dict[str, Any]] = {
    "summary": "Pause a campaign",
    "description": "Nobody is written to first until it is resumed; answers are still received. 409 once it ended.",
    "operation_id": "pause_campaign",
}
RESUME: Final[dict[str, Any]] = {
    "summary": "Go on with a paused campaign",
    "description": "What waited meanwhile goes out. One that was never started, or has ended, is started instead.",
    "operation_id": "resume_campaign",
}


class _Move(Protocol):
    """What changes how a campaign stands."""

    def __call__(self, name: str, *, by: str | None = None) -> Awaitable[None]:
        """Raises UnknownCampaign, UnknownSegment, WrongState."""


def add_routes(routes: APIRouter, house: House, gate: Gate, replay: Replay) -> None:
    """The routes of campaigns, behind the gate."""
    all_of_them = house.campaigns
    routes.get("/campaigns", dependencies=[Depends(gate)], **GET)(_lister(house))
    for about, word, move, state in (
        (START, "start", all_of_them.let_run, "running"),
        (PAUSE, "pause", all_of_them.pause, "paused"),
        (RESUME, "resume", all_of_them.resume, "running"),
    ):
        routes.post(f"/campaigns/{{name}}/{word}", **about)(once(gate, replay, _mover(move, state), no_body))


def _lister(house: House) -> Callable[[], Awaitable[Response]]:
    async def show() -> Response:
        return JSONResponse({"items": [one.as_document() for one in await house.campaigns.list()], "next": None})

    return show


def _mover(move: _Move, state: str) -> Work:
    """Carries out a move, and says how the campaign stands after it: the same however often it is asked for."""

    async def work(sent: Sent) -> tuple[int, Any]:
        name = sent.path["name"]
        try:
            await move(name, by=sent.by)
        except UnknownCampaign as unknown:
            raise Problem(404, str(unknown)) from None
        except (UnknownSegment, WrongState) as refused:
            raise Problem(409, str(refused)) from None
        return 200, {"campaign": name, "state": state}

    return work
