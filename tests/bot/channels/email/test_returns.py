"""Where a mail comes back to, and that what comes there is known by its address alone."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from pydantic import SecretStr, ValidationError

from bot.channels.email import EmailChannel
from bot.channels.email.alignment import judge, names_to_ask
from bot.channels.email.dns_answers import read_answers
from bot.channels.email.inbound import concerns_us, raw_input, read_mail
from bot.runtime.clock import VirtualClock
from bot.runtime.mail_arrivals import MailReported, MailSetAside, WroteBack
from bot.runtime.ports import Delivered, Refused
from bot.runtime.tokens import MailToken
from bot.settings import Settings
from tests.bot.channels.email.reports import TOKEN, in_words, standard
from tests.bot.channels.email.samples import NOW, SHOP, TEXTS, outgoing
from tests.edge.smtp import ScriptedSMTP

BACK = f"bounces+{TOKEN}-r@hill.example"
OURS = (MailToken(7, "0123456789abcdef0123"),)


@pytest_asyncio.fixture
async def server() -> AsyncIterator[ScriptedSMTP]:
    async with ScriptedSMTP() as scripted:
        yield scripted


def channel(server: ScriptedSMTP, bounces_to: str = "") -> EmailChannel:
    settings = Settings(smtp_url=SecretStr(server.url), mail_from="hello@hill.example", mail_bounces_to=bounces_to)
    return EmailChannel(settings, SHOP, TEXTS, VirtualClock(NOW))


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        ("", "hello@hill.example"),
        ("bounces+{token}@hill.example", BACK),
        ("{token}@back.hill.example", f"{TOKEN}-r@back.hill.example"),
        ("bounces@hill.example", "bounces@hill.example"),
    ],
)
async def test_a_mail_comes_back_to_its_own_address_and_is_from_the_shop(
    server: ScriptedSMTP, pattern: str, address: str
) -> None:
    assert isinstance(await channel(server, pattern).send(outgoing(token=TOKEN)), Delivered)
    (taken,) = server.accepted
    assert taken.sender == address and "hello@hill.example" in str(taken.message["From"])
    assert "-r@" not in taken.raw.decode(), "no person learns of that address"


async def test_a_server_that_reports_is_asked_to_name_the_mail_and_to_keep_its_body(server: ScriptedSMTP) -> None:
    server.at("ehlo", "250-mx.example\r\n250-DSN\r\n250 SIZE 1000000")
    await channel(server).send(outgoing(token=TOKEN))
    (command,) = (line for line in server.dialogue if line.startswith("MAIL"))
    assert command.endswith(f" RET=HDRS ENVID={TOKEN}")


@pytest.mark.parametrize(
    "raw",
    [
        standard("failed", "5.1.1", To=BACK),
        in_words("<anna@mail.example>: user unknown", top=f"To: {BACK}\n"),
        in_words("550 5.1.1 No such user", "Votre message du 16", top=f"Delivered-To: {BACK}\n"),
        in_words("user unknown", "お知らせ", top=f"X-Original-To: {BACK.upper()}\n"),
    ],
    ids=["a report", "in words", "in words under any subject", "in capitals"],
)
def test_what_is_returned_without_our_mail_is_known_by_where_it_comes_to(raw: bytes) -> None:
    alone = raw.replace(f"Message-ID: <{TOKEN}@hill.example>".encode(), b"Message-ID: <changed@relay.example>")
    assert concerns_us(alone)
    found = read_mail(raw_input(alone).payload)
    assert isinstance(found, MailReported) and (found.tokens, found.severity) == (OURS, "hard")


@pytest.mark.parametrize("action", ["failed", "delayed", "delivered"])
def test_a_report_about_an_address_in_another_script_says_what_others_say(action: str) -> None:
    """Such a report has types of its own (RFC 6533), and its words may be in any language."""
    raw = standard(action, "5.2.1", "account closed", "Részletek lent.")
    found = read_mail(raw_input(raw.replace(b"message/delivery-status", b"message/global-delivery-status")).payload)
    assert isinstance(found, MailReported) and found.tokens == OURS
    assert (found.severity, found.status) == ("hard" if action == "failed" else action, "5.2.1")


@pytest.mark.parametrize(
    ("top", "words"),
    [
        ("Auto-Submitted: auto-replied\nSubject: Thank you", "Back on Monday. For orders see our policy."),
        ("Subject: Your message", "Thank you for writing to us."),
    ],
)
def test_what_machines_write_to_that_address_is_neither_an_answer_nor_a_returned_mail(top: str, words: str) -> None:
    raw = f"From: anna@mail.example\nTo: {BACK}\n{top}\n\n{words}\n".replace("\n", "\r\n").encode()
    found = read_mail(raw_input(raw).payload)
    assert isinstance(found, MailSetAside) and (found.tokens, found.why) == (OURS, "auto-reply")


def test_a_person_whose_program_answers_that_address_is_heard() -> None:
    top = f"From: anna@mail.example\r\nTo: {BACK}\r\nIn-Reply-To: <{TOKEN}@hill.example>\r\n\r\n"
    found = read_mail(raw_input(f"{top}Too dear.\r\n".encode()).payload)
    assert isinstance(found, WroteBack) and (found.tokens, found.text) == (OURS, "Too dear.")


@pytest.mark.parametrize(
    ("word", "gone"),
    [
        ("550 5.1.0 <hello@hill.example>: Sender address rejected: User unknown", False),
        ("550 5.1.7 <hello@hill.example>: Sender address rejected: undeliverable address", False),
        ("550 5.1.8 <hello@hill.example>: Sender address rejected: Domain not found", False),
        ("550 5.2.1 The account is disabled", True),
        ("550 5.4.1 Recipient address rejected: Access denied", True),
        ("550 5.5.0 Requested action not taken: mailbox unavailable", True),
    ],
)
async def test_what_is_said_against_the_sender_does_not_cost_the_recipients(
    server: ScriptedSMTP, word: str, gone: bool
) -> None:
    receipt = await channel(server.at("rcpt", word)).send(outgoing())
    assert isinstance(receipt, Refused) and receipt.gone is gone


@pytest.mark.parametrize("wrong", ["bounces", "a{token}b{token}@x", "bounces@{token}.example", "a b@x.example"])
def test_an_address_for_returned_mail_that_cannot_be_one_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError, match=r"bounces\+\{token\}@shop.example"):
        Settings(mail_bounces_to=wrong)


@pytest.mark.parametrize(
    ("returns", "state"), [("hill.example", "good"), ("back.hill.example", "good"), ("mailer.example", "warning")]
)
def test_the_doctor_asks_spf_of_the_domain_that_mail_comes_back_to(returns: str, state: str) -> None:
    answers = read_answers(f'{returns}. 300 IN TXT "v=spf1 include:_spf.mail.example -all"\n')
    assert names_to_ask("hill.example", None, returns)[0] == returns
    spf = judge(answers, "hill.example", None, returns)[0]
    assert spf.name == "spf" and spf.state == state
    assert ("HOLDBACK_MAIL_BOUNCES_TO be an address at hill.example" in spf.says) == (state == "warning")
