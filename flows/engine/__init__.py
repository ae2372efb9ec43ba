"""The engine: `begin` a conversation, `advance` it by one event. Pure: the same arguments give the same turn."""

from datetime import datetime
from typing import Final, assert_never

from flows.definition.flow import Flow
from flows.engine import putting_right, receive, replies, silence, words
from flows.engine.draft import Draft
from flows.errors import EngineMisuse
from flows.events import (
    Bought,
    Cancelled,
    Commanded,
    Event,
    Happened,
    Opened,
    Said,
    StaffCorrected,
    StaffReleased,
    StaffSaid,
    StaffTook,
    Started,
    Tapped,
    TimerFired,
    Unreachable,
)
from flows.scene import Scene
from flows.state import State
from flows.turn import Turn
from flows.values import altered

_BEFORE_ALL: Final = State(flow="", version=0, language="", seed=0, timer=("start", 0))
"""What every conversation begins as, before it is known which it is."""


def begin(flow: Flow, *, language: str, seed: int, arm: str = "offer") -> State:
    """A conversation before its first message. `arm` is `offer` or `control` (asked, but given no offer).

    A language the flow does not speak becomes its first one. `seed` fixes the order of options for good. The timer
    `start`, set in turn 0, begins it when its first wait is over.
    """
    spoken = language if language in flow.definition.languages else flow.definition.languages[0]
    return altered(_BEFORE_ALL, flow=flow.name, version=flow.version, language=spoken, seed=seed, arm=arm)


def advance(flow: Flow, state: State, event: Event, scene: Scene, now: datetime) -> Turn:
    """One turn: what this event means for this conversation, at this moment (UTC).

    Raises EngineMisuse when `flow` is not the version that the state belongs to, or loops without asking.
    """
    if state.version != flow.version or state.flow != flow.name:
        raise EngineMisuse(
            f"conversation belongs to flow {state.flow!r} version {state.version}, "
            f"not to {flow.name!r} version {flow.version}; load the version it was started on"
        )
    draft = Draft(flow, altered(state, turn=state.turn + 1), scene, now)
    _receive(draft, event)
    return draft.turn()


def _receive(draft: Draft, event: Event) -> None:  # noqa: C901, PLR0912 - an arm for each kind of event
    match event:
        case Tapped():
            receive.tapped(draft, event)
        case Said():
            words.said(draft, event)
        case Started():
            receive.started(draft, event)
        case Opened():
            receive.opened(draft, event)
        case Commanded():
            replies.commanded(draft, event)
        case TimerFired():
            silence.timer_fired(draft, event)
        case Unreachable():
            receive.unreachable(draft, event)
        case Bought():
            receive.bought(draft)
        case Happened():
            receive.happened(draft, event)
        case Cancelled():
            receive.cancelled(draft, event)
        case StaffTook() | StaffSaid() | StaffReleased():
            receive.staff(draft, event)
        case StaffCorrected():
            putting_right.corrected(draft, event)
        case _:
            assert_never(event)
