"""Enrolling a prospect in a campaign: whether, in which group, and when the first question is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import flows
from bot.runtime import quotas
from bot.runtime.context import Context
from flows.calendar import next_allowed
from flows.definition.campaign import CampaignDefinition, ControlGroups
from flows.definition.flow import Flow
from flows.evidence.lot import draw
from flows.offers.strategy import Control
from flows.words import ERASED, STOPPED
from storage import campaigns, consents, conversations, profiles, prospects, segments, strategies, timers
from storage.conversations import Opening
from storage.database import Record, Tx
from storage.ids import new_seed
from storage.timers import Wanted

DEFAULT_CAMPAIGN = "barriers"


async def enrol(
    tx: Tx, context: Context, campaign: Record, waits: Mapping[int, timedelta], now: datetime
) -> dict[int, int]:
    """Enrol those of these prospects (row id -> wait) in a campaign whom the rules let us write to.

    The first question is due after the wait, at an hour that is allowed. Returns their conversations. A few statements,
    however many they are.

    Left out is who has no consent on any channel, a live conversation, was asked too recently, gave a final answer or
    a stop before, has asked for a pause that lasts longer than the wait, or is of the control group that nobody writes
    to; everybody, once enough people have answered.
    """
    definition = CampaignDefinition.model_validate(campaign.definition)
    if not waits or await quotas.is_full(tx, definition):
        return {}
    agreed = await _may_write_first(tx, list(waits), definition, now)
    people = await prospects.get_all(tx, agreed)
    asked = [one for one in agreed if not _paused(people[one], now + waits[one])]
    if not asked:
        return {}
    segment_of = await profiles.learning_segments(tx, asked)
    visitors = [_visitor(people[one], segment_of.get(one)) for one in asked]
    opened = await _open_all(tx, context, campaign, visitors, now, by_themselves=False)
    shop = context.shop
    first = [
        Wanted(
            talk,
            "start",
            0,
            next_allowed(now + waits[one], zone=people[one].timezone, shop_zone=shop.timezone, quiet=shop.quiet),
        )
        for one, talk in opened.items()
    ]
    await timers.set_timers(tx, first)
    return opened


async def _may_write_first(tx: Tx, people: Sequence[int], definition: CampaignDefinition, now: datetime) -> list[int]:
    """Those of them whom the rules let us write to, in the same order."""
    agreed = await consents.current(tx, people)
    addresses = await prospects.addresses(tx, people)
    reachable = [
        one
        for one in people
        if any(
            agreed.get((one, channel), (False, now))[0] and addresses.get((one, channel), ("", False))[1]
            for channel in definition.channels
        )
    ]
    past = await conversations.past_of(tx, reachable) if reachable else {}
    stopped = [one for one, talks in past.items() if any(talk.outcome == STOPPED for talk in talks)]
    chosen = await consents.chosen_at(tx, stopped) if stopped else {}
    found = [one for one in reachable if _lets_us_ask(past.get(one, ()), chosen.get(one), definition, now)]
    segment = definition.audience.segment
    if segment is None or not found:
        return found
    members = await segments.members_among(tx, segment, found, now)
    return [one for one in found if one in members]


REFUSALS: Final = ("not_interested", ERASED)
"""Who ended a conversation so is never written to first again."""


def _paused(prospect: Record, at: datetime) -> bool:
    return prospect.paused_until is not None and prospect.paused_until > at


def _lets_us_ask(
    past: Sequence[Record], chosen: datetime | None, definition: CampaignDefinition, now: datetime
) -> bool:
    """Whether somebody with these conversations, oldest first, may be asked (again).

    A stop holds until they have `chosen` again where they may be written to, as nobody else can for them.
    """
    if any(talk.ended_at is None or talk.outcome in REFUSALS for talk in past):
        return False
    if any(talk.outcome == STOPPED and (chosen is None or talk.ended_at >= chosen) for talk in past):
        return False
    last = next((talk for talk in reversed(past) if talk.campaign == definition.campaign), None)
    if last is None or (last.outcome == "cancelled" and last.first_contact_at is None):
        # Who was let go before the first question was never asked.
        return True
    return bool(last.created_at + timedelta(days=definition.again_after_days) <= now)


async def open_conversation(
    tx: Tx, context: Context, prospect: Record, campaign: Record, now: datetime, *, by_lot: bool = True
) -> int:
    """Open a conversation with somebody who comes by themselves: they are always answered.

    Not `by_lot`: they may be given an offer whatever the lot says, and prove nothing.
    """
    segment_of = await profiles.learning_segments(tx, [prospect.id])
    visitor = _visitor(prospect, segment_of.get(prospect.id))
    ground = await _ground(tx, context, campaign)
    if not by_lot:
        ground = replace(ground, shares=ControlGroups())
    return await conversations.open_new(tx, _opening(context, ground, visitor, by_themselves=True), now)


async def _open_all(
    tx: Tx, context: Context, campaign: Record, visitors: Sequence["Visitor"], now: datetime, *, by_themselves: bool
) -> dict[int, int]:
    """Open conversations with different people: prospect -> conversation.

    Of the control group that nobody writes to, only a conversation that never was is noted, and they are left out.
    """
    ground = await _ground(tx, context, campaign)
    openings = [_opening(context, ground, visitor, by_themselves=by_themselves) for visitor in visitors]
    made = await conversations.open_all(tx, openings, now)
    return {one.prospect_id: talk for talk, one in zip(made, openings, strict=True) if one.outcome is None}


@dataclass(frozen=True, slots=True)
class Visitor:
    """What a conversation's opening depends on of its prospect; `segment`: the learning segment computed last."""

    prospect_id: int
    uid: str
    language: str | None
    source: str | None
    product: str | None = None
    segment: str | None = None


def _visitor(prospect: Record, segment: str | None) -> Visitor:
    product = prospect.product_name
    return Visitor(prospect.id, prospect.uid, prospect.language, prospect.source, product=product, segment=segment)


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the openings of one campaign have in common."""

    campaign: str
    flow: Flow
    shares: ControlGroups | Control


async def _ground(tx: Tx, context: Context, campaign: Record) -> _Ground:
    definition = CampaignDefinition.model_validate(campaign.definition)
    flow = await context.flows.newest(tx, definition.flow)
    return _Ground(campaign.name, flow, await strategies.control_of(tx, campaign.name) or definition.holdback)


def _opening(context: Context, ground: _Ground, visitor: Visitor, *, by_themselves: bool) -> Opening:
    shares = ground.shares
    drawn = draw(
        ground.campaign,
        visitor.uid,
        never=shares.never_contacted,
        control=shares.asked_no_offer,
        by_themselves=by_themselves,
    )
    state = flows.begin(
        ground.flow,
        language=context.language(visitor.language),
        seed=new_seed(),
        arm="control" if drawn.arm == "control" else "offer",
    )
    return Opening(
        prospect_id=visitor.prospect_id,
        campaign=ground.campaign,
        state=state,
        product=visitor.product,
        source=visitor.source,
        outcome="never_contacted" if drawn.arm == "never" else None,
        arm=drawn.arm,
        segment=visitor.segment,
        lot=str(drawn.lot) if drawn.lot is not None else None,
    )


async def open_for_newcomers(tx: Tx, context: Context, visitors: Sequence[Visitor], now: datetime) -> list[int | None]:
    """As `open_for_visitor` for people who were not known until now, and whom no campaign brought; in order."""
    campaign = await _answering(tx, None)
    if campaign is None:
        return [None for _ in visitors]
    opened = await _open_all(tx, context, campaign, visitors, now, by_themselves=True)
    return [opened.get(visitor.prospect_id) for visitor in visitors]


async def open_for_visitor(tx: Tx, context: Context, prospect_id: int, now: datetime) -> int | None:
    """The conversation of somebody who came by themselves (deep link, QR code, survey link).

    The live one, else the newest that was held, else a new one of the first campaign that is not stopped. None when
    there is no such campaign. Of the control group that nobody writes to, too: they still count there, as drawn.
    """
    newest = await conversations.newest(tx, prospect_id)
    if newest is not None and newest.outcome != "never_contacted":
        return int(newest.id)
    prospect = await prospects.get(tx, prospect_id)
    campaign = await campaign_for(tx, prospect) if prospect is not None else None
    if prospect is None or campaign is None:
        return None
    return await open_conversation(tx, context, prospect, campaign, now)


async def campaign_for(tx: Tx, prospect: Record) -> Record | None:
    """The campaign that answers somebody who comes by themselves (`prospect`, or the place they come through).

    The one they were brought by, else the first that is not stopped.
    """
    return await _answering(tx, prospect.campaign)


async def _answering(tx: Tx, brought_by: str | None) -> Record | None:
    open_campaigns = [row for row in await campaigns.all_campaigns(tx) if row.state != "stopped"]
    named = [row for row in open_campaigns if row.name == (brought_by or DEFAULT_CAMPAIGN)]
    return next(iter(named or open_campaigns), None)
