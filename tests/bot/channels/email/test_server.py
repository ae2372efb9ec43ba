"""What `doctor` learns about the mail server, and the sentences it gets to say."""

from typing import Any

import pytest
from pydantic import SecretStr

from bot.channels.email import MailServerProblem, MailShop, check_smtp, mail_shop
from bot.channels.email.server import MailServer
from bot.settings import Settings
from tests.edge.smtp import Mailbox, ScriptedSMTP


def settings(url: str | None) -> Settings:
    return Settings(smtp_url=SecretStr(url) if url else None, mail_from="Shop <hello@hill.example>")


def test_the_shop_of_every_mail_comes_from_the_settings() -> None:
    known = Settings(
        shop_name="Hill Coffee",
        shop_url="https://hill.example/",
        mail_from="hello@hill.example",
        mail_postal_address="12 Hill Road",
        public_url="https://ask.hill.example",
        accent="#0B6B60",
    )
    assert mail_shop(known) == MailShop(
        name="Hill Coffee",
        url="https://hill.example",
        mail_from="hello@hill.example",
        postal_address="12 Hill Road",
        accent="#0b6b60",
        base_url="https://ask.hill.example",
    )


async def test_without_a_server_the_check_says_where_mail_goes() -> None:
    assert "local mailbox" in await check_smtp(settings(None))


async def test_a_server_that_works_is_called_ready_and_gets_no_mail() -> None:
    with Mailbox(users={"shop": "pass"}) as box:
        said = await check_smtp(settings(box.url))
        assert said == f"The mail server 127.0.0.1:{box.port} is ready: unencrypted, with a login."
        assert box.mails == []


@pytest.mark.parametrize(
    ("stage", "what", "words"),
    [
        ("connect", "drop", "cannot be reached"),
        ("connect", "hang", "does not answer"),
        ("connect", "554 5.3.2 no", "answered 554"),
        ("ehlo", "hang", "does not answer"),
        ("auth", "535 5.7.8 wrong", "refused the login \\(535\\); check user and password"),
        ("auth", "454 4.7.0 later", "refused the login"),
        ("noop", "drop", "falls silent"),
        ("noop", "hang", "falls silent"),
    ],
)
async def test_each_failure_is_one_sentence_with_a_cure_and_without_the_secret(
    stage: Any, what: str, words: str
) -> None:
    async with ScriptedSMTP(users={"shop": "secret-word"}) as server:
        with pytest.raises(MailServerProblem, match=words) as problem:
            await check_smtp(settings(server.at(stage, what).url), patience=0.15)
    assert "secret-word" not in str(problem.value)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize(
    ("stage", "what", "bounces_to", "words"),
    [
        ("mail", "550 5.7.1 not from you", "", r"takes no mail from us \(550 5.7.1\); let it send as HOLDBACK_MAIL_F"),
        ("rcpt", "553 5.7.1 <bounces>: Sender address rejected: not owned by user", "bounces+{token}@hill.example",
         r"takes no mail from us \(553 5.7.1\); let it send as HOLDBACK_MAIL_BOUNCES_TO, or leave that out"),
        ("rcpt", "550 5.1.1 no such user", "", r"does not know HOLDBACK_MAIL_FROM \(550 5.1.1\), so nobody gets"),
    ],
)  # fmt: skip
async def test_a_server_that_does_not_let_us_send_is_found_out_before_any_mail(
    stage: Any, what: str, bounces_to: str, words: str
) -> None:
    async with ScriptedSMTP() as server:
        asked = settings(server.at(stage, what).url).model_copy(update={"mail_bounces_to": bounces_to})
        with pytest.raises(MailServerProblem, match=words):
            await check_smtp(asked)
        assert "hill.example>" in server.dialogue[2] and server.accepted == []


async def test_a_greylist_is_no_reason_to_worry() -> None:
    async with ScriptedSMTP() as server:
        assert "is ready" in await check_smtp(settings(server.at("rcpt", "450 4.2.0 greylisted").url))


async def test_a_server_without_a_login_is_told_so() -> None:
    async with ScriptedSMTP() as server:
        with pytest.raises(MailServerProblem, match="takes no login this way"):
            await check_smtp(settings(f"smtp://shop:pass@127.0.0.1:{server.port}"))


async def test_tls_spoken_to_a_plain_server_is_explained() -> None:
    async with ScriptedSMTP() as server:
        with pytest.raises(MailServerProblem, match="does not speak TLS this way"):
            await check_smtp(settings(f"smtps://127.0.0.1:{server.port}"))


@pytest.mark.parametrize(
    ("url", "port", "security"),
    [
        ("smtp://mail.example", 25, "none"),
        ("smtp+starttls://mail.example", 587, "starttls"),
        ("smtps://mail.example", 465, "tls"),
        ("smtps://mail.example:4465/", 4465, "tls"),
    ],
)
def test_each_scheme_has_its_port(url: str, port: int, security: str) -> None:
    server = MailServer.from_settings(settings(url))
    assert (server.host, server.port, server.security) == ("mail.example", port, security)
    assert (server.user, server.hello) == (None, "hill.example")


def test_a_server_never_shows_its_password() -> None:
    server = MailServer.from_settings(settings("smtp://shop:secret-word@[::1]:2525"))
    assert server.host == "::1"
    assert server.password == "secret-word"
    assert "secret-word" not in repr(server)
