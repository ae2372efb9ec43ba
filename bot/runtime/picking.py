"""Which messages go next, and when: as many as each channel's pace bears, the most urgent first."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.runtime.clock import Clock
from bot.runtime.pace import AHEAD, LATE, Book, Limit, free_places
from bot.runtime.presence import Presence
from storage import claiming, hold, paces
from storage.database import Database, Tx
from storage.outbox import Leased
from storage.paces import Booked

FREE = Limit()
"""What a channel bears of which nothing is said."""

TRIES = 3
"""So many places are taken by one message; on a machine so busy that it misses them all it goes when it can."""

GATHERED = 0.05
"""Seconds for which free places gather on a channel that took as many messages as it had room for, until half are free.

One claim for several costs little more than one for a single message.
"""


@dataclass(frozen=True, slots=True)
class Picked:
    """A leased row, and the moment (of a clock that never jumps) at which it may go: in a `crowd`, or by itself."""

    leased: Leased
    at: float
    crowd: bool


@dataclass(frozen=True, slots=True)
class _Claimed:
    """What one look at a channel gave: rows, how many there might have been; what was booked at which moment."""

    rows: list[Leased]
    places: int
    seen: float
    booked: float


class Picker:
    """Leases rows for one process. What several processes send together keeps the pace, where they share a database."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        channels: Collection[str],
        limits: Mapping[str, Limit],
        presence: Presence,
    ) -> None:
        """`limits` by name of the channel; one that is not there bears everything."""
        self._database, self._clock, self._presence = database, clock, presence
        self._limits = {name: limits.get(name, FREE) for name in channels}
        self._books = {name: Book() for name in channels}
        self._resting: Mapping[str, datetime] = {}
        self._not_before: dict[str, float] = {}
        self._gathers: dict[str, float] = {}
        self._given: Counter[str] = Counter()
        self.on_their_way: Counter[str] = Counter()

    async def pick(self) -> list[Picked]:
        """Lease what may go now or in a moment. Count each in `on_their_way` as long as it is."""
        asked = self._asked()
        if not asked or not await self._any_ready(tuple(asked)):
            return []
        self._resting, claimed = await self._database.transact(lambda tx: self._claim(tx, asked))
        return [one for channel, found in claimed.items() for one in self._placed(channel, found)]

    def patience(self, longest: float) -> float:
        """Seconds until it is worth to look again though nobody rings: at most so many."""
        now = self._clock.monotonic()
        moments = (*self._not_before.values(), *self._gathers.values())
        soon = [moment - now for moment in moments if moment > now]
        return min([longest, *soon])

    def _asked(self) -> dict[str, int]:
        """Channels that might send now, and how many more messages each has room for."""
        now, moment = self._clock.now(), self._clock.monotonic()
        return {
            name: room
            for name, limit in self._limits.items()
            if (room := limit.at_once - self.on_their_way[name]) > 0
            and self._resting.get(name, now) <= now
            and self._not_before.get(name, moment) <= moment
            and (2 * room >= limit.at_once or self._gathers.get(name, moment) <= moment)
        }

    async def _any_ready(self, channels: tuple[str, ...]) -> bool:
        now = self._clock.now()
        if not await self._database.look(lambda tx: claiming.has_ready(tx, now, channels)):
            return False
        return await self._database.look(hold.reason) is None

    async def _claim(self, tx: Tx, asked: Mapping[str, int]) -> tuple[Mapping[str, datetime], dict[str, _Claimed]]:
        now = self._clock.now()
        resting = await paces.resting(tx, now)
        open_channels = [name for name in sorted(asked) if name not in resting]
        return resting, {name: await self._claim_on(tx, name, asked[name], now) for name in open_channels}

    async def _claim_on(self, tx: Tx, channel: str, room: int, now: datetime) -> _Claimed:
        limit, shared = self._limits[channel], await self._shared(tx, channel)
        seen = self._clock.monotonic()
        booked = self._books[channel].booked(seen) if shared is None else shared.seconds
        places = free_places(booked, limit.gap, room)
        given, worker = self._given[channel], self._presence.worker
        rows = await claiming.claim(tx, now, channel, places, given=given, rest=limit.rest, worker=worker)
        if rows and shared is not None:
            await paces.book(tx, channel, shared, booked + len(rows) * limit.gap)
        return _Claimed(rows, places, seen, booked)

    async def _shared(self, tx: Tx, channel: str) -> Booked | None:
        """What all processes have booked together; None where there is no other, or nothing to be kept."""
        apart = self._database.is_sqlite or not self._limits[channel].gap
        return None if apart else await paces.booked(tx, channel)

    def _placed(self, channel: str, found: _Claimed) -> list[Picked]:
        gap, first = self._limits[channel].gap, found.seen + found.booked
        until = first + len(found.rows) * gap
        if len(found.rows) == found.places:
            if gap:
                self._not_before[channel] = until - AHEAD / 2
            else:
                self._gathers[channel] = found.seen + GATHERED
        if found.rows:
            self._books[channel].book(until)
            self._given[channel] += len(found.rows)
        # Places nearer to each other than anybody comes on time are a pace, and no places to be kept one by one.
        crowd = gap > LATE and (found.booked > 0 or len(found.rows) > 1)
        return [Picked(row, first + place * gap, crowd) for place, row in enumerate(found.rows)]

    async def on_time(self, picked: Picked, earliest: float = 0.0) -> None:
        """Until its place comes, and not before `earliest`.

        Who has missed it in a crowd takes another: those behind must not come too near.
        """
        at = max(picked.at, earliest)
        for _ in range(TRIES):
            await self.until(at)
            if not picked.crowd or self._clock.monotonic() - at <= LATE:
                return
            at = await self._another_place(picked.leased.channel)
        await self.until(at)

    async def until(self, moment: float) -> None:
        """Until this moment of the clock that never jumps."""
        seconds = moment - self._clock.monotonic()
        if seconds > 0:
            await self._clock.sleep(seconds)

    async def _another_place(self, channel: str) -> float:
        gap, book = self._limits[channel].gap, self._books[channel]

        async def work(tx: Tx) -> float:
            shared = await paces.booked(tx, channel)
            await paces.book(tx, channel, shared, shared.seconds + gap)
            return self._clock.monotonic() + shared.seconds

        now = self._clock.monotonic()
        at = now + book.booked(now) if self._database.is_sqlite else await self._database.transact(work)
        book.book(at + gap)
        return at
