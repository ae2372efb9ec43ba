"""What people do, as the raw input that the doors would have kept."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.channels.telegram.keeping import raw_input
from bot.runtime.arrivals import AnsweredOnPage
from bot.runtime.envelopes import page_answer, page_command, staff_action
from bot.runtime.intake import RawInput
from bot.simulation.people import Person


class Doors:
    """The doors as one person uses them. Every input has a key of its own."""

    def __init__(self, person: Person) -> None:
        """Nothing came in yet."""
        self._person, self._count = person, 0

    def taps(self, data: str, now: datetime) -> RawInput:
        """A button in Telegram."""
        number = self._next()
        body = {"id": f"{self._person.number}x{number}", "from": self._who(), "data": data}
        return raw_input({"update_id": number, "callback_query": {**body, "message": self._message(number, now)}})

    def writes(self, text: str, now: datetime) -> RawInput:
        """A message in Telegram."""
        number = self._next()
        return raw_input({"update_id": number, "message": {**self._message(number, now), "text": text}})

    def blocks(self, now: datetime) -> RawInput:
        """The bot is blocked."""
        number = self._next()
        body = {"date": int(now.timestamp()) + number, "from": self._who(), "chat": self._chat()}
        return raw_input({"update_id": number, "my_chat_member": {**body, "new_chat_member": {"status": "kicked"}}})

    def posts(self, link: int, visit: int, option: str | None, text: str | None, *, from_mail: bool) -> RawInput:
        """An answer on the page."""
        payload = page_answer(AnsweredOnPage(link, visit, option, text, "email" if from_mail else "web"))
        return RawInput("page", self._key(), f"link:{link}", payload)

    def wishes(self, link: int, command: str) -> RawInput:
        """A wish on the preferences page: `stop` or `forget`."""
        return RawInput("page", self._key(), f"link:{link}", page_command(link, command))

    def shop_tells(self, kind: str, now: datetime, data: Mapping[str, Any]) -> RawInput:
        """The shop reports something of them."""
        known = {"external": self._person.external_id}
        payload = {"kind": kind, "identities": known, "at": now.isoformat(), "data": dict(data)}
        return RawInput("shop", self._key(), f"shop:{self._person.external_id}", json.dumps(payload))

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _key(self) -> str:
        return f"{self._person.external_id}:{self._next()}"

    def _who(self) -> dict[str, Any]:
        return {"id": self._person.chat, "is_bot": False, "first_name": "", "language_code": self._person.language}

    def _chat(self) -> dict[str, Any]:
        return {"id": self._person.chat, "type": "private"}

    def _message(self, number: int, now: datetime) -> dict[str, Any]:
        return {"message_id": number, "date": int(now.timestamp()), "chat": self._chat(), "from": self._who()}


def staff_does(uid: str, number: int, action: str, text: str | None = None) -> RawInput:
    """A person of the shop takes over, says something or hands back."""
    payload = staff_action(uid, action, "staff@shop.example", text)  # type: ignore[arg-type]
    return RawInput("staff", f"{uid}:{number}", f"conversation:{uid}", payload)
