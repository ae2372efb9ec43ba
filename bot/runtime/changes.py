"""Earlier answers that may still be changed, each with what could be said instead: what the survey page offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.runtime.context import Context
from flows.engine import retrace
from flows.messages import Button
from flows.scene import Reach, Scene
from flows.state import State
from storage.database import Record, Tx
from storage.turns import person_of


@dataclass(frozen=True, slots=True)
class Change:
    """An earlier answer and its question's visit; `options`: what it may become."""

    visit: int
    options: tuple[Button, ...]

    def label_of(self, option: str) -> str | None:
        """What stands on this option, or None: it is none of these."""
        return next((button.label for button in self.options if button.option == option), None)


Changes = Mapping[datetime, Change]
"""Changes by when the answer was given (UTC): the moment that its words in the transcript have too."""


async def changes_of(tx: Tx, context: Context, state: State, prospect: Record, now: datetime) -> Changes:
    """What the engine would let this prospect change now, by a button of an earlier question."""
    if not state.answers:
        return {}
    flow = await context.flows.get(tx, state.flow, state.version)
    scene = Scene(person=person_of(prospect), reach=Reach(), shop=context.shop)
    return {
        answer.answered_at: Change(answer.visit, buttons)
        for answer, buttons in retrace.changeable(flow, state, scene, now)
    }
