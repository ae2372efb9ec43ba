"""Live conversations that are moved to a new version of their flow: finding them, and writing each where it belongs."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert, select, update

from flows.codec import encode_state
from flows.state import State
from storage.database import Record, Tx
from storage.tables import conversations, journal

EVENT = "Moved"
"""What the journal calls a move. It is no event of the conversation: nothing is said, and no turn is taken."""


async def standing(tx: Tx, flow: str, version: int, *, after: int = 0, limit: int = 500) -> Sequence[Record]:
    """Live conversations of a flow on another version than this (id, flow_version, state): the next ones by row id."""
    query = (
        select(conversations.c.id, conversations.c.flow_version, conversations.c.state)
        .where(
            conversations.c.flow == flow,
            conversations.c.flow_version != version,
            conversations.c.ended_at.is_(None),
            conversations.c.id > after,
        )
        .order_by(conversations.c.id)
        .limit(limit)
    )
    return (await tx.execute(query)).all()


async def live(tx: Tx, conversation_id: int) -> Record | None:
    """A conversation that is not over, locked until the transaction ends (id, prospect_id, flow_version, state)."""
    query = (
        select(conversations.c.id, conversations.c.prospect_id, conversations.c.flow_version, conversations.c.state)
        .where(conversations.c.id == conversation_id, conversations.c.ended_at.is_(None))
        .with_for_update()
    )
    return (await tx.execute(query)).one_or_none()


async def move(tx: Tx, row: Record, state: State, *, names: Mapping[str, str], by: str, now: datetime) -> None:
    """Write the rewritten state of a conversation that `live` has locked, with a row in its journal. Sends nothing.

    When it was last talked in (`updated_at`) stays as it was: nobody has said anything.
    """
    await tx.execute(
        update(conversations)
        .where(conversations.c.id == row.id)
        .values(state=encode_state(state), flow_version=state.version)
    )
    used = {old: new for old, new in names.items() if old in row.state}
    await tx.execute(
        insert(journal).values(
            prospect_id=row.prospect_id,
            conversation_id=row.id,
            turn=state.turn,
            at=now,
            event=EVENT,
            actor=by,
            note=f"moved to version {state.version}",
            data={"from": row.flow_version, "to": state.version, **({"names": used} if used else {})},
        )
    )
