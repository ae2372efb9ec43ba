"""What staff did, and what a channel refused for good."""

from bot.runtime.arrivals import StaffActed, WasCancelled, WasRefused
from bot.runtime.receive.step import Meaning, Step
from flows.events import Cancelled, StaffReleased, StaffSaid, StaffTook, Unreachable
from storage import conversations
from storage.database import Tx


async def receive(tx: Tx, arrival: StaffActed | WasRefused | WasCancelled) -> Meaning:
    """The meaning of a click in the console, or of a refusal."""
    if isinstance(arrival, WasCancelled):
        return Meaning("campaign stopped", (Step(arrival.conversation_id, Cancelled("cancelled")),))
    if isinstance(arrival, WasRefused):
        event = Unreachable(arrival.channel)
        return Meaning("refused for good", (Step(arrival.conversation_id, event, arrival.channel),))
    row = await conversations.by_uid(tx, arrival.conversation)
    if row is None:
        return Meaning("ignored: no such conversation")
    who = arrival.staff
    match arrival.action:
        case "take":
            return Meaning("taken", (Step(row.id, StaffTook(who), actor=who),))
        case "say":
            text = (arrival.text or "").strip()
            if not text:
                return Meaning("ignored: an empty reply")
            return Meaning("staff said", (Step(row.id, StaffSaid(who, text), actor=who),))
        case "release":
            return Meaning("released", (Step(row.id, StaffReleased(who), actor=who),))
