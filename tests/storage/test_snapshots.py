"""Figures that take long are kept as they were counted: asked for once, counted by one, and forgotten at last."""

from datetime import UTC, timedelta

from storage import snapshots
from storage.database import Database, Tx
from storage.reads.common import Window
from storage.snapshots import Subject
from tests.storage.world import NOW

YEAR = Window(NOW - timedelta(days=365), NOW)
PRICE = Subject("solved", None, YEAR, {"product": "Sofa", "language": "fr"})
MINUTE = timedelta(minutes=1)


async def test_what_is_asked_for_is_counted_once_and_kept_with_its_moment(tx: Tx) -> None:
    assert await snapshots.get(tx, PRICE) is None and not await snapshots.is_wanted(tx, NOW)
    await snapshots.want(tx, PRICE, NOW)
    await snapshots.want(tx, Subject("solved", None, YEAR, {"language": "fr", "product": "Sofa"}), NOW + MINUTE)
    assert await snapshots.claim(tx, NOW) == PRICE, "with the window and the filters it was asked with"
    assert await snapshots.claim(tx, NOW + MINUTE) is None, "nobody else counts the same"
    known = await snapshots.get(tx, PRICE)
    assert known is not None and known.figures is None and known.wanted
    await snapshots.keep(tx, PRICE, {"n": [1, 2]}, NOW, 3.5)
    assert await snapshots.get(tx, PRICE) == snapshots.Kept({"n": [1, 2]}, NOW, wanted=False, failed=False)
    assert not await snapshots.is_wanted(tx, NOW + MINUTE)
    assert await snapshots.want_again(tx, PRICE.key, NOW) and not await snapshots.want_again(tx, "other", NOW)
    assert await snapshots.claim(tx, NOW) == PRICE, "the old figures stay meanwhile"


async def test_another_window_campaign_or_filter_is_another_subject() -> None:
    other = Window(YEAR.since, YEAR.until + MINUTE)
    several = (None, other, PRICE.filters), ("a", YEAR, PRICE.filters), (None, YEAR, {"product": "Sofa"})
    subjects = [PRICE, Subject("solved"), Subject("offers"), *(Subject("solved", *one) for one in several)]
    assert len({one.key for one in subjects}) == len(subjects)
    assert PRICE.key == Subject("solved", None, _elsewhere(YEAR), PRICE.filters).key


def _elsewhere(window: Window) -> Window:
    return Window(window.since.astimezone(UTC), window.until.astimezone())


async def test_what_failed_is_tried_again_after_a_while_and_what_was_broken_off_at_once(tx: Tx) -> None:
    await snapshots.want(tx, PRICE, NOW)
    assert await snapshots.claim(tx, NOW) == PRICE
    await snapshots.give_up(tx, PRICE, NOW)
    assert await snapshots.claim(tx, NOW + MINUTE) is None
    known = await snapshots.get(tx, PRICE)
    assert known is not None and known.failed and known.wanted
    assert await snapshots.claim(tx, NOW + snapshots.AGAIN + MINUTE) == PRICE
    await snapshots.put_back(tx)
    assert await snapshots.claim(tx, NOW + snapshots.AGAIN + MINUTE) == PRICE
    assert await snapshots.claim(tx, NOW + snapshots.AGAIN + snapshots.GIVEN_UP + 2 * MINUTE) == PRICE, "it was killed"


async def test_what_nobody_looks_at_is_forgotten_and_counting_ahead_is_no_looking(tx: Tx) -> None:
    ago = NOW - timedelta(days=3)
    await snapshots.want(tx, Subject("offers"), NOW)
    await snapshots.want(tx, Subject("offers"), NOW, ago)
    await snapshots.want(tx, PRICE, NOW, ago)
    found = {(row.page, row.campaign): row.asked_at for row in await snapshots.looked_at(tx, ago)}
    assert found == {("offers", None): NOW, ("solved", None): ago}
    await snapshots.clear(tx, ago + MINUTE)
    assert await snapshots.get(tx, PRICE) is None and await snapshots.get(tx, Subject("offers")) is not None


async def test_counting_has_its_own_connection_and_minutes_of_time(database: Database) -> None:
    async with database.read_patiently() as tx, database.read() as page:
        if not database.is_sqlite:
            limits = [(await one.exec_driver_sql("SHOW statement_timeout")).scalar_one() for one in (tx, page)]
            assert limits == ["10min", "15s"]
            level = (await tx.exec_driver_sql("SHOW transaction_isolation")).scalar_one()
            assert level == "repeatable read", "all of it as of one moment"
        assert (await tx.exec_driver_sql("SELECT 1")).scalar_one() == 1
