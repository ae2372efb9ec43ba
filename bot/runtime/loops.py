"""The loops that keep a server alive. Each looks when its bell rings, and by itself every second."""

from datetime import datetime

from bot.runtime.bells import Bells
from bot.runtime.campaigns import Campaigns
from bot.runtime.clock import Clock
from bot.runtime.dispatcher import Dispatcher
from bot.runtime.supervisor import Supervisor
from bot.runtime.turns import Turner
from storage import outbox, unsure
from storage.database import Database, Tx

LOOK = 1.0
"""Seconds between two looks when no bell rings: the longest that work waits whose hint was lost."""

SWEEP = 5.0
"""Seconds between two looks for newly imported prospects and for senders that died."""


async def take_turns(turner: Turner, bells: Bells, supervisor: Supervisor, look: float = LOOK) -> None:
    """Take turns from the inbox as they come in."""
    while not supervisor.stopping.is_set():
        if await turner.take_inbox() == 0:
            await bells.work.wait(look)


async def fire_timers(turner: Turner, bells: Bells, supervisor: Supervisor, look: float = LOOK) -> None:
    """Wake conversations whose timers are due."""
    while not supervisor.stopping.is_set():
        if await turner.take_timers() == 0:
            await bells.timers.wait(look)


async def send(dispatcher: Dispatcher, bells: Bells, supervisor: Supervisor, look: float = LOOK) -> None:
    """Hand messages to channels, as many at the same time as the dispatcher allows."""
    while not supervisor.stopping.is_set():
        if await dispatcher.start_sending(supervisor) == 0:
            await bells.post.wait(dispatcher.patience(look))


async def sweep(database: Database, campaigns: Campaigns, clock: Clock, supervisor: Supervisor) -> None:
    """Enrol who was imported meanwhile; park messages whose sender died during the call.

    What a flow asks to be sent once more is sent once more.
    """
    while not supervisor.stopping.is_set():
        await campaigns.enrol_awaiting()
        await database.transact(lambda tx: _park_and_resend(tx, clock.now()))
        await supervisor.unless_stopping(clock.sleep(SWEEP))


async def _park_and_resend(tx: Tx, now: datetime) -> None:
    await outbox.park_stuck(tx, now)
    await unsure.send_once_more(tx, now)
