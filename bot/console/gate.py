"""The gate before every page of the console: who is it, may they, and did they mean it.

Nothing is open unless its door says for whom: a route exists only as a `Door`, and a door has a role.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from urllib.parse import quote, urlsplit

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console import cookies
from bot.console.lately import Lately
from bot.console.passwords import Passwords
from bot.house import House
from bot.web.pages import render
from storage import hold, sessions, tasks
from storage.reads import inbox_view
from storage.sessions import Session
from storage.staff import ROLES, Role
from storage.tasks import Sought

LOGIN: Final = "/console/login"
PASSWORD: Final = "/console/password"  # noqa: S105 - a path
CSRF_FIELD: Final = "csrf_token"

MOST_FIELDS: Final = 600
"""Fields a form may have: a strategy has a row of them for every barrier and segment."""

LINK_PATH: Final = "/console/link/"
"""A one-time login link is the public address, this, and the token."""

Admitted = Role | Literal["anyone"]
"""For whom a door is: a role and those above it, or anyone at all (signing in)."""


@dataclass(frozen=True, slots=True)
class Console:
    """The console of one house. `guessing` lets logins count one after the other: none slips past the brake.

    `lately` keeps figures that take long to count for a minute.
    """

    house: House
    passwords: Passwords = field(default_factory=Passwords)
    guessing: asyncio.Lock = field(default_factory=asyncio.Lock)
    lately: Lately = field(default_factory=Lately)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request to a door, after the gate. `form` is what was posted; `needing`: who waits; `to_do`: open tasks.

    `off`: why nothing is sent at all, None while messages are sent.
    """

    console: Console
    request: Request
    session: Session | None
    form: FormData
    now: datetime
    needing: int = 0
    to_do: int = 0
    off: str | None = None

    @property
    def house(self) -> House:
        """The house this console belongs to."""
        return self.console.house

    @property
    def staff(self) -> Session:
        """Who it is. Only behind doors that ask for a role."""
        assert self.session is not None  # noqa: S101 - the gate has let nobody else through
        return self.session

    @property
    def by_htmx(self) -> bool:
        """Whether a part of a page is asked for, not a page."""
        return self.request.headers.get("hx-request") == "true"

    def path(self, name: str) -> str:
        """A part of the address."""
        return str(self.request.path_params[name])

    def said(self, name: str, *, limit: int = 4000) -> str:
        """A posted text, without space around; too long is refused as bad input."""
        value = self.form.get(name, "")
        text = value.strip() if isinstance(value, str) else ""
        if len(text) > limit or "\x00" in text:
            raise HTTPException(422)
        return text.replace("\r\n", "\n")

    def asked(self, name: str, *, limit: int = 200) -> str:
        """A value of the query, without space around, cut at `limit`; empty when it is not there."""
        return self.request.query_params.get(name, "").replace("\x00", "").strip()[:limit]

    def may(self, role: Role) -> bool:
        """Whether this person has this role or one above it."""
        return self.session is not None and reaches(self.session.role, role)

    def show(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """Answer with a page of the console."""
        known: dict[str, Any] = {
            "me": self.session,
            "may": self.may,
            CSRF_FIELD: self.session.csrf if self.session else None,
        }
        return render(
            self.request,
            f"console/{template}",
            status=status,
            **(
                known
                | {"zone": self.house.settings.timezone, "needing": self.needing}
                | {"to_do": self.to_do, "off": self.off}
                | context
            ),
        )

    def go(self, path: str) -> Response:
        """Answer a post with the page to look at next."""
        return RedirectResponse(path, 303)


Enter = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Door:
    """A way in: method and path below /console, for whom, and what happens behind it.

    A `quiet` door is asked by a page by itself every few seconds: it does not count as somebody being there.
    """

    method: Literal["GET", "POST"]
    path: str
    role: Admitted
    enter: Enter
    quiet: bool = False


def reaches(has: str, needs: str) -> bool:
    """Whether role `has` includes `needs`."""
    order = [str(role) for role in ROLES]
    return has in order and needs in order and order.index(has) >= order.index(needs)


async def pass_through(console: Console, door: Door, request: Request) -> Response:
    """Let a request through its door, or send it away: to the login, with a refusal, or to set a password first."""
    house = console.house
    now = house.clock.now()
    token = cookies.session_token(request, house)
    session = await _session(house, token, now)
    if door.role != "anyone":
        if session is None:
            return _to_login(request)
        if not reaches(session.role, door.role):
            raise HTTPException(403)
        if not session.has_password and door.path not in {"/password", "/logout"}:
            return RedirectResponse(PASSWORD, 303)
    form = FormData()
    if door.method == "POST":
        form = await request.form(max_files=0, max_fields=MOST_FIELDS)
        _check_meant(house, request, form, session if door.role != "anyone" else None)
    whole_page = session is not None and door.method == "GET" and not door.quiet
    needing, to_do, off = await _waiting(house) if whole_page else (0, 0, None)
    visit = Visit(console, request, session, form, now, needing, to_do, off)
    if session is not None and token and not door.quiet and now - session.seen_at > sessions.TOUCH:
        await house.database.transact(lambda tx: sessions.touch(tx, token, now))
    return await door.enter(visit)


async def _session(house: House, token: str | None, now: datetime) -> Session | None:
    if token is None:
        return None
    async with house.database.read() as tx:
        return await sessions.find(tx, token, now)


async def _waiting(house: House) -> tuple[int, int, str | None]:
    """How many wait for staff, how much is to be done, and why nothing is sent: it stands on every page."""
    async with house.database.read() as tx:
        return await inbox_view.count(tx, "needs"), await tasks.count(tx, Sought()), await hold.reason(tx)


def _to_login(request: Request) -> Response:
    """To the login, and back here afterwards. A part of a page sends the whole page there."""
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"hx-redirect": LOGIN})
    if request.method != "GET":
        return RedirectResponse(LOGIN, 303)
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"{LOGIN}?back={quote(back, safe='')}", 303)


def _check_meant(house: House, request: Request, form: FormData, session: Session | None) -> None:
    """A post counts only from our own page: the browser says so, and the form carries the token of this browser."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        raise HTTPException(403)
    origin = request.headers.get("origin")
    if site is None and origin not in (None, "null") and not _ours(str(origin), house, request):
        raise HTTPException(403)
    wanted = session.csrf if session is not None else cookies.door_secret(request, house)
    given = form.get(CSRF_FIELD)
    if not wanted or not isinstance(given, str) or not hmac.compare_digest(given.encode(), wanted.encode()):
        raise HTTPException(403)


def _ours(origin: str, house: House, request: Request) -> bool:
    ours = {urlsplit(house.settings.base_url).netloc, request.headers.get("host", "")}
    return urlsplit(origin).netloc in ours


def safe_path(path: str) -> str:
    """A path of the console to go back to; anything else leads to its first page."""
    parts = urlsplit(path)
    inside = path.startswith("/console/") and not parts.scheme and not parts.netloc and "\\" not in path
    return path if inside and not path.startswith(LOGIN) and path.isprintable() else "/console/"
