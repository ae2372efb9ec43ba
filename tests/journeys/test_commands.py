"""Commands are answered at every step, and the question stays open."""

from datetime import timedelta

from tests.journeys.people import LANGUAGES, Traveller, one_in_each_language, travellers
from tests.journeys.rig import SHOP, Rig

QUESTIONS = ("barrier", "price", "solved")
NEXT = {"barrier": "price", "price": "up_to_10"}


def common(person: Traveller, message_id: str, attribute: str | None = None) -> str:
    return person.rig.house.texts.say(person.language, message_id, attribute, shop=SHOP, url="")


async def test_information_is_given_at_every_step_and_the_question_stays_open(rig: Rig) -> None:
    (ann,) = await travellers(rig, ("ann", "hu"))
    await ann.arrive()
    await rig.quiet()
    for question in QUESTIONS:
        asked = ann.user.last
        for command, words in {"help": "help", "why": "why", "privacy": "privacy", "mydata": "mydata-link"}.items():
            await rig.say(ann.user, f"/{command}")
            assert common(ann, words).split(":")[0] in ann.user.last.text, (command, ann.user.last.text)
            assert "link:" not in ann.user.last.text
        still = next(message for message in ann.bot_messages if message.message_id == asked.message_id)
        assert still.labels == asked.labels, "the question is as it was"
        if question in NEXT:
            await rig.click(ann.user, ann.text(question, NEXT[question]), asked)
    assert len(await rig.about("ann", "answers")) == 2


async def test_the_language_changes_at_the_same_question(rig: Rig) -> None:
    people = await one_in_each_language(rig)
    for person in people:
        await person.user.tap(person.barrier())
    await rig.quiet()
    for person in people:
        await person.user.say("/language")
    await rig.quiet()
    following = dict(zip(LANGUAGES, (*LANGUAGES[1:], LANGUAGES[0]), strict=True))
    for person in people:
        assert len(person.user.last.labels) == 7
        await person.user.tap(list(LANGUAGES).index(following[person.language]))
    await rig.quiet()
    for person in people:
        person.language = following[person.language]
        assert person.user.last.text.endswith(person.text("price")), person.user.transcript()
        await person.user.tap(person.text("price", "up_to_10"))
    await rig.quiet()
    for person in people:
        assert person.user.last.text.endswith(person.text("solved"))
        answers = await rig.about(person.reference, "answers")
        assert [answer["value"] for answer in answers] == ["price", "up_to_10"]
        assert answers[1]["language"] == person.language


async def test_forget_asks_first_and_then_leaves_nothing(rig: Rig) -> None:
    (ann,) = await travellers(rig, ("ann", "en"))
    await ann.arrive()
    await rig.quiet()
    await rig.click(ann.user, ann.barrier())
    await rig.say(ann.user, "/forget")
    await rig.click(ann.user, ann.text("confirm-delete", "no"))
    assert ann.user.last.text.endswith(ann.text("price")), "they go on where they were"
    await rig.say(ann.user, "/forget")
    await rig.click(ann.user, ann.text("confirm-delete", "yes"))
    assert ann.user.last.text == ann.text("deleting")
    sent = rig.sent()
    await rig.advance(timedelta(days=30))
    assert rig.sent() == sent
    for kind in ("prospects", "answers", "conversations", "messages"):
        assert await rig.export(kind, every=True) == [], kind


async def test_limit_ends_the_questions(rig: Rig) -> None:
    (ann,) = await travellers(rig, ("ann", "cs"))
    await ann.arrive()
    await rig.quiet()
    await rig.say(ann.user, "/limit")
    assert common(ann, "limited") in ann.user.last.text
    sent = rig.sent()
    await rig.advance(timedelta(days=30))
    assert rig.sent() == sent


async def test_a_command_from_a_stranger_is_answered_or_ignored_without_harm(rig: Rig) -> None:
    stranger = rig.user()
    for words in ("/help", "/stop", "/mydata", "hello", "/forget", "/start@other_bot x"):
        await rig.say(stranger, words)
    assert (await rig.rows("SELECT count(*) FROM inbox WHERE state = 'quarantined'"))[0][0] == 0
