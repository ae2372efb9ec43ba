"""Prospects with their history: what is needed to know them as they were, one statement for each table."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, select

from flows.audience.past import History, Order, Report, Said, Talk
from flows.audience.profile import Bought, FactValue, Replied
from flows.offers.looking_back import Grant
from flows.scene import Granted
from storage import profiles, scores
from storage.database import Record, Tx
from storage.tables import answers, consents, conversations, grants, purchases, shop_events

TEXTS: Final = (
    "first_name", "last_name", "language", "timezone", "country", "city", "source", "medium", "campaign", "product_id",
    "product_name", "product_url", "interest",
)  # fmt: skip
AMOUNTS: Final = ("price", "cart_value")
"""Facts that come with what the shop reports; amounts only count in the shop's currency."""


async def histories(tx: Tx, ids: Sequence[int], now: datetime, currency: str) -> dict[int, History]:
    """Everything about these prospects with its times, by row id; `currency` is the shop's (ISO 4217)."""
    wanted = sorted(set(ids))
    known = await profiles.load(tx, wanted, now, currency)
    reports = await _rows(tx, shop_events, wanted, shop_events.c.at, shop_events.c.id)
    said = await _rows(tx, answers, wanted, answers.c.answered_at, answers.c.id)
    orders = await _rows(tx, purchases, wanted, purchases.c.bought_at, purchases.c.id)
    agreed = await _rows(tx, consents, wanted, consents.c.id)
    given = await _rows(tx, grants, wanted, grants.c.id)
    talks = await _rows(tx, conversations, wanted, conversations.c.ended_at, conversations.c.id)
    stages = await scores.reached(tx, wanted)
    return {
        row: History(
            profile=profile,
            reports=tuple(Report(one.at, _facts(one.data, currency)) for one in reports[row]),
            answers=tuple(_said(one) for one in said[row]),
            orders=tuple(_order(one, currency) for one in orders[row]),
            consents=tuple((one.at, one.channel, one.granted) for one in agreed[row]),
            offers=tuple((one.granted_at, one.offer) for one in given[row]),
            talks=tuple(Talk(one.first_contact_at, one.ended_at, one.outcome) for one in talks[row]),
            stages=stages.get(row, {}),
        )
        for row, profile in known.items()
    }


async def granted_before(tx: Tx, ids: Sequence[int], since: datetime) -> dict[int, tuple[Grant, ...]]:
    """What these prospects had been given before then."""
    found: defaultdict[int, list[Grant]] = defaultdict(list)
    query = select(grants).where(grants.c.prospect_id.in_(sorted(set(ids))), grants.c.granted_at < since)
    for row in await tx.execute(query.order_by(grants.c.id)):
        money = row.code is not None or bool(row.value)
        one = Granted(row.offer, row.code, row.expires_at, row.granted_at, money=money)
        found[row.prospect_id].append(Grant(one, row.redeemed_at))
    return {row: tuple(some) for row, some in found.items()}


_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "shop_events": ("at", "data"),
    "answers": ("step", "value", "barriers", "sub_code", "answered_at", "channel", "product", "superseded_at"),
    "purchases": ("bought_at", "recorded_at", "amount", "currency", "product_id", "refunded", "refunded_at"),
    "consents": ("at", "channel", "granted"),
    "grants": ("granted_at", "offer"),
    "conversations": ("first_contact_at", "ended_at", "outcome"),
}
"""What is read of each table: a conversation's state and an answer's words are heavy, and not needed."""


async def _rows(tx: Tx, table: Table, ids: Sequence[int], *order: ColumnElement[Any]) -> defaultdict[int, list[Record]]:
    columns = [table.c[name] for name in ("prospect_id", *_COLUMNS[table.name])]
    found: defaultdict[int, list[Record]] = defaultdict(list)
    for row in await tx.execute(select(*columns).where(table.c.prospect_id.in_(ids)).order_by(*order)):
        found[row.prospect_id].append(row)
    return found


def _facts(data: Mapping[str, Any], currency: str) -> dict[str, FactValue]:
    found: dict[str, FactValue] = {name: str(data[name]) for name in TEXTS if data.get(name) not in (None, "")}
    if data.get("currency") in (None, "", currency):
        found |= dict(_amounts((name, data.get(name)) for name in AMOUNTS))
    return found


def _amounts(written: Iterable[tuple[str, Any]]) -> Iterable[tuple[str, Decimal]]:
    for name, value in written:
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            continue
        if amount.is_finite():
            yield name, amount


def _said(row: Record) -> Said:
    reply = Replied(row.step, row.value, tuple(row.barriers), row.sub_code, row.answered_at, row.channel)
    return Said(reply, row.product, row.superseded_at)


def _order(row: Record, currency: str) -> Order:
    amount = row.amount if row.currency in (None, currency) else None
    if amount is not None and row.refunded_at is None:
        amount -= row.refunded or 0
    return Order(Bought(row.bought_at, amount, row.product_id), max(row.bought_at, row.recorded_at), row.refunded_at)
