"""The fake mail servers take, refuse and break as scripted, seen through aiosmtplib."""

from email.message import EmailMessage
from typing import Any

import aiosmtplib
import pytest

from tests.edge.smtp import Certificate, Mailbox, ScriptedSMTP, html, links, text
from tests.edge.smtp import mailbox as mailbox_module
from tests.edge.smtp.scripted import Stage
from tests.edge.wire import HOST


def letter() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "shop@example.org"
    message["To"] = "agnes@example.org"
    message["Subject"] = "Miért nem?"
    message.set_content("Válasz: https://shop.example/s/abc.\n.dot at the start\n")
    message.add_alternative('<p><a href="https://shop.example/s/abc?a=1&amp;b=2">Válasz</a></p>', subtype="html")
    return message


async def send(server: Mailbox | ScriptedSMTP, **options: Any) -> None:
    settings: dict[str, Any] = {"timeout": 0.2, "start_tls": False, **options}
    await aiosmtplib.send(letter(), hostname=HOST, port=server.port, **settings)


async def test_mail_arrives_parsed_with_its_links(mailbox: Mailbox) -> None:
    await send(mailbox)
    message = await mailbox.wait_for(to="agnes@example.org")
    assert message["Subject"] == "Miért nem?"
    assert text(message).splitlines()[1] == ".dot at the start"
    assert "Válasz" in html(message)
    assert links(message) == ["https://shop.example/s/abc?a=1&b=2", "https://shop.example/s/abc"]
    assert mailbox.raw[0].startswith(b"From: shop@example.org")
    assert mailbox.mails[0].sender == "shop@example.org"


async def test_silence_and_missing_mail_are_told(mailbox: Mailbox) -> None:
    await mailbox.expect_silence(0.05)
    await send(mailbox)
    with pytest.raises(AssertionError, match=r"agnes@example\.org"):
        await mailbox.wait_for(to="nobody@example.org", timeout=0.05)


@pytest.mark.parametrize(
    ("stage", "error"),
    [
        ("MAIL", aiosmtplib.SMTPSenderRefused),
        ("RCPT", aiosmtplib.SMTPRecipientsRefused),
        ("DATA", aiosmtplib.SMTPDataError),
        ("DOT", aiosmtplib.SMTPDataError),
    ],
)
async def test_a_mailbox_refuses_once_at_any_stage(
    mailbox: Mailbox, stage: mailbox_module.Stage, error: type[Exception]
) -> None:
    mailbox.refuse(stage, "451 4.7.1 greylisted, come again")
    with pytest.raises(error, match="greylisted"):
        await send(mailbox)
    assert mailbox.mails == []
    await send(mailbox)
    assert len(mailbox.mails) == 1


async def test_login_and_tls_are_asked_for_and_remembered(certificate: Certificate) -> None:
    users = {"shop": "pass"}
    login = {"username": "shop", "password": "pass", "tls_context": certificate.for_client(), "timeout": 2}
    with Mailbox(users=users, tls=certificate.for_server(), require_tls=True) as box:
        await send(box, **login | {"start_tls": True})
        assert (box.mails[0].encrypted, box.mails[0].login) == (True, "shop")
        assert box.url == f"smtp+starttls://shop:pass@127.0.0.1:{box.port}"
        with pytest.raises(aiosmtplib.SMTPAuthenticationError):
            await send(box, **login | {"start_tls": True, "password": "wrong"})
        with pytest.raises(aiosmtplib.SMTPException):
            await send(box, **login)
    with Mailbox(users=users, tls=certificate.for_server(), implicit_tls=True) as box:
        await send(box, **login | {"use_tls": True})
        assert box.mails[0].encrypted


@pytest.mark.parametrize("stage", ["connect", "ehlo", "mail", "rcpt", "data", "body", "dot"])
@pytest.mark.parametrize("what", ["drop", "hang"])
async def test_a_scripted_server_drops_and_hangs_at_any_stage(
    scripted_smtp: ScriptedSMTP, stage: Stage, what: str
) -> None:
    scripted_smtp.at(stage, what)
    with pytest.raises((aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError, aiosmtplib.SMTPConnectError)):
        await send(scripted_smtp)
    assert scripted_smtp.accepted == []
    await send(scripted_smtp)
    assert [accepted.message["Subject"] for accepted in scripted_smtp.accepted] == ["Miért nem?"]
    assert ".dot at the start" in text(scripted_smtp.accepted[0].message)


async def test_a_taken_message_may_lose_its_reply(scripted_smtp: ScriptedSMTP) -> None:
    scripted_smtp.at("dot", "drop", accepts=True)
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await send(scripted_smtp)
    assert len(scripted_smtp.accepted) == 1


async def test_a_verdict_stands_even_if_what_follows_hangs(scripted_smtp: ScriptedSMTP) -> None:
    scripted_smtp.at("dot", "554 5.7.1 no").at("rset", "hang")
    with pytest.raises(aiosmtplib.SMTPReadTimeoutError):
        await send(scripted_smtp)
    assert scripted_smtp.accepted == []
    assert scripted_smtp.dialogue[-1] == "RSET"


async def test_a_scripted_server_speaks_tls_and_checks_logins(certificate: Certificate) -> None:
    async with ScriptedSMTP(users={"shop": "pass"}, tls=certificate.for_server()) as server:
        login = {"username": "shop", "tls_context": certificate.for_client(), "start_tls": True, "timeout": 2}
        await send(server, **login | {"password": "pass"})
        with pytest.raises(aiosmtplib.SMTPAuthenticationError, match="wrong name or password"):
            await send(server, **login | {"password": "guess"})
    assert len(server.accepted) == 1


def test_unknown_stages_are_refused() -> None:
    with pytest.raises(ValueError, match="no stage"):
        ScriptedSMTP().at("lunch", "drop")  # type: ignore[arg-type]  # wrong on purpose
