"""What a turn tells the systems of the shop: the answers it recorded, what it gave, and that a person is needed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from flows.effects import CallPerson, Effect, Give, Record
from storage import deliveries, endpoints
from storage.database import Tx
from storage.endpoints import EventName
from storage.tables import conversations
from storage.turns import Taken

Told = tuple[EventName, str, dict[str, Any]]
"""An event, what makes it this one within its conversation, and its data."""


async def tell(tx: Tx, taken: Sequence[Taken], now: datetime) -> int:
    """Announce what these turns did, in their own transaction. Returns how many deliveries there are to be made.

    Costs no statement when nobody listens.
    """
    count = 0
    for item in taken:
        for event, key, data in _events(item):
            if not await endpoints.listening(tx, event, now):
                continue
            loaded = item.loaded
            query = select(conversations.c.uid).where(conversations.c.id == loaded.conversation_id)
            where = {"conversation": (await tx.execute(query)).scalar_one(), "campaign": loaded.campaign}
            occurrence = f"{loaded.conversation_id}:{key}"
            count += await deliveries.announce(tx, event, where | data, loaded.prospect_id, occurrence, now)
    return count


def _events(item: Taken) -> Iterator[Told]:
    turn = item.turn.state.turn
    for effect in item.turn.effects:
        told = _event(effect, turn)
        if told is not None:
            yield told


def _event(effect: Effect, turn: int) -> Told | None:
    """What an effect is to others; words that the prospect wrote stay here, the API has them for who may read them."""
    match effect:
        case Record(answer=answer):
            data = {
                "step": answer.step,
                "value": answer.value,
                "barriers": list(answer.barriers),
                "sub_code": answer.sub_code,
                "language": answer.language,
                "channel": answer.channel,
                "answered_at": deliveries.written(answer.answered_at),
            }
            return "answer.recorded", f"{answer.step}:{answer.visit}", data
        case Give(offer=offer, barrier=barrier):
            given = {"offer": offer, "barrier": barrier, "expires_at": deliveries.written(effect.expires_at)}
            return "offer.granted", offer, given
        case CallPerson(reason=reason):
            return "conversation.needs_person", f"{turn}:{reason}", {"reason": reason}
        case _:
            return None
