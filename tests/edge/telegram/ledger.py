"""What really happened, as Telegram knows it: the one ledger of three that the program under test cannot bend."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from tests.edge.telegram.errors import JSON


@dataclass(frozen=True)
class Call:
    """One call of the bot. `code` is the HTTP status it would have had; `fault` names what spoiled it."""

    at: datetime
    method: str
    params: JSON
    code: int
    description: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Sent:
    """A sendMessage that took effect: the user has the message, whatever the bot was told."""

    at: datetime
    chat_id: int
    message_id: int
    text: str
    markup: JSON | None


@dataclass(frozen=True)
class Edited:
    """An edit that took effect."""

    at: datetime
    chat_id: int
    message_id: int
    text: str
    markup: JSON | None


@dataclass
class Ledger:
    """Everything in order of arrival."""

    calls: list[Call] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    edited: list[Edited] = field(default_factory=list)
    deleted: list[tuple[int, int]] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)

    def count(self, method: str) -> int:
        """How many times a method was called, whatever came of it."""
        return sum(call.method.lower() == method.lower() for call in self.calls)

    def sent_to(self, chat_id: int) -> list[Sent]:
        """The messages one chat really got, oldest first."""
        return [sent for sent in self.sent if sent.chat_id == chat_id]

    def as_json(self) -> dict[str, Any]:
        """The ledger with ISO times, for another process to read."""
        return {
            "calls": [_plain(call) for call in self.calls],
            "sent": [_plain(sent) for sent in self.sent],
            "edited": [_plain(edited) for edited in self.edited],
            "deleted": [{"chat_id": chat, "message_id": message} for chat, message in self.deleted],
            "answered": list(self.answered),
        }


def _plain(entry: Call | Sent | Edited) -> dict[str, Any]:
    return {**asdict(entry), "at": entry.at.isoformat()}
