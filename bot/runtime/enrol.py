"""Enrolling a prospect in a campaign: whether, in which group, and when the first question is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import flows
from bot.runtime import quotas
from bot.runtime.context import Context
from flows.calendar import next_allowed
from flows.definition.campaign import CampaignDefinition, ControlGroups
from flows.definition.flow import Flow
from flows.evidence.lot import draw
from flows.offers.strategy import Control
from storage import campaigns, consents, conversations, profiles, prospects, segments, strategies, timers
from storage.conversations import Opening
from storage.database import Record, Tx
from storage.ids import new_seed

DEFAULT_CAMPAIGN = "barriers"


async def enrol(
    tx: Tx, context: Context, prospect_id: int, campaign: Record, now: datetime, *, wait: timedelta
) -> int | None:
    """Enrol a prospect, if the rules let us write to them.

    The first question is due after `wait`, at an hour that is allowed.

    None when not: no consent on any channel, a live conversation, asked too recently, a final answer or a stop before,
    the control group that nobody writes to; or enough people have answered the campaign.
    """
    definition = CampaignDefinition.model_validate(campaign.definition)
    prospect = await prospects.get(tx, prospect_id)
    if prospect is None or await quotas.is_full(tx, definition):
        return None
    if not await _may_write_first(tx, prospect_id, definition, now):
        return None
    conversation_id = await open_conversation(tx, context, prospect, campaign, now, by_themselves=False)
    if conversation_id is not None:
        shop = context.shop
        due = next_allowed(now + wait, zone=prospect.timezone, shop_zone=shop.timezone, quiet=shop.quiet)
        await timers.set_timer(tx, conversation_id, "start", 0, due)
    return conversation_id


async def _may_write_first(tx: Tx, prospect_id: int, definition: CampaignDefinition, now: datetime) -> bool:
    agreed = await consents.current(tx, [prospect_id])
    addresses = await prospects.addresses(tx, [prospect_id])
    reachable = any(
        agreed.get((prospect_id, channel), (False, now))[0] and addresses.get((prospect_id, channel), ("", False))[1]
        for channel in definition.channels
    )
    if not reachable or await conversations.live(tx, prospect_id) is not None:
        return False
    if await conversations.any_refusal(tx, prospect_id):
        return False
    segment = definition.audience.segment
    if segment is not None and not await segments.is_member(tx, segment, prospect_id, now):
        return False
    last = await conversations.last_in_campaign(tx, prospect_id, definition.campaign)
    if last is None or (last.outcome == "cancelled" and last.first_contact_at is None):
        # Who was let go before the first question was never asked.
        return True
    return bool(last.created_at + timedelta(days=definition.again_after_days) <= now)


async def open_conversation(
    tx: Tx, context: Context, prospect: Record, campaign: Record, now: datetime, *, by_themselves: bool
) -> int | None:
    """Open a conversation.

    Somebody who comes by themselves is always answered; of the control group that nobody writes to, only
    a conversation that never was is noted, and None returned.
    """
    segment = await profiles.learning_segment(tx, prospect.id)
    visitor = Visitor(
        prospect.id, prospect.uid, prospect.language, prospect.source, product=prospect.product_name, segment=segment
    )
    ground = await _ground(tx, context, campaign)
    opening = _opening(context, ground, visitor, by_themselves=by_themselves)
    conversation_id = await conversations.open_new(tx, opening, now)
    return conversation_id if opening.outcome is None else None


@dataclass(frozen=True, slots=True)
class Visitor:
    """What a conversation's opening depends on of its prospect; `segment`: the learning segment computed last."""

    prospect_id: int
    uid: str
    language: str | None
    source: str | None
    product: str | None = None
    segment: str | None = None


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
    ground = await _ground(tx, context, campaign)
    openings = [_opening(context, ground, visitor, by_themselves=True) for visitor in visitors]
    made = await conversations.open_all(tx, openings, now)
    return [talk if one.outcome is None else None for talk, one in zip(made, openings, strict=True)]


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
    return await open_conversation(tx, context, prospect, campaign, now, by_themselves=True)


async def campaign_for(tx: Tx, prospect: Record) -> Record | None:
    """The campaign that answers somebody who comes by themselves (`prospect`, or the place they come through).

    The one they were brought by, else the first that is not stopped.
    """
    return await _answering(tx, prospect.campaign)


async def _answering(tx: Tx, brought_by: str | None) -> Record | None:
    open_campaigns = [row for row in await campaigns.all_campaigns(tx) if row.state != "stopped"]
    named = [row for row in open_campaigns if row.name == (brought_by or DEFAULT_CAMPAIGN)]
    return next(iter(named or open_campaigns), None)
