"""Writing what turns decided: state, answers, timers, grants, journal and outbox, in the caller's transaction.

One function for each family of effects. Nothing here decides anything.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, assert_never

from sqlalchemy import bindparam, update
from sqlalchemy import insert as plain_insert

from flows.answers import Answer
from flows.audience.attributes import Written
from flows.calendar import next_working_day
from flows.codec import encode_state
from flows.effects import (
    CallPerson,
    CancelPending,
    CancelTimers,
    Chose,
    CloseQuestion,
    EraseProspect,
    Finish,
    Give,
    Record,
    RecordFact,
    Say,
    SetLanguage,
    SetTimer,
    Supersede,
    Withdraw,
)
from storage import (
    answer_counts,
    choices,
    consents,
    outbox,
    profiles,
    prospect_facts,
    prospects,
    shelf,
    spending,
    tasks,
    telling,
    timers,
)
from storage.database import Tx
from storage.dialects import insert
from storage.prospect_facts import NewFact
from storage.tables import answers, conversations, journal
from storage.tables import outbox as outbox_table
from storage.turns import Taken

HAND_OVER = ("callback", "appointment")
"""Reasons to call a person that are a promise to the prospect: each opens a task, due within one working day."""

NO_MORE = frozenset({"bought", "says_bought", "stopped"})
"""Ends after which nobody is called any more: the tasks open for the prospect are cancelled."""

ERASE_AFTER = timedelta(seconds=30)
"""An erasure waits so long, so that the last word can still be delivered."""

CONTACTS = {"contact_phone": "phone", "contact_email": "email"}
"""Attributes that say how the prospect wants to be reached, and by which way."""


async def save(tx: Tx, taken: Sequence[Taken], now: datetime) -> None:
    """Write what these turns decided. Raises ShelfChanged when an offer went to somebody else: take the turns again."""
    said: list[dict[str, Any]] = []
    for item in taken:
        said += await _effects(tx, item, now)
    if taken:
        await tx.execute(_UPDATE, [_columns(item, now) for item in taken])
        await tx.execute(plain_insert(journal), [_journal(item, now) for item in taken])
    await answer_counts.note(tx, taken)
    await profiles.mark_due(tx, [item.loaded.prospect_id for item in taken], now)
    await telling.tell(tx, taken, now)
    if said:
        await tx.execute(insert(tx, outbox_table).on_conflict_do_nothing(), said)


_UPDATE = (
    update(conversations)
    .where(conversations.c.id == bindparam("row"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in (
                "state", "status", "outcome", "turn", "language", "channel", "barrier", "updated_at",
                "ended_at", "held_by",
            )
        }
    )
)  # fmt: skip


def _columns(item: Taken, now: datetime) -> dict[str, Any]:
    state = item.turn.state
    return {
        "row": item.loaded.conversation_id,
        "new_state": encode_state(state),
        "new_status": state.status,
        "new_outcome": state.outcome,
        "new_turn": state.turn,
        "new_language": state.language,
        "new_channel": state.channel,
        "new_barrier": state.main_barrier,
        "new_updated_at": now,
        "new_ended_at": now if state.status == "ended" else None,
        "new_held_by": state.held_by,
    }


def _journal(item: Taken, now: datetime) -> dict[str, Any]:
    return {
        "prospect_id": item.loaded.prospect_id,
        "conversation_id": item.loaded.conversation_id,
        "turn": item.turn.state.turn,
        "at": now,
        "event": item.event,
        "channel": item.channel,
        "actor": item.actor,
        "said": item.said,
        "note": item.turn.note,
        "data": item.data,
    }


async def _effects(tx: Tx, item: Taken, now: datetime) -> list[dict[str, Any]]:  # noqa: C901, PLR0912 - an arm for each effect
    """Carry out the effects in order; returns the outbox rows to be written last, in order."""
    said: list[dict[str, Any]] = []
    loaded, marks = item.loaded, _marks(item, now)
    where = {"prospect_id": loaded.prospect_id, "conversation_id": loaded.conversation_id}
    for number, effect in enumerate(item.turn.effects):
        match effect:
            case Say():
                said.append(outbox.row_for(effect, number=number, turn=item.turn.state.turn, now=now, **where))
                marks.setdefault("first_contact_at", now)
            case CloseQuestion():
                said += await outbox.close_question(tx, effect, turn=item.turn.state.turn, now=now, **where)
            case Record(answer=answer):
                await tx.execute(insert(tx, answers).on_conflict_do_nothing(), [_answer(item, answer)])
            case RecordFact():
                await _fact(tx, item, effect, now)
            case Supersede(visit=visit):
                await _supersede(tx, loaded.conversation_id, visit, now)
                await prospect_facts.take_back(tx, loaded.prospect_id, loaded.conversation_id, visit, now)
            case SetTimer(name=name, due=due):
                await timers.set_timer(tx, loaded.conversation_id, name, item.turn.state.turn, due)
            case CancelTimers():
                await timers.cancel(tx, loaded.conversation_id)
            case CancelPending(reason=reason):
                await outbox.cancel(tx, reason, conversation_id=loaded.conversation_id)
                await _call_off(tx, item, reason, now)
            case Chose():
                await choices.note(tx, effect, campaign=loaded.campaign, now=now, **where)
            case Give():
                await _give(tx, item, effect, now)
            case CallPerson(reason=reason):
                marks |= {"needs_person": reason, "needs_since": now}
                await _hand_over(tx, item, reason, now)
            case Withdraw(way=way):
                await _withdraw(tx, loaded.prospect_id, way, now)
            case SetLanguage(language=language):
                await prospects.change(tx, loaded.prospect_id, now, said_by="flow", language=language)
            case EraseProspect():
                await timers.set_timer(tx, loaded.conversation_id, "erase", item.turn.state.turn, now + ERASE_AFTER)
            case Finish(outcome=outcome):
                await timers.cancel(tx, loaded.conversation_id)
                if outcome == "bought":
                    marks["goal_at"] = now
                await _call_off(tx, item, outcome, now)
            case _:
                assert_never(effect)
    await _mark(tx, loaded.conversation_id, marks)
    return said


def _marks(item: Taken, now: datetime) -> dict[str, Any]:
    """What staff should notice because of the event itself."""
    marks: dict[str, Any] = {}
    if item.event == "Bought":
        marks["goal_at"] = now
    if item.event == "StaffReleased":
        marks |= {"needs_person": None, "needs_since": None, "unread": False}
    if item.said is not None and item.actor is None:
        marks["unread"] = True
    return marks


async def _hand_over(tx: Tx, item: Taken, reason: str, now: datetime) -> None:
    """A task for what was promised: once for a conversation and reason, however often it comes up."""
    if reason not in HAND_OVER:
        return
    await tasks.open_once(
        tx,
        prospect_id=item.loaded.prospect_id,
        conversation_id=item.loaded.conversation_id,
        kind=reason,
        due_at=next_working_day(now, item.loaded.scene.shop.timezone),
        note=None,
        dedupe_key=f"{reason}:{item.loaded.conversation_id}",
        by="bot",
        now=now,
    )


async def _call_off(tx: Tx, item: Taken, reason: str, now: datetime) -> None:
    if reason in NO_MORE:
        await tasks.cancel_for(tx, item.loaded.prospect_id, reason=reason, by="bot", now=now)


async def _mark(tx: Tx, conversation_id: int, marks: dict[str, Any]) -> None:
    first_contact = marks.pop("first_contact_at", None)
    if marks:
        await tx.execute(update(conversations).where(conversations.c.id == conversation_id).values(**marks))
    if first_contact is not None:
        await tx.execute(
            update(conversations)
            .where(conversations.c.id == conversation_id, conversations.c.first_contact_at.is_(None))
            .values(first_contact_at=first_contact)
        )


def _answer(item: Taken, answer: Answer) -> dict[str, Any]:
    loaded = item.loaded
    return {
        "prospect_id": loaded.prospect_id,
        "conversation_id": loaded.conversation_id,
        "campaign": loaded.campaign,
        "flow": loaded.state.flow,
        "flow_version": loaded.state.version,
        "step": answer.step,
        "visit": answer.visit,
        "value": answer.value,
        "barriers": list(answer.barriers),
        "sub_code": answer.sub_code,
        "verbatim": answer.verbatim,
        "language": answer.language,
        "channel": answer.channel,
        "product": loaded.product,
        "source": loaded.source,
        "asked_at": answer.asked_at,
        "answered_at": answer.answered_at,
    }


async def _fact(tx: Tx, item: Taken, effect: RecordFact, now: datetime) -> None:
    """What an answer says about the prospect; how to reach them also goes to whoever has to."""
    loaded = item.loaded
    proof = prospect_facts.proof_of_answer(loaded.conversation_id, effect.visit)
    value = Written(effect.text, effect.number)
    await prospect_facts.put(tx, [NewFact(loaded.prospect_id, effect.name, value, "flow", now, proof)], now)
    if effect.name in CONTACTS:
        contact = {"way": CONTACTS[effect.name], "value": effect.text, "said": item.said or ""}
        await tasks.set_contact(tx, loaded.conversation_id, contact)


async def _supersede(tx: Tx, conversation_id: int, visit: int, now: datetime) -> None:
    await tx.execute(
        update(answers)
        .where(
            answers.c.conversation_id == conversation_id, answers.c.visit >= visit, answers.c.superseded_at.is_(None)
        )
        .values(superseded_at=now)
    )


async def _give(tx: Tx, item: Taken, effect: Give, now: datetime) -> None:
    offer = item.flow.catalogue.offer(effect.offer)
    assert offer is not None  # noqa: S101 - the engine only gives offers of this very catalogue
    if item.loaded.limit is not None:
        await spending.hold(tx, item.loaded.limit, effect.value or Decimal(0), now, effect.offer)
    await shelf.give(
        tx,
        effect,
        offer,
        prospect_id=item.loaded.prospect_id,
        conversation_id=item.loaded.conversation_id,
        campaign=item.loaded.campaign,
        now=now,
    )


async def _withdraw(tx: Tx, prospect_id: int, way: str, now: datetime) -> None:
    for channel in ("telegram", "email"):
        await consents.record(tx, prospect_id, channel, granted=False, way=way, now=now)
    await outbox.cancel(tx, "consent withdrawn", prospect_id=prospect_id)
