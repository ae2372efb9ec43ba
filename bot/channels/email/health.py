"""How reading of the mailbox is doing, for the pages that staff look at."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["off", "starting", "ok", "retrying"]
"""`off`: no mailbox is set."""


@dataclass(slots=True)
class MailHealth:
    """`detail` is a sentence with the cure, empty when all is well. `last_ok`: when the mailbox was last read."""

    state: State = "off"
    detail: str = ""
    last_ok: datetime | None = None

    def good(self, now: datetime) -> None:
        """It worked just now."""
        self.state, self.detail, self.last_ok = "ok", "", now

    def bad(self, detail: str) -> None:
        """It did not work. `last_ok` stays."""
        self.state, self.detail = "retrying", detail
