"""Who stays silent is reminded once, asked by email once where that is allowed, and left in peace."""

from datetime import timedelta

from tests.journeys.people import LANGUAGES, row_of, travellers
from tests.journeys.rig import Rig

HOUR = timedelta(hours=1)
MONTH = timedelta(days=30)


async def test_reminder_then_email_then_peace_in_every_language(rig: Rig) -> None:
    people = await travellers(rig, *((language, language) for language in LANGUAGES))
    for person in people:
        await person.arrive()
    await rig.advance(23 * HOUR)
    assert {len(person.bot_messages) for person in people} == {1} and not rig.mailbox.mails
    await rig.advance(HOUR)
    for person in people:
        assert len(person.bot_messages) == 2
        assert person.user.last.text == person.text("barrier", "remind"), person.user.last.text
        assert person.user.last.labels[:10] == person.bot_messages[0].labels[:10], "the same order of answers"
    await rig.advance(47 * HOUR)
    assert not rig.mailbox.mails
    await rig.advance(HOUR)
    for person in people:
        (mail,) = rig.mailbox.to(f"{person.reference}@mail.example")
        assert person.text("subject") == mail["Subject"]
        html = mail.get_body(("html",))
        assert html is not None and f'lang="{person.language}"' in html.get_content()
    sent = rig.sent()
    await rig.advance(72 * HOUR)
    for person in people:
        conversation = await person.conversation()
        assert (conversation["status"], conversation["outcome"]) == ("ended", "silent")
    await rig.advance(MONTH)
    assert rig.sent() == sent and await rig.waiting() == 0


async def test_an_answer_that_comes_late_is_still_welcome(rig: Rig) -> None:
    (person,) = await travellers(rig, ("ann", "en"))
    await person.arrive()
    await rig.advance(timedelta(days=20))
    assert (await person.conversation())["outcome"] == "silent"
    await rig.click(person.user, person.barrier())
    assert person.user.last.text == person.text("price")
    assert (await rig.about("ann", "answers"))[0]["value"] == "price"
    assert [message.buttons for message in person.bot_messages[:-1]] == [[], []], "both copies are closed"


async def test_only_email(rig: Rig) -> None:
    await rig.import_prospects(row_of("ann", "fr", telegram=False))
    assert await rig.start_campaign() == 1
    address = "ann@mail.example"
    assert len(rig.mailbox.to(address)) == 1
    await rig.advance(24 * HOUR)
    assert len(rig.mailbox.to(address)) == 2
    await rig.advance(120 * HOUR)
    assert (await rig.conversation("ann"))["outcome"] == "silent"
    await rig.advance(MONTH)
    assert len(rig.mailbox.to(address)) == 2 and not rig.telegram.sent


async def test_only_telegram(rig: Rig) -> None:
    (person,) = await travellers(rig, ("ann", "cs"), email=False)
    await person.arrive()
    await rig.advance(24 * HOUR + 48 * HOUR + 72 * HOUR)
    assert len(person.bot_messages) == 2
    assert (await person.conversation())["outcome"] == "silent"
    await rig.advance(MONTH)
    assert len(person.bot_messages) == 2 and not rig.mailbox.mails


async def test_silence_after_an_answer_keeps_the_answer_and_ends_in_peace(rig: Rig) -> None:
    (person,) = await travellers(rig, ("ann", "en"))
    await person.arrive()
    await rig.quiet()
    await rig.click(person.user, person.barrier("quality"))
    await rig.advance(24 * HOUR)
    assert person.user.last.text == person.text("quality", "remind")
    await rig.advance(timedelta(days=6))
    conversation = await person.conversation()
    assert (conversation["outcome"], conversation["barrier"]) == ("answered", "quality")
    sent = rig.sent()
    await rig.advance(MONTH)
    assert rig.sent() == sent


async def test_nobody_is_reminded_of_the_last_courtesy(rig: Rig) -> None:
    (person,) = await travellers(rig, ("ann", "en"))
    await person.arrive()
    await rig.quiet()
    await rig.click(person.user, person.barrier())
    await rig.click(person.user, person.text("price", "up_to_20"))
    sent = rig.sent()
    await rig.advance(MONTH)
    assert rig.sent() == sent
    assert (await person.conversation())["outcome"] == "answered"
