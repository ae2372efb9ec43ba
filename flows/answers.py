"""An answer as it is kept: what was chosen, what was said, what it was understood as."""

from dataclasses import dataclass
from datetime import datetime

from flows.words import Channel


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to one question visit.

    `value` is the option's id, or None for free text; `barriers` what it names, best first; `verbatim` the person's own
    words or the label that was tapped; `sub_code` a finer reason inside a barrier (e.g. `checkout_problem`). Times are
    UTC.
    """

    step: str
    visit: int
    value: str | None
    barriers: tuple[str, ...]
    verbatim: str
    language: str
    channel: Channel
    asked_at: datetime
    answered_at: datetime
    sub_code: str | None = None
