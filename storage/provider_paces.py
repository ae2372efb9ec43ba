"""The pace at which mails go to one provider, for all processes of an installation; a restart forgets nothing."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from storage.database import Tx
from storage.ids import keyed_hash
from storage.many import many
from storage.tables import provider_paces


async def booked(tx: Tx, key: bytes, providers: Iterable[str]) -> dict[str, datetime]:
    """Until when these providers (domains) are booked; who has rested is missing.

    Until this transaction ends nobody else books any of them. `key` is the installation's secret.
    """
    names = {_hash(key, provider): provider for provider in providers}
    rows = await tx.execute(_BOOKED, {"providers": sorted(names)})
    return {names[row.provider]: row.due for row in rows}


_BOOKED = (
    select(provider_paces)
    .where(provider_paces.c.provider.in_(bindparam("providers", expanding=True)))
    .order_by(provider_paces.c.provider)
    .with_for_update()
)


async def book(tx: Tx, key: bytes, until: Mapping[str, datetime]) -> None:
    """These providers are booked until then. In the transaction that has seen what is booked."""
    await _BOOK(tx, [{"provider": name, "due": due} for name, due in sorted(_hashed(key, until).items())])


_BOOK = many(
    lambda insert: (row := insert(provider_paces)).on_conflict_do_update(
        index_elements=["provider"], set_={"due": row.excluded.due}
    )
)


async def forget(tx: Tx, before: datetime) -> None:
    """Forget providers that were booked until before that moment."""
    await tx.execute(_FORGET, {"before": before})


_FORGET = delete(provider_paces).where(provider_paces.c.due < bindparam("before", type_=provider_paces.c.due.type))


def _hashed(key: bytes, until: Mapping[str, datetime]) -> dict[str, datetime]:
    return {_hash(key, provider): due for provider, due in until.items()}


def _hash(key: bytes, provider: str) -> str:
    return keyed_hash(key, f"provider:{provider}")
