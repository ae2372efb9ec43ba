"""Consent: who agreed to what, when and how. Rows are only added; the newest one of a channel counts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select

from storage.database import Tx
from storage.tables import consents

FOLLOW_UP = "follow_up"
"""The one purpose of this product: asking what held a prospect back, and answering."""


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
    row = {"prospect_id": prospect_id, "channel": channel, "purpose": FOLLOW_UP, "granted": granted, "at": now}
    await tx.execute(_ADD, row | {"way": way, "text": text, "proof": proof})


_ADD = insert(consents)


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
