"""Importing purchases: they enter by the same door as those that the shop reports itself."""

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Final

from bot.data.cells import Moments
from bot.data.columns import purchases_kind
from bot.data.errors import RowRefused
from bot.data.imports import IDENTITIES, Job, Parsed, batches, start
from bot.data.summary import Refusals, Summary
from bot.data.writing import plain
from storage.database import Database
from storage.inbox import RawInput
from storage.reads.orders import known_orders

Put = Callable[[Sequence[RawInput]], Awaitable[Any]]
"""How raw input is handed in; it commits."""

DECLARED: Final = "facts"
"""Where declared attributes stand in a report: name -> [text, number or None], as they are stored."""


def shop_input(kind: str, natural_key: str, identities: dict[str, str], at: datetime, data: dict[str, Any]) -> RawInput:
    """Something the shop reports, as raw input: the lane keeps the order of what happens to one person."""
    first = next((identities[name] for name in ("external", "email", "phone") if name in identities), natural_key)
    payload = {"kind": kind, "identities": identities, "at": plain(at), "data": plain(data)}
    return RawInput("shop", natural_key, f"shop:{first}", json.dumps(payload, ensure_ascii=False))


async def import_purchases(database: Database, put: Put, job: Job, *, zone: str, now: datetime) -> Summary:
    """Import purchases.csv. What was reported before, in any way, is unchanged. Raises FileRefused."""
    kind = purchases_kind(Moments(zone, now))
    table, header, summary = start(kind, job)
    with Refusals(table, job.error_path, summary) as refusals:
        for batch in batches(kind, table, header, summary, refusals):
            good = [parsed for parsed in batch if _names_somebody(parsed, refusals)]
            orders = [parsed.values["order_id"] for parsed in good]
            async with database.read() as tx:
                known = await known_orders(tx, orders)
            new: list[RawInput] = []
            seen = set(known)
            for parsed in good:
                order = parsed.values["order_id"]
                summary.count("unchanged" if order in seen else "created")
                if order not in seen:
                    new.append(_input(parsed, now))
                seen.add(order)
            if new and not job.dry_run:
                await put(new)
            if job.progress:
                job.progress(summary.read, table.rows)
    return summary


def _names_somebody(parsed: Parsed, refusals: Refusals) -> bool:
    if any(parsed.values.get(name) for name in (*IDENTITIES, "code")):
        return True
    refusals.add(parsed.row, RowRefused("", "names nobody; fill in external_id, email, phone or code"))
    return False


def _input(parsed: Parsed, now: datetime) -> RawInput:
    values = parsed.values
    identities = {kind: values[name] for name, kind in IDENTITIES.items() if values.get(name)}
    data: dict[str, Any] = {
        name: values[name] for name in ("order_id", "amount", "currency", "product_id", "code") if name in values
    }
    return shop_input("purchase", f"purchase:{values['order_id']}", identities, values.get("bought_at", now), data)
