"""Reads the parameters of a call from query, form, multipart or JSON, as the Bot API does."""

import email.policy
import json
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl

from tests.edge.telegram.errors import JSON, bad_request
from tests.edge.wire import Request


class Params:
    """The named values of one call. A value is text (forms) or any JSON value (JSON bodies)."""

    def __init__(self, values: JSON) -> None:
        self.values = values

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str:
        """The value as text; "" when it is missing."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """The value as a whole number; `default` when it is missing or is none, as the real server reads it."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        """Whether the value is one of true, yes, 1."""
        return self.text(name).strip().lower() in {"true", "yes", "1"}

    def json(self, name: str, what: str) -> Any:
        """The value as JSON, None when it is missing. Raises ApiError 400 naming `what` when it is no JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {what} JSON object") from None


def read_params(request: Request) -> Params:
    """The parameters of a request: those of the body over those of the query."""
    content_type = request.headers.get("content-type", "")
    values: JSON = dict(request.query)
    if content_type.startswith("application/json"):
        values |= _json_body(request.body)
    elif content_type.startswith("multipart/form-data"):
        values |= _multipart_body(content_type, request.body)
    elif content_type.startswith("application/x-www-form-urlencoded"):
        values |= dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    return Params(values)


def _json_body(body: bytes) -> JSON:
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(value, dict):
        raise bad_request("object expected")
    return value


def _multipart_body(content_type: str, body: bytes) -> JSON:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = message_from_bytes(head + body, policy=email.policy.HTTP)
    values: JSON = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes):
            values[name] = payload.decode("utf-8", "replace")
    return values
