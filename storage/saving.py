"""Writing what turns decided: state, answers, timers, grants, journal and outbox, in the caller's transaction.

One function for each family of effects. Nothing here decides anything.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, assert_never

from sqlalchemy import bindparam, update

from flows.answers import Answer
from flows.audience.attributes import Written
from flows.codec import encode_state
from flows.effects import (
    CallPerson,
    CancelPending,
    CancelTimers,
    Chose,
    CloseQuestion,
    Correct,
    EraseProspect,
    Finish,
    Give,
    Record,
    RecordFact,
    Repaint,
    Say,
    SetLanguage,
    SetTimer,
    Supersede,
    Withdraw,
)
from flows.words import BOUGHT
from storage import (
    choices,
    consents,
    handing_over,
    outbox,
    profiles,
    prospect_facts,
    prospects,
    putting_right,
    saying,
    shelf,
    spending,
    tasks,
    telling,
)
from storage.database import Tx
from storage.failpoints import failpoint
from storage.gathered import Closed, Gathered
from storage.many import many
from storage.prospect_facts import NewFact
from storage.repainting import repaint
from storage.shelf import Gift
from storage.sums import Sums
from storage.tables import answers, conversations, journal
from storage.turns import MARKS, Marks, Taken

ERASE_AFTER = timedelta(seconds=30)
"""An erasure waits so long, so that the last word can still be delivered."""

CONTACTS = {"contact_phone": "phone", "contact_email": "email"}
"""Attributes that say how the prospect wants to be reached, and by which way."""


async def save(tx: Tx, taken: Sequence[Taken], now: datetime, sums: Sums | None = None) -> None:
    """Write what these turns decided, each of a conversation and prospect of its own: a statement for each table.

    What it changes in `sums` is left to the caller to write, last in the transaction; without them it is written here.
    Raises ShelfChanged when an offer went to somebody else: take the turns again.
    """
    if not taken:
        return
    gathered = Gathered()
    for item in taken:
        await _effects(tx, gathered, item, now)
    said = await gathered.write(tx, now)
    await _UPDATE(tx, [_columns(item, gathered.marks[item.loaded.conversation_id], now) for item in taken])
    await _JOURNAL(tx, [_journal(item, now) for item in taken])
    changed = Sums() if sums is None else sums
    await changed.note(tx, taken)
    await profiles.mark_due(tx, [item.loaded.prospect_id for item in taken], now)
    await telling.tell(tx, taken, now)
    await saying.put(tx, said)
    if sums is None:
        await changed.write(tx)


_UPDATE = many(
    lambda _: update(conversations)
    .where(conversations.c.id == bindparam("row"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in (
                "state", "status", "outcome", "turn", "language", "channel", "barrier", "updated_at",
                "ended_at", "held_by", *(one.name for one in MARKS),
            )
        }
    )
)  # fmt: skip
_JOURNAL = many(lambda insert: insert(journal))


def _columns(item: Taken, marks: Marks, now: datetime) -> dict[str, Any]:
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
        "new_ended_at": _ended(item, now),
        "new_held_by": state.held_by,
        **{f"new_{one.name}": getattr(marks, one.name) for one in MARKS},
    }


def _ended(item: Taken, now: datetime) -> datetime | None:
    """When it ended: what staff put right later does not end it once more."""
    if item.turn.state.status != "ended":
        return None
    return item.loaded.ended_at if item.event == putting_right.EVENT and item.loaded.ended_at else now


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
        "data": item.data | putting_right.told(item.turn.effects),
    }


async def _effects(tx: Tx, gathered: Gathered, item: Taken, now: datetime) -> None:  # noqa: C901, PLR0912 - an arm for each effect
    """Carry out the effects in order. What every turn may have is gathered; what few have is written at once."""
    loaded, marks, turn = item.loaded, _marks(item, now), item.turn.state.turn
    talk, where = loaded.conversation_id, {"prospect_id": loaded.prospect_id, "conversation_id": loaded.conversation_id}
    for number, effect in enumerate(item.turn.effects):
        match effect:
            case Say():
                gathered.said.append(_message(item, effect, number, now))
                marks.setdefault("first_contact_at", loaded.marks.first_contact_at or now)
            case CloseQuestion(visit=visit, mark=mark):
                gathered.said.append(Closed(visit, mark, turn, **where))
            case Repaint(prompt=prompt):
                gathered.said += await repaint(tx, prompt, turn=turn, now=now, **where)
            case Record(answer=answer):
                gathered.answers.append(_answer(item, answer))
            case Correct():
                await putting_right.write(tx, talk, effect)
            case RecordFact():
                await _fact(tx, gathered, item, effect, now)
            case Supersede(visit=visit):
                await _supersede(tx, talk, visit, now)
                await prospect_facts.take_back(tx, loaded.prospect_id, talk, visit, now)
                failpoint("answer.superseded")
            case SetTimer(name=name, due=due):
                gathered.set_timer(talk, name, turn, due)
            case CancelTimers():
                gathered.cancel_timers(talk)
            case CancelPending(reason=reason):
                gathered.cancelled.append((talk, reason))
                await handing_over.call_off(tx, item, reason, now)
            case Chose():
                gathered.choices.append(choices.row_of(effect, campaign=loaded.campaign, now=now, **where))
            case Give():
                await _give(tx, gathered, item, effect, now)
            case CallPerson(reason=reason):
                marks |= {"needs_person": reason, "needs_since": now}
                await handing_over.hand_over(tx, item, reason, now)
            case Withdraw(way=way):
                await _withdraw(tx, loaded.prospect_id, way, now)
            case SetLanguage(language=language):
                await prospects.change(tx, loaded.prospect_id, now, said_by="flow", language=language)
            case EraseProspect():
                gathered.set_timer(talk, "erase", turn, now + ERASE_AFTER)
            case Finish(outcome=outcome):
                gathered.cancel_timers(talk)
                if outcome == BOUGHT:
                    marks["goal_at"] = now
                await handing_over.call_off(tx, item, outcome, now)
            case _:
                assert_never(effect)
    gathered.marks[talk] = replace(loaded.marks, **marks)


def _message(item: Taken, effect: Say, number: int, now: datetime) -> dict[str, Any]:
    """The row of the outbox. A flow may ask that what may have been lost is sent once more."""
    loaded = item.loaded
    row = outbox.row_for(
        effect,
        prospect_id=loaded.prospect_id,
        conversation_id=loaded.conversation_id,
        number=number,
        turn=item.turn.state.turn,
        now=now,
        first=loaded.marks.first_contact_at is None,
    )
    return row | {"resend": item.flow.definition.resend == "once"}


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


async def _fact(tx: Tx, gathered: Gathered, item: Taken, effect: RecordFact, now: datetime) -> None:
    """What an answer says about the prospect; how to reach them also goes to whoever has to."""
    loaded = item.loaded
    proof = prospect_facts.proof_of_answer(loaded.conversation_id, effect.visit)
    value = Written(effect.text, effect.number)
    gathered.facts.append(NewFact(loaded.prospect_id, effect.name, value, "flow", now, proof))
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


async def _give(tx: Tx, gathered: Gathered, item: Taken, effect: Give, now: datetime) -> None:
    loaded, offer = item.loaded, item.flow.catalogue.offer(effect.offer)
    assert offer is not None  # noqa: S101 - the engine only gives offers of this very catalogue
    gift = Gift(effect, offer, loaded.prospect_id, loaded.conversation_id, loaded.campaign)
    if loaded.limit is None:
        gathered.gifts.append(gift)
    else:
        # The next one is held to what this one leaves of the budget.
        await spending.hold(tx, loaded.limit, effect.value or Decimal(0), now, effect.offer)
        await shelf.give(tx, [gift], now)


async def _withdraw(tx: Tx, prospect_id: int, way: str, now: datetime) -> None:
    for channel in ("telegram", "email"):
        await consents.record(tx, prospect_id, channel, granted=False, way=way, now=now)
    await outbox.cancel(tx, "consent withdrawn", prospect_id=prospect_id)
    failpoint("consent.withdrawn")
