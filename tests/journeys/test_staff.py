"""A person of the shop takes over, writes, and hands back: the flow is silent in between and then goes on."""

from datetime import timedelta

from bot.runtime.envelopes import staff_action
from bot.runtime.intake import RawInput
from storage.ids import new_uid
from tests.journeys.people import Traveller, row_of, travellers
from tests.journeys.rig import Rig


async def act(rig: Rig, reference: str, action: str, text: str | None = None) -> None:
    uid = (await rig.conversation(reference))["conversation"]
    payload = staff_action(uid, action, "eva@kettle.example", text)  # type: ignore[arg-type]  # a test names what it needs
    await rig.house.intake.put_many([RawInput("staff", new_uid(), f"conversation:{uid}", payload)])
    await rig.quiet()


async def asked(rig: Rig) -> Traveller:
    (ann,) = await travellers(rig, ("ann", "fr"))
    await ann.arrive()
    await rig.quiet()
    await rig.click(ann.user, ann.barrier())
    return ann


async def test_take_over_write_and_hand_back(rig: Rig) -> None:
    ann = await asked(rig)
    await act(rig, "ann", "take")
    assert not any(message.buttons for message in ann.bot_messages)
    before = len(ann.bot_messages)
    await rig.say(ann.user, "Vous livrez en Suisse ?")
    assert len(ann.bot_messages) == before, "the flow is silent while a person is there"
    await act(rig, "ann", "say", "Oui, en trois jours.")
    assert ann.user.last.text == "Oui, en trois jours."
    await rig.advance(timedelta(days=7))
    assert len(ann.bot_messages) == before + 1, "nobody is reminded of anything meanwhile"
    await act(rig, "ann", "release")
    assert ann.user.last.text.endswith(ann.text("price"))
    await rig.click(ann.user, ann.text("price", "in_parts"))
    assert [line["value"] for line in await rig.about("ann", "answers")] == ["price", "in_parts"]


async def test_who_asks_for_a_person_gets_one(rig: Rig) -> None:
    ann = await asked(rig)
    await rig.click(ann.user, ann.text("button-person"))
    conversation = await ann.conversation()
    assert (conversation["status"], conversation["needs_person"]) == ("held", "asked")
    await act(rig, "ann", "say", "Bonjour, c'est Eva.")
    await act(rig, "ann", "release")
    assert ann.user.last.text.endswith(ann.text("price"))
    assert (await ann.conversation())["needs_person"] is None


async def test_a_stop_is_obeyed_while_a_person_is_there(rig: Rig) -> None:
    ann = await asked(rig)
    await act(rig, "ann", "take")
    await rig.say(ann.user, "/stop")
    assert ann.user.last.text == ann.text("stopped")
    sent = rig.sent()
    await act(rig, "ann", "release")
    await rig.advance(timedelta(days=30))
    assert rig.sent() == sent


async def test_a_person_can_write_to_somebody_who_only_has_email(rig: Rig) -> None:
    await rig.import_prospects(row_of("ann", "en", telegram=False))
    await rig.start_campaign()
    await act(rig, "ann", "say", "May I help you?")
    bodies = [mail.get_body(("plain",)) for mail in rig.mailbox.to("ann@mail.example")]
    assert len(bodies) == 2 and bodies[1] is not None and "May I help you?" in bodies[1].get_content()


async def test_a_purchase_while_a_person_is_there_ends_it(rig: Rig) -> None:
    ann = await asked(rig)
    await act(rig, "ann", "take")
    await rig.api("purchase", order_id="o-1", external_id="ann")
    assert (await ann.conversation())["outcome"] == "bought"
    await act(rig, "ann", "say", "Thank you for your order!")
    assert ann.user.last.text == "Thank you for your order!"
