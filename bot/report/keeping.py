"""Counting in the background: what pages ask for, and ahead of them what staff look at every day."""

from datetime import date, datetime, time, timedelta
from typing import Final

from bot.house import House
from bot.report import kept
from bot.runtime.loops import LOOK
from bot.runtime.supervisor import Supervisor
from bot.web.filters import zone_of
from storage import snapshots
from storage.reads.common import Window
from storage.snapshots import Subject

USUAL_DAYS: Final = 30
"""The span that pages show when nobody chose another: so many days, today included."""

AHEAD: Final = timedelta(hours=1)
"""What staff look at is counted once an hour, whether they look or not."""

REMEMBERED: Final = timedelta(days=7)
"""Who did not look for so long has to wait once; what was kept is forgotten."""


def usual_window(now: datetime, zone: str) -> Window:
    """The usual span as of now, in the days of this zone."""
    today = now.astimezone(zone_of(zone)).date()
    return Window(_midnight(today - timedelta(days=USUAL_DAYS - 1), zone), _midnight(today + timedelta(days=1), zone))


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), zone_of(zone))


async def ask_ahead(house: House) -> None:
    """Ask for the usual figures of whatever staff looked at lately, and forget what nobody looks at any more."""
    now, zone = house.clock.now(), house.settings.timezone
    async with house.database.read() as tx:
        asked = await snapshots.looked_at(tx, now - REMEMBERED)
        due = []
        for row in asked:
            window = None if row.page == kept.GIVEN.name else usual_window(now, zone)
            subject = Subject(row.page, row.campaign, window)
            known = await snapshots.get(tx, subject)
            if known is None or (not known.wanted and (known.at is None or now - known.at >= AHEAD)):
                due.append((subject, row.asked_at))
    for subject, asked_at in due:
        await house.database.transact(lambda tx, s=subject, at=asked_at: snapshots.want(tx, s, now, at))  # type: ignore[misc]
    await house.database.transact(lambda tx: snapshots.clear(tx, now - REMEMBERED))


async def watch(house: House, supervisor: Supervisor) -> None:
    """Until the house stops: count what is wanted as soon as it is, and once in a while what will be."""
    last: datetime | None = None
    if house.database.is_sqlite:  # one file, one server: what was begun is nobody's any more
        await house.database.transact(snapshots.put_back)
    while not supervisor.stopping.is_set():
        now = house.clock.now()
        if last is None or now - last >= AHEAD:
            last = now
            await ask_ahead(house)
        if await house.database.look(lambda tx, now=now: snapshots.is_wanted(tx, now)):  # type: ignore[misc]
            # Whoever looks at figures waits for them; a house that stops waits for nobody's counting.
            await supervisor.unless_stopping(kept.count_next(house))
        else:
            await house.bells.figures.wait(LOOK)
