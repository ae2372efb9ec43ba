"""Steps that wait together are taken together, in the caller's transaction: loaded, decided one by one, and written.

Each conversation and each prospect is at most once in a wave, and what is theirs next comes in the next one: the order
of what somebody did holds, and every turn sees what the one before it decided.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import flows
from bot.runtime import quotas
from bot.runtime.context import Context
from bot.runtime.failpoints import failpoint
from bot.runtime.receive.step import Step
from flows.definition.flow import Flow
from flows.effects import Give
from flows.events import Tapped, TimerFired
from flows.messages import Prompt
from flows.turn import Turn
from storage import profile_loading, saving, timers, turns
from storage.database import Tx
from storage.sums import Sums
from storage.timers import Wanted
from storage.turns import Group, Loaded, Taken

Ready = tuple[Step, Loaded]
"""A step with its conversation as it stands."""

INSTANT = timedelta(microseconds=1)
"""How far apart in time two turns of one conversation are that are taken together: their order is read off it."""


async def take(tx: Tx, context: Context, steps: Sequence[Step], now: datetime, sums: Sums) -> datetime:
    """Take these steps, those of one conversation in this order. Returns the first moment that none of them has.

    What they change in `sums` is left to the caller to write.
    """
    waiting = list(steps)
    while waiting:
        wave: list[Step] = []
        later: list[Step] = []
        there: set[int] = set()
        for step in waiting:
            (later if step.conversation_id in there else wave).append(step)
            there.add(step.conversation_id)
        waiting = [*await _wave(tx, context, wave, now, sums), *later]
        now += INSTANT
    return now


async def _wave(tx: Tx, context: Context, wave: Sequence[Step], now: datetime, sums: Sums) -> list[Step]:
    """Take one step of each conversation. Returns those of prospects who had a step of another conversation in it."""
    group = await turns.load(
        tx,
        [step.conversation_id for step in wave],
        shop=context.shop,
        catalogue=context.catalogue,
        strategies=context.strategies,
        now=now,
        has_bot=context.has_bot,
    )
    ready: list[Ready] = []
    put_off: list[Wanted] = []
    later, there = [], set()
    for step in wave:
        loaded = group.loaded.get(step.conversation_id)
        if loaded is None:
            continue
        if loaded.prospect_id in there:
            later.append(step)
        elif isinstance(step.event, TimerFired) and loaded.campaign_state == "paused":
            due = now + turns.PAUSED_FOR
            put_off.append(Wanted(step.conversation_id, step.event.name, step.event.turn, due))
        else:
            ready.append((step, loaded))
        there.add(loaded.prospect_id)
    await timers.set_timers(tx, put_off)
    await saving.save(tx, await _decided(tx, context, group, ready, now, sums), now, sums)
    failpoint("turns.saved")
    return later


async def _decided(
    tx: Tx, context: Context, group: Group, ready: Sequence[Ready], now: datetime, sums: Sums
) -> list[Taken]:
    """What these turns come to. Who is given something is asked a second time, with a code of their own."""
    flows_of = [await context.flows.get(tx, one.state.flow, one.state.version) for _, one in ready]
    ready = await _known(tx, context, ready, flows_of, now)
    looked_at = await quotas.looked_at(tx, [(step.event, one) for step, one in ready], flows_of, sums)
    ready = [(step, one) for (step, _), one in zip(ready, looked_at, strict=True)]
    taken = [
        _taken(step, one, flow, flows.advance(flow, one.state, step.event, one.scene, now))
        for (step, one), flow in zip(ready, flows_of, strict=True)
    ]
    giving = sum(bool(_gifts(item.turn)) for item in taken)
    for number, (step, _) in enumerate(ready):
        if _gifts(taken[number].turn):
            turn = await _with_own_code(tx, group, step, taken[number], giving, now)
            taken[number] = replace(taken[number], turn=turn)
            giving -= 1
    return taken


async def _known(
    tx: Tx, context: Context, ready: Sequence[Ready], flows_of: Sequence[Flow], now: datetime
) -> list[Ready]:
    """The same, with their profiles for those whose flow asks what is known of them."""
    asked = [one.prospect_id for (_, one), flow in zip(ready, flows_of, strict=True) if flow.looks_at_prospect]
    found = await profile_loading.load(tx, asked, now, context.catalogue.currency) if asked else {}
    return [
        (step, replace(one, scene=replace(one.scene, profile=found.get(one.prospect_id))) if found else one)
        for step, one in ready
    ]


async def _with_own_code(tx: Tx, group: Group, step: Step, item: Taken, giving: int, now: datetime) -> Turn:
    """The same turn with what is really on the shelf now; what it gives is taken off. `giving`: turns still to come."""
    loaded, turn, shelf = item.loaded, item.turn, group.shelf
    while True:
        for offer in _codes(turn):
            if not shelf.is_reserved(offer):
                await shelf.reserve(tx, offer, giving, now)
        scene = replace(loaded.scene, stock=shelf.stock_for(loaded.scene.person))
        turn = flows.advance(item.flow, loaded.state, step.event, scene, now)
        if all(shelf.is_reserved(offer) for offer in _codes(turn)):
            break
    for gift in _gifts(turn):
        shelf.taken(gift)
    return turn


def _gifts(turn: Turn) -> list[Give]:
    return [effect for effect in turn.effects if isinstance(effect, Give)]


def _codes(turn: Turn) -> list[str]:
    """Offers of pools that the turn gives."""
    return [gift.offer for gift in _gifts(turn) if gift.code is not None]


def _taken(step: Step, loaded: Loaded, flow: Flow, turn: Turn) -> Taken:
    return Taken(
        loaded=loaded,
        flow=flow,
        turn=turn,
        event=type(step.event).__name__,
        channel=step.channel,
        said=_label(step, loaded.state.prompt) or step.said,
        actor=step.actor,
        data=step.data,
    )


def _label(step: Step, prompt: Prompt | None) -> str | None:
    """The words on the button that was tapped: known only now when the same input also opened the question."""
    if not isinstance(step.event, Tapped) or prompt is None or prompt.visit != step.event.visit:
        return None
    return prompt.label_of(step.event.option)
