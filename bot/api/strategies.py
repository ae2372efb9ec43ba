"""/strategies: versions to read, drafts to write, to check and to try on the past. A person lets them go live.

A key is no person. It may draft, and throw its drafts away; to submit and to approve is what two people may have to
do, so both are done by people, in the console or at the command line.
"""

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from bot.api.gate import Gate
from bot.api.once import Reader, Sent, body_of, no_body, once
from bot.api.problems import Problem
from bot.api.replay import Replay
from bot.api.schemas import model_body
from bot.data import cells
from bot.data.errors import CellRefused
from bot.data.writing import plain
from bot.house import House
from bot.runtime import planning
from flows.offers.checks import errors
from flows.offers.finding import Finding
from flows.offers.starter import starter
from flows.offers.strategy import StrategyDefinition
from storage import audit, campaigns, strategies
from storage.database import Record, Tx
from storage.strategies import StrategyRefused

_BODY: Final = model_body("StrategyDefinition")
_NOTED: Final = {
    "parameters": [
        {"name": "note", "in": "query", "required": False, "schema": {"type": "string", "maxLength": 400},
         "description": "What changes, and why."}
    ]
}  # fmt: skip
FIELDS: Final = (
    "campaign", "version", "state", "note", "created_by", "created_at", "submitted_by", "submitted_at", "approved_by",
    "approved_at", "live_at", "retired_at",
)  # fmt: skip
LIST: Final[dict[str, Any]] = {
    "summary": "List versions of strategies",
    "description": "Of every campaign or of one, the newest first, without what stands in them.",
    "operation_id": "list_strategies",
}
LIVE: Final[dict[str, Any]] = {
    "summary": "The strategy that is live",
    "description": "Without one (`version` is null) it is the catalogue's own order, as offers are made then.",
    "operation_id": "show_live_strategy",
}
SHOW: Final[dict[str, Any]] = {
    "summary": "One version of a strategy",
    "description": "What stands in it, and `findings`: what is wrong with it today, each with its place and cure.",
    "operation_id": "show_strategy",
}
PREVIEW: Final[dict[str, Any]] = {
    "summary": "What a version would have done",
    "description": "Tried on the last 30 days; see POST /strategies/preview.",
    "operation_id": "preview_strategy_version",
}
CHECK: Final[dict[str, Any]] = {
    "summary": "Check a strategy",
    "description": "Every finding with its place and cure. `ok`: it could go live. Nothing is kept.",
    "operation_id": "check_strategy",
    "openapi_extra": _BODY,
}
TRY: Final[dict[str, Any]] = {
    "summary": "What a strategy would have done",
    "description": "Tried on the last 30 days: what would have been offered and at most cost. Nothing is kept.",
    "operation_id": "preview_strategy",
    "openapi_extra": _BODY,
}
DRAFT: Final[dict[str, Any]] = {
    "summary": "Draft a strategy",
    "description": "A new version, as JSON or YAML, kept even with findings: people submit and approve, never a key.",
    "operation_id": "draft_strategy",
    "status_code": 201,
    "openapi_extra": _BODY | _NOTED,
}
CHANGE: Final[dict[str, Any]] = {
    "summary": "Write a draft anew",
    "description": "Refused (409) for a version that is no draft any more.",
    "operation_id": "change_strategy",
    "openapi_extra": _BODY | _NOTED,
}
DISCARD: Final[dict[str, Any]] = {
    "summary": "Discard a draft",
    "description": "Refused (409) for a version that is no draft any more.",
    "operation_id": "discard_strategy",
    "status_code": 204,
}

Campaign = Annotated[str | None, Query(max_length=40, description="Only this campaign; else every one.")]
Version = Annotated[int, Path(ge=1, le=10**9)]
NOTE_LONGEST: Final = 400


def add_routes(routes: APIRouter, house: House, gate: Gate, replay: Replay) -> None:
    """The routes of strategies, behind the gate."""
    api, body = StrategiesApi(house), body_of(StrategyDefinition)
    known = [Depends(gate)]
    routes.get("/strategies", dependencies=known, **LIST)(api.list)
    routes.post("/strategies", **DRAFT)(once(gate, replay, api.draft, body))
    routes.post("/strategies/check", dependencies=known, **CHECK)(api.asked(api.check, body))
    routes.post("/strategies/preview", dependencies=known, **TRY)(api.asked(api.tried, body))
    routes.get("/strategies/{campaign}", dependencies=known, **LIVE)(api.live)
    routes.get("/strategies/{campaign}/{version}", dependencies=known, **SHOW)(api.show)
    routes.get("/strategies/{campaign}/{version}/preview", dependencies=known, **PREVIEW)(api.preview)
    routes.put("/strategies/{campaign}/{version}", **CHANGE)(once(gate, replay, api.change, body))
    discard = once(gate, replay, api.discard, no_body)
    routes.delete("/strategies/{campaign}/{version}", response_model=None, **DISCARD)(discard)


class StrategiesApi:
    """What the routes do, for one house."""

    def __init__(self, house: House) -> None:
        """Nothing is read yet."""
        self._house = house

    async def list(self, campaign: Campaign = None) -> Response:
        """Every version."""
        async with self._house.database.read() as tx:
            rows = await strategies.history(tx, campaign)
        return JSONResponse({"items": plain([_line(row) for row in rows])})

    async def live(self, campaign: str) -> Response:
        """The version that is live, or the catalogue's order."""
        async with self._house.database.read() as tx:
            if await campaigns.get(tx, campaign) is None:
                raise Problem(404, "there is no such campaign; GET /api/v1/strategies/{campaign} takes its name")
            row = await strategies.live(tx, campaign)
            definition = strategies.definition_of(row) if row else starter(self._house.catalogue, campaign)
            document = await self._document(tx, row, definition)
        return JSONResponse(plain(document | {"campaign": campaign}))

    async def show(self, campaign: str, version: Version) -> Response:
        """One version, and what is wrong with it."""
        async with self._house.database.read() as tx:
            row = await _numbered(tx, campaign, version)
            document = await self._document(tx, row, strategies.definition_of(row))
        return JSONResponse(plain(document))

    async def preview(self, campaign: str, version: Version) -> Response:
        """What a version would have done."""
        async with self._house.database.read() as tx:
            row = await _numbered(tx, campaign, version)
        return JSONResponse(plain(await self.tried(strategies.definition_of(row))))

    @staticmethod
    def asked(answer: Any, read: Reader) -> Any:
        """A route that only answers about the strategy in its body."""

        async def handle(request: Request) -> Response:
            _, definition = await read(request)
            return JSONResponse(plain(await answer(definition)))

        return handle

    async def check(self, definition: StrategyDefinition) -> dict[str, Any]:
        """What is wrong with a strategy."""
        async with self._house.database.read() as tx:
            found = await planning.review(tx, self._house.context, definition)
        return _findings(found)

    async def tried(self, definition: StrategyDefinition) -> dict[str, Any]:
        """What a strategy would have done."""
        async with self._house.database.read() as tx:
            report = await planning.preview(tx, self._house.context, definition, self._now())
        return planning.as_document(report, self._house.catalogue.currency)

    async def draft(self, sent: Sent) -> tuple[int, Any]:
        """A new version. Refused for a campaign that is not there: nobody would ever find it."""
        definition, now = sent.document, self._now()

        async def work(tx: Tx) -> dict[str, Any]:
            if await campaigns.get(tx, definition.campaign) is None:
                names = ", ".join(row.name for row in await campaigns.all_campaigns(tx)) or "none"
                raise Problem(422, f"there is no campaign {definition.campaign!r}; there are: {names}")
            row_id = await strategies.create(tx, definition, sent.by, now, _note(sent))
            row = await strategies.get(tx, row_id)
            assert row is not None  # noqa: S101 - it was made just now
            await audit.note(tx, sent.by, "strategy drafted", f"{row.campaign} {row.version}", now)
            return await self._document(tx, row, definition)

        return 201, plain(await self._house.database.transact(work))

    async def change(self, sent: Sent) -> tuple[int, Any]:
        """Write a draft anew."""
        definition = sent.document

        async def work(tx: Tx) -> dict[str, Any]:
            row = await _numbered(tx, sent.path["campaign"], _number(sent))
            if definition.campaign != row.campaign:
                raise Problem(422, f"it is for the campaign {definition.campaign!r}; draft it as a new version there")
            await strategies.change(tx, row.id, definition, _note(sent) or row.note)
            await audit.note(tx, sent.by, "strategy saved", f"{row.campaign} {row.version}", self._now())
            return await self._document(tx, await strategies.get(tx, row.id), definition)

        return 200, plain(await self._stepped(work))

    async def discard(self, sent: Sent) -> tuple[int, Any]:
        """Put a draft away; what is submitted or live is for people."""

        async def work(tx: Tx) -> None:
            row = await _numbered(tx, sent.path["campaign"], _number(sent))
            await strategies.discard(tx, row.id, self._now())
            await audit.note(tx, sent.by, "strategy discarded", f"{row.campaign} {row.version}", self._now())

        return 204, await self._stepped(work)

    async def _stepped(self, work: Any) -> Any:
        try:
            return await self._house.database.transact(work)
        except StrategyRefused as refused:
            raise Problem(409, str(refused)) from None

    async def _document(self, tx: Tx, row: Record | None, definition: StrategyDefinition) -> dict[str, Any]:
        found = await planning.review(tx, self._house.context, definition)
        return {**_line(row), "definition": definition.model_dump(mode="json"), **_findings(found)}

    def _now(self) -> datetime:
        return self._house.clock.now()


def _line(row: Record | None) -> dict[str, Any]:
    """A version as it is listed; of none at all only that there is none."""
    return {name: getattr(row, name, None) for name in FIELDS}


def _findings(found: tuple[Finding, ...]) -> dict[str, Any]:
    return {"ok": not errors(found), "findings": [one.as_dict() for one in found]}


def _note(sent: Sent) -> str | None:
    try:
        note: str = cells.text(sent.query.get("note", ""))
    except CellRefused as refused:
        raise Problem(422, f"the note {refused}") from None
    if len(note) > NOTE_LONGEST:
        raise Problem(422, f"the note is longer than {NOTE_LONGEST} characters; shorten it")
    return note or None


def _number(sent: Sent) -> int:
    written = sent.path["version"]
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else 0


async def _numbered(tx: Tx, campaign: str, version: int) -> Record:
    row = await strategies.by_version(tx, campaign, version)
    if row is None:
        raise Problem(404, "there is no such version; GET /api/v1/strategies lists them")
    return row
