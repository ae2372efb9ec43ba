"""What happened to a prospect, asked in SQL: events, orders, answers, and what they have (tags, consent, offers)."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    type_coerce,
)

from flows.audience.conditions import Answered, Did, Has, Ordered
from flows.audience.terms import fold
from storage import segment_barriers
from storage.columns import Amount
from storage.dialects import folded, list_holds, list_names
from storage.segment_sets import counted, each, member, ours, times
from storage.segment_values import recent
from storage.tables import (
    answers,
    consents,
    conversations,
    grants,
    identities,
    journal,
    prospects,
    purchases,
    shop_events,
)

_newer = consents.alias("newer")
_tagged = prospects.alias("tagged")


def has(condition: Has, *, wanted: bool, top: bool) -> ColumnElement[bool]:
    """A tag, a barrier named, consent on a channel, an outcome, an offer given."""
    values = list(condition.values)
    match condition.what:
        case "tag":
            # Few are tagged, and an index knows them: nobody else's row is read.
            found = or_(*(list_holds(_tagged.c.tags, fold(value)) for value in values))
            return member(_tagged.c.id, [found], wanted=wanted, top=top)
        case "barrier":
            return segment_barriers.named(values, wanted=wanted, top=top)
        case "consent":
            return member(consents.c.prospect_id, _agreed(values), wanted=wanted, top=top)
        case "reach":
            return member(consents.c.prospect_id, [*_agreed(values), _open_address()], wanted=wanted, top=top)
        case "outcome":
            where: list[ColumnElement[bool]] = [
                conversations.c.ended_at.is_not(None),
                conversations.c.outcome.in_(values),
            ]
            return member(conversations.c.prospect_id, where, wanted=wanted, top=top)
        case "offer":
            return member(grants.c.prospect_id, [grants.c.offer.in_(values)], wanted=wanted, top=top)


def _agreed(channels: list[str]) -> list[ColumnElement[bool]]:
    """The newest word on the channel is a yes."""
    same = and_(
        _newer.c.prospect_id == consents.c.prospect_id,
        _newer.c.channel == consents.c.channel,
        _newer.c.id > consents.c.id,
    )
    return [consents.c.channel.in_(channels), consents.c.granted, ~exists(select(literal(1)).where(same))]


def _open_address() -> ColumnElement[bool]:
    """On the channel that was agreed to, an address is known that did not refuse for good."""
    return exists(
        select(literal(1)).where(
            identities.c.prospect_id == consents.c.prospect_id,
            identities.c.kind == consents.c.channel,
            identities.c.closed_at.is_(None),
        )
    )


def did(condition: Did, now: datetime, *, wanted: bool, top: bool) -> ColumnElement[bool]:
    """Events reported by the shop, and arrivals over our links."""
    reported = [kind for kind in condition.kinds if kind != "clicked"]
    clicked = len(reported) < len(condition.kinds) and condition.product is None
    events = [
        shop_events.c.kind.in_(reported),
        *recent(shop_events.c.at, condition.within, now),
        *_product_of_event(condition.product),
    ]
    clicks = [journal.c.event == "Opened", *recent(journal.c.at, condition.within, now)]
    bound = (condition.bound, condition.times)
    if not clicked and reported:
        return times(shop_events.c.prospect_id, events, bound, wanted=wanted, top=top)
    if not reported:
        # A click is of no product: one of a product never happened.
        where = clicks if clicked else [false()]
        return times(journal.c.prospect_id, where, bound, wanted=wanted, top=top)
    both = each(shop_events.c.prospect_id, events, func.count()) + each(journal.c.prospect_id, clicks, func.count())
    return _compared(both, condition, wanted=wanted)


def _compared(figure: ColumnElement[Any], condition: Did, *, wanted: bool) -> ColumnElement[bool]:
    match condition.bound:
        case "at_least":
            found = figure >= condition.times
        case "at_most":
            found = figure <= condition.times
        case _:
            found = figure == condition.times
    return found if wanted else not_(found)


def _product_of_event(product: str | None) -> list[ColumnElement[bool]]:
    if product is None:
        return []
    data = shop_events.c.data
    name = func.coalesce(func.nullif(data["product_id"].as_string(), ""), data["product_name"].as_string())
    return [folded(name) == fold(product)]


def ordered(condition: Ordered, now: datetime, *, wanted: bool, top: bool) -> ColumnElement[bool]:
    """Orders that stand."""
    where: list[ColumnElement[bool]] = [
        purchases.c.refunded_at.is_(None),
        *recent(purchases.c.bought_at, condition.within, now),
    ]
    if condition.product is not None:
        where.append(folded(purchases.c.product_id) == fold(condition.product))
    bound, number, owner = condition.bound, condition.number, purchases.c.prospect_id
    if condition.measure == "times":
        return times(owner, where, (bound, int(number)), wanted=wanted, top=top)
    went_back = func.coalesce(type_coerce(purchases.c.refunded, BigInteger), 0)
    thousandths = type_coerce(purchases.c.amount, BigInteger) - went_back
    total = func.coalesce(func.sum(case((ours(purchases.c.currency), thousandths))), 0)
    return counted(owner, where, type_coerce(total, Amount()), (bound, number), wanted=wanted, top=top)


def answered(condition: Answered, now: datetime, *, wanted: bool, top: bool) -> ColumnElement[bool]:
    """An answer that holds."""
    where: list[ColumnElement[bool]] = [
        answers.c.superseded_at.is_(None),
        *recent(answers.c.answered_at, condition.within, now),
    ]
    for name in ("step", "value", "sub_code", "channel"):
        given = getattr(condition, name)
        if given is not None:
            where.append(answers.c[name] == given)
    if condition.barrier is not None:
        where.append(list_names(answers.c.barriers, condition.barrier))
    return member(answers.c.prospect_id, where, wanted=wanted, top=top)
