"""The first question before it is asked: what the survey page shows before anybody was written to."""

from dataclasses import dataclass
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
from flows.scene import Person, Reach, Scene
from flows.state import State
from storage import prospects
from storage.database import Record, Tx
from storage.turns import person_of


@dataclass(frozen=True, slots=True)
class First:
    """The message that the first answer will find asked; `at_most` questions the flow promises."""

    message: Message
    at_most: int


async def first_question(
    tx: Tx, context: Context, prospect_id: int, conversation: Record | None, now: datetime
) -> First | None:
    """What will be asked first: its prompt has the visit that an answer must carry.

    `conversation` is one that still waits, or None when there is none yet. None when no campaign is open.
    """
    prospect = await prospects.get(tx, prospect_id)
    if prospect is None:
        return None
    found = await _waiting(tx, context, conversation) or await _unopened(tx, context, prospect)
    if found is None:
        return None
    flow, state = found
    message = _asked(context, flow, state, person_of(prospect), now)
    return First(message, flow.definition.questions) if message is not None else None


async def question_behind(tx: Tx, context: Context, place: Record, language: str, now: datetime) -> Message | None:
    """What somebody who comes through this place would be asked first. Nobody is made by looking.

    None when no campaign is open.
    """
    campaign = await campaign_for(tx, place)
    if campaign is None:
        return None
    flow = await context.flows.newest(tx, CampaignDefinition.model_validate(campaign.definition).flow)
    person = Person(product_id=place.product_id, product=place.product_name, product_url=place.product_url)
    state = flows.begin(flow, language=context.language(language), seed=place.id)
    return _asked(context, flow, state, person, now)


def _asked(context: Context, flow: Flow, state: State, person: Person, now: datetime) -> Message | None:
    turn = flows.advance(flow, state, Started("web"), Scene(person=person, reach=Reach(), shop=context.shop), now)
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
