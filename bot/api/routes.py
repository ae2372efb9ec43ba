"""The routes of the API. Every one but the description needs a key."""

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from starlette.routing import Match

from bot.api import (
    campaigns,
    counter,
    describe,
    erasing,
    evidence,
    figures,
    playbook,
    rules,
    segments,
    spend,
    strategies,
    tasks,
    webhooks,
)
from bot.api.cursors import read_cursor, write_cursor
from bot.api.events import EventReader
from bot.api.gate import Gate
from bot.api.once import Sent, no_body, once
from bot.api.people import read_prospects
from bot.api.problems import Problem, ProblemRoute
from bot.api.replay import Replay
from bot.data.cells import Moments
from bot.data.writing import plain
from bot.house import House
from bot.runtime.standing import standing
from flows.audience.attributes import Attributes
from storage import prospects
from storage import spend as recorded
from storage.importing import take_over
from storage.reads import exports, record

PREFIX: Final = "/api/v1"
LISTS: Final = tuple(exports.EXPORTS)
"""Every kind that can be exported can be listed."""

Limit = Annotated[int, Query(ge=1, le=500, description="How many, at most.")]
Since = Annotated[datetime | None, Query(description="Only what changed since then (ISO 8601 with a zone).")]
Cursor = Annotated[str | None, Query(max_length=100, description="`next` of the page before.")]


def router(house: House, *, per_second: float = 50, burst: int = 200) -> APIRouter:
    """All routes under /api/v1. `per_second` and `burst` are the brake on each key."""
    routes = APIRouter(prefix=PREFIX, route_class=ProblemRoute)
    gate, api = Gate(house, per_second, burst), Api(house)
    known = [Depends(gate)]
    routes.post("/events", **describe.EVENTS)(once(gate, api.replay, api.events))
    routes.post("/prospects", **describe.PROSPECTS)(once(gate, api.replay, api.take_prospects))
    routes.post("/spend", **spend.POST)(once(gate, api.replay, api.take_spend))
    routes.get("/spend", dependencies=known, **spend.GET)(api.list_spend)
    routes.delete("/spend/{id}", response_model=None, **spend.DELETE)(once(gate, api.replay, api.take_back, no_body))
    for room in (segments, strategies, rules, tasks, counter, playbook, webhooks, campaigns, erasing):
        room.add_routes(routes, house, gate, api.replay)
    evidence.add_routes(routes, house, known)
    figures.add_routes(routes, house, known)
    for kind in LISTS:
        routes.get(f"/{kind}", dependencies=known, **describe.listing(kind))(api.lister(kind))
    routes.get("/prospects/{ref:path}", dependencies=known, **describe.PROSPECT)(api.show)
    routes.get("/openapi.json", include_in_schema=False)(_description(routes, gate, house))
    every = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    routes.api_route("/{path:path}", methods=every, include_in_schema=False)(_nothing_here(routes))
    return routes


class Api:
    """What the routes do, for one house."""

    def __init__(self, house: House) -> None:
        """Nothing is read yet."""
        self._house = house
        self.replay = Replay(house)

    def _moments(self) -> Moments:
        return Moments(self._house.settings.timezone, self._house.clock.now())

    async def events(self, sent: Sent) -> tuple[int, Any]:
        """Keep events, then answer."""
        known, now = self._house.attributes, self._house.clock.now()
        events = EventReader(self._moments(), now, key=sent.key, attributes=known).read(sent.document)
        await self._house.intake.put_many([event.raw for event in events])
        return 202, {"accepted": len(events), "ids": [event.id for event in events]}

    async def take_prospects(self, sent: Sent) -> tuple[int, Any]:
        """Make or change prospects."""
        incoming = read_prospects(sent.document, self._moments(), sent.caller, self._house.attributes)
        now, secret = self._house.clock.now(), self._house.secret
        done = await self._house.database.transact(lambda tx: take_over(tx, incoming, now=now, key=secret))
        results = [{"id": one.uid, "result": one.result, "contactable": one.contactable} for one in done]
        if isinstance(sent.document, list):
            return 200, {"results": results}
        return 201 if results[0]["result"] == "created" else 200, results[0]

    async def take_spend(self, sent: Sent) -> tuple[int, Any]:
        """Record what was spent."""
        return await spend.take(self._house, sent.document, sent.by, self._house.clock.now())

    async def take_back(self, sent: Sent) -> tuple[int, Any]:
        """Take a spend back."""
        return await spend.remove(self._house, sent.path["id"], sent.by)

    async def list_spend(self, limit: Limit = 100, cursor: Cursor = None) -> Response:
        """What was spent."""
        async with self._house.database.read() as tx:
            rows = await recorded.page(tx, after=read_cursor("spend", cursor), limit=limit)
        further = rows[-1].id if len(rows) == limit else None
        return JSONResponse({"items": plain([spend.line(row) for row in rows]), "next": write_cursor("spend", further)})

    async def show(self, ref: str) -> Response:
        """One prospect, by any identity."""
        async with self._house.database.read() as tx:
            prospect_id = await prospects.resolve(tx, ref)
            known = self._house.attributes
            found = await record.show(tx, prospect_id, known) if prospect_id is not None else None
            if found is not None and prospect_id is not None:
                found |= await standing(tx, self._house.keeper, prospect_id, self._house.clock.now())
        if found is None:
            raise Problem(404, "there is no such prospect; ask by shop id, email, phone, telegram:123 or id")
        return JSONResponse(plain(found))

    def lister(self, kind: str) -> Any:
        """A route that lists one kind of record."""

        async def page(limit: Limit = 100, cursor: Cursor = None, since: Since = None) -> Response:
            if since is not None and since.tzinfo is None:
                raise Problem(422, "since needs a zone, such as 2026-11-01T00:00:00Z")
            after = read_cursor(kind, cursor)
            async with self._house.database.read() as tx:
                lines, further = await exports.page(tx, kind, after=after, limit=limit, since=since)
            return JSONResponse({"items": plain(lines), "next": write_cursor(kind, further)})

        return page


def _description(routes: APIRouter, gate: Gate, house: House) -> Any:
    """What describes the API to anybody; to who has a key also with the facts that this shop keeps about people."""

    async def description(request: Request) -> Response:
        known = Attributes()
        if "authorization" in request.headers:
            await gate.known(request)
            known = house.attributes
        return JSONResponse(describe.openapi(routes, PREFIX, known))

    return description


def _nothing_here(routes: APIRouter) -> Any:
    """What answers where no route is: 405 with the methods there are, or 404."""

    async def nothing(request: Request) -> Response:
        allowed = {
            method
            for route in routes.routes[:-1]
            if route.matches(request.scope)[0] is Match.PARTIAL
            for method in getattr(route, "methods", None) or ()
        }
        if allowed:
            raise Problem(
                405, "this address has other methods; see Allow", headers={"Allow": ", ".join(sorted(allowed))}
            )
        raise Problem(404, f"there is nothing here; see {PREFIX}/openapi.json")

    return nothing
