"""A conversation's state: one frozen value that survives as JSON between turns (see `codec`)."""

from dataclasses import dataclass
from datetime import datetime

from flows.answers import Answer
from flows.messages import Prompt
from flows.words import Channel, Status


@dataclass(frozen=True)
class State:
    """Everything the engine needs to go on.

    `seed` fixes the random order of options for this prospect; `turn` counts turns (a prompt's visit is the turn that
    asked it); `asked_at` is when the open prompt was first asked; `questions` counts questions asked, against the
    flow's promise; `misses` counts replies not understood at the open prompt; `rung` is how far the silence ladder has
    been climbed for the open prompt; `pending_text` keeps words that wait for a confirmation; `interrupted` is the
    question to come back to after a confirmation or a person; `held_by` names the member of staff who has taken over;
    `timer` is the one timer that is valid, with the turn that set it; `put_off_to` is when they have asked themselves
    to be asked the open prompt again.
    """

    flow: str
    version: int
    language: str
    seed: int
    arm: str = "offer"
    status: Status = "waiting"
    turn: int = 0
    step: str | None = None
    prompt: Prompt | None = None
    asked_at: datetime | None = None
    channel: Channel | None = None
    answers: tuple[Answer, ...] = ()
    barriers: tuple[str, ...] = ()
    questions: int = 0
    granted: tuple[str, ...] = ()
    misses: int = 0
    rung: int = 0
    pending_text: str | None = None
    interrupted: str | None = None
    timer: tuple[str, int] | None = None
    put_off_to: datetime | None = None
    held_by: str | None = None
    outcome: str | None = None

    @property
    def main_barrier(self) -> str | None:
        """The barrier that offers go by: the first one named that still applies."""
        return self.barriers[0] if self.barriers else None
