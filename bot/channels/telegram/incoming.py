"""An update of the Bot API becomes an arrival. Pure; whatever is sent, nothing here raises."""

import re
from collections.abc import Mapping
from typing import Any, Final

from bot.channels.telegram.clean import language_of, name_of, sound, table, text_of, whole
from bot.runtime.arrivals import (
    Arrival,
    Blocked,
    GaveCommand,
    Ignored,
    PressedButton,
    PressedStart,
    Sender,
    Spoke,
    Unblocked,
)
from bot.runtime.ports import read_button_data
from flows.understanding.safety import is_stop_word

KINDS: Final = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update we ask for and read."""

COMMANDS: Final = ("help", "language", "privacy", "why", "mydata", "limit", "forget", "stop")

MEDIA: Final = frozenset(
    {
        "animation", "audio", "checklist", "contact", "dice", "document", "game", "live_photo", "location",
        "paid_media", "photo", "poll", "sticker", "story", "venue", "video", "video_note", "voice",
    }
)  # fmt: skip
"""What a person may send that we do not read. A message with no text and none of these is Telegram's own ("pinned")."""

INVALID_TOKEN: Final = "invalid"  # noqa: S105 - it stands for a link that cannot be ours, so that the prospect is told so
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
# Japanese keyboards write the full-width slash; people write "/stop!".
_COMMAND: Final = re.compile(r"[/／]([A-Za-z0-9_]{1,32})(?:@\w{1,64})?[.!?…。！]*(?:\s+(.*))?", re.DOTALL)
_NONCE: Final = re.compile(r"[A-Za-z0-9_-]{22}")


def translate(update: object) -> Arrival:
    """What an update says, as an arrival; `Ignored` with the reason when it says nothing to us. Never raises."""
    body, kind = body_of(update)
    sender = sender_of(body)
    if kind is None:
        return Ignored("a kind of update that we do not read")
    if kind != "callback_query" and table(body.get("chat")).get("type") != "private":
        return Ignored("not a private chat")
    if sender is None:
        return Ignored("not from a person")
    match kind:
        case "message":
            return _message(body, sender)
        case "edited_message":
            return _edited(body, sender)
        case "callback_query":
            return _pressed(body, sender)
        case _:
            return _membership(body, sender)


def body_of(update: object) -> tuple[Mapping[str, Any], str | None]:
    """The part of an update that matters and its kind; an empty part and None when there is none we read."""
    fields = table(update)
    for kind in KINDS:
        if isinstance(fields.get(kind), dict):
            return fields[kind], kind
    return {}, None


def sender_of(body: Mapping[str, Any]) -> Sender | None:
    """Who it came from; None for bots, channels and ids that cannot be."""
    person = table(body.get("from"))
    number = whole(person.get("id"))
    if number is None or number <= 0 or person.get("is_bot") not in (None, False):
        return None
    return Sender("telegram", str(number), name_of(person.get("first_name")), language_of(person.get("language_code")))


def _message(body: Mapping[str, Any], sender: Sender) -> Arrival:
    text = text_of(body.get("text") or body.get("caption"))
    if not text and not isinstance(body.get("text"), str) and not MEDIA & body.keys():
        return Ignored("nothing a person said")
    # What others wrote may be an answer when it is passed on, but it commands nothing.
    forwarded = "forward_origin" in body or "forward_date" in body
    return (None if forwarded else _command(text, sender)) or Spoke(sender, text)


def _edited(body: Mapping[str, Any], sender: Sender) -> Arrival:
    """The first wording is the answer: another question may be open by now. Only a wish for silence always counts."""
    match _message(body, sender):
        case GaveCommand(name="stop" | "forget") as command:
            return command
        case Spoke(text=text) as spoken if is_stop_word(text):
            return spoken
        case _:
            return Ignored("changed after it was sent")


def _command(text: str, sender: Sender) -> Arrival | None:
    found = _COMMAND.fullmatch(text)
    if found is None:
        return None
    name, argument = found[1].lower(), (found[2] or "").strip()
    if name == "start":
        return PressedStart(sender, _token(argument))
    if name not in COMMANDS:
        return GaveCommand(sender, "help")
    return GaveCommand(sender, name, name_of(argument))


def _token(payload: str) -> str | None:
    if not payload:
        return None
    return payload if _TOKEN.fullmatch(payload) else INVALID_TOKEN


def _pressed(body: Mapping[str, Any], sender: Sender) -> Arrival:
    if table(table(body.get("message")).get("chat")).get("type") not in (None, "private"):
        return Ignored("not a private chat")
    data = body.get("data")
    button = read_button_data(sound(data)) if isinstance(data, str) else None
    if button is None or not _NONCE.fullmatch(button[0]):
        return Ignored("a button that is not ours")
    return PressedButton(sender, *button)


def _membership(body: Mapping[str, Any], sender: Sender) -> Arrival:
    match table(body.get("new_chat_member")).get("status"):
        case "kicked":
            return Blocked(sender)
        case "member":
            return Unblocked(sender)
        case _:
            return Ignored("a membership that changes nothing for us")
