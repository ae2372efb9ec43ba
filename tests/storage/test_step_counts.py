"""How many have answered is what a recount gives, after whatever happened, on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from flows.definition.campaign import CampaignDefinition
from flows.effects import Effect, Record, Supersede
from flows.turn import Turn
from storage import campaigns, recounting, saving, step_counts, turns
from storage.database import Database, Tx
from storage.tables import answers, conversations
from storage.tables import step_counts as kept
from tests.storage.test_answer_counts import EMPTY, FLOW, SHOP, Days

STEPS = ("barrier", "price-more", "fit-more")


class Answers(Days):
    """The same, with answers to several questions in several campaigns."""

    async def begin(self) -> None:
        await super().begin()

        async def differ(tx: Tx) -> None:
            (row,) = await campaigns.all_campaigns(tx)
            other = CampaignDefinition.model_validate(row.definition | {"campaign": "winback"})
            await campaigns.put(tx, other, self.now)
            for talk in sorted(self.people):
                named = self.dice.choice(["barriers", "winback"])
                await tx.execute(update(conversations).where(conversations.c.id == talk).values(campaign=named))

        await self.database.transact(differ)

    def turn(self, loaded: turns.Loaded) -> turns.Taken:
        state = replace(loaded.state, turn=loaded.state.turn + 1)
        said, effects = state.answers, list[Effect]()
        if said and self.dice.random() < 0.3:
            visit = self.dice.choice(said).visit
            said = tuple(one for one in said if one.visit < visit)
            effects.append(Supersede(visit))
        if said and self.dice.random() < 0.3:
            said, right = self.put_right(said)
            effects.append(right)
        if self.dice.random() < 0.7:
            said = (*said, replace(self.answer(state.turn), step=self.dice.choice(STEPS)))
            effects.append(Record(said[-1]))
        turn = Turn(replace(state, answers=said), tuple(effects), "test")
        return turns.Taken(loaded, FLOW, turn, "Said")


async def live_through(database: Database, seed: int, steps: int) -> None:
    days = Answers(database, seed)
    await days.begin()
    counted = 0
    for number in range(steps):
        await days.step()
        if number % 20 == 19:
            counted += await database.transact(is_exact)
    assert counted > 3, "something was counted"


async def is_exact(tx: Tx) -> int:
    """What is kept is what a recount makes of the answers. Returns how much it is."""
    names = set((await tx.execute(select(kept.c.campaign))).scalars())
    before = await step_counts.answered(tx, names)
    await recounting.write_afresh(tx, recounting.STEPS)
    assert before == await step_counts.answered(tx, {*names, "barriers", "winback"})
    return len(before)


async def test_after_anything_the_counts_are_what_a_recount_gives(database: Database) -> None:
    await live_through(database, 1, 40)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 22))
async def test_after_any_history_the_counts_are_what_a_recount_gives(database: Database, seed: int) -> None:
    await live_through(database, seed, 120)


async def test_an_answer_to_a_question_that_was_renamed_since_is_taken_back_under_its_former_name(
    database: Database,
) -> None:
    days = Answers(database, 1)
    await days.begin()
    (talk, *_) = sorted(days.people)

    async def turn(tx: Tx, state: dict[str, object], *effects: Effect) -> None:
        loaded = (await turns.load(tx, [talk], shop=SHOP, catalogue=EMPTY, now=days.now)).loaded[talk]
        renamed = tuple(replace(one, step="why") for one in loaded.state.answers)
        loaded = replace(loaded, state=replace(loaded.state, answers=renamed))
        after = replace(loaded.state, turn=loaded.state.turn + 1, **state)  # type: ignore[arg-type]  # fields of a state
        await saving.save(tx, [turns.Taken(loaded, FLOW, Turn(after, effects, "test"), "Said")], days.now)

    first = days.answer(1)
    await database.transact(lambda tx: turn(tx, {"answers": (first,)}, Record(first)))
    async with database.read() as tx:
        found = await step_counts.answered(tx, ["barriers", "winback"])
        assert sorted((flow, step, n) for (_, flow, step), n in found.items()) == [
            ("", "", 1), (FLOW.name, "barrier", 1),
        ]  # fmt: skip
    await database.transact(lambda tx: turn(tx, {"answers": ()}, Supersede(1)))
    async with database.read() as tx:
        assert await step_counts.answered(tx, ["barriers", "winback"]) == {}
        assert (await tx.execute(select(answers.c.step))).scalars().all() == ["barrier"]
