"""The other side's remote control: drives people and faults from another process, over HTTP under /control/.

POST /control/user/{id}             {"language_code": "hu", "first_name": "Eszter"}
POST /control/user/{id}/start       {"payload": "..."}
POST /control/user/{id}/say         {"text": "..."}
POST /control/user/{id}/edit        {"text": "...", "message_id": 3}
POST /control/user/{id}/tap         {"label": "Too expensive"} or {"index": 0}, "message_id" if not the newest
POST /control/user/{id}/press       {"data": "...", "message_id": 3}
POST /control/user/{id}/block, /unblock, /deactivate
GET  /control/user/{id}/chat
GET  /control/user/{id}/wait?text=...&timeout=5&after=0
POST /control/fault                 {"method": "sendMessage", "mode": "drop", "times": 2}
POST /control/clear-faults, /control/revoke
GET  /control/ledger
"""

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from tests.edge.telegram.errors import JSON
from tests.edge.telegram.user import FakeUser, NoSuchButton
from tests.edge.wire import Reply, Request, json_reply

if TYPE_CHECKING:
    from tests.edge.telegram.server import FakeTelegram


async def handle(fake: "FakeTelegram", request: Request) -> Reply:
    """Answers one control request: 200 with what came of it, 400 or 404 with {"error": sentence}."""
    try:
        body = json.loads(request.body or b"{}")
        return json_reply(await _route(fake, request, request.path.split("/")[2:], body))
    except AssertionError as error:
        return json_reply({"error": str(error)}, 408)
    except NoSuchButton as error:
        return json_reply({"error": str(error)}, 404)
    except (LookupError, ValueError, TypeError, RuntimeError) as error:
        return json_reply({"error": f"{type(error).__name__}: {error}"}, 400)


async def _route(fake: "FakeTelegram", request: Request, path: list[str], body: JSON) -> Any:
    match path:
        case ["user", user_id, *action]:
            return await _user(fake, request, (int(user_id), *action), body)
        case ["ledger"]:
            queue = {"confirmed": fake.confirmed, "pending": fake.pending, "expired": fake.expired}
            return {**fake.ledger.as_json(), **queue}
        case ["fault"]:
            fake.fault(**body)
        case ["clear-faults"]:
            fake.clear_faults()
        case ["revoke"]:
            fake.revoke_token()
        case _:
            raise LookupError(f"no control {'/'.join(path)}")
    return {"ok": True}


async def _user(fake: "FakeTelegram", request: Request, path: tuple[int, *tuple[str, ...]], body: JSON) -> Any:
    match path:
        case (user_id,):
            return fake.user(user_id, **body).as_user()
        case (user_id, "chat"):
            return [message.as_seen() for message in fake.user(user_id).chat]
        case (user_id, "wait"):
            return await _wait(fake.user(user_id), request.query)
        case (user_id, action) if action in ACTIONS:
            user = fake.user(user_id)
            mark = user.mark()
            return {**await ACTIONS[action](user, body), "mark": mark}
        case _:
            raise LookupError(f"a user cannot {'/'.join(map(str, path[1:]))}")


async def _wait(user: FakeUser, query: dict[str, str]) -> Any:
    timeout, after = float(query.get("timeout", "5")), int(query.get("after", "0"))
    message = await user.wait_for(query.get("text"), timeout, after)
    return {**message.as_seen(), "mark": user.mark()}


async def _start(user: FakeUser, body: JSON) -> JSON:
    return {"update_id": await user.start(str(body.get("payload", "")))}


async def _say(user: FakeUser, body: JSON) -> JSON:
    return {"update_id": await user.say(body["text"])}


async def _edit(user: FakeUser, body: JSON) -> JSON:
    return {"update_id": await user.edit(body["text"], body.get("message_id"))}


async def _tap(user: FakeUser, body: JSON) -> JSON:
    button = body["label"] if "label" in body else body["index"]
    return vars(await user.tap(button, body.get("message_id")))


async def _press(user: FakeUser, body: JSON) -> JSON:
    return vars(await user.press(body["data"], body["message_id"]))


async def _block(user: FakeUser, _: JSON) -> JSON:
    return {"update_id": await user.block()}


async def _unblock(user: FakeUser, _: JSON) -> JSON:
    return {"update_id": await user.unblock()}


async def _deactivate(user: FakeUser, _: JSON) -> JSON:
    user.deactivate()
    return {}


ACTIONS: dict[str, Callable[[FakeUser, JSON], Awaitable[JSON]]] = {
    "start": _start,
    "say": _say,
    "edit": _edit,
    "tap": _tap,
    "press": _press,
    "block": _block,
    "unblock": _unblock,
    "deactivate": _deactivate,
}
