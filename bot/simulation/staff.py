"""The people of the shop in a rehearsal: they see who wants a person, and answer in their working hours."""

import heapq
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.demo.acts import REPLIES
from bot.house import House
from bot.runtime.intake import RawInput
from bot.simulation.actor import Actor
from bot.simulation.doors import staff_does
from bot.simulation.habits import Habits
from bot.simulation.watch import Watch
from flows.calendar import SATURDAY
from storage.reads import rehearsed

OPENS, CLOSES = 9, 17
"""Their working hours in the shop's zone, Monday to Friday."""


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody wanted a person: since when and why."""

    since: datetime
    why: str


class Staff:
    """One desk. `calls` are all that came, `open_most` how many waited or were talked to at the same time."""

    def __init__(self, house: House, watch: Watch, seed: int, habits: Habits, actors: Mapping[int, Actor]) -> None:
        """Nobody waits."""
        self._house, self._watch, self._habits, self._actors = house, watch, habits, actors
        self._dice = random.Random(f"{seed}:staff")  # noqa: S311 - a repeatable play, no secret
        self._plans: list[tuple[datetime, int, str, str, str, str]] = []
        self._open: set[str] = set()
        self._count = 0
        self.calls: list[Call] = []
        self.open_most = 0

    def next(self) -> datetime | None:
        """When they will do something."""
        return self._plans[0][0] if self._plans else None

    async def look(self, now: datetime) -> None:
        """See who wants a person, and plan when to step in."""
        for row in await self._house.database.look(rehearsed.wanting):
            if row.uid in self._open:
                continue
            self._open.add(row.uid)
            self.calls.append(Call(row.needs_since or now, row.needs_person))
            wait = timedelta(hours=self._habits.staff_hours * self._dice.lognormvariate(0, 0.7))
            self._plan(self._working(now + wait), row.uid, "take", row.language, row.external_id or "")
        self.open_most = max(self.open_most, len(self._open))

    async def due(self, now: datetime) -> list[RawInput]:
        """What they do now."""
        items: list[RawInput] = []
        while self._plans and self._plans[0][0] <= now:
            _, number, uid, action, language, who = heapq.heappop(self._plans)
            actor = self._actors.get(int(who[1:])) if who else None
            text = REPLIES.get(language, REPLIES["en"]) if action == "take" else "(hands back)"
            if action == "take":
                items += [staff_does(uid, number, "take"), staff_does(uid, -number, "say", text)]
                self._plan(now + timedelta(hours=self._dice.uniform(0.5, 3)), uid, "release", language, who)
            else:
                items.append(staff_does(uid, number, "release"))
                self._open.discard(uid)
            if actor is not None:
                self._watch.staff_says(actor, now, text)
        return items

    def _plan(self, at: datetime, uid: str, action: str, language: str, who: str) -> None:
        self._count += 1
        heapq.heappush(self._plans, (at, self._count, uid, action, language, who))

    def _working(self, at: datetime) -> datetime:
        """The same moment, or the next at which they work."""
        local = at.astimezone(ZoneInfo(self._house.settings.timezone))
        while local.weekday() >= SATURDAY or not OPENS <= local.hour < CLOSES:
            later = local.hour >= CLOSES or local.weekday() >= SATURDAY
            local = local.replace(hour=OPENS, minute=self._dice.randrange(60)) + timedelta(days=later)
        return max(at, local.astimezone(at.tzinfo))
