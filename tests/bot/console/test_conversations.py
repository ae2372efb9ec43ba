"""The desk: finding a conversation, reading it exactly, taking it over, writing, handing back."""

import asyncio
import json
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from bot.house import House
from bot.runtime.clock import VirtualClock
from storage import conversations
from storage.database import Record
from storage.tables import audit, outbox
from tests.bot.console.asking import FORM, csrf_of, send, sign_in
from tests.bot.console.sample import Street

DESK = "/console/conversations"


async def row_of(house: House, uid: str) -> Record:
    async with house.database.read() as tx:
        row = await conversations.by_uid(tx, uid)
    assert row is not None
    return row


async def asked(street: Street, index: int = 0) -> str:
    """Somebody who was asked; returns their address."""
    email = await street.cart(index)
    await street.wander(timedelta(hours=2))
    return email


async def calls(street: Street, index: int = 0) -> str:
    """Somebody who asked for a person; returns the conversation."""
    email = await asked(street, index)
    await street.act(email, "price")
    await street.act(email, None, "I would like to talk to a person please")
    return await street.uid(email)


async def test_a_conversation_is_taken_over_answered_and_handed_back(
    house: House, app: FastAPI, street: Street
) -> None:
    words = "Hello, Anna here.\nTen euros for the delivery?"
    uid = await calls(street)
    path = f"{DESK}/{uid}"
    async with sign_in(house, app, "agent") as client:
        page = await client.get(path)
        assert "Nobody has taken this yet" in page.text and 'name="text"' not in page.text
        assert (await send(client, f"{path}/take", path)).headers["location"] == path
        assert (await row_of(house, uid)).held_by == "agent@nordlys.example"
        page = await client.get(path)
        assert "The bot is silent while you hold it" in page.text
        await send(client, f"{path}/say", path, text=words, form="form-number-1")
        page = await client.get(path)
        assert words in page.text
        await send(client, f"{path}/release", path)
    row = await row_of(house, uid)
    assert row.held_by is None and row.needs_person is None and not row.unread
    async with house.database.read() as tx:
        said = (await tx.execute(select(outbox).where(outbox.c.kind == "staff"))).all()
        acts = [(r.action, r.subject) for r in await tx.execute(select(audit).where(audit.c.action == "acted"))]
    assert [json.loads(one.message)["paragraphs"] for one in said] == [[words]]
    assert acts == [("acted", f"{uid} {action}") for action in ("take", "say", "release")]


async def test_pressing_send_twice_says_it_once(house: House, app: FastAPI, street: Street) -> None:
    path = f"{DESK}/{await calls(street)}"
    async with sign_in(house, app, "agent") as client:
        await send(client, f"{path}/take", path)
        token = csrf_of(await client.get(path))
        fields = {"csrf_token": token, "text": "Only once", "form": "the-same-form"}
        await asyncio.gather(*(client.post(f"{path}/say", data=fields, headers=FORM) for _ in range(3)))
    async with house.database.read() as tx:
        assert len((await tx.execute(select(outbox).where(outbox.c.kind == "staff"))).all()) == 1


async def test_what_was_typed_stands_there_at_once_even_when_its_turn_is_not_taken(
    house: House, app: FastAPI, street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = await calls(street)
    path = f"{DESK}/{uid}"
    async with sign_in(house, app, "agent") as client:
        await send(client, f"{path}/take", path)
        monkeypatch.setattr("bot.console.acts.PATIENCE", 0.05)
        monkeypatch.setattr(house.turner, "take_inbox", _nothing)
        await send(client, f"{path}/say", path, text="Not taken yet")
        page = await client.get(path)
        assert "Not taken yet" in page.text and "Waiting</span>" in page.text


async def _nothing() -> int:
    return 0


async def test_who_holds_it_is_said_and_somebody_else_may_take_it(house: House, app: FastAPI, street: Street) -> None:
    uid = await calls(street)
    path = f"{DESK}/{uid}"
    async with (
        sign_in(house, app, "agent", "bea@nordlys.example") as bea,
        sign_in(house, app, "agent", "cleo@nordlys.example") as cleo,
    ):
        await send(bea, f"{path}/take", path)
        page = (await cleo.get(path)).text
        assert "bea@nordlys.example holds this conversation" in page
        assert "Take it over" in page and "no longer be able to write here" in page and 'name="text"' not in page
        await send(cleo, f"{path}/take", path)
        assert (await row_of(house, uid)).held_by == "cleo@nordlys.example"


async def test_a_transcript_is_exactly_what_was_said(house: House, app: FastAPI, street: Street) -> None:
    email = await asked(street, 7)
    await street.act(email, "price")
    await street.act(email, None, "Actually   no:\nthe <b>delivery</b> & the time")
    uid = await street.uid(email)
    async with sign_in(house, app, "agent") as client:
        page = (await client.get(f"{DESK}/{uid}")).text
    async with house.database.read() as tx:
        sent = (await tx.execute(select(outbox).where(outbox.c.edits.is_(None)))).all()
    assert "Actually   no:\nthe &lt;b&gt;delivery&lt;/b&gt; &amp; the time" in page
    assert "The price" in page
    for row in sent:
        first = json.loads(row.message)["paragraphs"][0]
        assert first.split("'")[0].split('"')[0][:40] in page


async def test_an_answer_that_was_taken_back_is_struck_through(house: House, app: FastAPI, street: Street) -> None:
    email = await asked(street, 7)
    await street.act(email, None, "The shipping is too expensive")
    await street.act(email, "!change")
    await street.act(email, "shipping")
    async with sign_in(house, app, "agent") as client:
        page = (await client.get(f"{DESK}/{await street.uid(email)}")).text
    before = page.split("shipping is too expensive</div>")[0].rsplit('<div class="bubble', 1)[1]
    assert "superseded" in before.split(">")[0] and "answered again later" in page


FATES = (
    ("ready", None, "Waiting"),
    ("sending", None, "Sending"),
    ("failed", "550 no such mailbox", "550 no such mailbox"),
    ("unknown", "the sender stopped during the call", "Nobody can know whether it arrived"),
    ("cancelled", "taken over", "A person took over before it went out"),
    ("cancelled", "bought", "They bought before it went out"),
    ("cancelled", "<i>odd</i>", "&lt;i&gt;odd&lt;/i&gt;"),
)


async def test_what_became_of_a_message_is_said_in_words(house: House, app: FastAPI, street: Street) -> None:
    email = await asked(street)
    async with sign_in(house, app, "viewer") as client:
        for state, reason, words in FATES:
            fate = update(outbox).values(state=state, reason=reason)
            await house.database.transact(lambda tx, fate=fate: tx.execute(fate))  # type: ignore[misc]
            assert words in (await client.get(f"{DESK}/{await street.uid(email)}")).text, state


async def test_what_is_planned_is_shown(house: House, app: FastAPI, street: Street) -> None:
    email = await street.cart(0)
    async with sign_in(house, app, "viewer") as client:
        page = (await client.get(f"{DESK}/{await street.uid(email)}")).text
    assert "First question planned" in page and "in 1 hour" in page


async def test_who_waits_longest_stands_first_and_leaves_the_list_when_taken(
    house: House, app: FastAPI, street: Street, clock: VirtualClock
) -> None:
    first, second = await calls(street, 0), await calls(street, 1)
    async with sign_in(house, app, "agent") as client:
        page = (await client.get(DESK)).text
        assert 0 < page.index(f"{DESK}/{first}") < page.index(f"{DESK}/{second}")
        await send(client, f"{DESK}/{first}/take", f"{DESK}/{first}")
        assert f'href="{DESK}/{first}' not in (await client.get(DESK)).text
        assert f"{DESK}/{first}" in (await client.get(f"{DESK}?view=held")).text
        clock.advance(timedelta(minutes=1))
        await street.act("person0@example.com", None, "Are you there?")
        assert f'href="{DESK}/{first}' in (await client.get(DESK)).text, "they wrote: it is our turn again"
        await send(client, f"{DESK}/{second}/done", f"{DESK}/{second}")
        assert f'href="{DESK}/{second}' not in (await client.get(DESK)).text


FILTERS = (
    ("q=camil", True),
    ("q=LAURENT", True),
    ("q=person0@example.com", True),
    ("q=prix", True),
    ("q=%25", False),
    ("q=_amille", False),
    ("q=';drop table staff;--", False),
    ("barrier=price", True),
    ("barrier=fit", False),
    ("barrier=' or 1=1", True),
    ("channel=web", True),
    ("channel=telegram", False),
    ("language=fr", True),
    ("language=ja", False),
    ("unread=yes", True),
    ("view=done", False),
    ("view=bot;--", True),
    ("after=nonsense", True),
    ("after=2026-03-12T00:00:00", True),
)


async def test_filters_stand_in_the_address_and_odd_ones_harm_nothing(
    house: House, app: FastAPI, street: Street
) -> None:
    uid = await calls(street)
    async with sign_in(house, app, "viewer") as client:
        for query, found in FILTERS:
            base = "" if "view=" in query or "after=" in query else "view=all&"
            page = await client.get(f"{DESK}?{base}{query}")
            assert page.status_code == 200, query
            assert (f'href="{DESK}/{uid}' in page.text) is found, query


async def test_a_long_list_has_further_pages_without_gaps(house: House, app: FastAPI, street: Street) -> None:
    for index in range(7):
        await street.cart(index)
    seen: list[str] = []
    async with sign_in(house, app, "viewer") as client:
        address = f"{DESK}?view=all"
        for _ in range(4):
            page = (await client.get(address)).text
            seen += [part.split("?")[0].split('"')[0] for part in page.split(f'href="{DESK}/')[1:]]
            following = page.split('rel="next" href="')
            if len(following) < 2:
                break
            address = following[1].split('"')[0].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 7


async def test_a_look_is_written_down_and_a_page_that_renews_itself_is_not(
    house: House, app: FastAPI, street: Street
) -> None:
    uid = await calls(street)
    async with sign_in(house, app, "viewer") as client:
        page = await client.get(f"{DESK}/{uid}")
        renewal = page.text.split('hx-get="/console/conversations/')[2].split('"')[0].replace("&amp;", "&")
        assert (await client.get(f"{DESK}/{renewal}")).status_code == 204, "nothing has changed"
        await street.act("person0@example.com", None, "One more thing")
        assert "One more thing" in (await client.get(f"{DESK}/{renewal}")).text
    async with house.database.read() as tx:
        views = (await tx.execute(select(audit).where(audit.c.action == "transcript viewed"))).all()
    assert [(row.actor, row.subject) for row in views] == [("viewer@nordlys.example", uid)]


async def test_a_note_is_kept_and_marked_as_private(house: House, app: FastAPI, street: Street) -> None:
    path = f"{DESK}/{await calls(street)}"
    async with sign_in(house, app, "agent") as client:
        await send(client, f"{path}/note", path, note="Margin allows free delivery")
        page = (await client.get(path)).text
    assert "Margin allows free delivery" in page and "seen by staff only" in page


async def test_codes_are_masked_until_somebody_asks_and_that_is_written_down(
    house: House, app: FastAPI, street: Street
) -> None:
    email = await asked(street, 7)
    await street.act(email, "price")
    await street.act(email, (await street.options(email))[0])
    uid = await street.uid(email)
    path, code = f"{DESK}/{uid}", "DISC-000-Q7XK"
    async with sign_in(house, app, "viewer") as viewer:
        page = (await viewer.get(path)).text
        assert code not in page and "DI••••XK" in page and "person7@" not in page and "p•••@example.com" in page
        assert (await send(viewer, f"{path}/reveal", path, grant="1")).status_code == 403
    async with sign_in(house, app, "agent") as agent:
        assert code not in (await agent.get(path)).text
        assert code in (await send(agent, f"{path}/reveal", path, grant="1")).text
        assert code not in (await agent.get(path)).text
        assert (await send(agent, f"{path}/reveal", path, grant="999")).status_code == 404
        assert (await send(agent, f"{path}/reveal", path, grant="1 or 1=1")).status_code == 422
    async with house.database.read() as tx:
        rows = (await tx.execute(select(audit).where(audit.c.action == "code revealed"))).all()
    assert [(row.actor, row.subject) for row in rows] == [("agent@nordlys.example", f"{uid} discount_10")]


async def test_a_conversation_that_is_not_there_is_said_kindly(house: House, app: FastAPI) -> None:
    async with sign_in(house, app, "viewer") as client:
        for path in (f"{DESK}/nobody", f"{DESK}/nobody/thread", f"{DESK}/%00"):
            answer = await client.get(path)
            assert answer.status_code == 404 and "Nothing is here" in answer.text


async def test_a_reason_that_only_this_shop_knows_is_named_as_it_is(house: House, app: FastAPI, street: Street) -> None:
    uid = await calls(street)
    number = (await row_of(house, uid)).id
    await house.database.transact(lambda tx: conversations.mark(tx, number, needs_person="measure_the_wall"))
    async with sign_in(house, app, "agent") as client:
        assert "Needs a person: measure_the_wall" in (await client.get(f"{DESK}/{uid}")).text
