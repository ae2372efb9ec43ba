"""What becomes of a mail at every stage of its handing over, and whether the word on it is true."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot.channels.email import EmailChannel
from bot.runtime.clock import VirtualClock
from bot.runtime.ports import Deferred, Delivered, Receipt, Refused, Unknown
from bot.settings import Settings
from flows.messages import Message
from tests.bot.channels.email.samples import NOW, SHOP, TEXTS, outgoing
from tests.bot.channels.email.test_signing import make_key
from tests.edge.smtp import Certificate, Mailbox, ScriptedSMTP, make_certificate

SHORT = 0.15


def channel(url: str, **options: Any) -> EmailChannel:
    settings = Settings(smtp_url=SecretStr(url), mail_from="hello@hill.example", shop_name=SHOP.name)
    return EmailChannel(
        settings, SHOP, TEXTS, VirtualClock(NOW), **{"command_timeout": SHORT, "dot_timeout": SHORT, **options}
    )


@pytest_asyncio.fixture
async def server() -> AsyncIterator[ScriptedSMTP]:
    async with ScriptedSMTP() as scripted:
        yield scripted


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    try:
        return make_certificate(tmp_path_factory.mktemp("certificate"))
    except LookupError as missing:
        pytest.skip(str(missing))


def kind(receipt: Receipt) -> str:
    """One word for a receipt, with what it concerns."""
    match receipt:
        case Deferred(scope=scope):
            return f"deferred {scope}"
        case Refused(gone=gone):
            return "gone" if gone else "refused"
        case Unknown():
            return "unknown"
        case Delivered():
            return "delivered"


async def test_an_accepted_mail_is_delivered_under_its_message_id(server: ScriptedSMTP) -> None:
    sender = channel(server.url)
    receipt = await sender.send(outgoing())
    (accepted,) = server.accepted
    assert receipt == Delivered(str(accepted.message["Message-ID"]))
    assert accepted.sender == "hello@hill.example"
    assert accepted.recipients == ("anna@example.com",)
    assert sender.problem is None


NOT_SENT = [
    ("connect", "drop", "deferred channel"),
    ("connect", "hang", "deferred channel"),
    ("connect", "421 4.3.2 busy", "deferred channel"),
    ("connect", "554 5.3.2 no service", "deferred channel"),
    ("connect", "not an answer", "deferred channel"),
    ("connect", "220 " + "x" * 40_000, "deferred channel"),
    ("ehlo", "drop", "deferred channel"),
    ("ehlo", "hang", "deferred channel"),
    ("ehlo", "421 4.3.2 busy", "deferred channel"),
    ("mail", "drop", "deferred message"),
    ("mail", "hang", "deferred message"),
    ("mail", "421 4.7.0 slow down", "deferred channel"),
    ("mail", "451 4.3.0 later", "deferred message"),
    ("mail", "530 5.7.0 log in first", "deferred channel"),
    ("mail", "550 5.7.1 not from you", "refused"),
    ("mail", "552 5.3.4 too big", "refused"),
    ("rcpt", "drop", "deferred message"),
    ("rcpt", "hang", "deferred message"),
    ("rcpt", "450 4.2.0 greylisted", "deferred message"),
    ("rcpt", "550 5.1.1 no such user", "gone"),
    ("rcpt", "550 no such user", "gone"),
    ("rcpt", "551 5.1.6 moved", "gone"),
    ("rcpt", "553 5.1.3 bad mailbox", "gone"),
    ("rcpt", "550 5.7.1 blocked", "refused"),
    ("rcpt", "552 5.2.2 mailbox full", "refused"),
    ("rcpt", "554 5.7.1 relay denied", "refused"),
    ("rcpt", "999 9.9.9 no such thing", "deferred message"),
    ("rcpt", "garbage without a code", "deferred message"),
    ("data", "drop", "deferred message"),
    ("data", "hang", "deferred message"),
    ("data", "451 4.3.0 later", "deferred message"),
    ("data", "554 5.5.1 no valid recipients", "refused"),
    ("data", "250 2.0.0 what?", "deferred message"),
    ("dot", "451 4.3.0 later", "deferred message"),
    ("dot", "421 4.3.2 going down", "deferred message"),
    ("dot", "554 5.7.1 spam", "refused"),
]


@pytest.mark.parametrize(("stage", "what", "expected"), NOT_SENT, ids=lambda value: str(value)[:30])
async def test_a_mail_that_was_not_taken_is_never_called_sent_or_unknown(
    server: ScriptedSMTP, stage: Any, what: str, expected: str
) -> None:
    sender = channel(server.at(stage, what).url)
    receipt = await sender.send(outgoing())
    assert kind(receipt) == expected
    assert server.accepted == []
    assert (sender.problem is not None) == (expected == "deferred channel")
    if isinstance(receipt, Deferred):
        assert receipt.until == NOW + timedelta(minutes=5)
        assert kind(await sender.send(outgoing())) == "delivered"
        assert sender.problem is None


@pytest.mark.parametrize("accepts", [True, False])
@pytest.mark.parametrize("what", ["drop", "hang", "gibberish", "354 more?", "999 what?", "099 what?"])
async def test_after_the_body_no_answer_means_nobody_knows(server: ScriptedSMTP, what: str, accepts: bool) -> None:
    receipt = await channel(server.at("dot", what, accepts=accepts).url).send(outgoing())
    assert isinstance(receipt, Unknown) and str(receipt.remote_id).startswith("<hb-7-"), "what it is called if it came"
    assert len(server.accepted) == int(accepts)


@pytest.mark.parametrize("what", ["drop", "hang"])
async def test_a_break_in_the_middle_of_the_body_means_nobody_knows(server: ScriptedSMTP, what: Any) -> None:
    assert kind(await channel(server.at("body", what).url).send(outgoing())) == "unknown"
    assert server.accepted == []


@pytest.mark.parametrize("goodbye", ["drop", "hang", "500 what?"])
@pytest.mark.parametrize(
    ("word", "expected"),
    [("250 2.0.0 queued", "delivered"), ("451 4.3.0 later", "deferred message"), ("554 5.7.1 spam", "refused")],
)
async def test_the_word_on_a_mail_stands_whatever_comes_after_it(
    server: ScriptedSMTP, word: str, expected: str, goodbye: str
) -> None:
    server.at("dot", word).at("quit", goodbye).at("rset", goodbye)
    assert kind(await channel(server.url).send(outgoing())) == expected


@pytest.mark.parametrize("stage", ["connect", "ehlo", "mail", "rcpt", "data"])
async def test_an_answer_given_before_its_question_never_passes_for_the_word_on_the_mail(
    server: ScriptedSMTP, stage: Any
) -> None:
    """A stale 250 behind another answer would be read as the acceptance of a mail that the server then refuses."""
    code = {"connect": "220", "data": "354"}.get(stage, "250")
    server.at(stage, f"{code} one\r\n250 two\r\n250 three").at("dot", "554 5.7.1 spam")
    receipt = await channel(server.url).send(outgoing())
    assert kind(receipt) in ("deferred message", "deferred channel")
    assert server.accepted == []


async def test_a_slow_server_has_longer_for_its_word_on_the_mail_than_for_a_command(server: ScriptedSMTP) -> None:
    patient = channel(server.at("dot", "hang").url, command_timeout=0.3, dot_timeout=0.6)
    assert kind(await patient.send(outgoing())) == "unknown"


async def test_no_server_at_all_stops_the_channel(free_port: int) -> None:
    sender = channel(f"smtp://127.0.0.1:{free_port}")
    receipt = await sender.send(outgoing())
    assert kind(receipt) == "deferred channel"
    assert sender.problem is not None
    assert "cannot be reached" in sender.problem


async def test_a_reason_names_the_stage_and_the_code_and_never_the_address(server: ScriptedSMTP) -> None:
    server.at("rcpt", "550 5.1.1 <anna@example.com> unknown")
    receipt = await channel(server.url).send(outgoing())
    assert receipt == Refused("RCPT answered 550 5.1.1", gone=True)


async def test_what_cannot_be_composed_is_refused_before_any_connection(server: ScriptedSMTP) -> None:
    sender = channel(server.url)
    for out in (outgoing(address="a@b.example\r\nRCPT TO:<c@d.example>"), outgoing(kind="edit"), outgoing(links={})):
        assert kind(await sender.send(out)) == "refused"
    assert kind(await sender.send(outgoing(address="\udc80@b.example"))) == "refused"
    assert server.connections == 0


async def test_lines_that_begin_with_a_dot_arrive_whole(server: ScriptedSMTP) -> None:
    text = ".\n..\n.hidden\n\nEnd."
    await channel(server.url).send(outgoing(Message("staff", "en", (text,)), name=None))
    (accepted,) = server.accepted
    assert text in accepted.message.get_body(("plain",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]


async def test_a_mail_goes_out_signed_where_a_key_is_set(server: ScriptedSMTP, tmp_path: Path) -> None:
    settings = Settings(
        smtp_url=SecretStr(server.url),
        mail_from="hello@hill.example",
        dkim_selector="mail",
        dkim_key_file=make_key(tmp_path / "key.pem", "ed25519"),
    )
    signing = EmailChannel(settings, SHOP, TEXTS, VirtualClock(NOW), command_timeout=SHORT, dot_timeout=SHORT)
    assert kind(await signing.send(outgoing())) == "delivered"
    (accepted,) = server.accepted
    assert str(accepted.message["DKIM-Signature"]).startswith("v=1; a=ed25519-sha256;")


async def test_an_address_outside_ascii_needs_a_server_that_knows_it() -> None:
    out = outgoing(address="żółw@example.com")
    async with ScriptedSMTP() as knows:
        assert kind(await channel(knows.url).send(out)) == "delivered"
        assert knows.accepted[0].recipients == ("żółw@example.com",)
    async with ScriptedSMTP() as old:
        old.at("ehlo", "250 fake.example")
        assert kind(await channel(old.url).send(out)) == "refused"


async def test_an_old_server_without_ehlo_is_greeted_the_old_way(server: ScriptedSMTP) -> None:
    server.at("ehlo", "502 5.5.1 unknown command")
    assert kind(await channel(server.url).send(outgoing())) == "delivered"
    assert [line.partition(" ")[0] for line in server.dialogue[:2]] == ["EHLO", "HELO"]


async def test_a_wrong_password_stops_the_channel_and_is_never_repeated() -> None:
    async with ScriptedSMTP(users={"shop": "right"}) as server:
        sender = channel(f"smtp://shop:wr%40ng@127.0.0.1:{server.port}")
        receipt = await sender.send(outgoing())
    assert kind(receipt) == "deferred channel"
    assert sender.problem is not None
    assert "HOLDBACK_SMTP_URL" in sender.problem
    assert "wr@ng" not in sender.problem + str(receipt) + repr(vars(sender))


async def test_the_password_is_read_with_its_marks() -> None:
    async with ScriptedSMTP(users={"post@shop": "p@ss:w/rd#1"}) as server:
        sender = channel(f"smtp://post%40shop:p%40ss%3Aw%2Frd%231@127.0.0.1:{server.port}")
        assert kind(await sender.send(outgoing())) == "delivered"


@pytest.mark.parametrize("implicit", [True, False], ids=["smtps", "starttls"])
async def test_mail_goes_encrypted_where_the_setting_says_so(certificate: Certificate, implicit: bool) -> None:
    with Mailbox(tls=certificate.for_server(), implicit_tls=implicit, users={"shop": "pass"}) as box:
        sender = channel(box.url, tls=certificate.for_client(), command_timeout=5, dot_timeout=5)
        assert kind(await sender.send(outgoing())) == "delivered"
        (mail,) = box.mails
        assert mail.encrypted
        assert mail.login == "shop"


async def test_mail_never_goes_unencrypted_when_starttls_was_asked_for(server: ScriptedSMTP) -> None:
    sender = channel(server.url.replace("smtp://", "smtp+starttls://"))
    assert kind(await sender.send(outgoing())) == "deferred channel"
    assert server.accepted == []
    assert not any(line.startswith(("MAIL", "AUTH")) for line in server.dialogue)
    assert "STARTTLS" in str(sender.problem)


@pytest.mark.parametrize("implicit", [True, False], ids=["smtps", "starttls"])
async def test_a_certificate_nobody_vouches_for_gets_no_mail(certificate: Certificate, implicit: bool) -> None:
    async with ScriptedSMTP(tls=certificate.for_server(), implicit_tls=implicit) as server:
        sender = channel(server.url, command_timeout=5)
        assert kind(await sender.send(outgoing())) == "deferred channel"
        assert server.accepted == []
    assert "certificate" in str(sender.problem)


@pytest.mark.parametrize("what", ["drop", "hang", "454 4.7.0 not now", "502 5.5.1 no"])
async def test_a_starttls_that_fails_sends_nothing(certificate: Certificate, what: str) -> None:
    async with ScriptedSMTP(tls=certificate.for_server()) as server:
        server.at("starttls", what)
        sender = channel(server.url, tls=certificate.for_client())
        assert kind(await sender.send(outgoing())) == "deferred channel"
        assert server.accepted == []


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
async def test_the_stages_mean_the_same_over_tls(certificate: Certificate, stage: Any) -> None:
    for what in ("drop", "hang"):
        async with ScriptedSMTP(tls=certificate.for_server()) as server:
            server.at(stage, what)
            sender = channel(server.url, tls=certificate.for_client(), command_timeout=0.5)
            assert kind(await sender.send(outgoing())) == ("unknown" if stage == "dot" else "deferred message")


AFTER_THE_BODY = [("dot", what, "unknown") for what in ("drop", "hang", "gibberish", "354 more?")]


@pytest.mark.slow
@pytest.mark.parametrize("implicit", [True, False], ids=["smtps", "starttls"])
@pytest.mark.parametrize(("stage", "what", "expected"), NOT_SENT + AFTER_THE_BODY, ids=lambda value: str(value)[:30])
async def test_every_stage_means_the_same_over_tls(
    certificate: Certificate, stage: Any, what: str, expected: str, implicit: bool
) -> None:
    async with ScriptedSMTP(tls=certificate.for_server(), implicit_tls=implicit) as server:
        server.at(stage, what)
        sender = channel(server.url, tls=certificate.for_client(), command_timeout=1.0, dot_timeout=1.0)
        assert kind(await sender.send(outgoing())) == expected
        assert server.accepted == []


async def test_many_mails_at_once_each_get_their_own_word(server: ScriptedSMTP) -> None:
    sender = channel(server.at("rcpt", "550 5.1.1 no such user", times=3).url, command_timeout=5, dot_timeout=5)
    receipts = await asyncio.gather(*(sender.send(outgoing(id=number)) for number in range(20)))
    assert sorted(map(kind, receipts)) == ["delivered"] * 17 + ["gone"] * 3
    taken = {str(accepted.message["Message-ID"]) for accepted in server.accepted}
    assert taken == {receipt.remote_id for receipt in receipts if isinstance(receipt, Delivered)}


def test_an_address_of_a_server_that_cannot_be_read_is_named_without_its_secret() -> None:
    for url in ("smtp://user:pa/ss@host", "smtp://host:99999", "smtp://ho%20st"):
        with pytest.raises(ValueError, match="HOLDBACK_SMTP_URL") as refused:
            channel(url)
        assert "pa/ss" not in str(refused.value)
