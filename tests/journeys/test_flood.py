"""Somebody who writes a thousand messages delays nobody but themselves, and nothing of it is lost."""

from datetime import timedelta

from storage import inbox
from tests.journeys.people import travellers
from tests.journeys.rig import Rig

MESSAGES = 60
"""Several times what a lane gets at once."""


async def test_a_flood_is_kept_whole_and_taken_at_a_quota_while_others_are_answered_at_once(rig: Rig) -> None:
    ann, bob = await travellers(rig, ("ann", "en"), ("bob", "en"))
    for person in (ann, bob):
        await person.arrive()
    await rig.quiet()
    for number in range(MESSAGES):
        await ann.user.say(f"hmm {number}")
    await bob.user.tap(bob.barrier())
    await rig.telegram.until(lambda: len(bob.bot_messages) == 2)
    done = "sum(CASE WHEN state = 'done' THEN 1 ELSE 0 END)"
    (kept,) = await rig.rows(f"SELECT count(*), {done} FROM inbox WHERE payload LIKE '%hmm %'")
    assert kept[0] == MESSAGES and kept[1] <= 2 * inbox.QUOTA, "the clock stands still: the flood has had its quota"
    (flagged,) = await rig.rows("SELECT needs_person FROM conversations WHERE needs_person IS NOT NULL")
    assert flagged[0] == "flood"
    for _ in range(MESSAGES // inbox.QUOTA):
        await rig.advance(timedelta(seconds=2))
    (done,) = await rig.rows("SELECT count(*) FROM inbox WHERE payload LIKE '%hmm %' AND state = 'done'")
    assert done[0] == MESSAGES
