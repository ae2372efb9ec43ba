"""Interest that the shop reports: it makes prospects, tells more about them, and enrols them.

After a mailing or a sale many such reports wait at the same moment: those of different people are taken together, with
a few statements for all of them. What is about one person is taken one after the other, in the order it came.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.runtime.arrivals import Arrival, ShopReported
from bot.runtime.context import Context
from bot.runtime.enrol import enrol
from bot.runtime.failpoints import failpoint
from bot.runtime.receive import report, shop
from bot.runtime.receive.step import Meaning, Step
from flows.definition.campaign import CampaignDefinition
from flows.events import Happened
from flows.words import SHOP_EVENTS
from storage import (
    campaigns,
    checkouts,
    conversations,
    prospect_facts,
    prospects,
    purchases,
    shop_events,
    suppressions,
)
from storage.database import Tx
from storage.prospects import Identity, Told, normalise
from storage.shop_events import Did

Known = Mapping[Identity, int]
"""Whose an identity is."""

About = Mapping[int, ShopReported]
"""What is reported of each prospect (row id)."""


def is_interest(arrival: Arrival) -> bool:
    """Whether the shop tells of somebody, and not of an order."""
    return isinstance(arrival, ShopReported) and arrival.kind not in shop.ABOUT_ORDERS


async def receive(tx: Tx, context: Context, reports: Sequence[ShopReported], now: datetime) -> list[Meaning]:
    """What these reports mean, in their order."""
    meanings: dict[int, Meaning] = {}
    waiting: list[int] = []
    for number, one in enumerate(reports):
        checkout = report.checkout_of(one.data)
        if checkout is not None and await checkouts.is_completed(tx, *checkout):
            meanings[number] = Meaning("ignored: this checkout was paid meanwhile")
        elif not any(one.identities.values()):
            meanings[number] = Meaning("ignored: nobody is named")
        else:
            waiting.append(number)
    while waiting:
        taken = await _take_first(tx, context, [reports[number] for number in waiting], now)
        meanings.update(zip(waiting, taken, strict=False))
        waiting = waiting[len(taken) :]
    return [meanings[number] for number in range(len(reports))]


async def _take_first(tx: Tx, context: Context, waiting: Sequence[ShopReported], now: datetime) -> list[Meaning]:
    """Take as many of the first of these as are about different people, one at least."""
    known = await prospects.known_by(tx, _named(waiting))
    count = _different(waiting, known)
    if not count:
        # The identities of the first are of several prospects: these are one person.
        prospect_id = await shop.who(tx, waiting[0].identities, now)
        assert prospect_id is not None  # noqa: S101 - they were just found
        known, count = {pair: prospect_id for pair in _named(waiting[:1]) if pair in known}, 1
    return await _take(tx, context, waiting[:count], known, now)


def _named(reports: Sequence[ShopReported]) -> list[Identity]:
    return [pair for one in reports for pair in one.identities.items() if pair[1]]


def _different(waiting: Sequence[ShopReported], known: Known) -> int:
    """How many of the first of these are each about one person, and no two about the same."""
    seen: set[Identity | int] = set()
    for count, one in enumerate(waiting):
        people = {known[pair] for pair in _named([one]) if pair in known}
        named = {(kind, normalise(kind, value)) for kind, value in _named([one])} | people
        if len(people) > 1 or named & seen:
            return count
        seen |= named
    return len(waiting)


async def _take(
    tx: Tx, context: Context, reports: Sequence[ShopReported], known: Known, now: datetime
) -> list[Meaning]:
    """Take reports that are about different people, whom they name by these identities or who are new."""
    about = await _people(tx, reports, known, now)
    facts = [
        fact for prospect_id, one in about.items() for fact in report.declared(context.attributes, prospect_id, one)
    ]
    await prospect_facts.put(tx, facts, now)
    named = [(prospect_id, pair) for prospect_id, one in about.items() for pair in one.identities.items()]
    await prospects.bind_all(tx, [one for one in named if one[1] not in known], via="shop", now=now)
    await prospects.open_again(tx, [pair for _, pair in named if pair in known])
    await suppressions.close_known(tx, context.secret, [pair for _, pair in named], now)
    await report.take_consents(tx, {prospect_id: one.data for prospect_id, one in about.items()}, now)
    await shop_events.note_all(tx, [Did(who, one.kind, one.at, one.data) for who, one in about.items()])
    for prospect_id, one in about.items():
        checkout = report.checkout_of(one.data)
        if checkout is not None:
            await checkouts.belongs_to(tx, *checkout, prospect_id)
    return await _ask(tx, context, about, now)


async def _people(tx: Tx, reports: Sequence[ShopReported], known: Known, now: datetime) -> About:
    """Whom they are about, in order: new people are made, and of the others it is noted what is told."""
    told = [Told(report.facts_of(one.data), at=one.at) for one in reports]
    found = [next((known[pair] for pair in _named([one]) if pair in known), None) for one in reports]
    changed = {person: facts for person, facts in zip(found, told, strict=True) if person is not None}
    await prospects.change_all(tx, changed, now)
    new = [facts for person, facts in zip(found, told, strict=True) if person is None]
    made = iter(await prospects.create_all(tx, new, now))
    return {next(made).id if person is None else person: one for person, one in zip(found, reports, strict=True)}


async def _ask(tx: Tx, context: Context, about: About, now: datetime) -> list[Meaning]:
    """Enrol whom a campaign waits for; and a conversation that stands still may wait for just this."""
    bought = await purchases.bought_last(tx, list(about))
    open_to = {who: one for who, one in about.items() if who not in bought or bought[who] < one.at}
    enrolled = await _enrol(tx, context, open_to, now)
    failpoint("shop.enrolled")
    resting = await conversations.resting(tx, list(open_to)) if open_to else {}
    return [
        Meaning(f"{one.kind}: enrolled" if who in enrolled else one.kind, _happened(resting.get(who), one))
        if who in open_to
        else Meaning(f"{one.kind}: they have bought since")
        for who, one in about.items()
    ]


async def _enrol(tx: Tx, context: Context, about: About, now: datetime) -> set[int]:
    """Who was enrolled in a campaign that what they did triggers."""
    enrolled: set[int] = set()
    for row in await campaigns.all_campaigns(tx) if about else ():
        triggers = {
            str(kind): wait for kind, wait in CampaignDefinition.model_validate(row.definition).triggers.items()
        }
        if row.state == "running":
            waits = {who: _wait(triggers[one.kind], one, now) for who, one in about.items() if one.kind in triggers}
            enrolled |= (await enrol(tx, context, row, waits, now)).keys()
    return enrolled


def _wait(wait: timedelta, one: ShopReported, now: datetime) -> timedelta:
    """What is left of it, since they did it."""
    return max(timedelta(0), wait - max(timedelta(0), now - one.at))


def _happened(conversation_id: int | None, one: ShopReported) -> tuple[Step, ...]:
    known = next((event for event in SHOP_EVENTS if event == one.kind), None)
    return (Step(conversation_id, Happened(known)),) if conversation_id is not None and known is not None else ()
