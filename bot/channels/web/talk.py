"""One look at a conversation by its survey link: everything the page shows, read without changing anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bot.channels.web.bubbles import Bubble, bubbles_of, spoken
from bot.channels.web.house import House
from bot.channels.web.words import Words, words
from bot.runtime.changes import Change, changes_of
from bot.runtime.preview import first_question
from bot.runtime.products import Product, product_of
from bot.web.filters import zone_of
from flows.codec import decode_state
from flows.messages import Prompt
from flows.state import State
from storage import conversations, inbox, links, prospect_facts, prospects
from storage.database import Record, Tx
from storage.reads import transcript
from storage.reads.transcript import Item

SOURCE = "page"
"""What this room's input is called in the inbox."""


class Progress(NamedTuple):
    """Which question is open, and how many there are at most."""

    number: int
    most: int


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as its page shows it.

    `prompt` is the open question, `status` the conversation's (`waiting`: the question is shown, not asked yet).
    `pending`: something was posted that has not been taken yet. `pulse` changes when the page should.
    `changes`: earlier answers that may still be changed. `product`: what they looked at. `progress` is None where
    no question of the flow is open.
    """

    link_id: int
    prospect_id: int
    words: Words
    status: str
    by_person: bool
    prompt: Prompt | None
    bubbles: tuple[Bubble, ...]
    links: Mapping[str, str]
    pending: bool
    pulse: str
    changes: tuple[Change, ...] = ()
    product: Product | None = None
    progress: Progress | None = None

    @property
    def over(self) -> bool:
        """Whether there is nothing more to say."""
        return self.status == "ended" and self.prompt is None

    def offers(self, option: str, visit: int) -> bool:
        """Whether this is an answer to the open question."""
        prompt = self.prompt
        return prompt is not None and prompt.visit == visit and prompt.label_of(option) is not None

    def may_become(self, option: str, visit: int) -> str | None:
        """What this option of an earlier question is called, if its answer may be changed to it; else None."""
        change = next((one for one in self.changes if one.visit == visit), None)
        return change.label_of(option) if change is not None else None


def lane(link_id: int) -> str:
    """The lane of what is posted by this link: it keeps its order."""
    return f"link:{link_id}"


async def look(house: House, token: str) -> Talk | None:
    """What this token leads to, or None: unknown, of another purpose, expired, or its prospect was erased."""
    now = house.clock.now()
    async with house.database.read() as tx:
        link = await links.find(tx, token, "survey", now)
        prospect = await prospects.get(tx, link.prospect_id) if link is not None else None
        if link is None or prospect is None:
            return None
        return await _talk(tx, house, link, prospect, now)


async def _talk(tx: Tx, house: House, link: Record, prospect: Record, now: datetime) -> Talk:
    conversation = await _conversation(tx, link)
    state = decode_state(conversation.state) if conversation is not None else None
    said = words(house, state.language if state is not None else house.context.language(prospect.language))
    own = await _links(tx, house, link.prospect_id, now)
    items: list[Item] = []
    pulse = ""
    if conversation is not None:
        items = list((await transcript.read(tx, conversation.id, conversation.uid)).items)
        pulse = f"{await transcript.pulse(tx, conversation.id, conversation.uid)}|{conversation.status}"
    prompt = state.prompt if state is not None else None
    zone = zone_of(prospect.timezone or house.settings.timezone)
    waits = await inbox.waits(tx, lane(link.id))
    reached = conversation is not None and (conversation.ended_at is None or conversation.id == link.conversation_id)
    changes = (
        await changes_of(tx, house.context, state, prospect, now) if state is not None and reached and not waits else {}
    )
    bubbles = bubbles_of(items, prompt, said, own, zone, changes)
    progress = await _progress(tx, house, state)
    if state is None or state.status == "waiting":
        first = await first_question(tx, house.context, link.prospect_id, conversation, now)
        if first is not None:
            prompt, progress = first.message.prompt, Progress(1, first.at_most)
            bubbles = (*bubbles, spoken(first.message, now, said, own, asks=True))
    return Talk(
        link_id=link.id,
        prospect_id=link.prospect_id,
        words=said,
        status=_status(state),
        by_person=state is not None and state.held_by is not None,
        prompt=prompt,
        bubbles=bubbles,
        links=own,
        pending=waits,
        pulse=pulse,
        changes=tuple(changes.values()),
        product=await _product(tx, prospect),
        progress=progress,
    )


async def _progress(tx: Tx, house: House, state: State | None) -> Progress | None:
    """Where the open question stands among as many as the flow promises to ask; None where a person writes."""
    if state is None or state.prompt is None or state.held_by is not None:
        return None
    flow = await house.context.flows.get(tx, state.flow, state.version)
    at_most = flow.definition.questions
    return Progress(state.questions, at_most) if 0 < state.questions <= at_most else None


async def _product(tx: Tx, prospect: Record) -> Product | None:
    picture = (await prospect_facts.of(tx, [prospect.id])).get(prospect.id, {}).get(prospect_facts.PICTURE)
    return product_of(prospect, picture.text if picture else None, picture.at if picture else None)


def _status(state: State | None) -> str:
    return state.status if state is not None else "waiting"


async def _conversation(tx: Tx, link: Record) -> Record | None:
    """The one that an answer would go to: the live one, else the link's own, else the newest."""
    conversation_id = await conversations.live(tx, link.prospect_id) or link.conversation_id
    conversation_id = conversation_id or await conversations.latest(tx, link.prospect_id)
    return await conversations.get(tx, conversation_id) if conversation_id is not None else None


async def _links(tx: Tx, house: House, prospect_id: int, now: datetime) -> dict[str, str]:
    """The addresses there are already. One that is missing is made when it is asked for, not by looking."""
    secret = house.context.secret
    found = {"privacy": "/privacy"}
    preferences = await links.known_token(tx, secret, "preferences", prospect_id, now)
    if preferences is not None:
        found["preferences"] = f"/u/{preferences}"
    telegram = await start_link(tx, house, prospect_id, now)
    return found | ({"telegram": telegram} if telegram is not None else {})


async def start_link(tx: Tx, house: House, prospect_id: int, now: datetime) -> str | None:
    """The address that opens the bot as this person, as far as it was made before."""
    token = await links.known_token(tx, house.context.secret, "start", prospect_id, now) if house.bot_name else None
    return f"https://t.me/{house.bot_name}?start={token}" if token is not None else None
