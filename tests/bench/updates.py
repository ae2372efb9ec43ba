"""Telegram updates as they come: what people send in a survey of five turns."""

import json
from typing import Any

TURNS = 5
"""/start, /help, and three taps: a barrier, a finer answer, and whether it helped."""


def private(user: int) -> dict[str, Any]:
    """The sender and the chat of a message."""
    return {
        "from": {"id": user, "is_bot": False, "first_name": "Alex", "language_code": "en"},
        "chat": {"id": user, "type": "private", "first_name": "Alex"},
        "date": 1_772_445_600,
    }


def message(number: int, user: int, text: str) -> dict[str, Any]:
    """A text, or a command with the entity that marks it."""
    body: dict[str, Any] = {"message_id": number, **private(user), "text": text}
    if text.startswith("/"):
        body["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
    return {"update_id": number, "message": body}


def tap(number: int, user: int, data: str) -> dict[str, Any]:
    """A button under a message of the bot, which comes along with its keyboard."""
    keyboard = [[{"text": f"Answer {row}", "callback_data": f"{'n' * 22}:{row}"}] for row in range(8)]
    shown = {
        "message_id": number,
        "from": {"id": 99, "is_bot": True, "first_name": "Shop", "username": "shop_bot"},
        "chat": {"id": user, "type": "private", "first_name": "Alex"},
        "date": 1_772_445_600,
        "text": "What held you back? One tap is enough, or write it in your own words.",
        "reply_markup": {"inline_keyboard": keyboard},
    }
    body = {"id": str(number), "from": private(user)["from"], "message": shown, "chat_instance": "1", "data": data}
    return {"update_id": number, "callback_query": body}


def as_text(update: dict[str, Any]) -> str:
    """The update as it is received."""
    return json.dumps(update, ensure_ascii=False)
