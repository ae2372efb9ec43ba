"""Consent: who agreed to what, when and how. Rows are only added; the newest one of a channel counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select

from storage.database import Tx
from storage.many import many
from storage.tables import consents

FOLLOW_UP = "follow_up"
"""The one purpose of this product: asking what held a prospect back, and answering."""


CHOSEN = "page: channels"
"""The way of a consent that a prospect gave or took back on the page of their choices."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """A prospect's yes (`granted`) or no to a channel: in which `way`, by which `text`, and what shows it (`proof`)."""

    prospect_id: int
    channel: str
    way: str
    granted: bool = True
    text: str | None = None
    proof: str | None = None


async def record(  # noqa: PLR0913 - a consent is what all of these say together
    tx: Tx,
    prospect_id: int,
    channel: str,
    *,
    granted: bool,
    way: str,
    now: datetime,
    text: str | None = None,
    proof: str | None = None,
) -> None:
    """Add a giving or withdrawing of consent. `way` is how (deep link, import, stop word), `proof` what shows it."""
    await record_all(tx, [Agreed(prospect_id, channel, way, granted, text, proof)], now)


async def record_all(tx: Tx, said: Sequence[Agreed], now: datetime) -> None:
    """As `record` for each of these, with one statement."""
    await _ADD(tx, [_row(one, now) for one in said])


_ADD = many(lambda _: insert(consents))


def _row(said: Agreed, now: datetime) -> dict[str, Any]:
    what = {"prospect_id": said.prospect_id, "channel": said.channel, "purpose": FOLLOW_UP, "granted": said.granted}
    return what | {"at": now, "way": said.way, "text": said.text, "proof": said.proof}


_CURRENT = select(consents.c.prospect_id, consents.c.channel, consents.c.granted, consents.c.at).where(
    consents.c.id.in_(
        select(func.max(consents.c.id))
        .where(consents.c.prospect_id.in_(bindparam("people", expanding=True)))
        .group_by(consents.c.prospect_id, consents.c.channel)
    )
)


async def current(tx: Tx, prospect_ids: Sequence[int]) -> dict[tuple[int, str], tuple[bool, datetime]]:
    """(prospect, channel) -> (granted, since) for everything ever said about consent by these prospects."""
    rows = await tx.execute(_CURRENT, {"people": list(prospect_ids)})
    return {(row.prospect_id, row.channel): (row.granted, row.at) for row in rows}


async def chosen_at(tx: Tx, prospect_ids: Sequence[int]) -> dict[int, datetime]:
    """When each of these prospects has last said themselves, by choosing a channel, that we may write to them."""
    found = await tx.execute(_CHOSEN, {"people": list(prospect_ids)})
    return {row.prospect_id: row.at for row in found}


_CHOSEN = (
    select(consents.c.prospect_id, func.max(consents.c.at, type_=consents.c.at.type).label("at"))
    .where(consents.c.prospect_id.in_(bindparam("people", expanding=True)))
    .where(consents.c.way == CHOSEN, consents.c.granted.is_(True))
    .group_by(consents.c.prospect_id)
)
