"""FakeTelegram: the Bot API on a loopback port, with people on the other side."""

import asyncio
import itertools
import re
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Self

from tests.edge.telegram import control, methods, profile
from tests.edge.telegram.cloud import Cloud, Limits, Now
from tests.edge.telegram.errors import JSON, ApiError, bad_request, conflict
from tests.edge.telegram.faults import EFFECTIVE, MODES, Fault, FaultScript, Mode
from tests.edge.telegram.ledger import Call, Ledger, Sent
from tests.edge.telegram.params import Params, read_params
from tests.edge.telegram.user import FakeUser
from tests.edge.telegram.webhook import WebhookPusher
from tests.edge.wire import HOST, HttpServer, Reply, Request, json_reply

TOKEN = "123456789:AAtest_token_of_the_fake_Bot_API_server"
TOKEN_SHAPE = re.compile(r"\d+:[\w-]{20,}")
MAX_POLL = 50

METHODS: dict[str, Callable[[Cloud, Params], Any]] = {
    "getme": profile.get_me,
    "setwebhook": profile.set_webhook,
    "deletewebhook": profile.delete_webhook,
    "getwebhookinfo": profile.get_webhook_info,
    "setmycommands": profile.set_my_commands,
    "getmycommands": profile.get_my_commands,
    "deletemycommands": profile.delete_my_commands,
    "sendmessage": methods.send_message,
    "editmessagetext": methods.edit_message_text,
    "editmessagereplymarkup": methods.edit_message_reply_markup,
    "deletemessage": methods.delete_message,
    "answercallbackquery": methods.answer_callback_query,
    "sendchataction": methods.send_chat_action,
    "getchat": methods.get_chat,
    **{f"setmy{name.replace('_', '')}": partial(profile.set_my_text, name=name) for name in profile.TEXT_LIMITS},
    **{f"getmy{name.replace('_', '')}": partial(profile.get_my_text, name=name) for name in profile.TEXT_LIMITS},
}


class FakeTelegram:
    """One bot's view of Telegram. An async context manager; every part lives in the loop that started it.

    `clock` tells the time of messages and of what expires (waiting in long polls is real time). `strict_limits` answers
    429 beyond 30 messages a second and 1 a second in a chat. `retry_unit` is one webhook retry second in real seconds.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        clock: Now | None = None,
        port: int = 0,
        strict_limits: bool = False,
        first_update_id: int | None = None,
        retry_unit: float = 0.02,
    ) -> None:
        self.token = token
        self.username = "holdback_test_bot"
        bot = {
            "id": int(token.split(":", maxsplit=1)[0]),
            "is_bot": True,
            "first_name": "Holdback",
            "username": self.username,
        }
        self.cloud = Cloud(clock, first_update_id, Limits(strict_limits), bot)
        self._pusher = WebhookPusher(self.cloud, retry_unit)
        self.cloud.on_update = self._pusher.wake
        self._faults = FaultScript()
        self._server = HttpServer(self._handle, port)
        self._polls = itertools.count(1)
        self._newest_poll = 0
        self._user_ids = itertools.count(700_000_001)
        self._revoked = False

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Opens the port."""
        await self._server.open()

    async def stop(self) -> None:
        """Closes everything; open calls are cut."""
        await self._pusher.close()
        await self._server.close()

    async def go_down(self) -> None:
        """Refuses connections and cuts open ones; people go on writing meanwhile."""
        await self._server.close()

    async def come_back(self) -> None:
        """Listens again, on the same port, with everything that gathered meanwhile."""
        await self._server.open()

    @property
    def url(self) -> str:
        """What stands for https://api.telegram.org, without a slash at the end."""
        return f"http://{HOST}:{self._server.port}"

    @property
    def base_url(self) -> str:
        """What python-telegram-bot wants as `base_url`."""
        return f"{self.url}/bot"

    @property
    def ledger(self) -> Ledger:
        """What really happened."""
        return self.cloud.ledger

    @property
    def sent(self) -> list[Sent]:
        """Every message that reached a user, oldest first."""
        return self.cloud.ledger.sent

    @property
    def confirmed(self) -> list[JSON]:
        """Every update the bot has confirmed, by offset or by answering the webhook."""
        return self.cloud.queue.confirmed

    @property
    def pending(self) -> list[JSON]:
        """Every update still kept for the bot."""
        return [waiting.update for waiting in self.cloud.queue.waiting]

    @property
    def expired(self) -> list[JSON]:
        """Every update that was given up for its age."""
        return self.cloud.queue.expired

    def user(
        self, user_id: int | None = None, *, language_code: str = "en", first_name: str = "Test", **profile: Any
    ) -> FakeUser:
        """The person of that id; made on first asking, with a free id when none is given."""
        user_id = next(self._user_ids) if user_id is None else user_id
        if user_id not in self.cloud.users:
            names = {"first_name": first_name, **profile, "language_code": language_code}
            self.cloud.users[user_id] = FakeUser(self.cloud, user_id, names)
        return self.cloud.users[user_id]

    def fault(self, method: str, mode: Mode, times: int = 1, *, effective: bool | None = None, **details: Any) -> None:
        """Spoils the next `times` calls of `method` ("*" for any). See `Fault` for the details.

        hang, drop, half, html and delay take effect before the reply is spoilt, 500 and 502 do not, unless `effective`
        says otherwise. Raises ValueError for an unknown mode.
        """
        if mode not in MODES:
            raise ValueError(f"no fault mode {mode!r}; there are: {', '.join(MODES)}")
        effective = mode in EFFECTIVE if effective is None else effective
        self._faults.add(Fault(method, mode, times, effective, **details))

    def clear_faults(self) -> None:
        """All goes well from now on."""
        self._faults.clear()

    def revoke_token(self) -> None:
        """Answers 401 to everything from now on, as after /revoke at BotFather."""
        self._revoked = True

    def push_raw(self, update: JSON) -> int:
        """Queues an update of any shape and gives its id."""
        update_id = self.cloud.queue.push_raw(update, self.cloud.now())
        self.cloud.announce()
        return update_id

    def repeat_update(self, update_id: int) -> None:
        """Serves an update once more by getUpdates though it may be confirmed."""
        self.cloud.queue.repeat(update_id)
        self.cloud.announce()

    def renumber_updates(self, next_id: int) -> None:
        """Lets the numbering of updates start anew at `next_id`, lower or higher."""
        self.cloud.queue.renumber(next_id)

    async def until(self, ready: Callable[[], bool], timeout: float = 5.0) -> None:  # noqa: ASYNC109 - told in the failure
        """Waits until `ready()` is true. Raises AssertionError after `timeout` seconds of real time."""
        deadline = time.monotonic() + timeout
        while not ready():
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"not so within {timeout} s")
            # Confirmations ring no bell of the test's own condition, so look again every now and then.
            await self.cloud.bell.wait(min(left, 0.05))

    async def _handle(self, request: Request) -> Reply:
        if request.path.startswith("/control/"):
            return await control.handle(self, request)
        found = re.fullmatch(r"/bot([^/]+)/(\w+)", request.path)
        if found is None:
            return json_reply(ApiError(404, "Not Found").body(), 404)
        try:
            params = read_params(request)
        except ApiError as error:
            return json_reply(error.body(), error.code)
        return await self._call(found[1], found[2], params)

    async def _call(self, token: str, method: str, params: Params) -> Reply:
        fault = self._faults.take(method, params.integer("chat_id") or None)
        error: ApiError | None = None
        result: Any = True
        if fault is not None and fault.mode == "delay":
            await asyncio.sleep(fault.seconds)
        try:
            self._check_token(token)
            if fault is not None and (refusal := fault.refusal()):
                raise refusal
            if fault is None or fault.effective:
                result = await self._run(method.lower(), params)
        except ApiError as refused:
            error = refused
        code, description = (error.code, error.description) if error else (200, "")
        mode = fault.mode if fault else ""
        self.ledger.calls.append(Call(self.cloud.now(), method, params.values, code, description, mode))
        reply = json_reply(error.body(), error.code) if error else json_reply({"ok": True, "result": result})
        return fault.spoil(reply) if fault else reply

    def _check_token(self, token: str) -> None:
        if not TOKEN_SHAPE.fullmatch(token):
            raise ApiError(404, "Not Found")
        if token != self.token or self._revoked:
            raise ApiError(401, "Unauthorized")

    async def _run(self, method: str, params: Params) -> Any:
        if method == "getupdates":
            return await self._get_updates(params)
        if method not in METHODS:
            raise ApiError(404, "Not Found: method not found")
        return METHODS[method](self.cloud, params)

    async def _get_updates(self, params: Params) -> list[JSON]:
        """Long polling: the newest poll wins, older ones are told so."""
        if self.cloud.webhook.url:
            raise conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        allowed = params.json("allowed_updates", "allowed updates")
        if allowed is not None and not isinstance(allowed, list):
            raise bad_request("can't parse allowed updates: expected an Array")
        self.cloud.queue.allow(allowed)
        limit = min(max(params.integer("limit", 100), 1), 100)
        timeout = min(max(params.integer("timeout"), 0), MAX_POLL)
        poll = self._newest_poll = next(self._polls)
        self.cloud.bell.ring()
        deadline = time.monotonic() + timeout
        updates = self.cloud.queue.fetch(params.integer("offset"), limit, self.cloud.now())
        while not updates and (left := deadline - time.monotonic()) > 0:
            await self.cloud.bell.wait(left)
            if poll != self._newest_poll:
                raise conflict(
                    "terminated by other getUpdates request; make sure that only one bot instance is running"
                )
            updates = self.cloud.queue.fetch(0, limit, self.cloud.now())
        return updates
