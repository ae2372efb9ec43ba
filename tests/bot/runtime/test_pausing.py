"""The end of a pause is the end of it for everything that waits for it."""

from datetime import timedelta

from storage import pauses
from tests.bot.runtime.test_dispatcher import Post, post
from tests.storage.world import NOW

__all__ = ["post"]


async def test_what_waits_for_the_end_of_a_pause_goes_when_it_is_ended(post: Post) -> None:
    until = NOW + timedelta(days=1)
    for who in (post.ann, post.bob):
        await post.put(who)
        await post.house.database.transact(lambda tx, who=who: pauses.pause(tx, who[0], until))  # type: ignore[misc]
    await post.send()
    assert await post.rows() == [("ready", pauses.PAUSED)] * 2
    await post.house.database.transact(lambda tx: pauses.resume(tx, post.ann[0], NOW))
    assert await post.send() == 1
    assert await post.rows() == [("sent", None), ("ready", pauses.PAUSED)], "each for themselves"
