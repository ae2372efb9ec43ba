"""/walk-ins and /places: what is said in the shop, noted by its own programs, and the doors that posters open."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse

from bot.api.gate import Gate
from bot.api.once import Sent, no_body, once
from bot.api.problems import Fault, Problem
from bot.api.replay import Replay
from bot.api.values import read_fields
from bot.data import cells
from bot.data.errors import CellRefused
from bot.data.writing import plain
from bot.house import House
from flows.words import BARRIERS, LANGUAGES
from storage import audit, campaigns, places, prospects, walk_ins
from storage.database import Record, Tx
from storage.walk_ins import Said

TEXT: Final = {"type": "string"}
WALK_IN: Final = {
    "type": "object",
    "required": ["barrier"],
    "properties": {
        "barrier": {"enum": list(BARRIERS)},
        "prospect": {**TEXT, "description": "Any identity of somebody who is known; nobody, when it is left out."},
        "place": {**TEXT, "maxLength": 60},
        "product": {**TEXT, "maxLength": 120},
        "said": {**TEXT, "description": "In their own words.", "maxLength": 1000},
        "language": {"enum": list(LANGUAGES)},
    },
}
PLACE: Final = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {**TEXT, "maxLength": 60},
        "source": {
            **TEXT,
            "description": "What people who come by it have as source; made of its name, when left out.",
        },
        "campaign": TEXT,
        "product_id": TEXT,
        "product_name": TEXT,
        "product_url": {**TEXT, "format": "uri"},
        "price": {"anyOf": [{"type": "number", "minimum": 0}, TEXT], "description": "In the shop's currency."},
        "language": {"enum": list(LANGUAGES)},
    },
}
NOTE: Final[dict[str, Any]] = {
    "summary": "Note what somebody said in the shop",
    "description": "Counted apart from what people answer themselves.",
    "operation_id": "note_walk_in",
    "status_code": 201,
    "openapi_extra": {"requestBody": {"required": True, "content": {"application/json": {"schema": WALK_IN}}}},
}
UNDO: Final[dict[str, Any]] = {
    "summary": "Take a walk-in back",
    "description": "It was noted by mistake, and does not count any more.",
    "operation_id": "undo_walk_in",
    "status_code": 204,
}
LIST: Final[dict[str, Any]] = {
    "summary": "List places",
    "description": "Doors in the shop, open ones first, with the addresses for their QR codes and how many came.",
    "operation_id": "list_places",
}
ADD: Final[dict[str, Any]] = {
    "summary": "Make a place",
    "description": "A door for a shop, a product or a campaign; `web` and `telegram` are what its QR codes lead to.",
    "operation_id": "add_place",
    "status_code": 201,
    "openapi_extra": {"requestBody": {"required": True, "content": {"application/json": {"schema": PLACE}}}},
}


def _short(longest: int) -> cells.Parser:
    def read(value: str) -> str:
        found: str = cells.text(value)
        if len(found) > longest:
            raise CellRefused(f"is longer than {longest} characters; shorten it")
        return found

    return read


def _barrier(value: str) -> str:
    if value not in BARRIERS:
        raise CellRefused(f"is no barrier; write one of {', '.join(BARRIERS)}")
    return value


def _language(value: str) -> str:
    if value not in LANGUAGES:
        raise CellRefused(f"is no language here; write one of {', '.join(LANGUAGES)}")
    return value


WALK_IN_FIELDS: Final[Mapping[str, cells.Parser]] = {
    "barrier": _barrier, "prospect": cells.text, "place": _short(60), "product": _short(120), "said": _short(1000),
    "language": _language,
}  # fmt: skip
PLACE_FIELDS: Final[Mapping[str, cells.Parser]] = {
    "name": _short(60), "source": _short(60), "campaign": _short(40), "product_id": cells.shop_id,
    "product_name": _short(120), "product_url": cells.url, "price": cells.money, "language": _language,
}  # fmt: skip


class CounterApi:
    """What the routes do, for one house."""

    def __init__(self, house: House) -> None:
        """Nothing is read yet."""
        self._house = house

    async def note(self, sent: Sent) -> tuple[int, Any]:
        """Note a walk-in."""
        given = _read(sent.object("a walk-in"), WALK_IN_FIELDS, "barrier")
        who, now = given.pop("prospect", None), self._house.clock.now()

        async def work(tx: Tx) -> str:
            person = await prospects.resolve(tx, who) if who else None
            if who and person is None:
                raise Problem(422, "there is no such prospect", faults=[Fault("/prospect", "names nobody")])
            uid = await walk_ins.note(tx, Said(staff=sent.by, prospect_id=person, **given), now)
            await audit.note(tx, sent.by, "walk-in noted", uid, now)
            return uid

        return 201, {"id": await self._house.database.transact(work)}

    async def undo(self, sent: Sent) -> tuple[int, Any]:
        """Take one back."""
        uid, now = sent.path["id"], self._house.clock.now()

        async def work(tx: Tx) -> bool:
            await audit.note(tx, sent.by, "walk-in undone", uid[:22], now)
            return await walk_ins.undo(tx, uid, now)

        if not await self._house.database.transact(work):
            raise Problem(404, "there is no such walk-in, or it has been taken back")
        return 204, None

    async def places(self) -> Response:
        """Every place."""
        async with self._house.database.read() as tx:
            rows = await places.everywhere(tx)
        return JSONResponse({"items": [plain(self._place(row)) for row in rows]})

    async def add(self, sent: Sent) -> tuple[int, Any]:
        """Another place."""
        given, now = _read(sent.object("a place"), PLACE_FIELDS, "name"), self._house.clock.now()
        given.setdefault("source", places.source_of(given["name"]))
        if "price" in given:
            given["currency"] = self._house.catalogue.currency

        async def work(tx: Tx) -> Record:
            if given.get("campaign") and await campaigns.get(tx, given["campaign"]) is None:
                raise Problem(422, "there is no such campaign", faults=[Fault("/campaign", "is not one of this shop")])
            uid = await places.create(tx, by=sent.by, now=now, **given)
            row = await places.get(tx, uid) if uid is not None else None
            if row is None:
                raise Problem(409, "there is a place of this name; give it another one")
            await audit.note(tx, sent.by, "place made", given["name"], now)
            return row

        return 201, plain(self._place(await self._house.database.transact(work)))

    def _place(self, row: Record) -> dict[str, Any]:
        names = ("name", "source", "campaign", "product_id", "product_name", "product_url", "price", "currency")
        bot = self._house.bot_name
        return {
            "id": row.uid,
            **{name: getattr(row, name) for name in (*names, "language", "created_at", "closed_at", "came")},
            "web": f"{self._house.base_url}/d/{row.uid}",
            "telegram": f"https://t.me/{bot}?start={row.uid}" if bot else None,
        }


def _read(document: Mapping[str, Any], parsers: Mapping[str, cells.Parser], needed: str) -> dict[str, Any]:
    """The fields of a body. Raises Problem (422) naming every one that is wrong."""
    faults = [Fault(f"/{name}", "unknown field") for name in document if name not in parsers]
    values = read_fields(document, parsers, "", faults)
    if needed not in values and not any(fault.pointer == f"/{needed}" for fault in faults):
        faults.append(Fault(f"/{needed}", "is needed"))
    if faults:
        raise Problem(422, "nothing was kept: a field is wrong; see errors", faults=faults)
    return values


def add_routes(routes: APIRouter, house: House, gate: Gate, replay: Replay) -> None:
    """The routes of the shop floor, behind the gate. Walk-ins are listed as every export is."""
    api = CounterApi(house)
    routes.post("/walk-ins", **NOTE)(once(gate, replay, api.note))
    routes.delete("/walk-ins/{id}", response_model=None, **UNDO)(once(gate, replay, api.undo, no_body))
    routes.get("/places", dependencies=[Depends(gate)], **LIST)(api.places)
    routes.post("/places", **ADD)(once(gate, replay, api.add))
