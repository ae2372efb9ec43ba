"""DELETE /prospects/{ref}: somebody is erased from everywhere, as they are by every other way."""

from typing import Any, Final

from fastapi import APIRouter

from bot.api.gate import Gate
from bot.api.once import Sent, no_body, once
from bot.api.problems import Problem
from bot.api.replay import Replay
from bot.house import House
from bot.runtime.failpoints import failpoint
from storage import audit, erasure, prospects, seeking, suppressions
from storage.database import Tx

DELETE: Final[dict[str, Any]] = {
    "summary": "Erase a prospect",
    "description": (
        "Everything about them goes, for good; orders and given offers stay without the person, and their addresses "
        "are never written to again. `ref` is any identity. Asked for again, it answers the same."
    ),
    "operation_id": "erase_prospect",
    "status_code": 204,
}


def add_routes(routes: APIRouter, house: House, gate: Gate, replay: Replay) -> None:
    """The route, behind the gate."""

    async def erase(sent: Sent) -> tuple[int, Any]:
        ref = sent.path["ref"]
        async with house.database.read() as tx:
            known = await prospects.resolve(tx, ref)
        sought = await seeking.seek(house.database, known) if known is not None else None
        now = house.clock.now()

        async def work(tx: Tx) -> bool:
            prospect_id = await prospects.resolve(tx, ref)
            row = await prospects.get(tx, prospect_id) if prospect_id is not None else None
            if row is None:
                return await suppressions.is_gone(tx, house.secret, ref)
            if "prospects" in await erasure.erase(tx, row.id, now, house.secret, sought):
                await audit.note(tx, sent.by, "erase", row.uid, now)
            failpoint("api.erased")
            return True

        if not await house.database.transact(work):
            raise Problem(404, "there is no such prospect; ask by shop id, email, phone, telegram:123 or id")
        # A reader may keep the copies in the write-ahead log for now: the next checkpoint empties it.
        await house.database.wipe()
        return 204, None

    routes.delete("/prospects/{ref:path}", response_model=None, **DELETE)(once(gate, replay, erase, no_body))
