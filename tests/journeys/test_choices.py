"""What people choose on their own page is kept: where they are written to, and a pause in what is sent first."""

from datetime import timedelta
from pathlib import Path

from tests.journeys.pages import Page, open_page
from tests.journeys.people import PRODUCT, row_of, travellers
from tests.journeys.rig import Rig, open_rig

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MONTH = timedelta(days=30)


async def choose(rig: Rig, reference: str, label: str, **fields: str | list[str]) -> Page:
    """Press a button of their choices, with these fields filled in; waits until all is quiet."""
    page = await open_page(rig.http, (await rig.links(reference))["preferences"])
    form = next(form for form in page.reader.forms if label in form.buttons)
    after = await page.post(form, fields)  # type: ignore[arg-type]
    await rig.quiet()
    return after


async def agreed(rig: Rig, reference: str) -> tuple[bool, bool]:
    line = next(line for line in await rig.export("prospects") if line["external_id"] == reference)
    return line["consent_telegram"], line["consent_email"]


async def test_who_chooses_mail_is_asked_there_and_nothing_more_comes_to_the_chat(rig: Rig) -> None:
    (ann,) = await travellers(rig, ("ann", "en"))
    await ann.arrive()
    await rig.quiet()
    said = len(ann.bot_messages)
    page = await choose(rig, "ann", "Save", channel="email")
    assert "Saved." in page.text and await agreed(rig, "ann") == (False, True)
    (mail,) = rig.mailbox.to("ann@mail.example")
    assert "What held you back" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    await rig.advance(MONTH)
    assert len(ann.bot_messages) == said
    assert len(rig.mailbox.to("ann@mail.example")) == 2, "the reminder goes there, too"


async def test_both_can_be_chosen_again_and_what_was_said_yes_to_is_kept(rig: Rig) -> None:
    (ann,) = await travellers(rig, ("ann", "en"))
    await ann.arrive()
    await rig.quiet()
    await choose(rig, "ann", "Save", channel="telegram")
    assert await agreed(rig, "ann") == (True, False)
    await choose(rig, "ann", "Save", channel=["telegram", "email"])
    assert await agreed(rig, "ann") == (True, True)
    await choose(rig, "ann", "Save", channel=["telegram", "email", "pigeon"])
    said = await rig.rows("SELECT channel, granted, text FROM consents WHERE way = 'page: channels' ORDER BY id")
    asked = "Where may we write to you?"
    assert [tuple(row) for row in said[:2]] == [("email", False, None), ("telegram", True, asked)]
    assert {tuple(row) for row in said[2:]} == {("email", True, asked), ("telegram", True, asked)}


async def test_without_a_tick_it_is_a_stop(rig: Rig) -> None:
    (ann,) = await travellers(rig, ("ann", "en"))
    await ann.arrive()
    await rig.quiet()
    page = await choose(rig, "ann", "Save")
    assert "You will receive no more messages." in page.text
    assert await agreed(rig, "ann") == (False, False) and (await ann.conversation())["outcome"] == "stopped"


async def test_who_stopped_and_talks_again_is_written_to_first_only_once_they_have_chosen_it(rig: Rig) -> None:
    (ann,) = await travellers(rig, ("ann", "en"), email=False)
    await rig.house.campaigns.start("barriers")
    await ann.arrive()
    await rig.quiet()
    await rig.say(ann.user, "stop")
    await rig.arrive(ann.user)
    await rig.say(ann.user, "stop it")
    await rig.arrive(ann.user)
    await rig.advance(120 * DAY)
    said = len(ann.bot_messages)
    await rig.import_prospects(row_of("ann", "en"))
    await rig.api("cart_abandoned", external_id="ann")
    await rig.advance(2 * DAY)
    assert (len(ann.bot_messages), len(rig.mailbox.messages)) == (said, 0), "the shop cannot say it for them"
    await choose(rig, "ann", "Save", channel="telegram")
    await rig.api("cart_abandoned", external_id="ann")
    await rig.advance(DAY)
    assert len(ann.bot_messages) == said + 1


async def test_an_open_question_pauses_as_long_as_asked_and_an_answer_is_taken_at_any_time(rig: Rig) -> None:
    ann, bob = await travellers(rig, ("ann", "en"), ("bob", "en"), email=False)
    for person in (ann, bob):
        await person.arrive()
    await rig.quiet()
    for person in (ann, bob):
        page = await choose(rig, person.reference, "Pause", length="month")
        assert "We will not write to you first before 1 April 2026." in page.text.replace(
            "April 1, 2026", "1 April 2026"
        )
    said = len(ann.bot_messages)
    await rig.advance(MONTH - DAY)
    assert (len(ann.bot_messages), len(bob.bot_messages)) == (said, said)
    await bob.user.tap(bob.barrier())
    await rig.quiet()
    assert len(bob.bot_messages) == said + 1, "who answers is answered"
    await rig.advance(DAY)
    assert len(ann.bot_messages) == said + 1 and ann.user.last.buttons, "and after the pause it is asked again"


async def test_who_was_not_asked_yet_is_let_go_and_is_asked_by_what_happens_after_the_pause(rig: Rig) -> None:
    await rig.import_prospects(row_of("ann", "en", telegram=False))
    await rig.house.campaigns.start("barriers")
    await rig.api("cart_abandoned", external_id="ann")
    await choose(rig, "ann", "Pause", length="week")
    await rig.advance(2 * DAY)
    await rig.api("cart_abandoned", external_id="ann")
    await rig.advance(6 * DAY)
    assert not rig.mailbox.messages
    await rig.api("cart_abandoned", external_id="ann")
    await rig.advance(DAY)
    (mail,) = rig.mailbox.messages
    assert PRODUCT in mail.as_string()


async def test_a_pause_can_be_ended(rig: Rig) -> None:
    await rig.import_prospects(row_of("ann", "en", telegram=False))
    await rig.house.campaigns.start("barriers")
    await choose(rig, "ann", "Pause", length="quarter")
    page = await choose(rig, "ann", "End the pause")
    assert "Shall we pause for a while?" in page.text and "Pause" in page.labels
    await rig.api("cart_abandoned", external_id="ann")
    await rig.advance(DAY)
    assert len(rig.mailbox.messages) == 1


async def test_what_a_pause_put_off_is_asked_at_the_next_hour_that_may_be_once_it_is_ended(
    published_url: str, tmp_path: Path
) -> None:
    async with open_rig(published_url, tmp_path, quiet_hours="20:00-09:00") as rig:
        ann, bob, kim = await travellers(rig, ("ann", "en"), ("bob", "en"), ("kim", "en"), email=False)
        for person in (ann, bob, kim):
            await person.arrive()
        await rig.quiet()
        await rig.say(bob.user, "in two weeks")
        for person in (ann, bob, kim):
            await choose(rig, person.reference, "Pause", length="quarter")
        said = [len(person.bot_messages) for person in (ann, bob, kim)]
        await rig.advance(10 * HOUR)
        for person in (ann, bob):
            await choose(rig, person.reference, "End the pause")
        await rig.advance(10 * HOUR)
        assert [len(person.bot_messages) for person in (ann, bob, kim)] == said, "it is before nine"
        await rig.advance(HOUR)
        assert len(ann.bot_messages) == said[0] + 1 and ann.user.last.buttons
        await rig.advance(12 * DAY)
        assert len(bob.bot_messages) == said[1], "they have said themselves when they want to be asked"
        await rig.advance(2 * DAY)
        assert len(bob.bot_messages) == said[1] + 1 and bob.user.last.buttons
        assert len(kim.bot_messages) == said[2], "whose pause goes on"
        assert (await ann.conversation())["outcome"] == "silent", "and they may be asked about something else again"
