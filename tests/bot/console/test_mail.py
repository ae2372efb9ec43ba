"""Mail in the console: an answer with the whole mail behind it, and why something was no answer."""

from pathlib import Path
from typing import get_args

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from bot.channels.email.inbound import raw_input
from bot.console.mail import ORDER, text_of
from bot.runtime.intake import RawInput
from bot.runtime.mail_arrivals import SetAsideWhy, Severity
from bot.runtime.tokens import mail_token
from storage import mail
from storage.outbox import get
from tests.bot.console.asking import sign_in
from tests.bot.console.sample import Street
from tests.bot.console.test_conversations import asked

PAGE = "/console/connections"
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
