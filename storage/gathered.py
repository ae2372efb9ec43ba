"""What a group of turns writes, gathered so that each table gets one statement for the whole group."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storage import choices, prospect_facts, saying, shelf, timers
from storage.database import Tx
from storage.many import many
from storage.prospect_facts import NewFact
from storage.shelf import Gift
from storage.tables import answers
from storage.timers import Wanted
from storage.turns import Marks


@dataclass(frozen=True, slots=True)
class Closed:
    """The question of a visit is withdrawn; `mark` is shown where it was asked."""

    visit: int
    mark: str | None
    turn: int
    prospect_id: int
    conversation_id: int


@dataclass(slots=True)
class Gathered:
    """Rows by table, in the order of the turns and of their effects.

    `said` are rows of the outbox and questions to be closed, which become edits in their place. `marks` is what staff
    see, by conversation.
    """

    said: list[dict[str, Any] | Closed] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    facts: list[NewFact] = field(default_factory=list)
    choices: list[dict[str, Any]] = field(default_factory=list)
    gifts: list[Gift] = field(default_factory=list)
    cancelled: list[tuple[int, str]] = field(default_factory=list)
    marks: dict[int, Marks] = field(default_factory=dict)
    _calm: list[int] = field(default_factory=list)
    _timers: dict[tuple[int, str], Wanted] = field(default_factory=dict)

    def set_timer(self, conversation_id: int, name: str, turn: int, due_at: datetime) -> None:
        """Set a timer; one with the same name is replaced."""
        self._timers[conversation_id, name] = Wanted(conversation_id, name, turn, due_at)

    def cancel_timers(self, conversation_id: int) -> None:
        """Take away every timer of a conversation, but not an erasure that was asked for."""
        self._calm.append(conversation_id)
        for key in [key for key in self._timers if key[0] == conversation_id and key[1] != "erase"]:
            del self._timers[key]

    async def write(self, tx: Tx, now: datetime) -> list[dict[str, Any]]:
        """Write everything but what is said; returns the rows of the outbox, to be written last, in order.

        Raises ShelfChanged.
        """
        await saying.cancel_in(tx, self.cancelled)
        closed = [one for one in self.said if isinstance(one, Closed)]
        seen = await saying.close_questions(tx, [(one.conversation_id, one.visit) for one in closed])
        await _ANSWER(tx, self.answers)
        await prospect_facts.put(tx, self.facts, now)
        await choices.keep(tx, self.choices)
        await shelf.give(tx, self.gifts, now)
        await timers.cancel(tx, *self._calm)
        await timers.set_timers(tx, list(self._timers.values()))
        rows: list[dict[str, Any]] = []
        for one in self.said:
            rows += _edits(one, seen, now) if isinstance(one, Closed) else [one]
        return rows


_ANSWER = many(lambda insert: insert(answers).on_conflict_do_nothing())


def _edits(closed: Closed, seen: dict[saying.Visit, list[Any]], now: datetime) -> list[dict[str, Any]]:
    where = {"prospect_id": closed.prospect_id, "conversation_id": closed.conversation_id}
    return [
        saying.edit_of(row, closed.mark, turn=closed.turn, now=now, **where)
        for row in seen.get((closed.conversation_id, closed.visit), [])
    ]
