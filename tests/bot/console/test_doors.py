"""Who may go where: every door with every role, and nothing that changes by looking."""

import itertools
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from bot import console
from bot.console.gate import Door, reaches
from bot.house import House
from storage.staff import ROLES
from storage.tables import metadata
from tests.bot.console.asking import FORM, csrf_of, send, sign_in, visitor
from tests.bot.console.sample import Street

GUARDED = [door for door in console.DOORS if door.role != "anyone"]


def address(door: Door, uid: str = "nobody") -> str:
    return "/console" + door.path.replace("{uid}", uid).replace("{token}", "x" * 43)


def test_every_route_of_the_console_is_a_door_with_a_role(house: House) -> None:
    found = [route for route in console.router(house).routes if isinstance(route, APIRoute)]
    routes = {(route.path, *(route.methods or ())) for route in found}
    assert routes == {("/console" + door.path, door.method) for door in console.DOORS}
    assert {door.path for door in console.DOORS if door.role == "anyone"} == {"/login", "/link/{token}"}
    assert all(door.role in ("viewer", "agent", "admin") for door in GUARDED)


def test_a_role_reaches_itself_and_those_below_and_a_made_up_one_reaches_nothing() -> None:
    pairs = {(has, needs) for has, needs in itertools.product(ROLES, ROLES) if reaches(has, needs)}
    assert pairs == {
        ("viewer", "viewer"), ("agent", "viewer"), ("agent", "agent"),
        ("admin", "viewer"), ("admin", "agent"), ("admin", "admin"),
    }  # fmt: skip
    assert not any(reaches("owner", role) or reaches("", role) for role in ROLES)


async def test_nobody_comes_through_any_door_without_a_session(app: FastAPI) -> None:
    for door in GUARDED:
        async with visitor(app) as client:
            client.cookies.set("holdback", "made-up", domain="127.0.0.1", path="/")
            answer = await client.request(door.method, address(door), headers=FORM)
            assert answer.status_code == 303 and answer.headers["location"].startswith("/console/login"), door


@pytest.mark.parametrize(
    "role", [pytest.param(one, marks=pytest.mark.slow) if one == "agent" else one for one in ROLES]
)
async def test_every_door_opens_for_its_role_and_above_only(house: House, app: FastAPI, role: str) -> None:
    async with sign_in(house, app, role) as client:  # type: ignore[arg-type]
        token = csrf_of(await client.get("/console/account"))
        for door in GUARDED:
            if "logout" in door.path:
                continue
            data = {"csrf_token": token} if door.method == "POST" else None
            answer = await client.request(door.method, address(door), data=data, headers=FORM)
            if reaches(role, str(door.role)):
                assert answer.status_code in (200, 303, 404, 422), (door, answer.status_code)
            else:
                assert answer.status_code == 403, door


@pytest.mark.parametrize(
    ("headers", "fits", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, True, 303),
        ({"sec-fetch-site": "same-origin"}, False, 403),
        ({"sec-fetch-site": "cross-site"}, True, 403),
        ({"sec-fetch-site": "same-site"}, True, 403),
        ({"origin": "http://127.0.0.1:8000"}, True, 303),
        ({"origin": "https://evil.example"}, True, 403),
        ({"origin": "null"}, True, 303),
        ({"origin": "null"}, False, 403),
        ({}, True, 303),
        ({}, False, 403),
    ],
)
async def test_a_post_counts_only_from_our_own_page_with_its_token(
    house: House, app: FastAPI, headers: dict[str, str], fits: bool, status: int
) -> None:
    async with sign_in(house, app, "agent") as client:
        token = csrf_of(await client.get("/console/account"))
        data = {"csrf_token": token if fits else token[:-1] + "x"}
        assert (await client.post("/console/logout", data=data, headers=headers)).status_code == status


async def test_the_token_of_one_session_is_worth_nothing_in_another(house: House, app: FastAPI) -> None:
    async with sign_in(house, app, "agent", "a@x.example") as one, sign_in(house, app, "agent", "b@x.example") as other:
        token = csrf_of(await other.get("/console/account"))
        assert (await one.post("/console/logout", data={"csrf_token": token}, headers=FORM)).status_code == 403


async def test_a_login_form_counts_only_in_the_browser_it_was_shown_in(app: FastAPI) -> None:
    async with visitor(app) as one, visitor(app) as other:
        token = csrf_of(await one.get("/console/login"))
        fields = {"csrf_token": token, "email": "a@x.example", "password": "x"}
        assert (await other.post("/console/login", data=fields, headers=FORM)).status_code == 403
        await other.get("/console/login")
        assert (await other.post("/console/login", data=fields, headers=FORM)).status_code == 403


async def everything(house: House) -> dict[str, list[tuple[object, ...]]]:
    async with house.database.read() as tx:
        return {
            table.name: [tuple(row) for row in await tx.execute(table.select())]
            for table in metadata.sorted_tables
            if table.name != "audit"
        }


async def test_looking_changes_nothing(house: House, app: FastAPI, street: Street) -> None:
    email = await street.cart(0)
    await street.wander(timedelta(hours=2))
    await street.act(email, None, "Can I talk to a person?")
    uid = await street.uid(email)
    async with sign_in(house, app, "admin") as client:
        before = await everything(house)
        for _, door in itertools.product(range(2), console.DOORS):
            if door.method == "GET":
                answer = await client.get(address(door, uid))
                assert answer.status_code in (200, 303, 404, 410), door
        assert await everything(house) == before


async def test_a_post_larger_than_a_form_is_refused(house: House, app: FastAPI) -> None:
    async with sign_in(house, app, "agent") as client:
        answer = await client.post("/console/logout", data={"text": "x" * 1_100_000}, headers=FORM)
        assert answer.status_code == 413
        many = {f"f{number}": "x" for number in range(200)}
        assert (await client.post("/console/logout", data=many, headers=FORM)).status_code in (400, 403)


def number_of(email: str, page: str) -> str:
    """The number in the form of somebody's row."""
    row = page.split("<tbody")[1].split(f"<bdi>{email}</bdi>")[1]
    return row.split('name="staff" value="')[1].split('"')[0]


async def test_staff_are_added_with_a_link_that_is_shown_once_and_let_out_again(house: House, app: FastAPI) -> None:
    async with sign_in(house, app, "admin") as admin:
        added = await send(admin, "/console/staff/add", "/console/staff", email="Bea@nordlys.example", role="viewer")
        link = added.text.split("/console/link/")[1].split("<")[0]
        assert added.status_code == 200 and "bea@nordlys.example" in added.text
        assert link not in (await admin.get("/console/staff")).text
        twice = await send(admin, "/console/staff/add", "/console/staff", email="bea@nordlys.example", role="admin")
        assert twice.status_code == 409 and "known already" in twice.text
        odd = await send(admin, "/console/staff/add", "/console/staff", email="no address", role="viewer")
        assert odd.status_code == 422
        async with visitor(app) as bea:
            assert (await send(bea, "/console/link/" + link)).status_code == 303
            number = number_of("bea@nordlys.example", (await admin.get("/console/staff")).text)
            gone = await send(admin, "/console/staff/disable", "/console/staff", staff=number)
            assert gone.status_code == 303
            assert (await bea.get("/console/account")).headers["location"].startswith("/console/login")
            assert (await send(admin, "/console/staff/link", "/console/staff", staff=number)).status_code == 409
            assert (await send(admin, "/console/staff/enable", "/console/staff", staff=number)).status_code == 303
            assert (await send(admin, "/console/staff/link", "/console/staff", staff=number)).status_code == 200
        mine = number_of("admin@nordlys.example", (await admin.get("/console/staff")).text)
        self_out = await send(admin, "/console/staff/disable", "/console/staff", staff=mine)
        assert self_out.status_code == 409 and "cannot shut yourself out" in self_out.text
