"""What a turn means for the people of the shop: a promise to call is a task, and some ends call all of them off."""

from datetime import datetime

from flows.calendar import next_working_day
from flows.words import BOUGHT, SAYS_BOUGHT, STOPPED
from storage import tasks
from storage.database import Tx
from storage.failpoints import failpoint
from storage.turns import Taken

HAND_OVER = ("callback", "appointment")
"""Reasons to call a person that are a promise to the prospect: each opens a task, due within one working day."""

NO_MORE = frozenset({BOUGHT, SAYS_BOUGHT, STOPPED})
"""Ends after which nobody is called any more: the tasks open for the prospect are cancelled."""


async def hand_over(tx: Tx, item: Taken, reason: str, now: datetime) -> None:
    """A task for what was promised: once for a conversation and reason, however often it comes up."""
    if reason not in HAND_OVER:
        return
    await tasks.open_once(
        tx,
        prospect_id=item.loaded.prospect_id,
        conversation_id=item.loaded.conversation_id,
        kind=reason,
        due_at=next_working_day(now, item.loaded.scene.shop.timezone),
        note=None,
        dedupe_key=f"{reason}:{item.loaded.conversation_id}",
        by="bot",
        now=now,
    )
    failpoint("task.opened")


async def call_off(tx: Tx, item: Taken, reason: str, now: datetime) -> None:
    """Nobody is called any more after such an end: the tasks that are open are cancelled."""
    if reason in NO_MORE:
        await tasks.cancel_for(tx, item.loaded.prospect_id, reason=reason, by="bot", now=now)
