"""All that is known about a group of prospects, as values: one statement for each table, whatever their number."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, get_args

from sqlalchemy import ColumnElement, Table, func, select

from flows.audience.profile import (
    IN_THE_SHOP,
    Bought,
    Fact,
    FactSource,
    FactValue,
    Happening,
    Profile,
    Replied,
    Scores,
)
from flows.words import ADDRESSED
from storage import consents
from storage.database import Record, Tx
from storage.tables import (
    answers,
    conversations,
    grants,
    identities,
    journal,
    profiles,
    prospect_facts,
    prospects,
    purchases,
    shop_events,
    walk_ins,
)

BUILT_IN: Final = (
    "language", "timezone", "first_name", "last_name", "country", "city", "source", "medium", "campaign",
    "product_id", "product_name", "product_url", "price", "cart_value", "currency", "interest",
)  # fmt: skip
"""The columns of a prospect that are facts of the same name. A company's are called `company.size` and so on."""

MONEY: Final = frozenset({"price", "cart_value"})
"""Of these, the ones in the prospect's currency: unknown when that is not the shop's."""

SOURCES: Final[tuple[FactSource, ...]] = get_args(FactSource)

_CHANNELS: Final[frozenset[str]] = frozenset(ADDRESSED)

DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


async def load(tx: Tx, ids: Sequence[int], now: datetime, currency: str) -> dict[int, Profile]:  # noqa: ARG001 - a profile is of a moment; today nothing in it ends by time alone
    """The profiles of these prospects, by row id; ids nobody has are left out. `currency` is the shop's (ISO 4217).

    Names of facts: the columns of `prospects`, `company.<key>`, and declared attributes as they are called. Events:
    `answered` is an answer that holds (what was said in the shop is none), `clicked` an arrival over a link of ours
    (the journal's `Opened`); the product of an event is its product_id, else its product_name. Offers: those granted.
    """
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    people = await tx.execute(select(prospects).where(prospects.c.id.in_(wanted)))
    declared = await _by_prospect(tx, prospect_facts, wanted, prospect_facts.c.id)
    said_yes = await consents.current(tx, wanted)
    known_at = await _by_prospect(tx, identities, wanted, identities.c.id, only=identities.c.closed_at.is_(None))
    reports = await _by_prospect(tx, shop_events, wanted, shop_events.c.at, shop_events.c.id)
    clicks = await _clicks(tx, wanted)
    bought = await _by_prospect(tx, purchases, wanted, purchases.c.bought_at, purchases.c.id)
    said = await _by_prospect(
        tx, answers, wanted, answers.c.answered_at, answers.c.id, only=answers.c.superseded_at.is_(None)
    )
    noted = await _by_prospect(tx, walk_ins, wanted, walk_ins.c.at, walk_ins.c.id, only=walk_ins.c.undone_at.is_(None))
    given = await _by_prospect(tx, grants, wanted, grants.c.id)
    talks = await _talks(tx, wanted)
    scores = {row.prospect_id: row for row in await tx.execute(_of(profiles, wanted))}
    agreed = _agreed(said_yes)
    return {
        row.id: Profile(
            facts=_facts(row, declared[row.id], currency),
            free={name: str(value) for name, value in row.attributes.items()},
            tags=frozenset(row.tags),
            agreed=agreed[row.id],
            addressed=frozenset(one.kind for one in known_at[row.id]) & _CHANNELS,
            happened=_happened(reports[row.id], said[row.id], clicks[row.id]),
            orders=tuple(_bought(one, currency) for one in bought[row.id]),
            answers=tuple(_replied(one) for one in said[row.id]),
            heard=tuple(_heard(one) for one in noted[row.id]),
            offers=tuple(dict.fromkeys(one.offer for one in given[row.id])),
            outcomes=tuple(one.outcome for one in talks[row.id] if one.ended_at is not None and one.outcome),
            asked=any(one.first_contact_at is not None for one in talks[row.id]),
            known_since=row.created_at,
            scores=_scores(scores.get(row.id)),
        )
        for row in people
    }


def _agreed(said: Mapping[tuple[int, str], tuple[bool, datetime]]) -> defaultdict[int, frozenset[str]]:
    """The channels with consent, by prospect."""
    found: defaultdict[int, frozenset[str]] = defaultdict(frozenset)
    for (owner, channel), (yes, _) in said.items():
        if yes:
            found[owner] |= {channel}
    return found


def _of(table: Table, ids: Sequence[int]) -> Any:
    return select(table).where(table.c.prospect_id.in_(ids))


async def _by_prospect(
    tx: Tx, table: Table, ids: Sequence[int], *order: ColumnElement[Any], only: ColumnElement[bool] | None = None
) -> defaultdict[int, list[Record]]:
    query = _of(table, ids).order_by(*order)
    return _grouped(await tx.execute(query if only is None else query.where(only)))


def _grouped(rows: Iterable[Record]) -> defaultdict[int, list[Record]]:
    found: defaultdict[int, list[Record]] = defaultdict(list)
    for row in rows:
        found[row.prospect_id].append(row)
    return found


async def _clicks(tx: Tx, ids: Sequence[int]) -> defaultdict[int, list[Record]]:
    query = select(journal.c.prospect_id, journal.c.at).where(
        journal.c.prospect_id.in_(ids), journal.c.event == "Opened"
    )
    return _grouped(await tx.execute(query.order_by(journal.c.id)))


async def _talks(tx: Tx, ids: Sequence[int]) -> defaultdict[int, list[Record]]:
    """Conversations without their state, in the order in which they ended."""
    columns = (
        conversations.c.prospect_id,
        conversations.c.outcome,
        conversations.c.ended_at,
        conversations.c.first_contact_at,
    )
    query = select(*columns).where(conversations.c.prospect_id.in_(ids))
    ended = func.coalesce(conversations.c.ended_at, conversations.c.updated_at)
    return _grouped(await tx.execute(query.order_by(ended, conversations.c.id)))


def _facts(row: Record, declared: Sequence[Record], currency: str) -> dict[str, Fact]:
    ours = row.currency in (None, currency)
    found: dict[str, Fact] = {}
    for name in BUILT_IN:
        value = getattr(row, name)
        if value is not None and (ours or name not in MONEY):
            found[name] = _built_in(name, value, row)
    for key, value in row.company.items():
        found[f"company.{key}"] = _built_in(f"company.{key}", str(value), row)
    for one in declared:
        found[one.name] = Fact(fact_value(one.text, one.number), _source(one.source), one.at, one.proof)
    return found


def _built_in(name: str, value: FactValue, row: Record) -> Fact:
    """With who said so, as far as that was kept; facts from before it was kept count as read from a file."""
    said = row.provenance.get(name) or ["csv", ""]
    at: datetime = row.created_at
    with suppress(TypeError, ValueError, IndexError):
        at = datetime.fromisoformat(said[1])
    return Fact(value, _source(said[0]), at if at.tzinfo else row.created_at)


def _source(name: str) -> FactSource:
    return next((one for one in SOURCES if one == name), "csv")


def fact_value(text: str, number: float | None) -> FactValue:
    """A declared attribute as it stands in its row: without a number text, else a day, yes or no, or a number."""
    if number is None:
        return text
    if text in ("yes", "no"):
        return text == "yes"
    if DAY.fullmatch(text):
        with suppress(ValueError):
            return date.fromisoformat(text)
    try:
        value = Decimal(text)
    except InvalidOperation:
        return Decimal(str(number))
    return value if value.is_finite() else Decimal(str(number))


def _happened(reports: Sequence[Record], said: Sequence[Record], clicks: Sequence[Record]) -> tuple[Happening, ...]:
    found = [Happening(row.kind, row.at, _product(row.data)) for row in reports]
    found += [Happening("answered", row.answered_at, row.product) for row in said]
    found += [Happening("clicked", row.at) for row in clicks]
    return tuple(sorted(found, key=lambda one: one.at))


def _product(data: Mapping[str, Any]) -> str | None:
    product = data.get("product_id") or data.get("product_name")
    return str(product) if product else None


def _bought(row: Record, currency: str) -> Bought:
    amount = row.amount if row.currency in (None, currency) else None
    whole = row.refunded_at is not None
    if amount is not None and not whole:
        amount -= row.refunded or 0
    return Bought(row.bought_at, amount, row.product_id, refunded=whole)


def _replied(row: Record) -> Replied:
    return Replied(row.step, row.value, tuple(row.barriers), row.sub_code, row.answered_at, row.channel)


def _heard(row: Record) -> Replied:
    """What staff noted in the shop."""
    return Replied(IN_THE_SHOP, None, (row.barrier,), row.sub_code, row.at, IN_THE_SHOP)


def _scores(row: Record | None) -> Scores:
    if row is None or row.computed_at is None:
        return Scores()
    types = {
        name: value
        for name in ("frequency", "volume", "influence", "profile")
        if (value := getattr(row, f"by_{name}")) is not None
    }
    return Scores(
        fit=row.fit,
        grade=row.grade,
        engagement=row.engagement or 0.0,
        engaged_at=row.engaged_at,
        level_1_until=row.level_1_until,
        level_2_until=row.level_2_until,
        stage=row.stage or "informed",
        stage_at=row.stage_at,
        qualification=row.qualification,
        rfm=row.rfm,
        lead_types=types,
        learning_segment=row.learning_segment,
    )
