"""/segments: saved segments, who is in them, and how many a condition matches before anything is saved."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from bot.api.bodies import parse_json, read_body
from bot.api.cursors import read_cursor, write_cursor
from bot.api.gate import Gate
from bot.api.once import Sent, no_body, once
from bot.api.problems import Problem
from bot.api.replay import Replay
from bot.house import House
from flows.audience.conditions import ConditionInvalid, describe, dump_condition
from flows.audience.segments import Checked, Segment, check_segment
from storage import audit, prospects, segments
from storage.database import Tx
from storage.errors import SegmentApproved, SegmentInUse, SegmentSensitive

CONDITION: Final = {
    "type": "object",
    "description": 'Who is in it, such as {"country": "HU", "cart_value": {"at_least": 100}}; see docs/segments.md.',
}
SCHEMA: Final = {
    "type": "object",
    "required": ["where"],
    "properties": {"label": {"type": "string", "maxLength": 80}, "where": CONDITION},
}
_BODY: Final = {"requestBody": {"required": True, "content": {"application/json": {"schema": SCHEMA}}}}
LIST: Final[dict[str, Any]] = {
    "summary": "List segments",
    "description": "Every saved segment with its condition, as written and in words.",
    "operation_id": "list_segments",
}
SHOW: Final[dict[str, Any]] = {
    "summary": "One segment",
    "description": "Its condition, and how many prospects are in it now.",
    "operation_id": "show_segment",
}
MEMBERS: Final[dict[str, Any]] = {
    "summary": "List the prospects in a segment",
    "description": "Who is in it now, in the order in which they became known, page by page.",
    "operation_id": "list_segment_members",
}
PUT: Final[dict[str, Any]] = {
    "summary": "Make or change a segment",
    "description": "One that can never match is refused with the reason. A name has small letters, digits, _ and -.",
    "operation_id": "put_segment",
    "openapi_extra": _BODY,
}
DELETE: Final[dict[str, Any]] = {
    "summary": "Delete a segment",
    "description": "Nobody in it is touched. Refused (409) while a campaign or a strategy names it.",
    "operation_id": "delete_segment",
    "status_code": 204,
}
COUNT: Final[dict[str, Any]] = {
    "summary": "Count a condition",
    "description": "How many prospects match now. Nothing is saved.",
    "operation_id": "count_segment",
    "openapi_extra": _BODY,
}

Limit = Annotated[int, Query(ge=1, le=500, description="How many, at most.")]
Cursor = Annotated[str | None, Query(max_length=100, description="`next` of the page before.")]


def add_routes(routes: APIRouter, house: House, gate: Gate, replay: Replay) -> None:
    """The routes of segments, behind the gate."""
    api = SegmentsApi(house)
    known = [Depends(gate)]
    routes.get("/segments", dependencies=known, **LIST)(api.list)
    routes.post("/segments/count", dependencies=known, **COUNT)(api.count)
    routes.get("/segments/{name}", dependencies=known, **SHOW)(api.show)
    routes.put("/segments/{name}", **PUT)(once(gate, replay, api.put))
    routes.delete("/segments/{name}", response_model=None, **DELETE)(once(gate, replay, api.delete, no_body))
    routes.get("/segments/{name}/members", dependencies=known, **MEMBERS)(api.members)


class SegmentsApi:
    """What the routes do, for one house."""

    def __init__(self, house: House) -> None:
        """Nothing is read yet."""
        self._house = house

    async def list(self) -> Response:
        """Every segment."""
        async with self._house.database.read() as tx:
            saved = await segments.load_all(tx)
        return JSONResponse({"items": [_document(one) for one in saved]})

    async def show(self, name: str) -> Response:
        """One segment, with its number of members."""
        async with self._house.database.read() as tx:
            segment = await _get(tx, name)
            number = await segments.count(tx, segment.condition, self._house.clock.now())
        return JSONResponse(_document(segment) | {"count": number})

    async def members(self, name: str, limit: Limit = 100, cursor: Cursor = None) -> Response:
        """A page of the people in it."""
        after = read_cursor("members", cursor)
        async with self._house.database.read() as tx:
            segment = await _get(tx, name)
            rows = await segments.members(tx, segment.condition, self._house.clock.now(), after=after, limit=limit)
            known = await prospects.addresses(tx, [row.id for row in rows])
        items = [{"id": row.uid, "external_id": known.get((row.id, "external"), (None, False))[0]} for row in rows]
        further = rows[-1].id if len(rows) == limit else None
        return JSONResponse({"items": items, "next": write_cursor("members", further)})

    async def count(self, request: Request) -> Response:
        """How many match a condition that is not saved."""
        document = parse_json(await read_body(request))
        checked = self._checked("draft", document)
        async with self._house.database.read() as tx:
            number = await segments.count(tx, checked.segment.condition, self._house.clock.now())
        words = describe(checked.segment.condition)
        return JSONResponse({"count": number, "who": words, "warnings": list(checked.warnings)})

    async def put(self, sent: Sent) -> tuple[int, Any]:
        """Make or change a segment."""
        name, now = sent.path["name"], self._house.clock.now()
        checked = self._checked(name, sent.document)

        async def work(tx: Tx) -> bool:
            await segments.check_use(tx, checked.segment, self._house.attributes)
            await audit.note(tx, sent.by, "segment saved", name, now)
            return await segments.save(tx, checked.segment, by=sent.by, now=now)

        try:
            new = await self._house.database.transact(work)
        except (SegmentApproved, SegmentSensitive) as refused:
            raise Problem(409, str(refused)) from None
        return 201 if new else 200, _document(checked.segment) | {"warnings": list(checked.warnings)}

    async def delete(self, sent: Sent) -> tuple[int, Any]:
        """Forget a segment."""
        try:
            await self._house.database.transact(lambda tx: self._remove(tx, sent.path["name"], sent.by))
        except SegmentInUse as refused:
            raise Problem(409, str(refused)) from None
        return 204, None

    async def _remove(self, tx: Tx, name: str, by: str) -> None:
        await _get(tx, name)
        await segments.remove(tx, name)
        await audit.note(tx, by, "segment deleted", name, self._house.clock.now())

    def _checked(self, name: str, document: Any) -> Checked:
        if not isinstance(document, dict) or "name" in document:
            raise Problem(422, "send an object with label and where; the name stands in the address")
        try:
            return check_segment({**document, "name": name}, "the body", self._house.library.fields())
        except ConditionInvalid as refused:
            raise Problem(422, str(refused)) from None


async def _get(tx: Tx, name: str) -> Segment:
    found = await segments.get(tx, name)
    if found is None:
        raise Problem(404, "there is no such segment; GET /api/v1/segments lists them")
    return found


def _document(segment: Segment) -> dict[str, Any]:
    where = dump_condition(segment.condition)
    return {"name": segment.name, "label": segment.label, "where": where, "who": describe(segment.condition)}
