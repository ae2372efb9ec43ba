"""Tasks: what a person of the shop has to do for a prospect, by when, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, func, select, update

from storage import deliveries
from storage.database import Record, Tx
from storage.dialects import among, insert
from storage.ids import fingerprint, new_uid
from storage.reads.common import Cursor, after
from storage.tables import conversations, prospects, tasks

Kind = Literal["hot_lead", "callback", "appointment", "summary", "other"]

KINDS: Final[tuple[Kind, ...]] = ("hot_lead", "callback", "appointment", "summary", "other")

WHOSE: Final = ("everybody", "mine", "nobody")
"""Whose open tasks to list; `nobody`: those that no one has taken yet."""

STATES: Final = ("open", "done", "cancelled")

ORDER: Final[ColumnElement[Any]] = func.coalesce(tasks.c.due_at, tasks.c.created_at)
"""What is due first stands first; what has no date stands where it was made."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Which tasks: a state, whose (with `me`, the one who looks), a kind, a prospect, only those overdue at `now`."""

    state: str = "open"
    whose: str = "everybody"
    me: str = ""
    kind: str = ""
    prospect_id: int | None = None
    overdue: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of tasks, each with its prospect's names, and where the next one begins."""

    rows: Sequence[Record]
    following: Cursor | None


async def open_once(  # noqa: PLR0913 - a row's columns, all named
    tx: Tx,
    *,
    prospect_id: int,
    conversation_id: int | None,
    kind: str,
    due_at: datetime | None,
    note: str | None,
    dedupe_key: str,
    by: str,
    now: datetime,
    contact: Mapping[str, str] | None = None,
    assignee: str | None = None,
) -> str | None:
    """Open a task in the caller's transaction; returns its public id, or None when this key has opened one before.

    `contact` is how the prospect wants to be reached: "way", "value" and "said", each a text and none needed.
    A key longer than its column is kept as its hash.
    """
    uid = new_uid()
    row = insert(tx, tasks).values(
        uid=uid,
        prospect_id=prospect_id,
        conversation_id=conversation_id,
        kind=kind,
        assignee=assignee,
        due_at=due_at,
        note=note,
        contact=dict(contact or {}),
        state="open",
        dedupe_key=dedupe_key if len(dedupe_key) <= 80 else fingerprint(dedupe_key),
        created_by=by,
        created_at=now,
    )
    made = await tx.execute(row.on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(tasks.c.id))
    if made.scalar_one_or_none() is None:
        return None
    told = {"task": uid, "kind": kind, "due_at": deliveries.written(due_at), "note": note, "assignee": assignee}
    await deliveries.announce(tx, "task.created", told | {"contact": dict(contact or {})}, prospect_id, uid, now)
    return uid


async def assign(tx: Tx, uid: str, assignee: str | None) -> bool:
    """Give an open task to a member of staff, or to nobody. False when it is not open."""
    return await change(tx, uid, assignee=assignee)


async def done(tx: Tx, uid: str, *, by: str, result: str | None, now: datetime) -> bool:
    """The task is done, with what came of it. False when it was not open: whoever was first has done it."""
    return await change(tx, uid, state="done", done_by=by, done_at=now, result=result or None)


async def cancel(tx: Tx, uid: str, *, by: str, result: str | None, now: datetime) -> bool:
    """The task is not needed any more; `result` says why. False when it was not open."""
    return await change(tx, uid, state="cancelled", done_by=by, done_at=now, result=result or None)


async def reopen(tx: Tx, uid: str) -> bool:
    """Done or cancelled by mistake: open again, as it was. False when it is open already, or unknown."""
    query = update(tasks).where(tasks.c.uid == uid, tasks.c.state != "open")
    undone = await tx.execute(query.values(state="open", done_by=None, done_at=None, result=None))
    return undone.rowcount == 1


async def change(tx: Tx, uid: str, **fields: Any) -> bool:
    """Change columns of an open task: `due_at`, `note`, `contact`. False when it is not open, and nothing changes."""
    found = await tx.execute(update(tasks).where(tasks.c.uid == uid, tasks.c.state == "open").values(**fields))
    return found.rowcount == 1


async def set_contact(tx: Tx, conversation_id: int, contact: Mapping[str, str]) -> int:
    """How the prospect of a conversation wants to be reached: put into its open tasks. Returns how many there were."""
    query = update(tasks).where(tasks.c.conversation_id == conversation_id, tasks.c.state == "open")
    changed = await tx.execute(query.values(contact=dict(contact)))
    return changed.rowcount


async def cancel_for(tx: Tx, prospect_id: int, *, reason: str, by: str, now: datetime) -> int:
    """Cancel all that is open for a prospect, as after a purchase. Returns how many there were."""
    query = update(tasks).where(tasks.c.prospect_id == prospect_id, tasks.c.state == "open")
    changed = await tx.execute(query.values(state="cancelled", done_by=by, done_at=now, result=reason))
    return changed.rowcount


async def get(tx: Tx, uid: str) -> Record | None:
    """The task with this public id, with the names beside it (see `page`), or None."""
    row: Record | None = (await tx.execute(_with_names().where(tasks.c.uid == uid))).one_or_none()
    return row


async def page(tx: Tx, sought: Sought, *, cursor: Cursor | None, limit: int) -> Page:
    """Open tasks, the soonest due first; done and cancelled ones, the latest first.

    Beside the task's columns: `prospect`, `first_name`, `last_name`, `language`, `city`, `timezone`, `product`,
    `conversation`.
    """
    is_open = sought.state == "open"
    at = ORDER if is_open else func.coalesce(tasks.c.done_at, tasks.c.created_at)
    query = _narrowed(_with_names().add_columns(at.label("at")), sought)
    if cursor is not None:
        query = query.where(after(at, tasks.c.id, cursor, rising=is_open))
    order = (at.asc(), tasks.c.id.asc()) if is_open else (at.desc(), tasks.c.id.desc())
    rows = (await tx.execute(query.order_by(*order).limit(limit + 1))).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], Cursor(last.at, last.id) if last is not None else None)


async def count(tx: Tx, sought: Sought) -> int:
    """How many there are."""
    return int((await tx.execute(_narrowed(select(func.count()).select_from(tasks), sought))).scalar_one())


def _with_names() -> Select[Any]:
    return (
        select(
            tasks,
            prospects.c.uid.label("prospect"),
            prospects.c.first_name,
            prospects.c.last_name,
            prospects.c.language,
            prospects.c.city,
            prospects.c.timezone,
            func.coalesce(prospects.c.product_name, prospects.c.product_id).label("product"),
            conversations.c.uid.label("conversation"),
            conversations.c.barrier,
        )
        .join(prospects, prospects.c.id == tasks.c.prospect_id)
        .outerjoin(conversations, conversations.c.id == tasks.c.conversation_id)
    )


def _narrowed(query: Select[Any], sought: Sought) -> Select[Any]:
    query = query.where(among(tasks.c.state, [sought.state]))
    if sought.whose == "mine":
        query = query.where(tasks.c.assignee == sought.me)
    if sought.whose == "nobody":
        query = query.where(tasks.c.assignee.is_(None))
    if sought.kind:
        query = query.where(tasks.c.kind == sought.kind)
    if sought.prospect_id is not None:
        query = query.where(tasks.c.prospect_id == sought.prospect_id)
    if sought.overdue is not None:
        query = query.where(tasks.c.due_at < sought.overdue)
    return query
