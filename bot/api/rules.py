"""/rules: by what prospects are judged: the target profile, the points, the limits. Every version stays."""

from typing import Any, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from bot.api.gate import Gate
from bot.api.once import Sent, body_of, once
from bot.api.replay import Replay
from bot.api.schemas import model_body
from bot.data.writing import plain
from bot.house import House
from bot.runtime import trial
from flows.audience.scoring import Rules
from storage import audit, rulebook
from storage.database import Tx
from storage.reads import grades

SHOW: Final[dict[str, Any]] = {
    "summary": "The rules in force",
    "description": "The target profile, points and limits; `version` is 0 while nobody has changed the shipped ones.",
    "operation_id": "show_rules",
}
PUT: Final[dict[str, Any]] = {
    "summary": "Change the rules",
    "description": (
        "All of them, as JSON or YAML: what is left out is as it is shipped. Everybody is judged again soon after. "
        "POST /rules/preview says before who would move."
    ),
    "operation_id": "put_rules",
    "openapi_extra": model_body("Rules"),
}


TRY: Final[dict[str, Any]] = {
    "summary": "Who would move",
    "description": (
        "Of `looked_at` people (everybody, or so many of `people` drawn by lot) how many would get other figures, "
        "and by figure from what to what. Nothing is kept."
    ),
    "operation_id": "preview_rules",
    "openapi_extra": model_body("Rules"),
}


class RulesApi:
    """What the routes do, for one house."""

    def __init__(self, house: House) -> None:
        """Nothing is read yet."""
        self._house = house

    async def show(self) -> Response:
        """The rules in force."""
        async with self._house.database.read() as tx:
            return JSONResponse(plain(await self._document(tx)))

    async def preview(self, request: Request) -> Response:
        """Who would move if these rules held."""
        _, rules = await body_of(Rules)(request)
        moves = await trial.would_move(self._house.database, self._house.keeper, rules)
        async with self._house.database.read() as tx:
            people = await grades.how_many(tx)
        changes = {
            name: [
                {"from": was, "to": would_be, "people": n}
                for (was, would_be), n in sorted(counts.items())
                if was != would_be
            ]
            for name, counts in moves.counts.items()
        }
        told = {"people": people, "looked_at": moves.looked_at, "moved": moves.moved, "changes": changes}
        return JSONResponse(told)

    async def put(self, sent: Sent) -> tuple[int, Any]:
        """Keep a new version; the same as before changes nothing."""
        rules, now = sent.document, self._house.clock.now()

        async def work(tx: Tx) -> dict[str, Any]:
            version = await rulebook.save(tx, rulebook.SCORING, rules.model_dump(mode="json"), sent.by, now)
            await audit.note(tx, sent.by, "rules saved", f"version {version}", now)
            return await self._document(tx)

        document = await self._house.database.transact(work)
        self._house.bells.scores.ring()
        return 200, plain(document)

    async def _document(self, tx: Tx) -> dict[str, Any]:
        row = await rulebook.newest(tx, rulebook.SCORING)
        rules = await self._house.keeper.rules(tx)
        version = {"version": row.version if row else 0, "saved_by": row.created_by if row else None}
        return version | {"saved_at": row.created_at if row else None, "rules": rules.model_dump(mode="json")}


def add_routes(routes: APIRouter, house: House, gate: Gate, replay: Replay) -> None:
    """The routes of rules, behind the gate."""
    api = RulesApi(house)
    routes.get("/rules", dependencies=[Depends(gate)], **SHOW)(api.show)
    routes.post("/rules/preview", dependencies=[Depends(gate)], **TRY)(api.preview)
    routes.put("/rules", **PUT)(once(gate, replay, api.put, body_of(Rules)))
