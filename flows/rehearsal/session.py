"""One rehearsed conversation: the real engine, a clock that only moves when told, and timers that fire in time.

Between any two turns the state becomes JSON and is read back, so whatever a rehearsal shows also survives storage.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flows.codec import decode_state, encode_state
from flows.definition.flow import Flow
from flows.effects import CancelTimers, Effect, Give, SetTimer, Withdraw
from flows.engine import advance, begin
from flows.events import Event, TimerFired, Unreachable
from flows.rehearsal.stage import START, Stage
from flows.scene import Granted, Reach, Scene
from flows.state import State
from flows.turn import Turn

Moments = tuple[tuple[Turn, datetime], ...]
"""Turns, each with the time it was taken."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A timer that is set: when it fires, and the turn that set it."""

    name: str
    due: datetime
    turn: int


@dataclass(frozen=True)
class Session:
    """A rehearsal as it stands. Every move gives the next session and the turns it took; nothing changes in place."""

    flow: Flow
    state: State
    scene: Scene
    now: datetime
    alarms: tuple[Alarm, ...] = ()

    def play(self, event: Event) -> tuple["Session", Turn]:
        """One event, now."""
        scene = _without(self.scene, event)
        turn = advance(self.flow, self.state, event, scene, self.now)
        state = decode_state(encode_state(turn.state))
        session = replace(self, state=state, scene=scene)
        for effect in turn.effects:
            session = session.after(effect)
        return session, turn

    def after(self, effect: Effect) -> "Session":
        """What an effect changes around the conversation: alarms, grants and reach."""
        match effect:
            case SetTimer(name=name, due=due):
                others = tuple(alarm for alarm in self.alarms if alarm.name != name)
                return replace(self, alarms=(*others, Alarm(name, due, self.state.turn)))
            case CancelTimers():
                return replace(self, alarms=())
            case Give(offer=offer, code=code, expires_at=expires_at, value=value):
                grant = Granted(offer, code, expires_at, money=code is not None or bool(value))
                return replace(self, scene=replace(self.scene, granted=(*self.scene.granted, grant)))
            case Withdraw():
                return replace(self, scene=replace(self.scene, reach=Reach("closed", "closed")))
            case _:
                return self

    def wait(self, span: timedelta) -> tuple["Session", Moments]:
        """Let time pass; every timer that comes due fires at its time, which comes back beside its turn."""
        until = self.now + span
        session: Session = self
        turns: list[tuple[Turn, datetime]] = []
        while (alarm := session.next_alarm()) is not None and alarm.due <= until:
            session, turn = session.ring(alarm)
            turns.append((turn, session.now))
        return replace(session, now=until), tuple(turns)

    def next_alarm(self) -> Alarm | None:
        """The timer that fires next, or None when none is set."""
        return min(self.alarms, key=lambda alarm: alarm.due, default=None)

    def ring(self, alarm: Alarm) -> tuple["Session", Turn]:
        """Go to the time of this timer and let it fire."""
        rest = tuple(other for other in self.alarms if other != alarm)
        session = replace(self, now=max(self.now, alarm.due), alarms=rest)
        return session.play(TimerFired(alarm.name, alarm.turn))


def rehearse(
    flow: Flow, *, language: str, seed: int = 1, arm: str = "offer", stage: Stage | None = None, start: datetime = START
) -> Session:
    """A session before its first event."""
    scene = (stage or Stage()).scene(flow.catalogue)
    return Session(flow, begin(flow, language=language, seed=seed, arm=arm), scene, start)


def _without(scene: Scene, event: Event) -> Scene:
    """A channel that refused for good can be written to no more."""
    if not isinstance(event, Unreachable):
        return scene
    reach = scene.reach
    lost = replace(reach, telegram="none") if event.channel == "telegram" else replace(reach, email="none")
    return replace(scene, reach=lost)
