"""From the deep link to the offer, in every language: by taps, and in own words."""

from tests.journeys.people import TOO_DEAR, Traveller, one_in_each_language
from tests.journeys.rig import Rig, on_both_databases


def last_question(person: Traveller) -> str:
    return person.user.last.text.split("\n\n")[-1]


async def holds_offer(person: Traveller, barrier_verbatim: str) -> None:
    """The offer came, in their language; answer, words and grant with its code are in the exports."""
    rig, offer = person.rig, person.user.last
    grants = await rig.about(person.reference, "grants")
    assert [grant["offer"] for grant in grants] == ["discount_10"], person.language
    assert grants[0]["code"].startswith("DISCOUNT_10-") and grants[0]["code"] in offer.text, offer.text
    assert last_question(person) == person.text("solved")
    answers = await rig.about(person.reference, "answers")
    said = [(answer["step"], answer["barriers"], answer["verbatim"], answer["channel"]) for answer in answers]
    assert said == [
        ("barrier", ["price"], barrier_verbatim, "telegram"),
        ("price", [], person.text("price", "up_to_10"), "telegram"),
    ]
    assert {answer["language"] for answer in answers} == {person.language}


@on_both_databases
async def test_by_taps_from_the_deep_link_to_the_offer(rig: Rig) -> None:
    people = await one_in_each_language(rig)
    for person in people:
        assert person.text("greeting") in person.user.last.text
        assert last_question(person) == person.text("barrier")
        await person.user.tap(person.barrier())
    await rig.quiet()
    for person in people:
        asked, _ = person.bot_messages
        assert asked.text.endswith(f"\n\n✓ {person.barrier()}") and asked.edited and not asked.buttons, asked.text
        assert last_question(person) == person.text("price")
        await person.user.tap(person.text("price", "up_to_10"))
    await rig.quiet()
    for person in people:
        assert person.bot_messages[1].text.endswith(f"✓ {person.text('price', 'up_to_10')}")
        await holds_offer(person, person.barrier())
        await person.user.tap(person.text("solved", "yes"))
    await rig.quiet()
    for person in people:
        assert person.user.last.text == person.text("end-helped")
        assert (await person.conversation())["outcome"] == "helped"
    codes = [grant["code"] for grant in await rig.export("grants")]
    assert len(set(codes)) == len(people)


async def test_in_own_words_from_the_deep_link_to_the_offer(rig: Rig) -> None:
    people = await one_in_each_language(rig)
    for person in people:
        await person.user.say(TOO_DEAR[person.language])
    await rig.quiet()
    for person in people:
        if last_question(person) in (person.text("which-one"), person.text("unclear")):
            await person.user.tap(person.barrier())
    await rig.quiet()
    for person in people:
        assert last_question(person) == person.text("price"), person.user.transcript()
        await person.user.tap(person.text("price", "up_to_10"))
    await rig.quiet()
    for person in people:
        await holds_offer(person, TOO_DEAR[person.language])


async def test_understood_words_can_be_taken_back(rig: Rig) -> None:
    person = next(person for person in await one_in_each_language(rig) if person.language == "hu")
    await rig.say(person.user, TOO_DEAR["hu"])
    await rig.click(person.user, person.text("button-change"))
    assert last_question(person) == person.text("barrier")
    await rig.click(person.user, person.barrier("shipping"))
    assert last_question(person) == person.text("shipping")
    kept = await rig.about(person.reference, "answers")
    assert [answer["value"] for answer in kept] == ["shipping"]
    every = await rig.about(person.reference, "answers", every=True)
    assert [answer["verbatim"] for answer in every] == [TOO_DEAR["hu"], person.barrier("shipping")]
