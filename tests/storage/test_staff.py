"""Staff, their links and sessions, and the brake on guessing, on both databases."""

from datetime import UTC, datetime, timedelta
from functools import partial

from storage import audit, sessions, staff
from storage.database import Database, Tx
from storage.ids import fingerprint

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)


async def test_somebody_is_added_once_and_let_in_again_with_the_new_role(database: Database) -> None:
    first = await database.transact(lambda tx: staff.add(tx, " Anna@Shop.example", "viewer", NOW))
    assert await database.transact(lambda tx: staff.disable(tx, first, NOW))
    assert not await database.transact(lambda tx: staff.disable(tx, first, NOW))
    again = await database.transact(lambda tx: staff.add(tx, "anna@shop.example", "admin", NOW))
    assert again == first
    async with database.read() as tx:
        person = await staff.find_by_email(tx, "ANNA@shop.example ")
        assert person is not None and person.role == "admin" and person.disabled_at is None
        assert [row.seen_at for row in await staff.list_all(tx)] == [None]


async def test_a_link_works_once_and_only_the_newest(database: Database) -> None:
    anna = await database.transact(lambda tx: staff.add(tx, "anna@shop.example", "admin", NOW))
    old = await database.transact(lambda tx: staff.make_login_token(tx, anna, NOW))
    new = await database.transact(lambda tx: staff.make_login_token(tx, anna, NOW))
    assert len(new) == 43 and new != old
    assert await database.transact(lambda tx: staff.use_login_token(tx, old, NOW)) is None
    late = NOW + staff.LINK_LIFETIME
    assert await database.transact(lambda tx: staff.use_login_token(tx, new, late)) is None
    assert await database.transact(lambda tx: staff.use_login_token(tx, fingerprint(new), NOW)) is None
    assert await database.transact(lambda tx: staff.use_login_token(tx, new, NOW)) == anna
    assert await database.transact(lambda tx: staff.use_login_token(tx, new, NOW)) is None


async def test_a_session_token_is_no_login_link_and_the_other_way_round(database: Database) -> None:
    anna = await database.transact(lambda tx: staff.add(tx, "anna@shop.example", "admin", NOW))
    link = await database.transact(lambda tx: staff.make_login_token(tx, anna, NOW))
    session = await database.transact(lambda tx: sessions.start(tx, anna, NOW))
    async with database.read() as tx:
        assert await sessions.find(tx, link, NOW) is None
        assert not await staff.login_token_works(tx, session, NOW)
        found = await sessions.find(tx, session, NOW)
        assert found is not None and found.email == "anna@shop.example" and not found.has_password
        assert await sessions.find(tx, session, NOW + sessions.IDLE) is None
    await database.transact(lambda tx: sessions.touch(tx, session, NOW + timedelta(days=6, hours=23)))
    async with database.read() as tx:
        assert await sessions.find(tx, session, NOW + timedelta(days=6, hours=23)) is not None
        assert await sessions.find(tx, session, NOW + sessions.ABSOLUTE) is None


async def test_a_password_ends_every_session_and_link(database: Database) -> None:
    anna = await database.transact(lambda tx: staff.add(tx, "anna@shop.example", "admin", NOW))
    link = await database.transact(lambda tx: staff.make_login_token(tx, anna, NOW))
    session = await database.transact(lambda tx: sessions.start(tx, anna, NOW))
    await database.transact(lambda tx: staff.set_password(tx, anna, "hash"))
    async with database.read() as tx:
        assert await sessions.find(tx, session, NOW) is None
        assert not await staff.login_token_works(tx, link, NOW)


async def guess(tx: Tx, keys: list[str]) -> bool:
    return await sessions.may_guess(tx, keys, NOW)


async def did(tx: Tx, action: str) -> None:
    await audit.note(tx, "anna", action, "somebody", NOW)


async def test_ten_guesses_for_an_account_or_an_address(database: Database) -> None:
    for number in range(sessions.GUESSES):
        assert await database.transact(partial(guess, keys=[f"account:{number}", "address:1"]))
    assert not await database.transact(lambda tx: sessions.may_guess(tx, ["account:new", "address:1"], NOW))
    assert await database.transact(lambda tx: sessions.may_guess(tx, ["account:new", "address:2"], NOW))
    later = NOW + sessions.WINDOW
    assert await database.transact(lambda tx: sessions.may_guess(tx, ["account:new", "address:1"], later))


async def test_what_was_done_is_kept_the_newest_first(database: Database) -> None:
    for action in ("one", "two"):
        await database.transact(partial(did, action=action))
    async with database.read() as tx:
        assert [row.action for row in await audit.newest(tx, 5)] == ["two", "one"]
