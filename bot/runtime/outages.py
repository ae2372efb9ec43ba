"""Coming back after updates could not be received, or not be kept: taps of that time may be lost, and people are told.

Telegram keeps a tap for 150 seconds and words for a day. After a gap longer than that, each open question is edited in
its place, silently: whoever tapped in vain is asked to tap again, or to answer on their page. After more than a day
those with an open question who hear nothing else are asked once more.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from bot.runtime.bells import Bells
from bot.runtime.clock import Clock
from bot.runtime.supervisor import Supervisor
from flows.codec import decode_message, decode_state
from flows.effects import Say
from flows.messages import Message
from flows.texts import Texts
from storage import away, saying
from storage.database import Database, Record, Tx
from storage.engines import AWAY_KINDS, is_away
from storage.ids import fingerprint
from storage.outbox import row_for

log = structlog.get_logger("outages")

AWAY: Final = timedelta(seconds=120)
"""Telegram keeps a tap for 150 seconds: after a shorter gap nothing is lost."""

LONG: Final = timedelta(hours=24)
"""Telegram keeps words for so long: after more, people are asked once more."""

BEAT: Final = timedelta(seconds=30)
"""How often it is written down that updates come in."""

LOOK: Final = 1.0
"""Seconds between two looks."""

GROUP: Final = 200
"""Conversations looked at in one transaction."""


class Outages:
    """Notices gaps in what one process receives, and tells people about them."""

    def __init__(
        self, database: Database, clock: Clock, bells: Bells, texts: Texts, receiving: Callable[[], bool]
    ) -> None:
        """`receiving` says whether updates come in now."""
        self._database, self._clock, self._bells, self._texts = database, clock, bells, texts
        self._receiving = receiving
        self._troubled = True
        self._looked = clock.monotonic()
        self._written: datetime | None = None

    async def watch(self, supervisor: Supervisor) -> None:
        """Look until the house stops."""
        while not supervisor.stopping.is_set():
            await self.look()
            await supervisor.unless_stopping(self._clock.sleep(LOOK))

    async def look(self) -> int:
        """Look once; returns how many messages were made because updates come in again after a gap.

        What comes in while the database is away cannot be written down: such a time is a gap, too.
        """
        moment = self._clock.monotonic()
        asleep, self._looked = moment - self._looked > AWAY.total_seconds(), moment
        if not self._receiving():
            self._troubled = True
            return 0
        try:
            told = await self._returned() if self._troubled or asleep else 0
            await self._beat()
        except AWAY_KINDS as error:
            if not is_away(error):
                raise
            if not self._troubled:
                log.warning("nothing can be written down, because the database is away", error=type(error).__name__)
            self._troubled = True
            return 0
        self._troubled = False
        return told

    async def _beat(self) -> None:
        now = self._clock.now()
        if self._written is None or abs(now - self._written) >= BEAT:
            await self._database.transact(lambda tx: away.heard(tx, now))
            self._written = now

    async def _returned(self) -> int:
        now = self._clock.now()
        since = await self._database.look(away.heard_until)
        if since is None or now - since <= AWAY:
            return 0
        told, after = 0, 0
        while True:
            found = await self._database.transact(lambda tx, after=after: self._some(tx, since, after))  # type: ignore[misc]
            if found is None:
                break
            after, told = found[0], told + found[1]
        self._bells.post.ring_everywhere()
        log.warning("updates come in again; open questions are shown anew", seconds=int((now - since).total_seconds()))
        return told

    async def _some(self, tx: Tx, since: datetime, after: int) -> tuple[int, int] | None:
        """Some conversations: the row id to go on behind, and how many messages were made. None: there are no more.

        What was made for this gap before changes nothing: killed half way, it begins again.
        """
        now = self._clock.now()
        states = await away.asking(tx, after, GROUP)
        if not states:
            return None
        prompts = {talk: decode_state(state).prompt for talk, state in states.items()}
        open_visits = {talk: prompt.visit for talk, prompt in prompts.items() if prompt is not None}
        copies = await away.copies(tx, list(open_visits), since)
        shown = [row for row in copies if row.visit == open_visits[row.conversation_id]]
        rows = [self._edit(row, since, now) for row in shown]
        if now - since > LONG:
            newest = {row.conversation_id: row for row in shown}
            for talk in await away.spoken_to(tx, list(newest), since, now):
                del newest[talk]
            rows += [self._nudge(row, since, now) for row in newest.values()]
        await saying.put(tx, rows)
        return max(states), len(rows)

    def _edit(self, row: Record, since: datetime, now: datetime) -> dict[str, Any]:
        message = decode_message(row.message)
        again = self._texts.say(message.language, "away-notice")
        page = self._texts.say(message.language, "away-page", url="link:survey")
        made = _row(row, replace(message, paragraphs=(*message.paragraphs, f"{again}\n{page}")), now)
        # It answers nobody, so it goes behind whatever does; but it makes no sound, and waits for no hour.
        key = fingerprint(f"away:{row.id}:{since.isoformat()}")
        return {**made, "kind": "edit", "edits": row.id, "proactive": False, "dedupe_key": key}

    def _nudge(self, row: Record, since: datetime, now: datetime) -> dict[str, Any]:
        message = decode_message(row.message)
        sorry = self._texts.say(message.language, "away-sorry")
        asked = Message("reminder", message.language, (sorry, message.paragraphs[-1]), message.prompt)
        return {**_row(row, asked, now), "dedupe_key": fingerprint(f"nudge:{row.conversation_id}:{since.isoformat()}")}


def _row(row: Record, message: Message, now: datetime) -> Mapping[str, Any]:
    where = {"prospect_id": row.prospect_id, "conversation_id": row.conversation_id}
    return row_for(Say(message, "telegram", proactive=True), number=0, turn=0, now=now, **where)
