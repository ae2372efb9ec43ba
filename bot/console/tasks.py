"""What staff have to do for people: a list by when it is due, and what one does with a task."""

from typing import Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from bot.console.conversations import hide
from bot.console.due import default_due, read_due
from bot.console.gate import Visit, safe_path
from bot.data.writing import csv_line
from storage import audit, conversations, prospects, staff, tasks
from storage.database import Record, Tx
from storage.ids import new_uid
from storage.reads.common import read_cursor
from storage.tasks import KINDS, STATES, WHOSE, Sought

PAGE: Final = 40
MOST: Final = 5000
"""Rows of a file."""


def _sought(visit: Visit) -> Sought:
    """Which tasks the address asks for. What is not on a list is left out, never an error."""
    return Sought(
        state=_one_of(visit.asked("state"), STATES) or "open",
        whose=_one_of(visit.asked("whose"), WHOSE) or "everybody",
        me=visit.staff.email,
        kind=_one_of(visit.asked("kind"), KINDS),
        overdue=visit.now if visit.asked("overdue") == "yes" else None,
    )


def _one_of(value: str, known: tuple[str, ...]) -> str:
    return value if value in known else ""


def _address(sought: Sought, **other: str) -> str:
    words = {"state": sought.state, "whose": sought.whose, "kind": sought.kind}
    words |= {"overdue": "yes" if sought.overdue else ""} | other
    standard = {"state": "open", "whose": "everybody"}
    return urlencode({key: value for key, value in words.items() if value and standard.get(key) != value})


async def show(visit: Visit, *, status: int = 200, error: str | None = None) -> Response:
    """The page."""
    sought, cursor = _sought(visit), read_cursor(visit.asked("after"))
    views = [Sought(whose=whose, me=visit.staff.email) for whose in WHOSE]
    views += [Sought(me=visit.staff.email, overdue=visit.now)]
    async with visit.house.database.read() as tx:
        listed = await tasks.page(tx, sought, cursor=cursor, limit=PAGE)
        counts = [await tasks.count(tx, view) for view in views]
        everybody = [row.email for row in await staff.list_all(tx) if row.disabled_at is None]
    tabs = list(zip((*WHOSE, "overdue"), [_address(view) for view in views], counts, strict=True))
    return visit.show(
        "tasks.html",
        status=status,
        error=error,
        sought=sought,
        rows=listed.rows,
        tabs=tabs,
        kinds=KINDS,
        everybody=everybody,
        here="/console/tasks?" + _address(sought),
        filtered=bool(_address(sought)),
        first=_address(sought) if cursor else None,
        following=_address(sought, after=str(listed.following)) if listed.following else None,
        csv="/console/tasks.csv?" + _address(sought),
        soon=default_due(visit),
        hide=hide,
    )


async def download(visit: Visit) -> Response:
    """The same tasks as a file."""
    async with visit.house.database.read() as tx:
        listed = await tasks.page(tx, _sought(visit), cursor=None, limit=MOST)
    names = ("id", "kind", "state", "prospect", "assignee", "due_at", "note", "contact", "created_at", "result")
    lines = [csv_line(names)]
    for row in listed.rows:
        contact = " ".join(str(value) for value in row.contact.values())
        values = (row.uid, row.kind, row.state, row.prospect, row.assignee, row.due_at, row.note, contact)
        lines.append(csv_line([*values, row.created_at, row.result]))
    await visit.house.database.transact(
        lambda tx: audit.note(tx, visit.staff.email, "tasks downloaded", str(len(listed.rows)), visit.now)
    )
    headers = {"content-disposition": 'attachment; filename="tasks.csv"'}
    return StreamingResponse(iter(lines), media_type="text/csv; charset=utf-8", headers=headers)


async def add(visit: Visit) -> Response:
    """A task made by hand, from a conversation or a person. The form's number sees to it that it is made once."""
    kind, note = _one_of(visit.said("kind"), KINDS) or "other", visit.said("note", limit=1000)
    due = read_due(visit.said("due", limit=32), visit)
    assignee = await _member(visit, visit.said("assignee", limit=320))
    contact = {"value": visit.said("contact", limit=300)} if visit.said("contact", limit=300) else {}
    prospect_id, conversation_id = await _about(visit)

    async def work(tx: Tx) -> None:
        uid = await tasks.open_once(
            tx,
            prospect_id=prospect_id,
            conversation_id=conversation_id,
            kind=kind,
            due_at=due,
            note=note or None,
            dedupe_key=f"hand:{visit.said('form', limit=64) or new_uid()}",
            by=visit.staff.email,
            now=visit.now,
            contact=contact,
            assignee=assignee,
        )
        await audit.note(tx, visit.staff.email, "task made", uid or "made before", visit.now)

    await visit.house.database.transact(work)
    return visit.go(safe_path(visit.said("back", limit=500)))


async def act(visit: Visit) -> Response:
    """Take, give away, put off, finish, cancel or reopen a task: what the pressed button says."""
    task, do = await _task(visit), visit.said("do", limit=16)
    result, due = visit.said("result", limit=2000), read_due(visit.said("due", limit=32), visit)
    assignee = await _member(visit, visit.said("assignee", limit=320))
    me, now = visit.staff.email, visit.now

    async def work(tx: Tx) -> bool:
        match do:
            case "take" | "give":
                done = await tasks.assign(tx, task.uid, me if do == "take" else assignee)
            case "due":
                done = await tasks.change(tx, task.uid, due_at=due)
            case "done" | "cancel":
                end = tasks.done if do == "done" else tasks.cancel
                done = await end(tx, task.uid, by=me, result=result, now=now)
            case "reopen":
                done = await tasks.reopen(tx, task.uid)
            case _:
                raise HTTPException(422)
        return done and await _noted(tx, visit, f"task: {do}", task.uid)

    if not await visit.house.database.transact(work):
        return await show(visit, status=409, error="tasks-too-late")
    return visit.go(safe_path(visit.said("back", limit=500)))


async def _noted(tx: Tx, visit: Visit, what: str, subject: str) -> bool:
    """What was done, and nothing else, is noted; always True."""
    await audit.note(tx, visit.staff.email, what, subject, visit.now)
    return True


async def _task(visit: Visit) -> Record:
    async with visit.house.database.read() as tx:
        row = await tasks.get(tx, visit.path("uid"))
    if row is None:
        raise HTTPException(404)
    return row


async def _about(visit: Visit) -> tuple[int, int | None]:
    """Whom a new task is for, as the form says it: a conversation, or a person."""
    async with visit.house.database.read() as tx:
        talk = await conversations.by_uid(tx, visit.said("conversation", limit=22))
        if talk is not None:
            return talk.prospect_id, talk.id
        found = await prospects.resolve(tx, visit.said("prospect", limit=320))
    if found is None:
        raise HTTPException(404)
    return found, None


async def _member(visit: Visit, email: str) -> str | None:
    """A member of staff who may come in; None for nobody. Raises HTTPException 422 for somebody else."""
    if not email:
        return None
    async with visit.house.database.read() as tx:
        row = await staff.find_by_email(tx, email)
    if row is None or row.disabled_at is not None:
        raise HTTPException(422)
    return str(row.email)
