"""A person with a Telegram client: says, taps, blocks, and reads what is on the screen."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.edge.telegram.checks import command_entities
from tests.edge.telegram.errors import JSON
from tests.edge.telegram.messages import Button, ChatMessage

if TYPE_CHECKING:
    from tests.edge.telegram.cloud import Cloud

Wanted = str | Callable[[ChatMessage], bool] | None


class NoSuchButton(LookupError):
    """There is nothing of that name to press; the message lists what there is."""


@dataclass(frozen=True)
class Tapped:
    """What a tap did: a callback query was sent, a text was sent (reply keyboard), or only a link was opened."""

    update_id: int | None = None
    query_id: str | None = None
    url: str | None = None


class FakeUser:
    """One person. Made by `FakeTelegram.user`; Telegram knows them, the bot does not until they press Start."""

    def __init__(self, cloud: "Cloud", user_id: int, profile: JSON) -> None:
        self._cloud = cloud
        self._messages: list[ChatMessage] = []
        self._next_message_id = 1
        self._revision = 0
        self._chat_instance = str(-(user_id * 7919 + 1))
        self.id = user_id
        self.profile = profile
        self.started = False
        self.blocked = False
        self.deactivated = False
        self.keyboard: list[list[str]] = []
        self.toasts: list[str] = []

    # What the user sees.

    @property
    def chat(self) -> list[ChatMessage]:
        """The messages as they stand now, oldest first; copies, so that a later edit does not change them."""
        return [replace(message) for message in self._messages]

    @property
    def last(self) -> ChatMessage:
        """The newest message of the bot. Raises LookupError when it never wrote."""
        for message in reversed(self._messages):
            if message.by == "bot":
                return replace(message)
        raise LookupError(f"the bot never wrote to user {self.id}")

    def mark(self) -> int:
        """The present moment of this chat, for the `after` of wait_for."""
        return self._revision

    async def wait_for(self, wanted: Wanted = None, timeout: float = 5.0, after: int = 0) -> ChatMessage:  # noqa: ASYNC109 - told in the failure
        """The newest message of the bot that holds the text or passes the test, written or edited after mark `after`.

        Raises AssertionError with the whole chat when none comes within `timeout` seconds of real time.
        """
        deadline = time.monotonic() + timeout
        while True:
            for message in reversed(self._messages):
                if message.by == "bot" and message.revision > after and _passes(message, wanted):
                    return replace(message)
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"waited {timeout} s for {wanted!r}; the chat shows:\n{self.transcript()}")
            await self._cloud.bell.wait(left)

    async def expect_silence(self, seconds: float = 0.2) -> None:
        """Raises AssertionError when the bot writes or edits anything within `seconds` of real time."""
        mark = self.mark()
        await asyncio.sleep(seconds)
        fresh = [message.text for message in self._messages if message.by == "bot" and message.revision > mark]
        if fresh:
            raise AssertionError(f"expected silence, the bot wrote: {fresh}")

    def transcript(self) -> str:
        """The chat as text, one message a line with its buttons."""
        return "\n".join(
            f"{message.by}: {message.text}{' [edited]' if message.edited else ''}"
            + "".join(f" <{label}>" for label in message.labels)
            for message in self._messages
        )

    # What the user does.

    async def start(self, payload: str = "") -> int | None:
        """Presses Start, with the payload of a deep link if there is one; unblocks first if need be."""
        if self.blocked:
            await self.unblock()
        return await self.say(f"/start {payload}".strip())

    async def say(self, text: str) -> int | None:
        """Writes to the bot. Gives the update_id, None when the bot does not want messages."""
        return await self.share(text=text)

    async def share(self, **content: object) -> int | None:
        """Sends a message with any fields of the Bot API's Message: photo=[...], sticker={...}, contact={...}."""
        if self.blocked:
            raise RuntimeError(f"user {self.id} has blocked the bot; unblock first")
        self.started = True
        text = str(content.pop("text", ""))
        message = self._append(ChatMessage(0, "user", text, self._cloud.now(), command_entities(text), extra=content))
        return self._cloud.push("message", self._as_api(message), f"chat {self.id}")

    async def edit(self, text: str, message_id: int | None = None) -> int | None:
        """Edits one of the user's own messages, the newest by default."""
        message = self._own(message_id)
        message.text, message.entities = text, command_entities(text)
        self._touch(message, edited=True)
        return self._cloud.push("edited_message", self._as_api(message), f"chat {self.id}")

    async def tap(self, button: str | int, message: ChatMessage | int | None = None) -> Tapped:
        """Presses a button by label (whole, or a part that only one has) in the newest message that has it.

        A number is a place from 0 in the newest message with buttons. When no message has the label, the keyboard under
        the text field is tried. Raises NoSuchButton.
        """
        wanted_id = message.message_id if isinstance(message, ChatMessage) else message
        for shown in reversed(self._messages):
            if shown.by != "bot" or wanted_id not in (None, shown.message_id):
                continue
            found = _pick(shown.buttons, button)
            if found is not None:
                return await self._press(found, shown)
            if isinstance(button, int) and shown.buttons:
                break  # A place counts in the newest message with buttons, never in an older one.
        if message is None and isinstance(button, str) and any(button in row for row in self.keyboard):
            return Tapped(update_id=await self.say(button))
        raise NoSuchButton(f"no button {button!r}; the chat shows:\n{self.transcript()}\nkeyboard: {self.keyboard}")

    async def press(self, data: str, message_id: int) -> Tapped:
        """Sends a callback query with any data: a button seen before an edit, or a forged one."""
        found = [message for message in self._messages if message.message_id == message_id]
        shown = found[0] if found else ChatMessage(message_id, "bot", "", self._cloud.now())
        return await self._press(Button("", data), shown)

    async def block(self) -> int | None:
        """Blocks the bot."""
        self.blocked = True
        return self._membership("member", "kicked")

    async def unblock(self) -> int | None:
        """Unblocks the bot."""
        self.blocked = False
        return self._membership("kicked", "member")

    def deactivate(self) -> None:
        """Deletes the account."""
        self.deactivated = True

    # What the bot does to the chat (called by the methods of the Bot API).

    def receive(self, text: str, entities: list[JSON], markup: JSON | None, extra: JSON) -> ChatMessage:
        """A message of the bot arrives."""
        message = self._append(ChatMessage(0, "bot", text, self._cloud.now(), entities, markup, extra))
        if markup and "keyboard" in markup:
            self.keyboard = [
                [key if isinstance(key, str) else key["text"] for key in row] for row in markup["keyboard"]
            ]
        elif markup and markup.get("remove_keyboard"):
            self.keyboard = []
        return message

    def find(self, message_id: int) -> ChatMessage | None:
        """The live message of that id, if it is still there."""
        return next((message for message in self._messages if message.message_id == message_id), None)

    def revise(self, message: ChatMessage, text: str, entities: list[JSON], markup: JSON | None) -> None:
        """The bot edits its message."""
        message.text, message.entities, message.markup = text, entities, markup
        self._touch(message, edited=True)

    def remove(self, message: ChatMessage) -> None:
        """The bot deletes a message."""
        self._messages.remove(message)
        self._cloud.announce()

    def as_chat(self) -> JSON:
        """The Chat object."""
        names = ("first_name", "last_name", "username")
        return {
            "id": self.id,
            **{name: self.profile[name] for name in names if name in self.profile},
            "type": "private",
        }

    def as_user(self) -> JSON:
        """The User object."""
        return {"id": self.id, "is_bot": False, **self.profile}

    def _as_api(self, message: ChatMessage) -> JSON:
        return message.as_api(self._cloud.bot if message.by == "bot" else self.as_user(), self.as_chat())

    def _append(self, message: ChatMessage) -> ChatMessage:
        message.message_id = self._next_message_id
        self._next_message_id += 1
        self._messages.append(message)
        self._touch(message)
        return message

    def _touch(self, message: ChatMessage, *, edited: bool = False) -> None:
        self._revision += 1
        message.revision = self._revision
        if edited:
            message.edit_date = self._cloud.now()
        self._cloud.announce()

    def _own(self, message_id: int | None) -> ChatMessage:
        own = [
            message for message in self._messages if message.by == "user" and message_id in (None, message.message_id)
        ]
        if not own:
            raise LookupError(f"user {self.id} has no such message of their own")
        return own[-1]

    async def _press(self, button: Button, message: ChatMessage) -> Tapped:
        if button.url is not None:
            return Tapped(url=button.url)
        query_id = self._cloud.new_query(self.id)
        query = {
            "id": query_id,
            "from": self.as_user(),
            "message": self._as_api(message),
            "chat_instance": self._chat_instance,
            "data": button.data,
        }
        return Tapped(self._cloud.push("callback_query", query, f"user {self.id}"), query_id)

    def _membership(self, old: str, new: str) -> int | None:
        def member(status: str) -> JSON:
            banned: JSON = {"until_date": 0} if status == "kicked" else {}
            return {"user": self._cloud.bot, "status": status, **banned}

        change = {
            "chat": self.as_chat(),
            "from": self.as_user(),
            "date": int(self._cloud.now().timestamp()),
            "old_chat_member": member(old),
            "new_chat_member": member(new),
        }
        return self._cloud.push("my_chat_member", change, f"chat {self.id}")


def _passes(message: ChatMessage, wanted: Wanted) -> bool:
    if wanted is None:
        return True
    return wanted in message.text if isinstance(wanted, str) else wanted(message)


def _pick(buttons: list[Button], wanted: str | int) -> Button | None:
    if isinstance(wanted, int):
        return buttons[wanted] if 0 <= wanted < len(buttons) else None
    exact = [button for button in buttons if button.label == wanted]
    partial = [button for button in buttons if wanted in button.label]
    if exact:
        return exact[0]
    return partial[0] if len(partial) == 1 else None
