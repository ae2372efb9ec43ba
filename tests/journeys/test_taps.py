"""Taps that are stale, repeated, forged or somebody else's are harmless; links bind one person each."""

from tests.journeys.people import Traveller, travellers
from tests.journeys.rig import Rig


async def asked(rig: Rig, *references: str) -> list[Traveller]:
    people = await travellers(rig, *((reference, "en") for reference in references))
    for person in people:
        await person.arrive()
    await rig.quiet()
    return people


async def answers_of(rig: Rig) -> list[tuple[str, str, str]]:
    lines = await rig.export("answers", every=True)
    return [(line["external_id"], line["step"], line["value"]) for line in lines]


async def test_the_same_button_twice_is_one_answer(rig: Rig) -> None:
    (ann,) = await asked(rig, "ann")
    question = ann.user.last
    price = next(button for button in question.buttons if button.label == ann.barrier())
    taps = [await ann.user.press(str(price.data), question.message_id) for _ in range(5)]
    await rig.quiet()
    await ann.user.press(str(price.data), question.message_id)
    await rig.quiet()
    assert await answers_of(rig) == [("ann", "barrier", "price")]
    assert len(ann.bot_messages) == 2
    assert {tap.query_id for tap in taps} <= set(rig.telegram.ledger.answered), "each tap is acknowledged"


async def test_an_update_served_twice_counts_once(rig: Rig) -> None:
    (ann,) = await asked(rig, "ann")
    tap = await ann.user.tap(ann.barrier())
    await rig.quiet()
    assert tap.update_id is not None
    rig.telegram.repeat_update(tap.update_id)
    await rig.quiet()
    assert await answers_of(rig) == [("ann", "barrier", "price")]


async def test_another_button_of_an_answered_question_changes_the_answer(rig: Rig) -> None:
    (ann,) = await asked(rig, "ann")
    question = ann.user.last
    other = next(button for button in question.buttons if button.label == ann.barrier("quality"))
    await rig.click(ann.user, ann.barrier())
    await ann.user.press(str(other.data), question.message_id)
    await rig.quiet()
    standing = [(line["step"], line["value"]) for line in await rig.export("answers")]
    assert standing == [("barrier", "quality")]
    assert {value for _, _, value in await answers_of(rig)} == {"price", "quality"}, "what was said before is kept"
    await rig.click(ann.user, ann.text("quality", "warranty"))
    assert [line["value"] for line in await rig.export("answers")] == ["quality", "warranty"]


async def test_the_same_stale_button_changes_nothing_and_the_open_question_stays(rig: Rig) -> None:
    (ann,) = await asked(rig, "ann")
    question = ann.user.last
    same = next(button for button in question.buttons if button.label == ann.barrier())
    await rig.click(ann.user, ann.barrier())
    await ann.user.press(str(same.data), question.message_id)
    await rig.quiet()
    assert await answers_of(rig) == [("ann", "barrier", "price")]
    await rig.click(ann.user, ann.text("price", "up_to_10"))
    assert [value for _, _, value in await answers_of(rig)] == ["price", "up_to_10"]


async def test_somebody_elses_button_is_nobodys(rig: Rig) -> None:
    ann, bob = await asked(rig, "ann", "bob")
    button = next(button for button in ann.user.last.buttons if button.label == ann.barrier())
    await bob.user.press(str(button.data), bob.user.last.message_id)
    stranger = rig.user()
    await stranger.press(str(button.data), 1)
    await rig.quiet()
    assert await answers_of(rig) == []
    assert len(ann.bot_messages) == len(bob.bot_messages) == 1 and not rig.telegram.ledger.sent_to(stranger.id)


async def test_forged_buttons_are_ignored(rig: Rig) -> None:
    (ann,) = await asked(rig, "ann")
    nonce = str(ann.user.last.buttons[0].data).partition(":")[0]
    forged = ["", ":", "x:1", f"{nonce}:99", f"{nonce}:-1", f"{nonce}:1:1", "n" * 22 + ":0", f"{nonce}:٣", "\x00:0"]
    for data in forged:
        await ann.user.press(data, ann.user.last.message_id)
    await rig.quiet()
    assert await answers_of(rig) == [] and len(ann.bot_messages) == 1
    assert (await rig.rows("SELECT count(*) FROM inbox WHERE state <> 'done'"))[0][0] == 0
    await rig.click(ann.user, ann.barrier())
    assert await answers_of(rig) == [("ann", "barrier", "price")]


async def test_two_people_and_one_link(rig: Rig) -> None:
    (ann,) = await asked(rig, "ann")
    other = rig.user()
    token = (await rig.links("ann"))["telegram"].partition("start=")[2]
    await other.start(token)
    await rig.quiet()
    assert not rig.telegram.ledger.sent_to(other.id), "the link belongs to Ann's account already"
    await rig.click(ann.user, ann.barrier())
    assert await answers_of(rig) == [("ann", "barrier", "price")]


async def test_start_with_a_wrong_token_says_so_and_begins_all_the_same(rig: Rig) -> None:
    stranger = rig.user(language="fr")
    await stranger.start("A" * 32)
    await rig.quiet()
    (told,) = rig.telegram.ledger.sent_to(stranger.id)
    assert told.text == rig.house.texts.say("fr", "link-invalid", shop="Kettle & Co")
    await stranger.start("")
    await rig.quiet()
    assert len(stranger.last.buttons) > 10


async def test_start_again_shows_the_open_question_again(rig: Rig) -> None:
    (ann,) = await asked(rig, "ann")
    await rig.click(ann.user, ann.barrier())
    await ann.arrive()
    await rig.quiet()
    assert (
        ann.user.last.text.endswith(ann.text("price")) and ann.user.last.labels[:4] == ann.bot_messages[-2].labels[:4]
    )
    await rig.click(ann.user, ann.text("price", "up_to_10"))
    assert [value for _, _, value in await answers_of(rig)] == ["price", "up_to_10"]
    assert not ann.bot_messages[1].buttons and not ann.bot_messages[2].buttons, "every copy of the question is closed"


async def test_one_person_with_two_known_faces_becomes_one(rig: Rig) -> None:
    """Somebody who pressed Start by themselves, and is then sent a link as the shop's prospect, is one prospect."""
    walk_in = rig.user()
    await walk_in.start("")
    await rig.quiet()
    await rig.import_prospects({"external_id": "ann", "email": "ann@mail.example", "consent_email": "yes"})
    await rig.arrive(walk_in, "ann")
    assert len(await rig.export("prospects")) == 1
    live = await rig.rows("SELECT count(*) FROM conversations WHERE ended_at IS NULL")
    assert live[0][0] == 1
    await rig.click(walk_in, "The price")
    assert await answers_of(rig) == [("ann", "barrier", "price")]
