"""/playbook: what to say to whom, for a help desk of the shop's own; and the shop's own words over ours."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import JSONResponse

from bot.api.gate import Gate
from bot.api.once import Sent, once
from bot.api.problems import Fault, Problem
from bot.api.replay import Replay
from bot.data import cells
from bot.data.errors import CellRefused
from bot.house import House
from flows.playbook import LONGEST, MOST_REPLIES, PARTS
from flows.words import BARRIERS, LANGUAGES
from storage import audit, playbook
from storage.database import Tx
from storage.ids import fingerprint

TEXT: Final = {"type": "string", "maxLength": LONGEST}
_GUIDE: Final[dict[str, Any]] = {str(part): dict(TEXT) for part in PARTS}
ENTRY: Final = {
    "type": "object",
    "properties": {
        **_GUIDE,
        "replies": {"type": "array", "items": TEXT, "maxItems": MOST_REPLIES},
    },
}
SHOW: Final[dict[str, Any]] = {
    "summary": "What to say about a barrier",
    "description": "The guide for staff, kinds of offer that fit, and replies that lie ready in the person's language.",
    "operation_id": "show_playbook_entry",
}
PUT: Final[dict[str, Any]] = {
    "summary": "Write the shop's own words",
    "description": "What is left out is as it is shipped; nothing at all takes the shop's own entry away.",
    "operation_id": "put_playbook_entry",
    "openapi_extra": {"requestBody": {"required": True, "content": {"application/json": {"schema": ENTRY}}}},
}
Language = Annotated[str, Query(description=f"One of {', '.join(LANGUAGES)}.")]
Product = Annotated[str, Query(max_length=120, description="For this product's name only; for all, when left out.")]


class PlaybookApi:
    """What the routes do, for one house."""

    def __init__(self, house: House) -> None:
        """Nothing is read yet."""
        self._house = house

    async def show(self, barrier: str, language: Language = "en", product: Product = "") -> Response:
        """The entry as it stands beside a conversation."""
        _known(barrier, language)
        async with self._house.database.read() as tx:
            own = await playbook.own(tx, barrier, product or None, [language, "en"])
        values = {"shop": self._house.settings.shop_name, "product": product or None, "name": None}
        entry = self._house.library.playbook().entry(barrier, language, values, own)
        replies = [{"id": one.id, "text": one.text, "own": one.own} for one in entry.replies]
        return JSONResponse(
            {"barrier": barrier, "guide": dict(entry.guide), "offers": list(entry.offers), "replies": replies}
        )

    async def put(self, sent: Sent) -> tuple[int, Any]:
        """The shop's own words for a barrier (and product) in a language."""
        barrier, language = sent.path["barrier"], sent.query.get("language", "en")
        _known(barrier, language)
        entry, now = _entry(sent.object("an entry")), self._house.clock.now()
        key = (barrier, _line(sent.query.get("product", ""), "product", 120), language)

        async def work(tx: Tx) -> None:
            await playbook.save(tx, key, entry, by=sent.by, now=now)
            await audit.note(tx, sent.by, "playbook changed", " ".join(key), now)

        await self._house.database.transact(work)
        return 200, {"barrier": barrier, "language": language, "product": key[1], "entry": entry}


def add_routes(routes: APIRouter, house: House, gate: Gate, replay: Replay) -> None:
    """The routes of the playbook, behind the gate."""
    api = PlaybookApi(house)
    routes.get("/playbook/{barrier}", dependencies=[Depends(gate)], **SHOW)(api.show)
    routes.put("/playbook/{barrier}", **PUT)(once(gate, replay, api.put))


def _known(barrier: str, language: str) -> None:
    if barrier not in BARRIERS:
        raise Problem(404, f"there is no barrier of this name; there are {', '.join(BARRIERS)}")
    if language not in LANGUAGES:
        raise Problem(422, "language is none that we speak", faults=[Fault("language", ", ".join(LANGUAGES))])


def _entry(given: Mapping[str, Any]) -> dict[str, Any]:
    """An entry as it is kept. Raises Problem (422)."""
    replies = given.get("replies", [])
    unknown = [name for name in given if name not in (*PARTS, "replies")]
    if unknown or not isinstance(replies, list) or len(replies) > MOST_REPLIES:
        wanted = f"an entry has {', '.join(PARTS)} and up to {MOST_REPLIES} replies"
        raise Problem(422, wanted, faults=[Fault(f"/{name}", "unknown field") for name in unknown])
    texts = [_line(one, f"/replies/{number}", LONGEST) for number, one in enumerate(replies)]
    entry: dict[str, Any] = {part: _line(given.get(part, ""), f"/{part}", LONGEST) for part in PARTS}
    return entry | {"replies": [{"id": f"own:{fingerprint(text)[:12]}", "text": text} for text in texts if text]}


def _line(value: Any, pointer: str, longest: int) -> str:
    """A text without control characters, its lines as they are. Raises Problem (422)."""
    try:
        text = "\n".join(cells.text(line) for line in value.splitlines()) if isinstance(value, str) else None
    except CellRefused as refused:
        raise Problem(422, "nothing was kept", faults=[Fault(pointer, str(refused))]) from None
    if text is None or len(text) > longest:
        raise Problem(422, "nothing was kept", faults=[Fault(pointer, f"is a text of at most {longest} characters")])
    return text
