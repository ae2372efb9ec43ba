"""How Telegram is doing, for the pages that staff look at and for readiness."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["starting", "ok", "retrying", "conflict", "revoked", "storage"]
"""`conflict`: another program receives our updates; `revoked`: the token is refused; `storage`: our database is."""


@dataclass(slots=True)
class TelegramHealth:
    """One side of the channel: receiving, or sending. `detail` is a sentence with the cure, empty when all is well."""

    last_ok: datetime | None = None
    state: State = "starting"
    detail: str = ""

    @property
    def red(self) -> bool:
        """Whether a person has to do something."""
        return self.state in ("conflict", "revoked", "storage")

    def good(self, now: datetime) -> None:
        """It worked just now."""
        self.last_ok, self.state, self.detail = now, "ok", ""

    def bad(self, state: State, detail: str) -> None:
        """It did not work. `last_ok` stays."""
        self.state, self.detail = state, detail
