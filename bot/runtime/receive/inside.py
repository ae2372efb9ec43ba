"""What staff did, and what a channel refused for good."""

from bot.runtime.arrivals import StaffActed, StaffPutRight, WasCancelled, WasRefused
from bot.runtime.failpoints import failpoint
from bot.runtime.receive.step import Meaning, Step
from flows.events import Cancelled, StaffCorrected, StaffReleased, StaffSaid, StaffTook, Unreachable
from storage import conversations
from storage.database import Tx


async def receive(tx: Tx, arrival: StaffActed | StaffPutRight | WasRefused | WasCancelled) -> Meaning:
    """The meaning of a click in the console, or of a refusal."""
    if isinstance(arrival, WasCancelled):
        return Meaning("campaign stopped", (Step(arrival.conversation_id, Cancelled("cancelled")),))
    if isinstance(arrival, WasRefused):
        event = Unreachable(arrival.channel)
        return Meaning("refused for good", (Step(arrival.conversation_id, event, arrival.channel),))
    row = await conversations.by_uid(tx, arrival.conversation)
    if row is None:
        return Meaning("ignored: no such conversation")
    if isinstance(arrival, StaffPutRight):
        right = StaffCorrected(arrival.staff, arrival.visit, arrival.barriers, arrival.sub_code)
        return Meaning("put right", (Step(row.id, right, actor=arrival.staff),))
    failpoint("staff.acted")
    return _acted(arrival, row.id)


def _acted(arrival: StaffActed, talk: int) -> Meaning:
    who = arrival.staff
    match arrival.action:
        case "take":
            return Meaning("taken", (Step(talk, StaffTook(who), actor=who),))
        case "say":
            text = (arrival.text or "").strip()
            if not text:
                return Meaning("ignored: an empty reply")
            return Meaning("staff said", (Step(talk, StaffSaid(who, text), actor=who),))
        case "release":
            return Meaning("released", (Step(talk, StaffReleased(who), actor=who),))
