"""Whoever wants no more messages gets none: at every step, in every language, by every way of saying so."""

from datetime import timedelta

from tests.journeys.people import LANGUAGES, STOP_WORDS, Traveller, travellers
from tests.journeys.rig import Rig

MONTH = timedelta(days=30)
STEPS = ("asked", "followed up", "offered", "ended")


async def go_to(rig: Rig, people: list[Traveller], step: str) -> None:
    """All of them at this step of the conversation."""
    taps = (("barrier", "price"), ("price", "up_to_10"), ("solved", "yes"))[: STEPS.index(step)]
    for person in people:
        await person.arrive()
    await rig.quiet()
    for question, option in taps:
        for person in people:
            await person.user.tap(person.text(question, option))
        await rig.quiet()


async def stays_silent(rig: Rig, people: list[Traveller]) -> None:
    """Nothing waits, nothing comes for a month, and nobody agrees to anything any more."""
    sent = rig.sent()
    await rig.advance(MONTH)
    assert rig.sent() == sent
    assert await rig.waiting() == 0
    agreed = {line["external_id"]: line for line in await rig.export("prospects")}
    outcomes = {line["external_id"]: line["outcome"] for line in await rig.export("conversations")}
    for person in people:
        line = agreed[person.reference]
        assert (line["consent_telegram"], line["consent_email"]) == (False, False), person.reference
        assert outcomes[person.reference] == "stopped"


async def test_by_word_and_by_command_at_every_step_in_every_language(rig: Rig) -> None:
    """A word at every step in every language; the command, which has no language, in every language at some step."""
    everyone: list[Traveller] = []
    for number, step in enumerate(STEPS[:3]):
        wanted = [(f"word{number}{language}", language) for language in LANGUAGES]
        wanted += [(f"command{number}{language}", language) for language in LANGUAGES[number * 2 : number * 2 + 3]]
        people = await travellers(rig, *wanted)
        await go_to(rig, people, step)
        everyone += people
    before = {person.reference: len(person.bot_messages) for person in everyone}
    for person in everyone:
        await person.user.say(STOP_WORDS[person.language] if person.reference.startswith("word") else "/stop")
    await rig.quiet()
    for person in everyone:
        assert person.user.last.text == person.text("stopped"), (person.reference, person.user.transcript())
        assert len(person.bot_messages) == before[person.reference] + 1
        assert not any(message.buttons for message in person.bot_messages), person.user.transcript()
    await stays_silent(rig, everyone)


async def test_by_the_button_under_the_first_question(rig: Rig) -> None:
    people = await travellers(rig, *((language, language) for language in LANGUAGES))
    await go_to(rig, people, "asked")
    for person in people:
        await person.user.tap(person.text("button-stop"))
    await rig.quiet()
    for person in people:
        assert person.user.last.text == person.text("stopped")
    await stays_silent(rig, people)


async def test_a_stop_said_twice_is_answered_once(rig: Rig) -> None:
    (person,) = await travellers(rig, ("ann", "en"))
    await go_to(rig, [person], "asked")
    for words in ("stop", "stop!", "/stop", "Please stop writing to me"):
        await rig.say(person.user, words)
    said = [message.text for message in person.bot_messages].count(person.text("stopped"))
    assert said == 1, person.user.transcript()
    await stays_silent(rig, [person])


async def test_after_the_end_a_stop_still_counts(rig: Rig) -> None:
    (person,) = await travellers(rig, ("ann", "en"))
    await go_to(rig, [person], "ended")
    await rig.say(person.user, "stop")
    assert person.user.last.text == person.text("stopped")
    await stays_silent(rig, [person])


async def test_a_stopped_prospect_is_never_enrolled_again(rig: Rig) -> None:
    (person,) = await travellers(rig, ("ann", "en"))
    await go_to(rig, [person], "asked")
    await rig.say(person.user, "/stop")
    sent = rig.sent()
    await rig.start_campaign()
    await rig.import_prospects(
        {"external_id": "ann", "consent_telegram": "yes", "consent_email": "yes", "city": "Pécs"}
    )
    await rig.start_campaign()
    await rig.advance(timedelta(days=60))
    assert rig.sent() == sent


async def test_what_waits_for_its_hour_is_cancelled_by_a_stop(rig: Rig) -> None:
    (person,) = await travellers(rig, ("ann", "en"))
    await go_to(rig, [person], "asked")
    rig.telegram.fault("sendMessage", "429", retry_after=3600)
    await rig.advance(timedelta(hours=24))
    assert await rig.waiting() == 1, "the reminder waits for Telegram"
    await rig.say(person.user, "/stop")
    reminders = [line for line in await rig.about("ann", "messages") if line["kind"] == "reminder"]
    assert [line["state"] for line in reminders] == ["cancelled"]
    assert person.user.last.text == person.text("stopped")
    await stays_silent(rig, [person])
