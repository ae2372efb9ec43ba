"""The counts of answers are what a recount gives, after whatever happened, on both databases."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Row, insert, select, update

import flows
from flows.answers import Answer
from flows.effects import Correct, Effect, Record, Supersede
from flows.offers.catalogue import Catalogue
from flows.scene import Shop
from flows.turn import Turn
from flows.words import CHANNELS, Channel
from storage import conversations as talks
from storage import erasure, joining, prospects, saving, turns
from storage.database import Database, Tx
from storage.reads import barriers
from storage.reads.barriers import Asked, Group, Groups
from storage.reads.common import Window
from storage.recounting import BARRIERS, write_afresh
from storage.tables import answer_counts as kept
from storage.tables import answers, conversations
from tests.storage.world import NOW, open_conversations, shipped_flow

FLOW = shipped_flow()
SHOP = Shop("Nordlys", None)
EMPTY = Catalogue(format=1, currency="EUR", offers=())
DAY = timedelta(days=1)


async def rows(tx: Tx) -> list[Row[tuple[object, ...]]]:
    return list((await tx.execute(select(kept).order_by(*kept.primary_key))).all())


async def is_exact(tx: Tx) -> None:
    """What is kept is what a recount makes of the answers."""
    before = await rows(tx)
    await write_afresh(tx, BARRIERS)
    assert before == await rows(tx)


class Days:
    """Conversations in which anything happens, by dice."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database, self.dice, self.now = database, random.Random(seed), NOW
        self.people: dict[int, int] = {}

    async def begin(self) -> None:
        made = await open_conversations(self.database, 8, FLOW)
        self.people = {talk: person for person, talk in made}

        async def differ(tx: Tx) -> None:
            for talk in self.people:
                told = {"product": self.dice.choice(["lamp", None]), "source": self.dice.choice(["search", None, "x"])}
                await tx.execute(update(conversations).where(conversations.c.id == talk).values(**told))

        await self.database.transact(differ)

    async def step(self) -> None:
        """One thing that may happen."""
        self.now += timedelta(hours=self.dice.randrange(1, 20))
        talks = sorted(self.people)
        if len(talks) > 3 and self.dice.random() < 0.05:
            return await self.erase(self.people[self.dice.choice(talks)])
        if len(talks) > 3 and self.dice.random() < 0.05:
            return await self.join(*(self.people[talk] for talk in self.dice.sample(talks, 2)))
        return await self.talk(self.dice.sample(talks, min(3, len(talks))))

    async def erase(self, person: int) -> None:
        await self.database.transact(lambda tx: erasure.erase(tx, person, self.now, b"k" * 32))
        self.people = {talk: one for talk, one in self.people.items() if one != person}

    async def join(self, one: int, other: int) -> None:
        if one != other:
            stays = await self.database.transact(lambda tx: joining.join(tx, one, other, self.now))
            self.people = {talk: stays if who in (one, other) else who for talk, who in self.people.items()}

    async def talk(self, talks: list[int]) -> None:
        async def work(tx: Tx) -> None:
            loaded = await turns.load(tx, talks, shop=SHOP, catalogue=EMPTY, now=self.now)
            await saving.save(tx, [self.turn(one) for one in loaded.loaded.values()], self.now)

        await self.database.transact(work)

    def turn(self, loaded: turns.Loaded) -> turns.Taken:
        """Somebody answers, takes back what they said, or nothing is said at all."""
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
            said = (*said, self.answer(state.turn))
            effects.append(Record(said[-1]))
        turn = Turn(replace(state, answers=said), tuple(effects), "test")
        return turns.Taken(loaded, FLOW, turn, "Said")

    def put_right(self, said: tuple[Answer, ...]) -> tuple[tuple[Answer, ...], Correct]:
        """Staff name other barriers, or none, and another finer reason."""
        former = self.dice.choice(said)
        named = self.answer(0)
        right = replace(former, barriers=named.barriers, sub_code=named.sub_code)
        return tuple(right if one is former else one for one in said), Correct(former, right)

    def channel(self) -> Channel:
        return self.dice.choice(CHANNELS)

    def answer(self, visit: int) -> Answer:
        named = tuple(self.dice.sample(["price", "fit", "trust"], self.dice.randrange(3)))
        return Answer(
            "barrier", visit, None, named, "words", self.dice.choice(["en", "hu"]), self.channel(),
            self.now, self.now, self.dice.choice([None, "checkout_problem"]) if named else None,
        )  # fmt: skip


async def live_through(database: Database, seed: int, steps: int) -> None:
    days = Days(database, seed)
    await days.begin()
    for _ in range(steps):
        await days.step()
    await database.transact(is_exact)


async def test_after_anything_the_counts_are_what_a_recount_gives(database: Database) -> None:
    await live_through(database, 1, 40)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 22))
async def test_after_any_history_the_counts_are_what_a_recount_gives(database: Database, seed: int) -> None:
    await live_through(database, seed, 120)


ASKED: tuple[dict[str, str], ...] = (
    {}, {"product": "lamp"}, {"source": "search"}, {"language": "hu"}, {"channel": "web"},
    {"product": "lamp", "language": "hu"},
)  # fmt: skip


@pytest.mark.parametrize("again", [False, True])
async def test_a_page_says_the_same_from_sums_as_from_the_answers(database: Database, again: bool) -> None:
    await database.transact(lambda tx: _answers(tx, again=again))
    spans = ((0, 1), (7, 9), (1 / 4, 1 / 5), (30, 30))
    windows = [Window(NOW - first * DAY, NOW + last * DAY / 3) for first, last in spans]
    windows.append(Window(NOW.replace(hour=0), NOW.replace(hour=0) + 3 * DAY))
    async with database.read() as tx:
        known = list(await tx.execute(select(answers).where(answers.c.superseded_at.is_(None))))
        for window in windows:
            for asked in ASKED:
                quick = await _figures(tx, Asked(window, **asked))
                assert quick == _recounted(known, Asked(window, **asked)), (window, asked)
        assert (await barriers.total(tx, Asked(windows[3]))).people > 50


def _recounted(known: list[Any], asked: Asked) -> tuple[Group, list[Groups], dict[str, int]]:
    """The same figures, counted one by one."""
    window = asked.window
    mine = [one for one in known if one.barriers and window.since <= one.answered_at < window.until]
    mine = [one for one in mine if all(getattr(one, by) == wanted for by, wanted in barriers.chosen(asked).items())]
    groups = []
    for by in barriers.BYS:
        names = {getattr(one, by) for one in mine}
        found = [_group(name, [one for one in mine if getattr(one, by) == name]) for name in names]
        groups.append(Groups(sorted(found, key=lambda one: (-one.people, one.name or "")), 0, 0))
    codes = {one.sub_code for one in mine if one.sub_code}
    given = {code: len({one.conversation_id for one in mine if one.sub_code == code}) for code in codes}
    return _group("", mine), groups, given


def _group(name: str | None, mine: list[Any]) -> Group:
    named = {one.barriers[0] for one in mine}
    people = {barrier: len({one.conversation_id for one in mine if one.barriers[0] == barrier}) for barrier in named}
    return Group(name, len({one.conversation_id for one in mine}), people)


async def _figures(tx: Tx, asked: Asked) -> tuple[Group, list[Groups], dict[str, int]]:
    groups = [await barriers.by(tx, asked, what) for what in barriers.BYS]
    return await barriers.total(tx, asked), groups, await barriers.sub_codes(tx, asked)


async def _answers(tx: Tx, *, again: bool) -> None:
    """Sixty answers over twenty days; with `again`, some conversations give a second one."""
    dice = random.Random(3)
    made = []
    for number in range(60):
        barrier = dice.choice(["price", "fit", "timing"])
        at = NOW + timedelta(hours=dice.randrange(-240, 240))
        row = {
            "prospect_id": 1, "conversation_id": number, "campaign": "barriers", "flow": "barriers", "flow_version": 1,
            "step": "barrier", "visit": 1, "value": barrier, "barriers": [barrier], "verbatim": "words",
            "sub_code": dice.choice([None, "size"]), "language": dice.choice(["en", "hu"]),
            "channel": dice.choice(["web", "email"]), "product": dice.choice(["lamp", "rug", None]),
            "source": dice.choice(["search", None]), "asked_at": NOW,
            "answered_at": at,
        }  # fmt: skip
        made.append(row)
        if again and number % 7 == 0:
            later = at + dice.choice([DAY / 48, DAY, 3 * DAY])
            made.append({**row, "visit": 2, "barriers": [dice.choice(["price", "fit"])], "answered_at": later})
            made.append({**row, "visit": 3, "language": dice.choice(["en", "hu"]), "answered_at": later + DAY / 2})
    await _unbound(tx, made)
    await write_afresh(tx, BARRIERS)


async def _unbound(tx: Tx, made: list[dict[str, object]]) -> None:
    """These answers in conversations of their own."""
    person = await prospects.create(tx, NOW)
    ids: dict[object, int] = {}
    for row in made:
        number = row["conversation_id"]
        if number not in ids:
            state = flows.begin(FLOW, language="en", seed=1)
            opening = talks.Opening(person, "barriers", state, outcome="answered")
            ids[number] = await talks.open_new(tx, opening, NOW)
        await tx.execute(insert(answers).values(row | {"prospect_id": person, "conversation_id": ids[number]}))
