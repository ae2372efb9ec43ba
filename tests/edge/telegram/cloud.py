"""Telegram's side of the world: who there is, what is on their screens, what waits for the bot."""

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from tests.edge.telegram.errors import JSON, bad_request, forbidden, too_many
from tests.edge.telegram.ledger import Ledger
from tests.edge.telegram.params import Params
from tests.edge.telegram.updates import UpdateQueue
from tests.edge.telegram.user import FakeUser
from tests.edge.wire import Bell


class Now(Protocol):
    """Anything that tells the time: the program's own Clock, virtual or not."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        ...


class WallClock:
    """The real time, when the test brings no clock."""

    def now(self) -> datetime:
        """The present instant, UTC."""
        return datetime.now(UTC)


@dataclass
class Webhook:
    """Where updates are pushed; no url, no pushing."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    last_error: str = ""
    last_error_at: datetime | None = None


@dataclass(frozen=True)
class Query:
    """A callback query not answered yet: when it was made and by whom."""

    at: datetime
    user_id: int


@dataclass
class Limits:
    """30 messages a second over all and 1 a second in a chat, counted only when `strict`."""

    strict: bool = False
    per_second: int = 30
    per_chat_seconds: float = 1.0
    taken: list[tuple[datetime, int]] = field(default_factory=list)

    def take(self, chat_id: int, now: datetime) -> None:
        """Counts one message. Raises ApiError 429 when it is one too many."""
        if not self.strict:
            return
        self.taken = [
            (at, chat) for at, chat in self.taken if now - at < timedelta(seconds=max(1, self.per_chat_seconds))
        ]
        second = sum(now - at < timedelta(seconds=1) for at, _ in self.taken)
        in_chat = any(
            chat == chat_id and now - at < timedelta(seconds=self.per_chat_seconds) for at, chat in self.taken
        )
        if in_chat or second >= self.per_second:
            raise too_many(1)
        self.taken.append((now, chat_id))


class Cloud:
    """All state of the fake. Methods of the Bot API and the people on the other side both work on it."""

    def __init__(self, clock: Now | None, first_update_id: int | None, limits: Limits, bot: JSON) -> None:
        self.clock: Now = clock or WallClock()
        self.bot = bot
        self.limits = limits
        self.queue = UpdateQueue(first_update_id)
        self.ledger = Ledger()
        self.webhook = Webhook()
        self.bell = Bell()
        self.users: dict[int, FakeUser] = {}
        self.commands: dict[tuple[str, str], list[JSON]] = {}
        self.texts: dict[tuple[str, str], str] = {}
        self.queries: dict[str, Query] = {}
        self.actions: list[tuple[int, str]] = []
        self.on_update: Callable[[], None] = lambda: None
        self._query_ids = itertools.count(random.randint(10**15, 10**17))

    def now(self) -> datetime:
        """The present instant."""
        return self.clock.now()

    def push(self, kind: str, body: JSON, lane: str) -> int | None:
        """Queues an update for the bot and wakes whoever waits for one."""
        update_id = self.queue.push(kind, body, self.now(), lane)
        self.announce()
        return update_id

    def announce(self) -> None:
        """Something changed."""
        self.bell.ring()
        self.on_update()

    def new_query(self, user_id: int) -> str:
        """The id of a new callback query, to be answered while it is fresh."""
        query_id = str(next(self._query_ids))
        self.queries[query_id] = Query(self.now(), user_id)
        return query_id

    def known(self, params: Params) -> FakeUser:
        """The user behind `chat_id`. Raises ApiError 400 when there is none."""
        if not params.text("chat_id"):
            raise bad_request("chat_id is empty")
        user = self.users.get(params.integer("chat_id"))
        if user is None:
            raise bad_request("chat not found")
        return user

    def reachable(self, params: Params) -> FakeUser:
        """The user behind `chat_id` if the bot may write to them. Raises ApiError 400 or 403."""
        user = self.known(params)
        if user.deactivated:
            raise forbidden("user is deactivated")
        if not user.started:
            raise forbidden("bot can't initiate conversation with a user")
        if user.blocked:
            raise forbidden("bot was blocked by the user")
        return user
