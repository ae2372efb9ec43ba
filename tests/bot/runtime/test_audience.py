"""A campaign whose audience is a segment writes first to nobody else."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.house import House, open_house
from bot.runtime.bells import Bell
from bot.runtime.campaigns import Campaigns, UnknownCampaign, UnknownSegment
from bot.settings import Settings
from flows.audience.conditions import parse_condition
from flows.audience.segments import Segment
from storage import campaigns, consents, prospects, segments
from storage.database import Tx
from tests.storage.world import open_conversations, shipped_flow


async def prepare(house: House, segment: str, *values: int) -> None:
    """The campaign asks for a segment, and people with such carts wait for it."""
    definition = house.library.campaigns()["barriers"]
    audience = definition.audience.model_copy(update={"segment": segment})
    now = house.clock.now()

    async def work(tx: Tx) -> None:
        await campaigns.put(tx, definition.model_copy(update={"audience": audience}), now)
        dear = parse_condition({"cart_value": {"at_least": 100}, "stage": ["informed", "lead"]}, "here")
        await segments.save(tx, Segment("dear", "Dear", dear), by="anna", now=now)
        for number, value in enumerate(values):
            person = await prospects.create(tx, now, cart_value=value, currency="EUR", awaiting=True)
            await prospects.bind(tx, person, "email", f"p{number}@example.com", via="test", now=now)
            await consents.record(tx, person, "email", granted=True, way="import", now=now)

    await house.database.transact(work)


async def test_only_members_are_enrolled_once_their_scores_are_known(sqlite_url: str, tmp_path: Path) -> None:
    settings = Settings(home_dir=tmp_path, database_url=sqlite_url)  # type: ignore[arg-type]
    async with open_house(settings) as house:
        await prepare(house, "nobody", 150)
        with pytest.raises(UnknownSegment, match="'nobody', and there is none of this name"):
            await house.campaigns.start("barriers", now=True)
        await prepare(house, "dear", 20, 300)
        waiting = await house.campaigns.start("barriers", now=True)
        await house.keeper.keep_up()
        assert waiting + await house.campaigns.enrol_awaiting() == 2
        async with house.database.read() as tx:
            assert not await campaigns.any_awaiting(tx)


async def test_who_another_process_enrolled_meanwhile_is_asked_now_too(
    published_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home_dir=tmp_path, database_url=published_url, quiet_hours="")  # type: ignore[arg-type]
    async with open_house(settings) as house:

        async def work(tx: Tx) -> None:
            person = await prospects.create(tx, house.clock.now(), awaiting=True)
            await prospects.bind(tx, person, "email", "ann@example.com", via="test", now=house.clock.now())
            await consents.record(tx, person, "email", granted=True, way="import", now=house.clock.now())

        await house.database.transact(work)
        begin = Campaigns.let_run

        async def and_the_server_is_quicker(self: Campaigns, name: str, *, by: str | None = None) -> None:
            await begin(self, name, by=by)
            assert await self.enrol_awaiting() == 1

        monkeypatch.setattr(Campaigns, "let_run", and_the_server_is_quicker)
        assert await house.campaigns.start("barriers", now=True) == 1
        assert await house.turner.take_timers() == 1, "the first question is due"


class Watchful(Bell):
    """Notes with each ring how many conversations everybody else can see that are to be ended."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        self.seen: list[int] = []

    def ring_everywhere(self) -> None:
        with closing(sqlite3.connect(self._file)) as other:
            self.seen += other.execute("SELECT count(*) FROM inbox WHERE source = 'cancel'").fetchone()
        super().ring_everywhere()


async def test_stopping_is_one_step_and_wakes_the_others_only_when_they_can_see_it(
    published_url: str, tmp_path: Path
) -> None:
    settings = Settings(home_dir=tmp_path, database_url=published_url)  # type: ignore[arg-type]
    async with open_house(settings) as house:
        await open_conversations(house.database, 2, shipped_flow())
        house.bells.work = bell = Watchful(Path(published_url.partition(":///")[2]))
        assert await house.campaigns.stop("barriers") == 2
        assert bell.seen == [2]
        with pytest.raises(UnknownCampaign, match="there is no campaign 'other'; there are: barriers"):
            await house.campaigns.stop("other")
        assert bell.seen == [2]
