"""/webhooks: the addresses that are told what happens here. A signing secret is told once, and kept nowhere."""

import json
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from bot.api.gate import Gate
from bot.api.once import Sent, json_body, no_body, once
from bot.api.problems import Fault, Problem
from bot.api.replay import Replay
from bot.data.writing import plain
from bot.house import House
from bot.webhooks import signing
from bot.webhooks.addresses import AddressRefused, target_of
from storage import audit, deliveries, endpoints
from storage.database import Record, Tx
from storage.endpoints import EVENTS

NEW: Final = {
    "type": "object",
    "required": ["url"],
    "properties": {
        "url": {"type": "string", "format": "uri", "description": "A public https:// address."},
        "events": {"type": "array", "items": {"enum": list(EVENTS)}, "description": "All, when it is left out."},
    },
}
LIST: Final[dict[str, Any]] = {
    "summary": "List webhooks",
    "description": "Each with how many messages were taken, wait and failed.",
    "operation_id": "list_webhooks",
}
ADD: Final[dict[str, Any]] = {
    "summary": "Tell an address what happens",
    "description": "`secret` is what its messages are signed with: it is in this answer, and in no other one.",
    "operation_id": "add_webhook",
    "status_code": 201,
    "openapi_extra": {"requestBody": {"required": True, "content": {"application/json": {"schema": NEW}}}},
}
DISABLE: Final[dict[str, Any]] = {
    "summary": "Tell an address nothing more",
    "description": "What waits for it is given up.",
    "operation_id": "disable_webhook",
    "status_code": 204,
}
TEST: Final[dict[str, Any]] = {
    "summary": "Send a test now",
    "description": "`taken`: it answered with 2xx. `status` is null when it did not answer.",
    "operation_id": "test_webhook",
}
STATES: Final = ("delivered", "ready", "failed")


def add_routes(routes: APIRouter, house: House, gate: Gate, replay: Replay) -> None:
    """The routes of webhooks, behind the gate."""
    api = WebhooksApi(house)
    routes.get("/webhooks", dependencies=[Depends(gate)], **LIST)(api.list)
    routes.post("/webhooks", **ADD)(api.adder(gate, replay))
    routes.delete("/webhooks/{id}", response_model=None, **DISABLE)(once(gate, replay, api.disable, no_body))
    routes.post("/webhooks/{id}/test", **TEST)(once(gate, replay, api.test, no_body))


class WebhooksApi:
    """What the routes do, for one house."""

    def __init__(self, house: House) -> None:
        """Nothing is read yet."""
        self._house = house

    async def list(self) -> Response:
        """Every address."""
        async with self._house.database.read() as tx:
            rows, counts = await endpoints.everyone(tx), await deliveries.counts(tx)
        items = [
            {"id": row.uid, "url": row.url, "events": row.events, "created_at": row.created_at}
            | {"failing_since": row.failing_since, "disabled_at": row.disabled_at}
            | {state: counts.get((row.id, state), 0) for state in STATES}
            for row in rows
        ]
        return JSONResponse({"items": plain(items)})

    def adder(self, gate: Gate, replay: Replay) -> Any:
        """The route that adds one: the secret is put into the first answer only, and is not kept to be repeated."""

        async def add(request: Request, caller: Annotated[str, Depends(gate)]) -> Response:
            body, document = await json_body(request)
            sent = Sent(caller, document, None, {}, {})
            response = await replay(request, caller, body, lambda _key: self._add(sent))
            if "idempotency-replayed" in response.headers:
                return response
            told = json.loads(bytes(response.body))
            return JSONResponse(told | {"secret": signing.secret_of(self._house.secret, told["id"])}, 201)

        return add

    async def _add(self, sent: Sent) -> tuple[int, Any]:
        given, now = sent.object("a webhook"), self._house.clock.now()
        url, wanted = given.get("url"), given.get("events", list(EVENTS))
        faults = [Fault(f"/{name}", "unknown field") for name in given if name not in ("url", "events")]
        if not isinstance(wanted, list) or not wanted or any(one not in EVENTS for one in wanted):
            faults.append(Fault("/events", f"is a list of {', '.join(EVENTS)}"))
        try:
            private = self._house.settings.webhooks_to_private_addresses
            await target_of(url if isinstance(url, str) else "", private=private)
        except AddressRefused as refused:
            faults.append(Fault("/url", str(refused)))
        if faults:
            raise Problem(422, "nothing was kept: a field is wrong; see errors", faults=faults)

        async def work(tx: Tx) -> Record:
            row = await endpoints.add(tx, str(url), list(dict.fromkeys(wanted)), sent.by, now)
            await audit.note(tx, sent.by, "webhook added", f"{row.uid} {urlsplit(str(url)).netloc}", now)
            return row

        row = await self._house.database.transact(work)
        endpoints.forget_known()
        return 201, {"id": row.uid, "url": row.url, "events": row.events}

    async def disable(self, sent: Sent) -> tuple[int, Any]:
        """Send nothing more there."""
        row, now = await self._get(sent.path["id"]), self._house.clock.now()

        async def work(tx: Tx) -> None:
            if await endpoints.disable(tx, row.id, now):
                await audit.note(tx, sent.by, "webhook disabled", f"{row.uid} {urlsplit(row.url).netloc}", now)

        await self._house.database.transact(work)
        endpoints.forget_known()
        return 204, None

    async def test(self, sent: Sent) -> tuple[int, Any]:
        """Send a test."""
        row = await self._get(sent.path["id"])
        if row.disabled_at is not None:
            raise Problem(409, "it is disabled; enable it on the Connections page")
        status = await self._house.webhooks.test(row.id)
        return 200, {"taken": status is not None and 200 <= status < 300, "status": status}

    async def _get(self, uid: str) -> Record:
        async with self._house.database.read() as tx:
            row = await endpoints.by_uid(tx, uid[:22])
        if row is None:
            raise Problem(404, "there is no such webhook; GET /api/v1/webhooks lists them")
        return row
