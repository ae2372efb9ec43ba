"""The kind error page: what happened in one sentence, and what to do.

Programs under `/api` and `/hooks` answer for themselves. While the database is away everybody is asked to come again:
that is nobody's mistake, and one line in the log.
"""

from collections.abc import Awaitable, Callable

import structlog
from fastapi.exceptions import RequestValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bot.web.bodies import COME_AGAIN
from bot.web.pages import pages_of, render
from storage.engines import AWAY_KINDS, is_silent

log = structlog.get_logger("web")

KNOWN = frozenset({400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503})
PROGRAMS = ("/api/", "/hooks/")
Handler = Callable[[Request, Exception], Awaitable[Response]]


def error_page(request: Request, status: int, *, headers: dict[str, str] | None = None, **context: object) -> Response:
    """The error page for `status`; `context` may set `language`, or `what` and `cure` for other words."""
    known = status if status in KNOWN else (500 if status >= 500 else 400)
    values = {"what": None, "cure": None} | context
    language = spoken_language(request)
    return render(
        request, "error.html", status=status, headers=headers, **({"language": language} | values), number=known
    )


def spoken_language(request: Request) -> str:
    """The language of the request if its route found one, else the browser's first that we speak, else English."""
    known: str | None = getattr(request.state, "language", None)
    if known:
        return known
    spoken = pages_of(request).texts.languages
    accepted = request.headers.get("accept-language", "").split(",")
    wanted = (part.strip()[:2].lower() for part in accepted)
    return next((tag for tag in wanted if tag in spoken), "en")


def install_errors(app: Starlette) -> None:
    """Answer every error of a page kindly. Call it last: handlers that are there by then keep answering programs."""
    there = dict(app.exception_handlers)
    own = {key for key in there if isinstance(key, type) and issubclass(key, HTTPException)}
    for kind in own | {HTTPException, RequestValidationError, ClientDisconnect, Exception}:
        app.add_exception_handler(kind, _handler(there.get(kind)))
    for kind in AWAY_KINDS:
        app.add_exception_handler(kind, _away)


async def _away(request: Request, error: Exception) -> Response:
    """The database is in trouble: nothing was recorded, and whoever asked is to ask again. Raises any other error."""
    if not is_silent(error):
        raise error
    note_away(request, error)
    if request.url.path.startswith(PROGRAMS):
        return PlainTextResponse("The database is away; nothing was recorded. Send it again.", 503, COME_AGAIN)
    return error_page(request, 503, headers=COME_AGAIN)


def note_away(request: Request, error: Exception) -> None:
    """One line in the log. Of the address only its first part: links and references stand behind it."""
    door = request.url.path.split("/", 2)[1]
    log.warning("the database is away, a request is put off", door=door, error=type(error).__name__)


def _handler(programs: Callable[..., object] | None) -> Handler:
    async def answer(request: Request, error: Exception) -> Response:
        status, headers = status_of(error)
        if not request.url.path.startswith(PROGRAMS):
            return error_page(request, status, headers=headers)
        if programs is not None:
            result = programs(request, error)
            response = await result if isinstance(result, Awaitable) else result
            if isinstance(response, Response):
                return response
        return PlainTextResponse(f"The request was refused with status {status}.", status, headers)

    return answer


def status_of(error: Exception) -> tuple[int, dict[str, str] | None]:
    """The HTTP status for an exception, with the headers it asks for; 500 for what nobody expected."""
    match error:
        case HTTPException():
            return error.status_code, dict(error.headers) if error.headers else None
        case RequestValidationError():
            return 422, None
        case ClientDisconnect():
            return 400, None  # nobody is there to read it, and nothing of ours broke
        case _:
            return 500, None
