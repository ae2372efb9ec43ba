"""Signing in: one-time links, passwords, the brake on guessing, sessions and what ends them."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from bot.console.passwords import Passwords, hash_of_nobody, weakness
from bot.house import House, open_house
from bot.runtime.clock import VirtualClock
from storage import staff
from storage.tables import audit, login_attempts, staff_tokens
from tests.bot.console.asking import FORM, PASSWORD, csrf_of, send, sign_in, visitor
from tests.bot.console.stand import app_for, link_for, settings_for

EMAIL = "anna@nordlys.example"


async def try_login(app: FastAPI, password: str, email: str = EMAIL) -> int:
    async with visitor(app) as client:
        return (await send(client, "/console/login", email=email, password=password)).status_code


async def test_nobody_can_sign_in_to_a_fresh_house(app: FastAPI) -> None:
    async with visitor(app) as client:
        for path in ("/console/", "/console/conversations", "/console/staff"):
            answer = await client.get(path)
            assert answer.status_code == 303 and answer.headers["location"].startswith("/console/login")
    for email, password in (("admin", "admin"), ("admin@localhost", "password"), ("", "")):
        assert await try_login(app, password, email) == 401


async def test_looking_at_a_link_uses_nothing_up_and_its_button_works_once(house: House, app: FastAPI) -> None:
    link = await link_for(house)
    async with visitor(app) as client:
        for _ in range(3):
            assert (await client.get(link)).status_code == 200
        first = await send(client, link)
        assert first.status_code == 303 and first.headers["location"] == "/console/password"
    async with visitor(app) as other:
        assert (await other.get(link)).status_code == 410
        again = await other.post(link, data={"csrf_token": csrf_of(await other.get("/console/login"))}, headers=FORM)
        assert again.status_code == 410 and "holdback" not in again.cookies


async def test_a_link_is_gone_after_half_an_hour_and_when_there_is_a_newer_one(
    house: House, app: FastAPI, clock: VirtualClock
) -> None:
    old = await link_for(house)
    new = await link_for(house)
    async with visitor(app) as client:
        assert (await client.get(old)).status_code == 410
        assert (await client.get(new)).status_code == 200
        clock.advance(timedelta(minutes=31))
        assert (await client.get(new)).status_code == 410


async def test_without_a_password_every_page_leads_to_choosing_one(house: House, app: FastAPI) -> None:
    async with visitor(app) as client:
        await send(client, await link_for(house))
        page = await client.get("/console/conversations")
        assert page.status_code == 303 and page.headers["location"] == "/console/password"
        assert "Keep the one I have" not in (await client.get("/console/password")).text


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("short but good", "short"),
        ("x" * 201, "long"),
        ("aaaaaaaaaaaaaaaaaaa", "common"),
        ("passwordpassword", "common"),
        ("Password-Password!", "common"),
        ("abcabcabcabcabcabc", "common"),
        ("qwertyuiopasdfgh", "common"),
        ("123456789012345678", "common"),
        ("password1234567890", "common"),
        ("anna.nordlys.1234", "name"),
        (PASSWORD, None),
        ("Öt kék ló úszik a tóban", None),
    ],
)
def test_a_password_is_long_and_not_what_everybody_tries(password: str, problem: str | None) -> None:
    assert weakness(password, "anna.nordlys@shop.example") == problem


async def test_a_weak_password_is_refused_on_the_page_in_plain_words(house: House, app: FastAPI) -> None:
    async with visitor(app) as client:
        await send(client, await link_for(house))
        weak = await send(client, "/console/password", password="passwordpassword", again="passwordpassword")
        assert weak.status_code == 422 and "everybody tries first" in weak.text
        unlike = await send(client, "/console/password", password=PASSWORD, again=PASSWORD + "!")
        assert unlike.status_code == 422 and "not the same" in unlike.text


async def test_signing_in_and_out_with_a_password(house: House, app: FastAPI) -> None:
    async with sign_in(house, app, "agent", EMAIL) as client:
        out = await send(client, "/console/logout", "/console/conversations")
        assert out.headers["location"] == "/console/login"
        assert (await client.get("/console/conversations")).status_code == 303
        back = await send(client, "/console/login", email="  ANNA@nordlys.example ", password=PASSWORD)
        assert back.status_code == 303
        assert (await client.get("/console/conversations")).status_code == 200


async def test_unknown_people_and_wrong_passwords_get_the_same_page(house: House, app: FastAPI) -> None:
    async with sign_in(house, app, "agent", EMAIL):
        pass
    async with visitor(app) as one, visitor(app) as other:
        wrong = await send(one, "/console/login", email=EMAIL, password="wrong but long enough")
        unknown = await send(other, "/console/login", email="anna@nordlys.nowhere", password="wrong but long enough")
    assert wrong.status_code == unknown.status_code == 401
    strip = ("anna@nordlys.example", "anna@nordlys.nowhere", csrf_of(wrong), csrf_of(unknown))
    pages = [page.text for page in (wrong, unknown)]
    for word in strip:
        pages = [page.replace(word, "") for page in pages]
    assert pages[0] == pages[1]


async def test_the_same_work_is_done_for_nobody() -> None:
    passwords = Passwords()
    kept = await passwords.hash(PASSWORD)
    assert await passwords.fits(PASSWORD, kept)
    assert not await passwords.fits("nobody has this password", None)
    assert hash_of_nobody().split("$")[:4] == kept.split("$")[:4], "the same parameters, so the same time"


async def test_ten_passwords_are_evaluated_in_a_quarter_of_an_hour_and_no_more(
    house: House, app: FastAPI, clock: VirtualClock
) -> None:
    async with sign_in(house, app, "agent", EMAIL):
        pass
    codes = await asyncio.gather(*(try_login(app, f"wrong password {number:04}") for number in range(40)))
    assert codes.count(401) == 10 and codes.count(429) == 30
    assert await try_login(app, PASSWORD) == 429
    clock.advance(timedelta(minutes=16))
    assert await try_login(app, PASSWORD) == 303
    async with house.database.read() as tx:
        assert not (await tx.execute(select(login_attempts))).all(), "a right password forgives"


async def test_a_session_ends_after_half_a_day_of_silence_and_after_a_week(
    house: House, app: FastAPI, clock: VirtualClock
) -> None:
    async with sign_in(house, app, "agent", EMAIL) as client:
        for _ in range(13):
            clock.advance(timedelta(hours=11))
            assert (await client.get("/console/conversations")).status_code == 200
        clock.advance(timedelta(hours=13))
        assert (await client.get("/console/conversations")).status_code == 303
    async with visitor(app) as client:
        await send(client, "/console/login", email=EMAIL, password=PASSWORD)
        for _ in range(15):
            clock.advance(timedelta(hours=11))
            assert (await client.get("/console/conversations")).status_code == 200
        clock.advance(timedelta(hours=4))
        assert (await client.get("/console/conversations")).status_code == 303


async def test_a_page_that_renews_itself_does_not_keep_anybody_signed_in(
    house: House, app: FastAPI, clock: VirtualClock
) -> None:
    async with sign_in(house, app, "agent", EMAIL) as client:
        for _ in range(13):
            clock.advance(timedelta(hours=1))
            await client.get("/console/conversations/rows", headers={"hx-request": "true"})
        gone = await client.get("/console/conversations/rows", headers={"hx-request": "true"})
        assert gone.status_code == 401 and gone.headers["hx-redirect"] == "/console/login"


async def test_a_new_password_and_a_closed_account_end_every_other_session(house: House, app: FastAPI) -> None:
    async with sign_in(house, app, "agent", EMAIL) as first, visitor(app) as second:
        await send(second, "/console/login", email=EMAIL, password=PASSWORD)
        before = second.cookies["holdback"]
        await send(second, "/console/password", password=PASSWORD + " again", again=PASSWORD + " again")
        assert second.cookies["holdback"] != before, "a new session after a new password"
        assert (await second.get("/console/conversations")).status_code == 200
        assert (await first.get("/console/conversations")).status_code == 303
        async with house.database.read() as tx:
            person = await staff.find_by_email(tx, EMAIL)
        assert person is not None
        number, now = person.id, house.clock.now()
        assert await house.database.transact(lambda tx: staff.disable(tx, number, now))
        assert (await second.get("/console/conversations")).status_code == 303
    assert await try_login(app, PASSWORD + " again") == 401


async def test_the_token_changes_at_login_and_only_hashes_are_kept(house: House, app: FastAPI) -> None:
    async with sign_in(house, app, "agent", EMAIL) as client:
        before = client.cookies["holdback"]
        await send(client, "/console/logout", "/console/conversations")
        client.cookies.set("holdback", "planted-by-somebody-else", domain="127.0.0.1", path="/")
        await send(client, "/console/login", email=EMAIL, password=PASSWORD)
        after = client.cookies["holdback"]
        assert after not in (before, "planted-by-somebody-else") and len(after) >= 43
    async with house.database.read() as tx:
        kept = [row.hash for row in await tx.execute(select(staff_tokens))]
    assert after not in kept and all(len(one) == 64 for one in kept)


@pytest.mark.parametrize("https", [False, True])
async def test_the_cookie_is_as_safe_as_the_address_allows(tmp_path: Path, https: bool) -> None:
    other = {"public_url": "https://127.0.0.1"} if https else {}
    address = "https://127.0.0.1" if https else "http://127.0.0.1"
    async with open_house(settings_for(tmp_path, **other)) as house, visitor(app_for(house), address) as client:
        answer = await send(client, await link_for(house))
        cookie = next(one for one in answer.headers.get_list("set-cookie") if "door" not in one.split("=")[0])
    assert cookie.startswith("__Host-holdback=" if https else "holdback=")
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie and "Domain" not in cookie
    assert ("Secure" in cookie) is https


async def test_after_the_login_nobody_is_sent_elsewhere(house: House, app: FastAPI) -> None:
    async with sign_in(house, app, "viewer", EMAIL):
        pass
    for back in ("https://evil.example/", "//evil.example", "/console/\\evil", "/s/x", "javascript:1"):
        async with visitor(app) as client:
            answer = await send(client, "/console/login", email=EMAIL, password=PASSWORD, back=back)
        assert answer.headers["location"] == "/console/", back


async def test_after_the_login_one_is_where_one_wanted_to_be(house: House, app: FastAPI) -> None:
    async with sign_in(house, app, "viewer", EMAIL):
        pass
    async with visitor(app) as client:
        away = await client.get("/console/conversations?view=done&q=lamp")
        page = await client.get(away.headers["location"])
        assert 'value="/console/conversations?view=done&amp;q=lamp"' in page.text
        back = "/console/conversations?view=done&q=lamp"
        answer = await send(client, "/console/login", email=EMAIL, password=PASSWORD, back=back)
    assert answer.headers["location"] == back


async def test_logins_are_written_down_without_a_password_or_a_guess(house: House, app: FastAPI) -> None:
    async with visitor(app) as client:
        await send(client, await link_for(house))
        await send(client, "/console/password", password=PASSWORD, again=PASSWORD)
    await try_login(app, "a guess that is wrong")
    async with house.database.read() as tx:
        rows = [(row.actor, row.action, row.subject) for row in await tx.execute(select(audit).order_by(audit.c.id))]
    assert [action for _, action, _ in rows] == ["login by link", "password set", "login refused"]
    assert "guess" not in str(rows)
