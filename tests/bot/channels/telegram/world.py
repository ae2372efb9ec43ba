"""What the tests of this folder share: a client of the fake, messages to send, updates that came."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from bot.channels.telegram.client import Client
from bot.channels.telegram.health import TelegramHealth
from bot.channels.telegram.outgoing import TelegramChannel
from bot.channels.telegram.request import Patience, Request
from bot.runtime.clock import VirtualClock
from bot.runtime.ports import Outgoing
from flows.messages import Button, Message, MessageKind, Prompt
from tests.edge.telegram import FakeTelegram

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NONCE = "n" * 22

TOO_DEAR, SHIPPING = Button("price", "Too expensive"), Button("shipping", "Shipping")
PERSON = Button("!person", "Talk to a person")


@asynccontextmanager
async def client(fake: FakeTelegram, read: float = 0.15) -> AsyncIterator[Client]:
    """A client as `connect` makes it, but impatient."""
    requests = [Request(8, Patience(connect=1, read=read, pool=1)) for _ in range(2)]
    try:
        yield Client(fake.token, base_url=fake.base_url, get_updates_request=requests[0], request=requests[1])
    finally:
        for request in requests:
            await request.shutdown()


def channel(bot: Client, deadline: float = 2.0) -> TelegramChannel:
    """The channel, on a clock that stands still at NOW."""
    return TelegramChannel(bot, VirtualClock(NOW), TelegramHealth(), deadline)


def message(*paragraphs: str, buttons: tuple[Button, ...] = (), kind: MessageKind = "question", **more: Any) -> Message:
    """A message with these paragraphs; a question when it has buttons."""
    prompt = Prompt("barrier", 1, buttons) if buttons else None
    return Message(kind, "en", paragraphs, prompt, **more)


def outgoing(address: int | str, what: Message, **more: Any) -> Outgoing:
    """A row of the outbox that carries it."""
    known: dict[str, Any] = {"nonce": NONCE if what.prompt else None, "edits_remote_id": None, "kind": what.kind}
    return Outgoing(id=1, address=str(address), message=what, created_at=NOW, **{**known, **more})


def written(text: object = None, *, kind: str = "message", user: Any = 5, **more: Any) -> dict[str, Any]:
    """An update with a message of a private chat. `more` are further fields of the message."""
    body = {
        "message_id": 7,
        "date": 1_700_000_000,
        "from": {"id": user, "is_bot": False, "first_name": "Test", "language_code": "hu", "username": "private_name"},
        "chat": {"id": user, "type": "private", "username": "private_name"},
        **({} if text is None else {"text": text}),
        **more,
    }
    return {"update_id": 100, kind: body}


def written_by(person: object) -> dict[str, Any]:
    """An update with a message from whatever this is."""
    update = written("x")
    update["message"]["from"] = person
    return update


def tapped(data: object = f"{NONCE}:0", **more: Any) -> dict[str, Any]:
    """An update with a tap on a button."""
    person = {"id": 5, "is_bot": False, "first_name": "Test"}
    place = {"message_id": 3, "date": 0, "chat": {"id": 5, "type": "private"}}
    return {"update_id": 101, "callback_query": {"id": "4711", "from": person, "message": place, "data": data, **more}}


def membership(status: object, chat: str = "private") -> dict[str, Any]:
    """An update about the bot's place in a chat."""
    person = {"id": 5, "is_bot": False, "first_name": "Test"}
    body = {"from": person, "chat": {"id": 5, "type": chat}, "date": 1, "new_chat_member": {"status": status}}
    return {"update_id": 102, "my_chat_member": body}
