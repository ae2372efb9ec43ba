"""Running campaigns: start, pause, resume, stop, and enrolling those who were imported."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.runtime import quotas
from bot.runtime.bells import Bells
from bot.runtime.clock import Clock
from bot.runtime.context import Context
from bot.runtime.enrol import enrol
from bot.runtime.failpoints import failpoint
from flows.calendar import next_allowed
from flows.definition.campaign import CampaignDefinition
from storage import audit, campaigns, outbox, segments, step_counts, timers
from storage.database import Database, Tx
from storage.inbox import RawInput
from storage.inbox import put as put_inbox

BATCH = 200
"""Prospects enrolled in one transaction."""

PAUSED_FROM: Final = ("ready", "running", "paused")
RESUMED_FROM: Final = ("paused", "running")
"""Whoever asks twice is answered twice; what has ended is started, and neither paused nor resumed."""


class UnknownCampaign(Exception):
    """There is no campaign of this name; the message names those there are."""


class WrongState(Exception):
    """A campaign cannot be paused or resumed as it stands; the message says how it stands, and the cure."""


class UnknownSegment(Exception):
    """A campaign's audience is a segment that is not there; the message names both."""


@dataclass(frozen=True, slots=True)
class CampaignInfo:
    """A campaign as `campaign list` shows it: conversations by status, and how many people answered.

    With a `quota`, so many of them are enough.
    """

    name: str
    state: str
    flow: str
    counts: dict[str, int]
    answered: int = 0
    quota: int | None = None

    @property
    def is_full(self) -> bool:
        """Whether enough people have answered, so that nobody else is written to first."""
        return self.quota is not None and self.answered >= self.quota

    def as_document(self) -> dict[str, Any]:
        """The same as plain data."""
        known = {"name": self.name, "state": self.state, "flow": self.flow, "conversations": self.counts}
        return known | {"answered": self.answered, "quota": self.quota, "enough": self.is_full}


class Campaigns:
    """What people do with campaigns."""

    def __init__(self, database: Database, clock: Clock, bells: Bells, context: Context) -> None:
        """Nothing is read yet."""
        self._database, self._clock, self._bells, self._context = database, clock, bells, context

    async def list(self) -> list[CampaignInfo]:
        """All campaigns."""
        async with self._database.read() as tx:
            rows, counts = await campaigns.all_campaigns(tx), await campaigns.counts(tx)
            answered = await step_counts.answered(tx, [row.name for row in rows])
        return [
            CampaignInfo(
                name=row.name,
                state=row.state,
                flow=row.definition["flow"],
                counts=counts.get(row.name, {}),
                answered=quotas.people(answered, row.name),
                quota=row.definition.get("quota"),
            )
            for row in rows
        ]

    async def start(self, name: str, *, now: bool = False, by: str | None = None) -> int:
        """Let it run, and enrol the imported prospects: after the first wait, or at once with `now`. Returns how many.

        `by` is who did it, for the list of who did what. Raises UnknownCampaign, UnknownSegment.
        """
        started = self._clock.now()
        await self.let_run(name, by=by)
        enrolled = await self.enrol_awaiting(name, wait=timedelta(0) if now else None)
        if not now:
            return enrolled
        # Another process that keeps campaigns up may have been quicker with some, and let them wait.
        return enrolled + await self._database.transact(lambda tx: self._ask_now(tx, name, started))

    async def _ask_now(self, tx: Tx, name: str, since: datetime) -> int:
        """Ask at once, at an hour that is allowed, who was enrolled since then with a wait. Returns how many."""
        shop, asked = self._context.shop, 0
        for row in await campaigns.put_off(tx, name, since, self._clock.now()):
            due = next_allowed(self._clock.now(), zone=row.timezone, shop_zone=shop.timezone, quiet=shop.quiet)
            if due <= self._clock.now():
                asked += 1
                await timers.set_timer(tx, row.id, "start", 0, due)
        return asked

    async def let_run(self, name: str, *, by: str | None = None) -> None:
        """Start it, and leave it to the server to enrol its audience. Raises UnknownCampaign, UnknownSegment."""
        await self._check_segment(name)
        await self._set_state(name, "running", "campaign started", by)

    async def pause(self, name: str, *, by: str | None = None) -> None:
        """Write to nobody first until it is resumed; answers are still received. Raises UnknownCampaign, WrongState."""
        if not await self._set_state(name, "paused", "campaign paused", by, PAUSED_FROM):
            raise WrongState(
                f"the campaign {name!r} is stopped, and nothing of it goes on; start it to let it run again"
            )

    async def resume(self, name: str, *, by: str | None = None) -> None:
        """Go on with what was paused: what waited meanwhile goes out, the server enrols who came meanwhile.

        Raises UnknownCampaign, UnknownSegment, WrongState.
        """
        await self._check_segment(name)
        if not await self._set_state(name, "running", "campaign resumed", by, RESUMED_FROM):
            raise WrongState(
                f"the campaign {name!r} is not paused, it has ended or was never started; start it instead"
            )

    async def stop(self, name: str) -> int:
        """End it: nobody is asked any more, live conversations end without a word.

        Returns how many. Raises UnknownCampaign.
        """
        ended = await self._database.transact(lambda tx: self._end_all(tx, name))
        if ended is None:
            raise await self._unknown(name)
        self._bells.work.ring_everywhere()
        return ended

    async def enrol_awaiting(self, name: str | None = None, *, wait: timedelta | None = None) -> int:
        """Enrol imported prospects that no running campaign has looked at yet. Returns how many were enrolled."""
        total = 0
        async with self._database.read() as tx:
            if not await campaigns.any_awaiting(tx):
                return 0
        while True:
            looked, enrolled = await self._database.transact(lambda tx: self._enrol_batch(tx, name, wait))
            failpoint("enrol.committed")
            total += enrolled
            if looked < BATCH:
                break
        if total:
            self._bells.timers.ring_everywhere()
        return total

    async def _enrol_batch(self, tx: Tx, name: str | None, wait: timedelta | None) -> tuple[int, int]:
        running = [
            row
            for row in await campaigns.all_campaigns(tx)
            if row.state == "running"
            and name in (None, row.name)
            # Who waits for a campaign that has enough answers waits on: its quota may be raised.
            and not await quotas.is_full(tx, CampaignDefinition.model_validate(row.definition))
        ]
        if not running:
            return 0, 0
        # Who is in a segment is known once their scores are: those who wait for theirs are looked at a little later.
        by_segment = any((row.definition.get("audience") or {}).get("segment") for row in running)
        people = await campaigns.awaiting(tx, BATCH, scored=self._clock.now() if by_segment else None)
        enrolled: set[int] = set()
        for row in running:
            audience = CampaignDefinition.model_validate(row.definition).audience
            if audience.imported:
                first_wait = audience.wait if wait is None else wait
                waits = {one: first_wait for one in people if one not in enrolled}
                enrolled |= (await enrol(tx, self._context, row, waits, self._clock.now())).keys()
        if people:
            await campaigns.looked_at(tx, people)
        failpoint("enrol.before_commit")
        return len(people), len(enrolled)

    async def _check_segment(self, name: str) -> None:
        async with self._database.read() as tx:
            row = await campaigns.get(tx, name)
            segment = (row.definition.get("audience") or {}).get("segment") if row is not None else None
            if segment is None or await segments.get(tx, segment) is not None:
                return
        raise UnknownSegment(
            f"the audience of {name!r} is the segment {segment!r}, and there is none of this name; "
            "save it in the console, or correct campaign.yaml"
        )

    async def _set_state(
        self, name: str, state: str, action: str, by: str | None, of: Collection[str] | None = None
    ) -> bool:
        """False when it stands in none of the states `of`. Raises UnknownCampaign."""
        now = self._clock.now()

        async def work(tx: Tx) -> bool | None:
            if not await campaigns.set_state(tx, name, state, now, of):
                return None if await campaigns.get(tx, name) is None else False
            if by is not None:
                await audit.note(tx, by, action, name, now)
            failpoint("campaign.set")
            return True

        done = await self._database.transact(work)
        if done is None:
            raise await self._unknown(name)
        return done

    async def _unknown(self, name: str) -> UnknownCampaign:
        known = ", ".join(info.name for info in await self.list()) or "none"
        return UnknownCampaign(f"there is no campaign {name!r}; there are: {known}")

    async def _end_all(self, tx: Tx, name: str) -> int | None:
        """Stop it, cancel what waits at once, and let every live conversation end at the top of the corridor.

        Returns how many live ones there were, or None when there is no such campaign.
        """
        now = self._clock.now()
        if not await campaigns.set_state(tx, name, "stopped", now):
            return None
        live = await campaigns.live_conversations(tx, name)
        for conversation_id in live:
            await outbox.cancel(tx, "campaign stopped", conversation_id=conversation_id)
        items = [
            RawInput(
                "cancel",
                f"{conversation_id}:{now.isoformat()}",
                f"conversation:{conversation_id}",
                str(conversation_id),
            )
            for conversation_id in live
        ]
        await put_inbox(tx, items, now)
        failpoint("campaign.ended")
        return len(live)
