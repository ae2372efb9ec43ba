"""/tasks: what staff have to do for prospects, listed, opened and finished by other systems."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import JSONResponse

from bot.api.cursors import opened, sealed, unknown
from bot.api.gate import Gate
from bot.api.once import Sent, once
from bot.api.problems import Fault, Problem
from bot.api.replay import Replay
from bot.api.values import read_fields
from bot.data import cells
from bot.data.cells import Moments
from bot.data.writing import plain
from bot.house import House
from flows.calendar import next_working_day
from storage import audit, conversations, prospects, tasks
from storage.database import Record, Tx
from storage.ids import new_uid
from storage.reads.common import Cursor as At
from storage.reads.common import read_cursor
from storage.tasks import KINDS, STATES, Sought

TEXT: Final = {"type": "string"}
FIELDS: Final = {
    "assignee": {**TEXT, "description": "The address of a member of staff; null for nobody yet."},
    "due_at": {**TEXT, "format": "date-time", "description": "One working day from now, when it is left out."},
    "note": {**TEXT, "maxLength": 1000},
}
NEW: Final = {
    "type": "object",
    "required": ["prospect", "kind"],
    "properties": {
        "prospect": {**TEXT, "description": "Any identity: shop id, email, phone, telegram:123, or Holdback's own id."},
        "kind": {"enum": list(KINDS)},
        "contact": {**TEXT, "description": "How they want to be reached."},
        **FIELDS,
    },
}
CHANGED: Final = {
    "type": "object",
    "properties": {"state": {"enum": list(STATES)}, "result": {**TEXT, "maxLength": 2000}, **FIELDS},
}
LIST: Final[dict[str, Any]] = {
    "summary": "List tasks",
    "description": "Open ones with the soonest due first, done and cancelled ones with the latest first, page by page.",
    "operation_id": "list_tasks",
}
POST: Final[dict[str, Any]] = {
    "summary": "Open a task",
    "description": "For a prospect and, when they have one, beside their newest conversation.",
    "operation_id": "open_task",
    "status_code": 201,
    "openapi_extra": {"requestBody": {"required": True, "content": {"application/json": {"schema": NEW}}}},
}
CHANGE: Final[dict[str, Any]] = {
    "summary": "Finish or change a task",
    "description": "Done or cancelled with what came of it, open again, given to somebody, or put off.",
    "operation_id": "change_task",
    "openapi_extra": {"requestBody": {"required": True, "content": {"application/json": {"schema": CHANGED}}}},
}

Limit = Annotated[int, Query(ge=1, le=500, description="How many, at most.")]
Next = Annotated[str | None, Query(max_length=200, description="`next` of the page before.")]
State = Annotated[Literal["open", "done", "cancelled"], Query(description="Only those in this state.")]


def add_routes(routes: APIRouter, house: House, gate: Gate, replay: Replay) -> None:
    """The routes of tasks, behind the gate."""
    api = TasksApi(house)
    routes.get("/tasks", dependencies=[Depends(gate)], **LIST)(api.list)
    routes.post("/tasks", **POST)(once(gate, replay, api.open))
    routes.post("/tasks/{id}", **CHANGE)(once(gate, replay, api.change))


class TasksApi:
    """What the routes do, for one house."""

    def __init__(self, house: House) -> None:
        """Nothing is read yet."""
        self._house = house

    async def list(self, state: State = "open", limit: Limit = 100, cursor: Next = None) -> Response:
        """A page of tasks."""
        async with self._house.database.read() as tx:
            page = await tasks.page(tx, Sought(state=state), cursor=_read(cursor), limit=limit)
        items = [plain(document(row)) for row in page.rows]
        return JSONResponse({"items": items, "next": _written(page.following)})

    async def open(self, sent: Sent) -> tuple[int, Any]:
        """Open a task."""
        given, now = sent.object("a task"), self._house.clock.now()
        values = self._values(given, {"prospect": cells.text, "kind": cells.text, "contact": cells.text})
        if values.get("kind") not in KINDS:
            raise Problem(422, f"kind is one of {', '.join(KINDS)}", faults=[Fault("/kind", "unknown")])
        due = values.get("due_at") or next_working_day(now, self._house.settings.timezone)

        async def work(tx: Tx) -> str:
            person = await prospects.resolve(tx, str(values.get("prospect", "")))
            if person is None:
                raise Problem(422, "there is no such prospect", faults=[Fault("/prospect", "names nobody")])
            uid = await tasks.open_once(
                tx,
                prospect_id=person,
                conversation_id=await conversations.latest(tx, person),
                kind=str(values["kind"]),
                due_at=due,
                note=values.get("note"),
                dedupe_key=f"api:{new_uid()}",
                by=sent.by,
                now=now,
                contact={"value": values["contact"]} if values.get("contact") else {},
                assignee=values.get("assignee"),
            )
            return str(uid)

        uid = await self._house.database.transact(work)
        return 201, plain(document(await self._get(uid)))

    async def change(self, sent: Sent) -> tuple[int, Any]:
        """Finish or change a task."""
        given, uid, now, by = sent.object("a task"), sent.path["id"], self._house.clock.now(), sent.by
        values = self._values(given, {"state": cells.text, "result": cells.text})
        state, result = values.pop("state", None), values.pop("result", None)
        if state not in (None, *STATES):
            raise Problem(422, f"state is one of {', '.join(STATES)}", faults=[Fault("/state", "unknown")])
        await self._get(uid)

        async def work(tx: Tx) -> bool:
            await audit.note(tx, by, f"task: {state or 'change'}", uid, now)
            if state == "open":
                await tasks.reopen(tx, uid)
            changed = await tasks.change(tx, uid, **values) if values else True
            if state in ("done", "cancelled"):
                end = tasks.done if state == "done" else tasks.cancel
                changed = await end(tx, uid, by=by, result=result, now=now)
            return changed

        if not await self._house.database.transact(work):
            raise Problem(409, "the task is not open any more; read it again, or open it with state: open")
        return 200, plain(document(await self._get(uid)))

    def _values(self, given: Mapping[str, Any], more: Mapping[str, cells.Parser]) -> dict[str, Any]:
        moments = Moments(self._house.settings.timezone, self._house.clock.now())
        parsers = {"assignee": cells.email, "due_at": moments.expiry, "note": cells.text, **more}
        faults = [Fault(f"/{name}", "unknown field") for name in given if name not in parsers]
        values = read_fields(given, parsers, "", faults)
        if faults:
            raise Problem(422, "nothing was kept: a field is wrong; see errors", faults=faults)
        return values

    async def _get(self, uid: str) -> Record:
        async with self._house.database.read() as tx:
            row = await tasks.get(tx, uid)
        if row is None:
            raise Problem(404, "there is no such task")
        return row


def document(row: Record) -> dict[str, Any]:
    """A task as the API shows it."""
    names = ("kind", "state", "assignee", "due_at", "note", "contact", "created_by", "created_at", "done_by", "done_at")
    found: dict[str, datetime | str | None] = {name: getattr(row, name) for name in names}
    return {"id": row.uid, "prospect": row.prospect, "conversation": row.conversation, **found, "result": row.result}


def _written(at: At | None) -> str | None:
    return sealed(str(at)) if at is not None else None


def _read(cursor: str | None) -> At | None:
    found = read_cursor(opened(cursor)) if cursor is not None else None
    if found is None and cursor is not None:
        raise unknown()
    return found
