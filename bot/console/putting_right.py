"""What an answer was understood as, put right by staff: a form for one answer, and what was put right before."""

import re
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.console.gate import Visit, safe_path
from bot.runtime import envelopes
from flows.codec import decode_state
from flows.engine.putting_right import names_barriers, sub_codes
from flows.words import BARRIERS
from storage import audit, putting_right
from storage.database import Record
from storage.ids import new_uid
from storage.inbox import RawInput
from storage.reads import said, transcript

PATIENCE = 5.0
"""Seconds that the page waits for the turn it has asked for."""


async def show(visit: Visit) -> Response:
    """The form, as the answer stands now."""
    head, answer = await _answer(visit)
    return await _form(visit, head, answer, list(answer.barriers), answer.sub_code or "")


async def change(visit: Visit) -> Response:
    """Ask for the turn that puts it right. What cannot be is said, and nothing chosen is lost."""
    head, answer = await _answer(visit)
    main, also = visit.said("main"), [str(one) for one in visit.form.getlist("also")]
    barriers = list(dict.fromkeys([main, *also] if main else also))
    chosen = visit.said("sub_code", limit=80)
    barrier, _, sub_code = chosen.partition(":")
    if not main or any(one not in BARRIERS for one in barriers):
        return await _form(visit, head, answer, barriers, sub_code, wrong="right-no-main")
    if sub_code and barrier not in barriers:
        return await _form(visit, head, answer, barriers, sub_code, wrong="right-sub-code-alone")
    await _ask(visit, head, answer, barriers, sub_code or None)
    return visit.go(_back(visit, head))


async def _answer(visit: Visit) -> tuple[Record, Record]:
    """The conversation, and the standing answer that the address names."""
    number = visit.path("visit")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise HTTPException(404)
    async with visit.house.database.read() as tx:
        head = await transcript.head(tx, visit.path("uid"))
        answer = await said.standing(tx, head.id, int(number)) if head is not None else None
    if head is None or answer is None:
        raise HTTPException(404)
    return head, answer


async def _form(
    visit: Visit, head: Record, answer: Record, barriers: list[str], sub_code: str, wrong: str | None = None
) -> Response:
    async with visit.house.database.read() as tx:
        flow = await visit.house.context.flows.get(tx, head.flow, head.flow_version)
        righted = await putting_right.history(tx, [head.id])
    kept = next((one for one in decode_state(head.state).answers if one.visit == answer.visit), None)
    if kept is None or not names_barriers(flow, kept):
        raise HTTPException(404)
    context: dict[str, Any] = {
        "head": head,
        "answer": answer,
        "history": righted.get((head.id, answer.visit), []),
        "named": [one for one in barriers if one in BARRIERS],
        "sub_code": sub_code,
        "sub_codes": sub_codes(flow),
        "barrier_names": BARRIERS,
        "form_id": new_uid(),
        "back": _back(visit, head),
        "wrong": wrong,
    }
    return visit.show("putting_right.html", status=422 if wrong else 200, **context)


async def _ask(visit: Visit, head: Record, answer: Record, barriers: list[str], sub_code: str | None) -> None:
    """Through the inbox, as everything that changes a conversation. A form sent twice counts once."""
    number = visit.said("form", limit=64)
    key = number if re.fullmatch(r"[\w-]{8,64}", number) else new_uid()
    me = visit.staff.email
    payload = envelopes.staff_correction(head.uid, me, answer.visit, barriers, sub_code)
    ids = await visit.house.intake.put_many(
        [RawInput("staff", f"{head.uid}:{key}", f"conversation:{head.uid}", payload)]
    )
    named = f"{_named(answer.barriers, answer.sub_code)} -> {_named(barriers, sub_code)}"
    subject = f"{head.uid} {answer.step} {answer.visit}: {named}"
    await visit.house.database.transact(lambda tx: audit.note(tx, me, "put right", subject, visit.now))
    await visit.house.settled(ids[0], timeout=PATIENCE)


def _named(barriers: list[str], sub_code: str | None) -> str:
    return ", ".join(barriers) + (f" ({sub_code})" if sub_code else "") or "nothing"


def _back(visit: Visit, head: Record) -> str:
    asked = visit.asked("back", limit=1000)
    return safe_path(asked) if asked else f"/console/conversations/{head.uid}"
