"""State and messages to JSON and back. A format number lets later versions read what earlier ones wrote."""

import json
from typing import Any

from pydantic import TypeAdapter

from flows.errors import EngineMisuse
from flows.messages import Message
from flows.state import State

FORMAT = 1
"""The format written."""

_STATE: TypeAdapter[State] = TypeAdapter(State)
_MESSAGE: TypeAdapter[Message] = TypeAdapter(Message)


def encode_state(state: State) -> str:
    """The state as one line of JSON."""
    return json.dumps({"format": FORMAT, "state": _STATE.dump_python(state, mode="json")}, ensure_ascii=False)


def decode_state(text: str) -> State:
    """The state from its JSON. Raises EngineMisuse when it was written by a newer version or is damaged."""
    try:
        document: dict[str, Any] = json.loads(text)
        if document["format"] != FORMAT:
            raise EngineMisuse(
                f"conversation state has format {document['format']}, this version reads {FORMAT}; update Holdback"
            )
        return _STATE.validate_python(document["state"])
    except (KeyError, TypeError, ValueError) as error:
        raise EngineMisuse(
            f"conversation state cannot be read: {type(error).__name__}; restore it from a backup"
        ) from error


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
