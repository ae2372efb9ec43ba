"""Signing in: by a one-time link, by password; signing out; and the password itself."""

from starlette.responses import Response

from bot.console import cookies, passwords
from bot.console.gate import CSRF_FIELD, Visit, safe_path
from bot.console.passwords import weakness
from storage import audit, sessions, staff
from storage.database import Record, Tx


async def form(visit: Visit) -> Response:
    """The login form."""
    if visit.session is not None:
        return visit.go(safe_path(visit.asked("back")))
    return _door(visit, "login.html", back=visit.asked("back"), email="", error=None)


async def sign_in(visit: Visit) -> Response:
    """Sign in with address and password. Unknown, wrong and closed get one answer, in the same time."""
    email, password = staff.normalise_email(visit.said("email", limit=320)), str(visit.form.get("password", ""))
    back = visit.said("back", limit=400)
    keys = [f"account:{email}", f"address:{_address(visit)}"]
    database = visit.house.database
    async with visit.console.guessing:
        allowed = await database.transact(lambda tx: sessions.may_guess(tx, keys, visit.now))
    if not allowed:
        return _door(visit, "login.html", status=429, back=back, email=email, error="console-login-slow")
    async with database.read() as tx:
        person = await staff.find_by_email(tx, email)
    fits = await visit.console.passwords.fits(password, person.password_hash if person else None)
    if person is None or not fits or person.disabled_at is not None:
        await database.transact(lambda tx: audit.note(tx, "console", "login refused", "a member of staff", visit.now))
        return _door(visit, "login.html", status=401, back=back, email=email, error="console-login-wrong")

    async def start(tx: Tx) -> str:
        await sessions.forgive(tx, keys)
        return await _start(tx, visit, person)

    return await _signed_in(visit, await database.transact(start), safe_path(back))


async def link(visit: Visit) -> Response:
    """A one-time link was opened. Looking uses nothing up (mail programs look too): the button does."""
    token = visit.path("token")
    async with visit.house.database.read() as tx:
        works = await staff.login_token_works(tx, token, visit.now)
    return _door(visit, "link.html", status=200 if works else 410, works=works)


async def use_link(visit: Visit) -> Response:
    """Sign in with a one-time link, then choose a password."""
    token = visit.path("token")

    async def work(tx: Tx) -> str | None:
        staff_id = await staff.use_login_token(tx, token, visit.now)
        person = await staff.get(tx, staff_id) if staff_id is not None else None
        return await _start(tx, visit, person, "login by link") if person is not None else None

    started = await visit.house.database.transact(work)
    if started is None:
        return _door(visit, "link.html", status=410, works=False)
    return await _signed_in(visit, started, "/console/password")


async def sign_out(visit: Visit) -> Response:
    """End this session."""
    token = cookies.session_token(visit.request, visit.house)

    async def work(tx: Tx) -> None:
        await sessions.end(tx, token or "")
        await audit.note(tx, visit.staff.email, "logout", visit.staff.email, visit.now)

    await visit.house.database.transact(work)
    response = visit.go("/console/login")
    cookies.drop_session(response, visit.house)
    return response


async def sign_out_everywhere(visit: Visit) -> Response:
    """End every session of this person, on whatever device."""

    async def work(tx: Tx) -> None:
        await sessions.end_all(tx, visit.staff.staff_id)
        await audit.note(tx, visit.staff.email, "logout everywhere", visit.staff.email, visit.now)

    await visit.house.database.transact(work)
    response = visit.go("/console/login")
    cookies.drop_session(response, visit.house)
    return response


async def password_form(visit: Visit) -> Response:
    """Choose a password; whoever has one may keep it."""
    return visit.show("password.html", error=None, least=passwords.LEAST)


async def set_password(visit: Visit) -> Response:
    """Keep a new password. Every session of this person ends, and this one starts anew."""
    new, again = str(visit.form.get("password", "")), str(visit.form.get("again", ""))
    problem = weakness(new, visit.staff.email) or ("different" if new != again else None)
    if problem is not None:
        error = f"console-password-{problem}"
        return visit.show("password.html", status=422, error=error, least=passwords.LEAST)
    kept = await visit.console.passwords.hash(new)

    async def work(tx: Tx) -> str:
        await staff.set_password(tx, visit.staff.staff_id, kept)
        await audit.note(tx, visit.staff.email, "password set", visit.staff.email, visit.now)
        return await sessions.start(tx, visit.staff.staff_id, visit.now)

    return await _signed_in(visit, await visit.house.database.transact(work), "/console/")


async def _start(tx: Tx, visit: Visit, person: Record, action: str = "login") -> str:
    """A session anew: the one this browser may have had before ends."""
    earlier = cookies.session_token(visit.request, visit.house)
    if earlier is not None:
        await sessions.end(tx, earlier)
    await audit.note(tx, person.email, action, person.email, visit.now)
    return await sessions.start(tx, person.id, visit.now)


async def _signed_in(visit: Visit, token: str, path: str) -> Response:
    response = visit.go(path)
    cookies.keep_session(response, visit.house, token)
    return response


def _door(visit: Visit, template: str, *, status: int = 200, **context: object) -> Response:
    """A page for people who are not signed in: its form is tied to this browser by a cookie."""
    value, token = cookies.door_for(visit.request, visit.house)
    response = visit.show(template, status=status, **({CSRF_FIELD: token} | context))
    cookies.give_door(response, visit.house, value)
    return response


def _address(visit: Visit) -> str:
    return visit.request.client.host if visit.request.client else "unknown"
