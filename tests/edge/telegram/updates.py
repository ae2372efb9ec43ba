"""The queue of updates, with the real one's rules: random first number, confirmed by offset, kept for a while."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.edge.telegram.errors import JSON

CALLBACK_LIFE = timedelta(seconds=150)
MESSAGE_LIFE = timedelta(hours=24)
# The real queue refuses an offset further ahead than this and starts from its head instead.
FUTURE = 10
NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(frozen=True)
class Waiting:
    """One update not confirmed yet. `lane` is the chat or user within which order is kept."""

    update: JSON
    expires: datetime
    lane: str

    @property
    def id(self) -> int:
        """The update_id."""
        return int(self.update["update_id"])


class UpdateQueue:
    """Updates in order of arrival. `confirmed`, `expired` and `deleted` keep what left the queue, and why."""

    def __init__(self, first_id: int | None = None) -> None:
        self._next_id = random.randint(10_000_000, 900_000_000) if first_id is None else first_id
        self._waiting: list[Waiting] = []
        self._echoes: list[JSON] = []
        self._allowed: set[str] | None = None
        self.confirmed: list[JSON] = []
        self.expired: list[JSON] = []
        self.deleted: list[JSON] = []

    @property
    def waiting(self) -> list[Waiting]:
        """What is not confirmed yet, oldest first."""
        return list(self._waiting)

    def allow(self, kinds: list[str] | None) -> None:
        """Which kinds of update are wanted from now on; None leaves the choice as it was, [] is the default."""
        if kinds is not None:
            self._allowed = set(kinds) or None

    @property
    def allowed(self) -> list[str]:
        """The kinds asked for, [] for the default."""
        return sorted(self._allowed or [])

    def push(self, kind: str, body: JSON, now: datetime, lane: str) -> int | None:
        """Queues an update and gives its id; None when the bot does not want this kind."""
        if kind in NOT_BY_DEFAULT if self._allowed is None else kind not in self._allowed:
            return None
        life = CALLBACK_LIFE if kind == "callback_query" else MESSAGE_LIFE
        update_id = self._next_id
        self._next_id += 1
        self._waiting.append(Waiting({"update_id": update_id, kind: body}, now + life, lane))
        return update_id

    def push_raw(self, update: JSON, now: datetime) -> int:
        """Queues any JSON under the next number: for updates no client library can read."""
        update_id = self._next_id
        self._next_id += 1
        self._waiting.append(Waiting({**update, "update_id": update_id}, now + MESSAGE_LIFE, "raw"))
        return update_id

    def renumber(self, next_id: int) -> None:
        """The numbering starts anew, as it may after an idle week; lower than before is allowed."""
        self._next_id = next_id

    def repeat(self, update_id: int) -> None:
        """Serves an update once more though it was served or confirmed. Raises LookupError for an unknown id."""
        known = [*self.confirmed, *(waiting.update for waiting in self._waiting)]
        found = [update for update in known if update["update_id"] == update_id]
        if not found:
            raise LookupError(f"no update {update_id} was ever queued")
        self._echoes.append(found[-1])

    def fetch(self, offset: int, limit: int, now: datetime) -> list[JSON]:
        """Confirms by `offset`, forgets what is too old, and gives up to `limit` updates."""
        self.expire(now)
        if offset < 0:
            cut = max(0, len(self._waiting) + offset)
            self.deleted += [waiting.update for waiting in self._waiting[:cut]]
            self._waiting = self._waiting[cut:]
        elif offset > 0:
            self._confirm(offset)
        echoes, self._echoes = self._echoes, []
        return (echoes + [waiting.update for waiting in self._waiting])[:limit]

    def expire(self, now: datetime) -> None:
        """Drops presses older than 150 s and messages older than 24 h, as Telegram does."""
        self.expired += [waiting.update for waiting in self._waiting if waiting.expires <= now]
        self._waiting = [waiting for waiting in self._waiting if waiting.expires > now]

    def confirm_one(self, waiting: Waiting) -> None:
        """The webhook took this one."""
        if waiting in self._waiting:
            self._waiting.remove(waiting)
            self.confirmed.append(waiting.update)

    def clear(self) -> None:
        """drop_pending_updates."""
        self.deleted += [waiting.update for waiting in self._waiting]
        self._waiting.clear()

    def _confirm(self, offset: int) -> None:
        ids = [waiting.id for waiting in self._waiting]
        if offset - 1 in ids:
            # By place, not by number: after renumber() older updates have the higher numbers.
            count = ids.index(offset - 1) + 1
        elif offset > self._next_id + FUTURE:
            count = 0
        else:
            count = next((place for place, known in enumerate(ids) if known >= offset), len(ids))
        self.confirmed += [waiting.update for waiting in self._waiting[:count]]
        self._waiting = self._waiting[count:]
