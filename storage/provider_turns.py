"""Whose turn it is with a mail provider, for all processes of an installation; a restart forgets nothing."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from storage.database import Tx
from storage.many import many
from storage.tables import provider_turns


def _hash(key: bytes, provider: str) -> str:
    return hmac.new(key, f"provider:{provider}".encode(), hashlib.sha256).hexdigest()


async def due(tx: Tx, key: bytes, providers: Iterable[str]) -> dict[str, datetime]:
    """Until when the turns of these providers (domains) are given away; who has rested is missing.

    Until this transaction ends nobody else gives any of them. `key` is the installation's secret.
    """
    names = {_hash(key, provider): provider for provider in providers}
    rows = await tx.execute(_DUE, {"providers": sorted(names)})
    return {names[row.provider]: row.due for row in rows}


_DUE = (
    select(provider_turns)
    .where(provider_turns.c.provider.in_(bindparam("providers", expanding=True)))
    .order_by(provider_turns.c.provider)
    .with_for_update()
)


async def keep(tx: Tx, key: bytes, given: Mapping[str, datetime]) -> None:
    """The turns of these providers are given away until then. In the transaction that has asked for them."""
    rows = [{"provider": _hash(key, provider), "due": until} for provider, until in given.items()]
    await _KEEP(tx, sorted(rows, key=lambda row: str(row["provider"])))


_KEEP = many(
    lambda insert: (row := insert(provider_turns)).on_conflict_do_update(
        index_elements=["provider"], set_={"due": row.excluded.due}
    )
)


async def forget(tx: Tx, before: datetime) -> None:
    """Forget providers whose turns were over before that moment."""
    await tx.execute(_FORGET, {"before": before})


_FORGET = delete(provider_turns).where(provider_turns.c.due < bindparam("before", type_=provider_turns.c.due.type))
