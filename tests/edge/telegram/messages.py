"""Messages as they stand on a user's screen."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from tests.edge.telegram.errors import JSON


@dataclass(frozen=True)
class Button:
    """One inline button. Exactly one of `data` and `url` is set, or neither for kinds we do not press."""

    label: str
    data: str | None = None
    url: str | None = None


@dataclass
class ChatMessage:
    """One message as the user sees it now. `revision` grows with every change, over the whole chat."""

    message_id: int
    by: Literal["user", "bot"]
    text: str
    date: datetime
    entities: list[JSON] = field(default_factory=list)
    markup: JSON | None = None
    extra: JSON = field(default_factory=dict)
    edit_date: datetime | None = None
    revision: int = 0

    @property
    def edited(self) -> bool:
        """Whether the client shows "edited"."""
        return self.edit_date is not None

    @property
    def rows(self) -> list[list[Button]]:
        """The inline keyboard, row by row."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return [
            [Button(button["text"], button.get("callback_data"), button.get("url")) for button in row] for row in rows
        ]

    @property
    def buttons(self) -> list[Button]:
        """The inline buttons in reading order."""
        return [button for row in self.rows for button in row]

    @property
    def labels(self) -> list[str]:
        """The inline buttons' labels in reading order."""
        return [button.label for button in self.buttons]

    def as_api(self, sender: JSON, chat: JSON) -> JSON:
        """The Message object of the Bot API."""
        body: JSON = {
            "message_id": self.message_id,
            "from": sender,
            "chat": chat,
            "date": int(self.date.timestamp()),
            **self.extra,
        }
        if self.edit_date is not None:
            body["edit_date"] = int(self.edit_date.timestamp())
        if self.text:
            body["text"] = self.text
        if self.entities:
            body["entities"] = self.entities
        if self.markup is not None and "inline_keyboard" in self.markup:
            body["reply_markup"] = self.markup
        return body

    def as_seen(self) -> JSON:
        """What a person would tell about it, for the control endpoints."""
        return {
            "message_id": self.message_id,
            "by": self.by,
            "text": self.text,
            "edited": self.edited,
            "buttons": [[{"label": button.label, "url": button.url} for button in row] for row in self.rows],
        }
