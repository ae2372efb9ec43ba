"""The rest of a channel, which neither a restart nor another process ends; and its pace where several send on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, case, func, select, update

from storage.database import Tx
from storage.dialects import insert, prepared
from storage.tables import paces

FARTHEST: Final = timedelta(minutes=5)
"""Nobody books farther ahead: what seems to be booked later was booked before the clock was set back."""


@dataclass(frozen=True, slots=True)
class Booked:
    """What has been booked of a channel's pace: up to `due`, while the database's clock says `now`."""

    due: datetime
    now: datetime

    @property
    def seconds(self) -> float:
        """Until the first moment that is free."""
        ahead = self.due - self.now
        return ahead.total_seconds() if timedelta(0) < ahead < FARTHEST else 0.0


async def booked(tx: Tx, channel: str) -> Booked:
    """What is booked of this channel's pace. Until this transaction ends nobody else books. For PostgreSQL."""
    row = (await tx.execute(_LOOK(tx), {"channel": channel})).one()
    return Booked(row.due, row.now)


async def book(tx: Tx, channel: str, seen: Booked, seconds: float) -> None:
    """Everything up to so many seconds after what was seen is booked now. In the transaction that has seen it."""
    await tx.execute(_BOOK, {"of_channel": channel, "until": seen.now + timedelta(seconds=seconds)})


_NOW = func.clock_timestamp()
_LOOK = prepared(
    lambda insert: (
        insert(paces)
        .values(channel=bindparam("channel"), due=_NOW)
        .on_conflict_do_update(index_elements=["channel"], set_={"due": func.coalesce(paces.c.due, _NOW)})
        .returning(paces.c.due, _NOW.label("now"))
    )
)
_BOOK = update(paces).where(paces.c.channel == bindparam("of_channel")).values(due=bindparam("until"))


async def rest(tx: Tx, channel: str, until: datetime, reason: str) -> None:
    """Send nothing on this channel before that moment; a longer rest stays as it is."""
    row = insert(tx, paces).values(channel=channel, rests_until=until, reason=reason)
    longer = paces.c.rests_until > row.excluded.rests_until
    kept = {name: case((longer, paces.c[name]), else_=row.excluded[name]) for name in ("rests_until", "reason")}
    await tx.execute(row.on_conflict_do_update(index_elements=["channel"], set_=kept))


async def resting(tx: Tx, now: datetime) -> Mapping[str, datetime]:
    """The channels that rest, and until when."""
    rows = await tx.execute(_RESTING, {"now": now})
    return {row.channel: row.rests_until for row in rows}


_RESTING = select(paces.c.channel, paces.c.rests_until).where(
    paces.c.rests_until > bindparam("now", type_=paces.c.rests_until.type)
)
