"""What staff do with a conversation. What the prospect will notice goes through the corridor."""

import re
from typing import Literal

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.console.conversations import show
from bot.console.gate import Visit
from bot.runtime import envelopes
from bot.runtime.failpoints import failpoint
from storage import audit, conversations, notes, playbook
from storage.database import Record, Tx
from storage.ids import new_uid
from storage.inbox import RawInput
from storage.reads import beside

Action = Literal["take", "say", "release"]
PATIENCE = 5.0


async def take(visit: Visit) -> Response:
    """Take a conversation over: the bot is silent from here."""
    row = await _row(visit)
    await _act(visit, row, "take", None)
    await _seen(visit, row)
    return _back(visit, row)


async def say(visit: Visit) -> Response:
    """Write to the prospect. The form's own number sees to it that pressing twice says it once."""
    row = await _row(visit)
    text = visit.said("text", limit=4000)
    if not text:
        return _back(visit, row)
    await _act(visit, row, "say", text)
    await _note_reply(visit, row)
    await _seen(visit, row)
    return _back(visit, row)


async def _note_reply(visit: Visit, row: Record) -> None:
    """A reply that lay ready was used, perhaps with some words changed."""
    reply = visit.said("reply", limit=64)
    if reply and re.fullmatch(r"(own:)?[a-z0-9-]{2,60}", reply):
        barrier, me, now = row.barrier, visit.staff.email, visit.now
        await visit.house.database.transact(lambda tx: playbook.note_use(tx, row.id, reply, barrier, me, now))


async def release(visit: Visit) -> Response:
    """Hand the conversation back: the bot goes on with its open question."""
    row = await _row(visit)
    await _act(visit, row, "release", None)
    return _back(visit, row)


async def done(visit: Visit) -> Response:
    """Nobody is needed here any more."""
    row = await _row(visit)

    async def work(tx: Tx) -> None:
        await conversations.mark(tx, row.id, needs_person=None, needs_since=None, unread=False)
        await audit.note(tx, visit.staff.email, "marked as done", row.uid, visit.now)

    await visit.house.database.transact(work)
    return visit.go("/console/conversations") if row.status != "held" else _back(visit, row)


async def seen(visit: Visit) -> Response:
    """Somebody has read what the prospect said. The page says so by itself once it is shown."""
    await _seen(visit, await _row(visit))
    return Response(status_code=204)


async def note(visit: Visit) -> Response:
    """Keep a private note."""
    row = await _row(visit)
    text = visit.said("note", limit=4000)
    if text:
        await visit.house.database.transact(lambda tx: notes.add(tx, row.id, visit.staff.email, text, visit.now))
    return _back(visit, row)


async def reveal(visit: Visit) -> Response:
    """Show a code in full, this once. That somebody looked is noted."""
    row = await _row(visit)
    number = visit.said("grant", limit=18)
    if not (number.isascii() and number.isdigit()):
        raise HTTPException(422)
    async with visit.house.database.read() as tx:
        grant = await beside.grant_of(tx, row.prospect_id, int(number))
    if grant is None:
        raise HTTPException(404)
    subject = f"{row.uid} {grant.offer}"
    await visit.house.database.transact(
        lambda tx: audit.note(tx, visit.staff.email, "code revealed", subject, visit.now)
    )
    return await show(visit, revealed=grant.id)


async def _row(visit: Visit) -> Record:
    async with visit.house.database.read() as tx:
        row = await conversations.by_uid(tx, visit.path("uid"))
    if row is None:
        raise HTTPException(404)
    return row


async def _act(visit: Visit, row: Record, action: Action, text: str | None) -> None:
    number = visit.said("form", limit=64)
    key = number if re.fullmatch(r"[\w-]{8,64}", number) else new_uid()
    item = RawInput(
        source="staff",
        natural_key=f"{row.uid}:{key}",
        lane=f"conversation:{row.uid}",
        payload=envelopes.staff_action(row.uid, action, visit.staff.email, text),
    )
    ids = await visit.house.intake.put_many([item])
    failpoint("console.kept")
    subject = f"{row.uid} {action}"
    await visit.house.database.transact(lambda tx: audit.note(tx, visit.staff.email, "acted", subject, visit.now))
    failpoint("console.noted")
    await visit.house.settled(ids[0], timeout=PATIENCE)


async def _seen(visit: Visit, row: Record) -> None:
    await visit.house.database.transact(lambda tx: conversations.mark(tx, row.id, unread=False))


def _back(visit: Visit, row: Record) -> Response:
    query = f"?{visit.request.url.query}" if visit.request.url.query else ""
    return visit.go(f"/console/conversations/{row.uid}{query}")
