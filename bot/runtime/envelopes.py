"""Raw input that our own doors write: JSON whose shape is ours. Read back here into arrivals."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from bot.runtime.arrivals import (
    AnsweredOnPage,
    Arrival,
    CameThrough,
    CommandedOnPage,
    Ignored,
    ShopReported,
    StaffActed,
    StaffPutRight,
    WasCancelled,
    WasRefused,
)
from bot.runtime.tokens import find_tokens
from flows.words import Channel


def page_answer(answer: AnsweredOnPage) -> str:
    """The payload of a posted survey page."""
    document = {"link": answer.link_id, "visit": answer.visit, "option": answer.option, "text": answer.text}
    mail = str(answer.mail) if answer.mail is not None else None
    more = {"origin": dict(answer.origin), "label": answer.label, "mail": mail}
    return json.dumps(document | {"channel": answer.channel} | {name: said for name, said in more.items() if said})


def page_command(link_id: int, name: str, argument: str | None = None) -> str:
    """The payload of a posted preferences page: see CommandedOnPage."""
    return json.dumps({"link": link_id, "command": name, "argument": argument})


def door_answer(place: str, visitor: str, language: str, visit: int, *, option: str | None, text: str | None) -> str:
    """The payload of a first answer on the page behind a poster."""
    document = {"place": place, "visitor": visitor, "language": language, "visit": visit}
    return json.dumps(document | {"option": option, "text": text})


def staff_action(
    conversation: str, action: Literal["take", "say", "release"], staff: str, text: str | None = None
) -> str:
    """The payload of what a member of staff did."""
    return json.dumps({"conversation": conversation, "action": action, "staff": staff, "text": text})


def staff_correction(conversation: str, staff: str, visit: int, barriers: Sequence[str], sub_code: str | None) -> str:
    """The payload of what a member of staff put right: what the answer of `visit` names instead, best first."""
    document = {"conversation": conversation, "action": "put_right", "staff": staff, "visit": visit}
    return json.dumps(document | {"barriers": list(barriers), "sub_code": sub_code})


def refusal(conversation_id: int, channel: str) -> str:
    """The payload of a refusal for good."""
    return json.dumps({"conversation": conversation_id, "channel": channel})


def read_page(payload: str) -> Arrival:
    """A posted page."""
    document = read_document(payload)
    if "command" in document:
        return CommandedOnPage(int(document["link"]), str(document["command"]), document.get("argument"))
    channel: Channel = "email" if document["channel"] == "email" else "web"
    return AnsweredOnPage(
        int(document["link"]),
        int(document["visit"]),
        document.get("option"),
        document.get("text"),
        channel,
        {str(name): str(value) for name, value in (document.get("origin") or {}).items()},
        document.get("label"),
        next(iter(find_tokens(document.get("mail") or "")), None),
    )


def read_door(payload: str) -> Arrival:
    """A first answer on the page behind a poster."""
    document = read_document(payload)
    who = str(document["place"]), str(document["visitor"]), str(document["language"])
    return CameThrough(*who, int(document["visit"]), document.get("option"), document.get("text"))


def read_staff(payload: str) -> Arrival:
    """What a member of staff did."""
    document = read_document(payload)
    if document["action"] == "put_right":
        who = str(document["conversation"]), str(document["staff"])
        barriers = tuple(str(barrier) for barrier in document["barriers"])
        return StaffPutRight(*who, int(document["visit"]), barriers, document["sub_code"])
    if document["action"] not in ("take", "say", "release"):
        return Ignored("unknown staff action")
    return StaffActed(str(document["conversation"]), document["action"], str(document["staff"]), document.get("text"))


def read_shop(payload: str) -> Arrival:
    """What the shop reported."""
    document = read_document(payload)
    identities = {kind: str(value) for kind, value in document.get("identities", {}).items() if value}
    at = datetime.fromisoformat(str(document["at"]))
    return ShopReported(str(document["kind"]), identities, at, dict(document.get("data", {})))


def read_refusal(payload: str) -> Arrival:
    """A refusal for good."""
    document = read_document(payload)
    return WasRefused(int(document["conversation"]), document["channel"])


def read_cancel(payload: str) -> Arrival:
    """A conversation whose campaign was stopped."""
    return WasCancelled(int(payload))


def read_document(payload: str) -> dict[str, Any]:
    """A JSON object. Raises ValueError or TypeError for anything else."""
    document = json.loads(payload)
    if not isinstance(document, dict):
        raise TypeError("an envelope is a JSON object")
    return document
