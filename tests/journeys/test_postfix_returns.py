"""Back through a real Postfix and Dovecot: mail that is returned, answers, machines, and one click that ends it."""

from datetime import timedelta

import pytest
from pydantic import SecretStr

from bot.channels.email import MailServerProblem, check_smtp
from bot.settings import Settings
from tests.journeys.people import TOO_DEAR, row_of
from tests.journeys.rig import Rig
from tests.journeys.town import BOUNCES, Town, ask, fate

pytestmark = pytest.mark.slow

MONTH = timedelta(days=30)
FAR = "cai@far.example"
"""Somebody with another mail server than the one that takes our mail: that one sends back what it cannot pass on."""


async def ask_far(rig: Rig, address: str = FAR) -> None:
    await rig.import_prospects({**row_of("cai", "en", telegram=False), "email": address})
    await rig.start_campaign()


async def suppressed(rig: Rig) -> int:
    return len(await rig.rows("SELECT * FROM suppressions"))


async def test_somebody_unknown_is_refused_at_the_door_and_never_written_to_again(town: Town) -> None:
    async with town.shop("strict") as rig:
        await ask(rig, "nobody", "ann")
        assert await fate(rig) == [("failed", "RCPT answered 550 5.1.1"), ("sent", None)]
        assert (await rig.conversation("nobody"))["outcome"] == "unreachable"
        await rig.import_prospects({**row_of("again", "en", telegram=False), "email": "nobody@mail.example"})
        await rig.start_campaign()
        await rig.advance(MONTH)
        assert town.postfix.policy.asked.count("nobody@mail.example") <= 1
        assert await suppressed(rig) == 1


async def test_a_sender_who_is_not_known_there_costs_no_recipient(town: Town) -> None:
    async with town.shop("strict", mail_from="lost@kettle.example", mail_bounces_to="") as rig:
        await ask(rig, "ann")
        assert await fate(rig) == [("failed", "RCPT answered 550 5.1.0")]
        assert await suppressed(rig) == 0 and (await rig.conversation("ann"))["status"] == "asking"


async def test_the_doctor_learns_whether_a_server_lets_us_send_and_sends_nothing(town: Town) -> None:
    def settings(sender: str) -> Settings:
        return Settings(smtp_url=SecretStr(town.postfix.url("strict")), mail_from=sender, mail_bounces_to=BOUNCES)

    assert "is ready" in await check_smtp(settings("hello@kettle.example"))
    with pytest.raises(MailServerProblem, match=r"does not know HOLDBACK_MAIL_FROM \(550 5.1.1\)"):
        await check_smtp(settings("lost@kettle.example"))
    with pytest.raises(MailServerProblem, match=r"takes no mail from us \(550 5.1.0\); let it send as HOLDBACK_MAIL_B"):
        await check_smtp(settings("hello@kettle.example").model_copy(update={"mail_bounces_to": "lost@kettle.example"}))
    assert not town.postfix.waiting() and not list(town.dovecot.mail.glob("new/*"))


@pytest.mark.parametrize("bounces_to", [BOUNCES, ""])
@pytest.mark.parametrize(
    ("said", "note", "closed"),
    [
        ("550 5.1.1 <cai@far.example>: no such user", "returned: hard 5.1.1", 1),
        ("552 5.2.2 The mailbox is over quota", "returned: soft 5.2.2", 0),
        ("554 5.7.1 Blocked by our policy", "returned: block 5.7.1", 0),
    ],
)
async def test_what_another_server_refuses_is_sent_back_and_understood(
    town: Town, said: str, note: str, closed: int, bounces_to: str
) -> None:
    town.postfix.rule(FAR, said, door="strict")
    async with town.shop(mail_bounces_to=bounces_to) as rig:
        await ask_far(rig)
        await rig.until("SELECT count(*) FROM outbox WHERE reason IS NOT NULL")
        assert await fate(rig) == [("failed", note)]
        assert await suppressed(rig) == closed


async def test_a_report_about_an_address_in_another_script_is_read(town: Town) -> None:
    """Such a report has types of its own (RFC 6533)."""
    address = "józsef@far.example"
    town.postfix.rule(address, "550 5.1.1 nincs ilyen postafiók", door="strict")
    async with town.shop() as rig:
        await ask_far(rig, address)
        await rig.until("SELECT count(*) FROM outbox WHERE reason IS NOT NULL")
        assert await fate(rig) == [("failed", "returned: hard 5.1.1")] and await suppressed(rig) == 1


async def test_a_warning_changes_nothing_and_what_comes_after_it_does(town: Town) -> None:
    town.postfix.rule(FAR, "450 4.2.0 Greylisted", door="strict")
    async with town.shop() as rig:
        await ask_far(rig)
        await rig.until("SELECT count(*) FROM inbox WHERE note = 'mail: delayed'")
        assert await fate(rig) == [("sent", None)] and await suppressed(rig) == 0
        town.postfix.rule(FAR, "550 5.1.1 no such user", door="strict")
        await rig.until("SELECT count(*) FROM outbox WHERE reason IS NOT NULL")
        assert await fate(rig) == [("failed", "returned: hard 5.1.1")]


async def test_a_report_that_brings_nothing_back_is_known_by_where_it_comes(town: Town) -> None:
    async with town.shop() as rig:
        await ask(rig, "ann")
        (mail,) = await town.came("ann")
        to = str(mail["Return-Path"]).strip("<>")
        words = "From: MAILER-DAEMON@mx.far.example\r\nSubject: Retour\r\n\r\nann: 550 no such user\r\n"
        town.postfix.write(f"To: {to}\r\n{words}".encode(), "", to)
        await rig.until("SELECT count(*) FROM outbox WHERE reason IS NOT NULL")
        assert await fate(rig) == [("failed", "returned: hard 5.0.0")] and await suppressed(rig) == 1


async def test_an_answer_is_recorded_once_and_the_next_question_stands_in_the_same_thread(town: Town) -> None:
    async with town.shop() as rig:
        await ask(rig, "ann")
        (first,) = await town.came("ann")
        town.write_back(first, TOO_DEAR["en"])
        _, second = await town.came("ann", 2)
        (answer,) = await rig.export("answers", every=True)
        assert (answer["barriers"], answer["verbatim"], answer["channel"]) == (["price"], TOO_DEAR["en"], "email")
        assert second["In-Reply-To"] == second["References"] == first["Message-ID"]
        town.write_back(second, "stop", to="hello@kettle.example")
        await rig.until("SELECT count(*) FROM conversations WHERE outcome = 'stopped'")
        await rig.advance(MONTH)
        await town.came("ann", 2)


async def test_a_copy_of_an_answer_counts_once(town: Town) -> None:
    async with town.shop() as rig:
        await ask(rig, "ann")
        (mail,) = await town.came("ann")
        head = f"From: ann@mail.example\r\nMessage-ID: <1@mail.example>\r\nIn-Reply-To: {mail['Message-ID']}\r\n"
        raw = f"{head}To: {mail['Reply-To']}\r\nCc: hello@kettle.example\r\n\r\n{TOO_DEAR['en']}\r\n".encode()
        for to in (str(mail["Reply-To"]), "hello@kettle.example"):
            town.postfix.write(raw, "ann@mail.example", to)
        await town.came("ann", 2)
        await rig.quiet()
        assert len(await rig.export("answers", every=True)) == 1
        assert len(await rig.rows("SELECT * FROM inbox WHERE source = 'mail'")) == 1


async def test_an_answering_machine_gets_no_answer(town: Town) -> None:
    async with town.shop() as rig:
        await ask(rig, "ann")
        (mail,) = await town.came("ann")
        to = str(mail["Return-Path"]).strip("<>")
        head = f"From: ann@mail.example\r\nTo: {to}\r\nAuto-Submitted: auto-replied\r\nSubject: Thanks\r\n"
        town.postfix.write(f"{head}\r\nI am away.\r\n".encode(), "", to)
        await rig.until("SELECT count(*) FROM inbox WHERE note = 'mail: auto-reply'")
        await rig.quiet()
        assert await rig.export("answers", every=True) == [] and await fate(rig) == [("sent", None)]


async def test_one_click_in_the_mail_that_arrived_ends_it(town: Town) -> None:
    async with town.shop() as rig:
        await ask(rig, "ann")
        (mail,) = await town.came("ann")
        address = str(mail["List-Unsubscribe"]).strip("<>")
        response = await rig.http.post(address, data={"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
        assert (await rig.export("prospects"))[0]["consent_email"] is False
        await rig.advance(MONTH)
        await town.came("ann")
        assert await rig.waiting() == 0
