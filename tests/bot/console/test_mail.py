"""Mail in the console: an answer with the whole mail behind it, and why something was no answer."""

from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
from fastapi import FastAPI
from sqlalchemy import insert, select, text

from bot.channels.email.inbound import raw_input
from bot.console.mail import ORDER, text_of
from bot.runtime import sender_standing
from bot.runtime.intake import RawInput
from bot.runtime.mail_arrivals import SetAsideWhy, Severity
from bot.runtime.tokens import mail_token
from storage import audit, mail, prospects
from storage.database import Tx
from storage.outbox import get
from storage.tables import outbox
from tests.bot.console.asking import FORM, send, sign_in
from tests.bot.console.sample import Street
from tests.bot.console.test_conversations import asked

PAGE, GO_ON = "/console/connections", "/console/connections/go-on"
AFRESH = "Mail is counted from when first mails were let go"
HELD = "First mails are held back; this began"
TEXTS = (Path(__file__).parents[3] / "bot/console/texts/en.mail.ftl").read_text(encoding="utf-8")


async def token_of(street: Street) -> str:
    """The token of the newest mail that was sent."""
    async with street.house.database.read() as tx:
        number = (await tx.execute(text("SELECT max(id) FROM outbox WHERE channel = 'email'"))).scalar_one()
        row = await get(tx, number)
    assert row is not None
    return mail_token(street.house.secret, row.id, row.created_at, row.nonce)


async def comes(street: Street, token: str, words: str, top: str = "") -> None:
    head = f"From: x@mail.example\r\nSubject: Re: x\r\nIn-Reply-To: <{token}@hill.example>\r\n{top}\r\n"
    await street.house.intake.put_many([raw_input((head + words).encode())])
    await street.settle()


async def test_the_whole_mail_stands_behind_its_words_and_nothing_in_it_is_html(street: Street, app: FastAPI) -> None:
    email = await asked(street)
    quoted = "\r\n\r\n> <script>alert(1)</script> what held you back?\r\n"
    await comes(street, await token_of(street), "The price, <b>really</b>" + quoted)
    async with sign_in(street.house, app, "viewer") as client:
        page = (await client.get(f"/console/conversations/{await street.uid(email)}")).text
    assert "By mail: all of it" in page and "The price, &lt;b&gt;really&lt;/b&gt;" in page
    assert "&gt; &lt;script&gt;alert(1)&lt;/script&gt; what held you back?" in page
    assert "<script>alert" not in page and "<b>really" not in page


@pytest.mark.parametrize("what", [*get_args(SetAsideWhy), *get_args(Severity), "answer", "complaint", "unreadable"])
def test_all_that_a_mail_can_come_to_has_its_words(what: str) -> None:
    assert what in ORDER and f"\n{text_of(what)} = " in TEXTS


async def test_shares_that_receivers_resent_are_told_with_what_to_do(street: Street, app: FastAPI) -> None:
    await asked(street)
    async with sign_in(street.house, app, "admin") as client:
        assert "Receivers" not in (await client.get(PAGE)).text, "one mail says nothing"
        await street.house.database.transact(lambda tx: many_mails(tx, street, 199))
        assert "few came back" in (await client.get(PAGE)).text
        for number in range(12):
            await street.house.database.transact(lambda tx, n=number: lost(tx, street, n))  # type: ignore[misc]
        page = (await client.get(PAGE)).text
    assert "Receivers may begin to doubt" in page and "6.0%" in page and "200 mails" in page
    assert "begin to doubt from 5% and 0.1% on, and refuse from 10% and 0.3% on" in page


async def test_admins_alone_let_first_mails_go_that_are_held_back_and_it_is_written_down(
    street: Street, app: FastAPI
) -> None:
    house = street.house
    await asked(street)
    await house.database.transact(lambda tx: many_mails(tx, street, 199))
    for number in range(20):
        await house.database.transact(lambda tx, n=number: lost(tx, street, n))  # type: ignore[misc]
    async with sign_in(house, app, "admin") as client, sign_in(house, app, "agent") as agent:
        page = (await client.get(PAGE)).text
        assert "Receivers are likely to refuse" in page and HELD not in page, "not worked out yet"
        assert AFRESH not in page
        assert await sender_standing.work_out(house.database, street.clock.now()) == "bad"
        page = (await client.get(PAGE)).text
        assert HELD in page and "10.0%" in page and "Go on sending" in page
        assert (await send(agent, GO_ON, "/console/account")).status_code == 403
        assert (await client.post(GO_ON, headers=FORM)).status_code == 403, "no token"
        assert HELD in (await client.get(PAGE)).text
        street.clock.advance(timedelta(minutes=5))
        assert (await send(client, GO_ON, PAGE)).status_code == 303
        page = (await client.get(PAGE)).text
        assert HELD not in page and "Receivers" not in page and AFRESH in page
        assert (await send(client, GO_ON, PAGE)).status_code == 303, "a second tap changes nothing"
        street.clock.advance(timedelta(days=30))
        assert await sender_standing.work_out(house.database, street.clock.now()) == "unknown"
        async with house.database.read() as tx:
            assert await sender_standing.counted_from(tx, street.clock.now()) is None, "a whole month is counted again"
    async with house.database.read() as tx:
        noted = [(row.actor, row.subject) for row in await audit.with_action(tx, "first mails let go", 5)]
    assert noted == [("admin@nordlys.example", "held back since 2026-03-12 11:30 UTC")]


async def many_mails(tx: Tx, street: Street, count: int) -> None:
    """The newest mail, so many times more."""
    row = (await tx.execute(select(outbox).where(outbox.c.channel == "email").order_by(outbox.c.id.desc()))).first()
    assert row is not None
    columns = {name: value for name, value in row._mapping.items() if name not in ("id", "nonce", "dedupe_key")}
    sent = columns | {"state": "sent", "sent_at": street.clock.now()}
    await tx.execute(insert(outbox), [sent | {"nonce": None, "dedupe_key": f"copy {n}"} for n in range(count)])


async def lost(tx: Tx, street: Street, number: int) -> None:
    """An address that does not exist."""
    now, address = street.clock.now(), f"nobody{number}@mail.example"
    person = await prospects.create(tx, now)
    await prospects.bind(tx, person, "email", address, via="file", now=now)
    await prospects.close(tx, "email", address, reason="bounced", now=now)


async def test_what_came_and_why_it_was_no_answer_is_told_without_naming_anybody(street: Street, app: FastAPI) -> None:
    email = await asked(street)
    token = await token_of(street)
    async with sign_in(street.house, app, "admin") as client:
        page = (await client.get(PAGE)).text
        assert "Set HOLDBACK_IMAP_URL" in page and "In the last 30 days" not in page
        await comes(street, token, "Too dear.")
        await comes(street, token, "I am away.", "Auto-Submitted: auto-replied\r\n")
        await comes(street, "hb-1-nobody", "Hello?")
        await street.house.intake.put_many([RawInput("mail", "poison", "email:x", "{}")])
        for _ in range(3):
            await street.house.settle()
            await street.house.database.transact(lambda tx: tx.exec_driver_sql("UPDATE inbox SET lease_until = NULL"))
        await street.settle()
        await street.house.database.transact(lambda tx: mail.note_block(tx, "5.7.1", street.clock.now()))
        street.house.mail.bad(
            "the mailbox mail.example:993, folder INBOX does not answer; check host, port and firewall"
        )
        page = (await client.get(PAGE)).text
    for said in ("In the last 30 days", "Answers to no mail of ours", "Sent by a machine", "nobody could read them"):
        assert said in page, said
    assert "A mail server refused our mail" in page and "It said 5.7.1." in page
    assert email not in page and "mail.example" not in page, "what is not set is not told"
