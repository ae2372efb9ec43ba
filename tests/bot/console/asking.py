"""Staff asking for pages of the console over HTTP, as a browser does but without one."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from bot.house import House
from storage import sessions, staff
from storage.database import Tx

PASSWORD = "seven lamps drink green rivers"
ADDRESS = "http://127.0.0.1:8000"
FORM = {"sec-fetch-site": "same-origin"}


def visitor(app: FastAPI, address: str = ADDRESS) -> AsyncClient:
    """A browser without cookies."""
    return AsyncClient(transport=ASGITransport(app, raise_app_exceptions=False), base_url=address)


def csrf_of(page: Response) -> str:
    """The token that stands in the forms of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found is not None, page.text[:2000]
    return found[1]


async def send(client: AsyncClient, path: str, form_on: str | None = None, **data: str) -> Response:
    """Fill in the form that stands on `form_on` (else on the path itself) and send it."""
    page = await client.get(form_on or path, follow_redirects=True)
    fields = {"csrf_token": csrf_of(page)} | data
    return await client.post(path, data=fields, headers=FORM)


@asynccontextmanager
async def sign_in(house: House, app: FastAPI, role: staff.Role, email: str | None = None) -> AsyncIterator[AsyncClient]:
    """Somebody with this role and the PASSWORD, signed in without going through the door."""

    async def work(tx: Tx) -> str:
        number = await staff.add(tx, email or f"{role}@nordlys.example", role, house.clock.now())
        await staff.set_password(tx, number, kept())
        return await sessions.start(tx, number, house.clock.now())

    token = await house.database.transact(work)
    async with visitor(app) as client:
        client.cookies.set("holdback", token, domain="127.0.0.1", path="/")
        yield client


@cache
def kept() -> str:
    """The hash of PASSWORD, made once for all tests."""
    return PasswordHash((Argon2Hasher(),)).hash(PASSWORD)
