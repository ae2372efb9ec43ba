"""What an arrival came to: the turns to be taken because of it."""

from dataclasses import dataclass, field
from typing import Any

from flows.events import Event
from flows.words import Channel


@dataclass(frozen=True, slots=True)
class Step:
    """One turn to be taken: the conversation, the event, and what the journal wants to know (`said`, `actor`)."""

    conversation_id: int
    event: Event
    channel: Channel | None = None
    said: str | None = None
    actor: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Meaning:
    """`note` says in a few words what it came to; `steps` are taken in order; `erased`: somebody's data went."""

    note: str
    steps: tuple[Step, ...] = ()
    erased: bool = False
