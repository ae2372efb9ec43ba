"""A script of misbehaviour: which of the next calls go wrong, and how."""

from dataclasses import dataclass
from typing import Literal, get_args

from tests.edge.telegram.errors import ApiError, bad_request, conflict, forbidden, too_many
from tests.edge.wire import Reply, json_reply

Mode = Literal["hang", "drop", "half", "html", "500", "502", "429", "400", "401", "403", "404", "409", "delay"]
MODES: tuple[str, ...] = get_args(Mode)

# The call takes effect and the reply is lost, unless the test says otherwise: that is what makes these ambiguous.
EFFECTIVE: frozenset[str] = frozenset({"hang", "drop", "half", "html", "delay"})


@dataclass
class Fault:
    """The next `times` calls of `method` ("*": any; `chat_id` narrows it) go wrong the way `mode` says.

    `effective` says whether the call still takes effect: a dropped sendMessage that is effective did reach the user.
    A refusal (4xx) never does. `seconds` belongs to delay, `retry_after` to 429 (None leaves the parameter out).
    """

    method: str
    mode: Mode
    times: int = 1
    effective: bool = False
    chat_id: int | None = None
    seconds: float = 0.05
    retry_after: int | None = 1
    description: str = ""

    def matches(self, method: str, chat_id: int | None) -> bool:
        """Whether this fault is due for a call."""
        return (
            self.times > 0
            and self.method.lower() in {"*", method.lower()}
            and (self.chat_id is None or self.chat_id == chat_id)
        )

    def refusal(self) -> ApiError | None:
        """The refusal of a 4xx mode, else None."""
        match self.mode:
            case "400":
                return bad_request(self.description or "chat not found")
            case "401":
                return ApiError(401, "Unauthorized")
            case "403":
                return forbidden(self.description or "bot was blocked by the user")
            case "404":
                return ApiError(404, "Not Found")
            case "409":
                return conflict(
                    self.description
                    or "terminated by other getUpdates request; make sure that only one bot instance is running"
                )
            case "429":
                error = too_many(self.retry_after or 0)
                error.parameters = None if self.retry_after is None else {"retry_after": self.retry_after}
                return error
            case _:
                return None

    def spoil(self, reply: Reply) -> Reply:
        """The reply as this fault lets it through."""
        match self.mode:
            case "hang" | "drop" | "half":
                return Reply(reply.status, reply.body, reply.content_type, reply.headers, ending=self.mode)
            case "html":
                return Reply(200, b"<html><body>Welcome to the captive portal</body></html>", "text/html")
            case "502":
                return Reply(502, b"<html><body><h1>502 Bad Gateway</h1></body></html>", "text/html")
            case "500":
                body = ApiError(500, self.description or "Internal Server Error: restart").body()
                return json_reply(body, status=500)
            case _:
                return reply


class FaultScript:
    """The faults still to come, in the order they were given."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Appends a fault."""
        self._faults.append(fault)

    def clear(self) -> None:
        """Forgets every fault."""
        self._faults.clear()

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault due for this call, used up by one; None when the call shall go well."""
        for fault in self._faults:
            if fault.matches(method, chat_id):
                fault.times -= 1
                return fault
        return None
