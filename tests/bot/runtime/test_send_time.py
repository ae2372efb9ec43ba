"""What is decided at the last moment: how often somebody is written to first, one conversation, the switch for all."""

from datetime import timedelta

from sqlalchemy import update

from bot.runtime import checks
from bot.runtime.checks import FORGET_AFTER, WEEK, Wait
from storage import claiming, hold, pauses
from storage.claiming import LONG
from storage.database import Tx
from storage.outbox import Leased
from storage.tables import conversations
from tests.bot.runtime.test_dispatcher import Post, post
from tests.storage.world import NOW

__all__ = ["post"]

DAY = timedelta(days=1)
MOST = 4
"""As the setting says by itself."""


async def written(post: Post, times: int, **columns: object) -> None:
    """Ann was written to first so many times, a day apart, the last time a day ago."""
    for number in range(times):
        at = NOW - (times - number) * DAY
        values = {"state": "sent", "sent_at": at, "created_at": at, **columns}
        await post.put(post.ann, **values)


async def test_nobody_is_written_to_first_more_often_in_a_week_than_is_set(post: Post) -> None:
    await written(post, MOST)
    await post.put(post.ann)
    await post.put(post.bob)
    await post.send()
    *_, anns, bobs = await post.rows()
    assert anns == ("ready", "written to often enough for now") and bobs == ("sent", None)
    post.clock.set(NOW - MOST * DAY + WEEK)
    await post.send()
    assert (await post.rows())[-2] == ("sent", None), "a week after the first of them"


async def test_what_may_have_arrived_counts_and_answers_and_the_page_do_not(post: Post) -> None:
    await written(post, MOST - 2)
    await written(post, 1, state="unknown", sent_at=None)
    await written(post, 2, proactive=False)
    await written(post, 1, channel="web")
    for _ in range(2):
        await post.put(post.ann)
    await post.send()
    await post.send()
    assert [state for state, _ in (await post.rows())[-2:]] == ["sent", "cancelled"], "the second is one too many"


async def test_what_would_come_too_late_is_not_sent_at_all(post: Post) -> None:
    for number in range(MOST):
        at = NOW - timedelta(hours=number + 1)
        await post.put(post.ann, state="sent", sent_at=at, created_at=at)
    assert FORGET_AFTER + timedelta(hours=MOST) < WEEK
    await post.put(post.ann)
    await post.send()
    assert (await post.rows())[-1] == ("cancelled", "written to often enough")


async def test_an_answer_waits_for_nothing_that_waits_for_its_hour(post: Post) -> None:
    await written(post, MOST)
    await post.put(post.ann)
    await post.send()
    await post.put(post.ann, kind="reply", proactive=False)
    await post.send()
    assert [state for state, _ in (await post.rows())[-2:]] == ["ready", "sent"]


async def test_an_answer_keeps_its_place_behind_what_is_tried_again_soon(post: Post) -> None:
    await post.put(post.ann, not_before=NOW + LONG, attempts=1)
    await post.put(post.ann, kind="reply", proactive=False)
    assert await post.send() == 0


async def test_an_answer_waits_for_nothing_that_was_tried_and_is_tried_again_much_later(post: Post) -> None:
    await post.put(post.ann, not_before=NOW + LONG + timedelta(seconds=1), attempts=1)
    await post.put(post.ann, kind="reply", proactive=False)
    assert await post.send() == 1


async def test_what_waits_for_another_channel_holds_nobody_up(post: Post) -> None:
    """A mail that a server refuses for hours, or that rests with its channel, is no reason to be silent in Telegram."""
    await post.put(post.ann, channel="email", kind="reply", proactive=False, not_before=NOW + DAY, attempts=3)
    await post.put(post.ann, kind="reply", proactive=False)
    await post.put(post.bob, channel="email", kind="reply", proactive=False)
    await post.put(post.bob)
    assert await post.send() == 2
    assert [state for state, _ in await post.rows()] == ["ready", "sent", "ready", "sent"]


async def test_a_question_of_a_conversation_that_is_over_is_not_asked(post: Post) -> None:
    await post.put(post.ann)
    await post.put(post.ann, kind="closing", proactive=False)
    await post.change(update(conversations).values(ended_at=NOW))
    await post.send()
    await post.send()
    assert await post.rows() == [("cancelled", "over"), ("sent", None)]


async def test_what_was_taken_up_already_does_not_go_when_sending_is_switched_off(post: Post) -> None:
    await post.put(post.ann)

    async def take_up(tx: Tx) -> list[Leased]:
        return await claiming.claim(tx, NOW, "telegram", 1)

    leased = await post.house.database.transact(take_up)
    await post.house.database.transact(lambda tx: hold.hold(tx, "wrong prices"))
    verdicts = await post.house.database.transact(
        lambda tx: checks.look_again(tx, post.house.context, leased, post.house.addresses(), NOW)
    )
    (verdict,) = verdicts.values()
    assert isinstance(verdict, Wait) and verdict.reason == "nothing is sent: wrong prices"
    assert await post.send() == 0, "and nobody takes anything up"


async def test_who_has_asked_for_a_pause_gets_answers_and_what_would_come_too_late_is_not_sent(post: Post) -> None:
    short, long = NOW + DAY, NOW + FORGET_AFTER + DAY
    await post.put(post.ann)
    await post.put(post.ann, kind="reply", proactive=False)
    await post.put(post.bob)
    for who, until in ((post.ann, short), (post.bob, long)):
        await post.house.database.transact(lambda tx, who=who, until=until: pauses.pause(tx, who[0], until))  # type: ignore[misc]
    await post.send()
    await post.send()
    reason = "paused by the prospect"
    assert await post.rows() == [("ready", reason), ("sent", None), ("cancelled", reason)]
    post.clock.set(short)
    await post.send()
    assert (await post.rows())[0] == ("sent", None)
