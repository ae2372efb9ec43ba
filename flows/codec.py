"""State and messages to JSON and back. A format number lets later versions read what earlier ones wrote.

A new field of `State` with a default needs no new format: what was written before is read without it. Anything else
(a field renamed, moved, or read in another way) makes the next format: add one to `FORMAT` and, to `UPGRADES`, the
function that makes the new fields of the old ones. tests/flows/samples keeps states as every version wrote them.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import TypeAdapter

from flows.errors import EngineMisuse
from flows.messages import Message
from flows.state import State

Fields = dict[str, Any]
"""A state's fields as they stand in JSON."""

Upgrade = Callable[[Fields], Fields]
"""A state's fields in one format -> the same in the next."""

FORMAT: Final = 1
"""The format written."""

UPGRADES: Final[Mapping[int, Upgrade]] = {}
"""Format -> what makes the next one of it. Every format from 1 to the one before FORMAT is here."""

_STATE: TypeAdapter[State] = TypeAdapter(State)
_MESSAGE: TypeAdapter[Message] = TypeAdapter(Message)

_HEAD: Final = f'{{"format": {FORMAT}, "state": '
"""How a state of today's format begins: it is read from its text at once, not from a document made of it."""


def encode_state(state: State) -> str:
    """The state as one line of JSON."""
    return f"{_HEAD}{_STATE.dump_json(state).decode()}}}"


def decode_state(text: str) -> State:
    """The state from its JSON, whatever format it was written in.

    Raises EngineMisuse when it was written by a newer version or is damaged.
    """
    try:
        if text.startswith(_HEAD) and text.endswith("}"):
            return _STATE.validate_json(text[len(_HEAD) : -1])
        document: dict[str, Any] = json.loads(text)
        written = document["format"]
        fields = document["state"] if written == FORMAT else upgraded(document["state"], written, FORMAT, UPGRADES)
        return _STATE.validate_python(fields)
    except (KeyError, TypeError, ValueError) as error:
        raise EngineMisuse(
            f"conversation state cannot be read: {type(error).__name__}; restore it from a backup"
        ) from error


def upgraded(fields: Fields, written: int, wanted: int, upgrades: Mapping[int, Upgrade]) -> Fields:
    """Fields that were written in an earlier format, step by step in the format wanted.

    Raises EngineMisuse when they come from a newer one, KeyError when there never was such a format.
    """
    if written > wanted:
        raise EngineMisuse(f"conversation state has format {written}, this version reads {wanted}; update Holdback")
    for number in range(written, wanted):
        fields = upgrades[number](fields)
    return fields


def encode_message(message: Message) -> str:
    """The message as one line of JSON."""
    return _MESSAGE.dump_json(message).decode()


def decode_message(text: str) -> Message:
    """The message from its JSON. Raises EngineMisuse when it is damaged."""
    try:
        return _MESSAGE.validate_json(text)
    except ValueError as error:
        raise EngineMisuse(
            f"stored message cannot be read: {type(error).__name__}; restore it from a backup"
        ) from error
