"""Everything that goes wrong, as problem details (RFC 9457): what, where, and the cure."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from bot.web.bodies import COME_AGAIN
from storage.engines import is_silent

log = structlog.get_logger("api")

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a request: where (a JSON pointer, or the name of a parameter) and what."""

    pointer: str
    detail: str


class Problem(Exception):
    """A request that is refused. `faults` name every place that is wrong."""

    def __init__(
        self, status: int, detail: str, *, faults: Sequence[Fault] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.faults, self.headers = status, detail, faults, dict(headers or {})

    def response(self) -> Response:
        """The answer to the request."""
        content: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        if self.faults:
            content["errors"] = [{"pointer": fault.pointer, "detail": fault.detail} for fault in self.faults]
        return JSONResponse(content, self.status, self.headers, MEDIA_TYPE)


class ProblemRoute(APIRoute):
    """A route whose every failure is answered by a problem document."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, with its failures caught."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await inner(request)
            except Exception as error:  # noqa: BLE001 - programs get a problem document whatever happens
                return problem_of(error).response()

        return handle


def problem_of(error: Exception) -> Problem:
    """The problem that an error is to whoever asked; what is not theirs to know stays in the log."""
    match error:
        case Problem():
            return error
        case RequestValidationError():
            faults = [Fault(str(one["loc"][-1]), _sentence(one["msg"])) for one in error.errors()]
            return Problem(422, "a parameter is wrong; see errors", faults=faults)
        case HTTPException():
            return Problem(error.status_code, str(error.detail), headers=error.headers)
        case ClientDisconnect():
            return Problem(400, "the connection ended before the body did; send the request again")
        case _ if is_silent(error):
            log.warning("the database is away, a request is put off", door="api", error=type(error).__name__)
            words = "the database does not answer, and nothing was recorded; send the request again as Retry-After says"
            return Problem(503, words, headers=COME_AGAIN)
        case _:
            log.error("request failed", error=type(error).__name__)
            return Problem(500, "something went wrong here, not with your request; try again later")


def _sentence(text: str) -> str:
    return text[:1].lower() + text[1:]
