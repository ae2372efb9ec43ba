"""By mail in return: somebody answers in their own words, and is answered by mail."""

from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.channels.email.inbound import raw_input
from tests.edge.dovecot import Dovecot
from tests.journeys.people import LANGUAGES, STOP_WORDS, TOO_DEAR, row_of
from tests.journeys.rig import Rig, open_rig

MONTH = timedelta(days=30)
ANN = "ann@mail.example"


async def asked(rig: Rig, language: str) -> EmailMessage:
    """Ann gets the first question by mail."""
    await rig.import_prospects(row_of("ann", language, telegram=False))
    await rig.start_campaign()
    return rig.mailbox.to(ANN)[0]


def reply(sent: EmailMessage, words: str) -> bytes:
    """What Ann's mail program makes of her answer."""
    top = f"From: {ANN}\r\nSubject: Re: hello\r\nReferences: {sent['Message-ID']}\r\n"
    kind = "Content-Type: text/plain; charset=utf-8\r\n\r\n"
    quote = f"\r\n\r\nOn Mon, 2 Mar 2026 at 12:00 Kettle <hello@kettle.example> wrote:\r\n> {sent['Subject']}\r\n"
    return (top + kind + words + quote).encode()


async def comes(rig: Rig, sent: EmailMessage, words: str) -> None:
    await rig.house.intake.put_many([raw_input(reply(sent, words))])
    await rig.quiet()


async def test_an_answer_in_words_is_understood_and_answered_by_mail(rig: Rig) -> None:
    sent = await asked(rig, "en")
    await comes(rig, sent, TOO_DEAR["en"])
    (answer,) = await rig.export("answers")
    assert (answer["barriers"], answer["verbatim"], answer["channel"]) == (["price"], TOO_DEAR["en"], "email")
    first, second = rig.mailbox.to(ANN)
    plain = second.get_body(("plain",))
    assert plain is not None and "What price would feel right to you?" in plain.get_content()
    await comes(rig, second, "STOP")
    assert (await rig.conversation("ann"))["outcome"] == "stopped"
    assert (await rig.export("prospects"))[0]["consent_email"] is False
    await rig.advance(MONTH)
    assert len(rig.mailbox.mails) == 2 and first["Message-ID"] != second["Message-ID"]


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
async def test_answers_and_stops_are_understood_in_every_language(rig: Rig, language: str) -> None:
    await comes(rig, await asked(rig, language), TOO_DEAR[language])
    assert [line["verbatim"] for line in await rig.export("answers", every=True)] == [TOO_DEAR[language]]
    await comes(rig, rig.mailbox.to(ANN)[-1], STOP_WORDS[language])
    assert (await rig.conversation("ann"))["outcome"] == "stopped"


@pytest.mark.slow
async def test_from_the_mail_server_to_the_mailbox_and_back(published_url: str, tmp_path: Path) -> None:
    """The whole way, with a real mailbox that the running house reads."""
    try:
        dovecot = Dovecot()
    except LookupError as error:
        pytest.skip(str(error))
    reply_to = "answers+{token}@kettle.example"
    with dovecot:
        async with open_rig(
            published_url, tmp_path, telegram=False, imap_url=dovecot.url, mail_reply_to=reply_to
        ) as rig:
            await rig.import_codes()
            sent = await asked(rig, "en")
            assert str(sent["Message-ID"]).strip("<>").partition("@")[0] in str(sent["Reply-To"])
            dovecot.deliver(reply(sent, TOO_DEAR["en"]))
            await rig.until("SELECT count(*) FROM answers")
            await rig.quiet()
            dovecot.deliver(reply(rig.mailbox.to(ANN)[-1], "STOP"))
            await rig.until("SELECT count(*) FROM conversations WHERE outcome = 'stopped'")
            assert rig.house.mail.state == "ok"
    assert len(rig.mailbox.mails) == 2
