"""Staff: who may come in. Only for admins."""

import re

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.console.gate import LINK_PATH, Visit
from storage import audit, staff
from storage.database import Record, Tx
from storage.staff import LINK_LIFETIME, ROLES

ADDRESS = re.compile(r"[^@\s\x00-\x1f<>,;\"]{1,64}@[^@\s\x00-\x1f<>,;\"]{1,250}")


async def show(visit: Visit) -> Response:
    """Everybody, with their role."""
    return await _page(visit)


async def add(visit: Visit) -> Response:
    """Let somebody in: shows their one-time link, this once."""
    email, role = staff.normalise_email(visit.said("email", limit=320)), visit.said("role")
    known = next((one for one in ROLES if one == role), None)
    if not ADDRESS.fullmatch(email) or known is None:
        return await _page(visit, status=422, error="console-staff-address", email=email)
    async with visit.house.database.read() as tx:
        if await staff.find_by_email(tx, email) is not None:
            return await _page(visit, status=409, error="console-staff-known", email=email)

    async def work(tx: Tx) -> str:
        number = await staff.add(tx, email, known, visit.now)
        await audit.note(tx, visit.staff.email, "staff added", email, visit.now)
        return await staff.make_login_token(tx, number, visit.now)

    return await _with_link(visit, email, await visit.house.database.transact(work))


async def link(visit: Visit) -> Response:
    """A new one-time link for somebody who has lost the password, shown this once."""
    person = await _person(visit)
    if person.disabled_at is not None:
        raise HTTPException(409)

    async def work(tx: Tx) -> str:
        await audit.note(tx, visit.staff.email, "login link made", person.email, visit.now)
        return await staff.make_login_token(tx, person.id, visit.now)

    return await _with_link(visit, person.email, await visit.house.database.transact(work))


async def disable(visit: Visit) -> Response:
    """Let somebody in no more, at once. The last admin stays, and nobody shuts themselves out."""
    person = await _person(visit)
    if person.id == visit.staff.staff_id:
        return await _page(visit, status=409, error="console-staff-yourself")

    async def work(tx: Tx) -> None:
        if await staff.disable(tx, person.id, visit.now):
            await audit.note(tx, visit.staff.email, "staff disabled", person.email, visit.now)

    await visit.house.database.transact(work)
    return visit.go("/console/staff")


async def enable(visit: Visit) -> Response:
    """Let somebody in again."""
    person = await _person(visit)

    async def work(tx: Tx) -> None:
        if await staff.enable(tx, person.id):
            await audit.note(tx, visit.staff.email, "staff enabled", person.email, visit.now)

    await visit.house.database.transact(work)
    return visit.go("/console/staff")


async def account(visit: Visit) -> Response:
    """One's own account: the password, and signing out everywhere."""
    return visit.show("account.html")


async def _person(visit: Visit) -> Record:
    number = visit.said("staff", limit=18)
    if not (number.isascii() and number.isdigit()):
        raise HTTPException(422)
    async with visit.house.database.read() as tx:
        person = await staff.get(tx, int(number))
    if person is None:
        raise HTTPException(404)
    return person


async def _with_link(visit: Visit, email: str, token: str) -> Response:
    minutes = int(LINK_LIFETIME.total_seconds() // 60)
    return await _page(visit, link=visit.house.base_url + LINK_PATH + token, link_for=email, minutes=minutes)


async def _page(visit: Visit, *, status: int = 200, **context: object) -> Response:
    async with visit.house.database.read() as tx:
        everybody = await staff.list_all(tx)
        log = await audit.newest(tx, 30)
    known = {"link": None, "link_for": None, "minutes": 0, "error": None, "email": ""}
    values = known | context | {"everybody": everybody, "log": log, "roles": ROLES}
    return visit.show("staff.html", status=status, **values)
