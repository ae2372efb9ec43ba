"""The first question before it is asked: what the survey page shows before anybody was written to."""

from datetime import datetime

import flows
from bot.runtime.context import Context
from bot.runtime.enrol import campaign_for
from flows.codec import decode_state
from flows.definition.campaign import CampaignDefinition
from flows.definition.flow import Flow
from flows.effects import Say
from flows.events import Started
from flows.messages import Message
from flows.scene import Reach, Scene
from flows.state import State
from storage import prospects
from storage.database import Record, Tx
from storage.turns import person_of


async def first_question(
    tx: Tx, context: Context, prospect_id: int, conversation: Record | None, now: datetime
) -> Message | None:
    """The message that the first answer will find asked: its prompt has the visit that answer must carry.

    `conversation` is one that still waits, or None when there is none yet. None when no campaign is open.
    """
    prospect = await prospects.get(tx, prospect_id)
    if prospect is None:
        return None
    found = await _waiting(tx, context, conversation) or await _unopened(tx, context, prospect)
    if found is None:
        return None
    flow, state = found
    scene = Scene(person=person_of(prospect), reach=Reach(), shop=context.shop)
    turn = flows.advance(flow, state, Started("web"), scene, now)
    return next((effect.message for effect in turn.effects if isinstance(effect, Say)), None)


async def _waiting(tx: Tx, context: Context, conversation: Record | None) -> tuple[Flow, State] | None:
    if conversation is None:
        return None
    state = decode_state(conversation.state)
    return await context.flows.get(tx, state.flow, state.version), state


async def _unopened(tx: Tx, context: Context, prospect: Record) -> tuple[Flow, State] | None:
    """As a conversation would begin. The order of options is fixed for good only when it does."""
    campaign = await campaign_for(tx, prospect)
    if campaign is None:
        return None
    flow = await context.flows.newest(tx, CampaignDefinition.model_validate(campaign.definition).flow)
    state = flows.begin(flow, language=context.language(prospect.language), seed=prospect.id)
    return flow, state
