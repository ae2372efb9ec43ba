"""The two cookies of the console: the session's, and one that ties the login form to the browser it was shown in."""

import hashlib
import hmac
import secrets
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from bot.house import House
from storage import sessions

SESSION: Final = "holdback"
DOOR: Final = "holdback-door"
MOST = 200


def is_https(house: House) -> bool:
    """Whether people reach us by https: then cookies go nowhere else, and no other host of the domain can set them."""
    return house.settings.base_url.startswith("https://")


def name(base: str, house: House) -> str:
    """The cookie's name: with the prefix that browsers guard, where there is https."""
    return f"__Host-{base}" if is_https(house) else base


def session_token(request: Request, house: House) -> str | None:
    """The token of the session cookie, or None."""
    token = request.cookies.get(name(SESSION, house), "")
    return token if 0 < len(token) < MOST else None


def keep_session(response: Response, house: House, token: str) -> None:
    """Give the browser its session."""
    _set(response, house, SESSION, token, int(sessions.ABSOLUTE.total_seconds()))


def drop_session(response: Response, house: House) -> None:
    """Take the session from the browser."""
    _set(response, house, SESSION, "", 0)


def door_secret(request: Request, house: House) -> str | None:
    """What a form for people who are not signed in must carry in this browser, or None when it has no cookie yet."""
    value = request.cookies.get(name(DOOR, house), "")
    return _derived(value, house) if 0 < len(value) < MOST else None


def give_door(response: Response, house: House, value: str) -> None:
    """Tie the forms shown now to this browser."""
    _set(response, house, DOOR, value, 3600)


def door_for(request: Request, house: House) -> tuple[str, str]:
    """The cookie's value (the browser's own, or a new one) and the form token that belongs to it."""
    value = request.cookies.get(name(DOOR, house), "")
    if not 0 < len(value) < MOST:
        value = secrets.token_urlsafe(32)
    return value, _derived(value, house)


def _derived(value: str, house: House) -> str:
    return hmac.new(house.secret, b"console door:" + value.encode(), hashlib.sha256).hexdigest()


def _set(response: Response, house: House, base: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name(base, house), value, max_age=seconds, path="/", secure=is_https(house), httponly=True, samesite="lax"
    )
