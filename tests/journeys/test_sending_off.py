"""Sending is switched off for all: nothing leaves the house, nothing is lost, and what waited goes out afterwards."""

from storage import hold
from tests.journeys.people import travellers
from tests.journeys.rig import Rig


async def test_while_sending_is_off_answers_are_received_and_nothing_is_said(rig: Rig) -> None:
    (ann,) = await travellers(rig, ("ann", "en"))
    await ann.arrive()
    await rig.quiet()
    await rig.house.database.transact(lambda tx: hold.hold(tx, "wrong prices"))
    await ann.user.tap(ann.barrier())
    await rig.until("SELECT count(*) FROM answers")
    await rig.until("SELECT count(*) FROM outbox WHERE state = 'ready'")
    rig.house.bells.ring()
    await rig.until("SELECT count(*) FROM outbox WHERE state = 'ready'")
    assert len(ann.bot_messages) == 1
    await rig.house.database.transact(hold.release)
    rig.house.bells.ring()
    await rig.quiet()
    assert len(ann.bot_messages) == 2 and ann.user.last.text == ann.text("price")
