"""The result of one turn: the new state, what is to be done, and what happened in words for the journal."""

from dataclasses import dataclass

from flows.effects import Effect
from flows.state import State


@dataclass(frozen=True, slots=True)
class Turn:
    """`effects` are in the order decided.

    `note` says what the event led to (`answered`, `stale`, `ignored`, `asked`, ...).
    """

    state: State
    effects: tuple[Effect, ...]
    note: str
