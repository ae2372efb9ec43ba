"""What is kept of an update: who, where, and the words. Phone numbers, places and files never reach the database."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from bot.channels.telegram.clean import sound, table, whole
from bot.channels.telegram.incoming import KINDS, MEDIA, body_of, sender_of
from bot.runtime.intake import RawInput

_NOBODY: Final = "telegram:nobody"
_TAP: Final = "callback:"
_QUERY_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")

# What `translate` reads of each part. `True` keeps a plain value, "there" only that the field is there.
_PERSON: Final = {"id": True, "is_bot": True, "first_name": True, "language_code": True}
_CHAT: Final = {"id": True, "type": True}
_MARKS: Final = dict.fromkeys((*MEDIA, "forward_origin", "forward_date"), "there")
_MESSAGE: Final = {
    **dict.fromkeys(("message_id", "date", "edit_date", "media_group_id", "text", "caption"), True),
    "from": _PERSON,
    "chat": _CHAT,
    **_MARKS,
}
_PARTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "message": _MESSAGE,
    "edited_message": _MESSAGE,
    "callback_query": {"id": True, "data": True, "from": _PERSON, "message": {"message_id": True, "chat": _CHAT}},
    "my_chat_member": {"date": True, "from": _PERSON, "chat": _CHAT, "new_chat_member": {"status": True}},
}


def raw_input(update: object) -> RawInput:
    """The update as it is kept, with its key and its lane. Never raises: of anything odd, what can be kept is kept."""
    return RawInput("telegram", natural_key(update), lane(update), json.dumps(slim(update), ensure_ascii=True))


def acknowledged_by(item: RawInput) -> str | None:
    """The id by which a tap that is kept is acknowledged, or None when it is no tap: its key is made of it."""
    return item.natural_key.removeprefix(_TAP) if item.natural_key.startswith(_TAP) else None


def natural_key(update: object) -> str:
    """The same text whenever the same thing comes again, under any update_id: their numbers start anew at times."""
    body, kind = body_of(update)
    if kind == "callback_query":
        query = callback_id(update)
        return f"{_TAP}{query}" if query else _by_content(update)
    chat, message = whole(table(body.get("chat")).get("id")), whole(body.get("message_id"))
    edited = whole(body.get("edit_date", 0))
    if kind == "my_chat_member" or chat is None or message is None or edited is None:
        return _by_content(update)
    if kind == "edited_message" and not edited:
        return _by_content(update)
    album = body.get("media_group_id")
    if isinstance(album, str) and _QUERY_ID.fullmatch(album) and not body.get("caption"):
        # Ten photos at once are ten messages; they are answered once.
        return f"album:{chat}:{album}"
    return f"message:{chat}:{message}:{edited}"


def lane(update: object) -> str:
    """Whose order an update belongs to: `telegram:<user id>`, or one lane for all that comes from nobody."""
    sender = sender_of(body_of(update)[0])
    return f"telegram:{sender.value}" if sender else _NOBODY


def callback_id(update: object) -> str | None:
    """The id by which a tap is acknowledged (`answerCallbackQuery`), or None when the update is no tap."""
    body, kind = body_of(update)
    number = body.get("id")
    if kind != "callback_query" or not isinstance(number, str) or not _QUERY_ID.fullmatch(number):
        return None
    return number


def slim(update: object) -> dict[str, Any]:
    """What `translate` reads of an update, in plain values of bounded size; of other kinds, only their name."""
    fields = table(update)
    kept: dict[str, Any] = {"update_id": whole(fields.get("update_id"))}
    for kind in KINDS:
        if isinstance(fields.get(kind), dict):
            kept[kind] = _pick(fields[kind], _PARTS[kind])
    if len(kept) == 1:
        kept["unread"] = [str(_plain(name)) for name in list(fields)[:8] if name != "update_id"]
    return kept


def _pick(body: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    picked: dict[str, Any] = {}
    for name in wanted.keys() & body.keys():
        part = wanted[name]
        if isinstance(part, Mapping):
            picked[name] = _pick(table(body[name]), part)
        else:
            picked[name] = True if part == "there" else _plain(body[name])
    return picked


def _plain(value: object) -> str | int | bool | None:
    if isinstance(value, str):
        return sound(value)
    return value if isinstance(value, bool) else whole(value)


def _by_content(update: object) -> str:
    number = whole(table(update).get("update_id"))
    digest = hashlib.sha256(_spelled(update)).hexdigest()[:32]
    return f"update:{'none' if number is None else number}:{digest}"


def _spelled(update: object) -> bytes:
    try:
        return json.dumps(update, sort_keys=True, ensure_ascii=True).encode()
    except (TypeError, ValueError, RecursionError):
        # Too deep, or numbers of thousands of digits: told apart by what can be kept of it.
        return json.dumps(slim(update), sort_keys=True, ensure_ascii=True).encode()
