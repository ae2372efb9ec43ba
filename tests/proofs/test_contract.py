"""The delivery contract as a model: whatever people, the shop, staff, crashes and the network do, it holds.

The real house on a real database is judged after every step from what people did and received (the wire) and from what
is remembered (the database). The suite plays the same examples every time, on SQLite; `-m slow` plays many more, others
at every run, and on PostgreSQL too.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from bot.runtime.intake import RawInput
from bot.runtime.ports import Deferred, Outgoing, Refused, Unknown
from flows.messages import Prompt
from tests.proofs.town import TWICE, Killed, Town, open_town

ASKS: Final = ("question", "reminder", "offer")
"""Kinds of messages that want something of somebody."""

WORDS: Final = (
    "no, I meant shipping", "tomorrow", "hm", "can a person help me?",
    "/help", "/why", "/privacy", "/offer", "/language fr", "go back",
)  # fmt: skip
PLAIN: Final = ("too expensive", "I do not trust your shop")
"""Words that answer the first question without any doubt."""
FIRST: Final = "barrier"
"""The first question's step."""
HOUR: Final = timedelta(hours=1)
picks = st.integers(0, 99)
"""Which one, of however many there are: what is drawn must not hang on what the house does."""


class World:
    """A town that all examples share, each with people of its own: opening one takes longer than an example."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self._runner = asyncio.Runner()
        self._opened = open_town(database_url, folder, codes=2000)
        self.town: Town = self.do(self._opened.__aenter__)
        self.users = iter(range(1_000, 1_000_000))
        self.first: AssertionError | None = None
        self.answers = 0

    def do(self, work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        """Run this to its end."""
        return self._runner.run(work())

    def close(self) -> None:
        self.do(lambda: self._opened.__aexit__(None, None, None))
        self._runner.close()


class Contract(RuleBasedStateMachine):
    """Two people in the town; every rule is something that may happen to them."""

    world: World

    @initialize()
    def begin(self) -> None:
        self.town, do = self.world.town, self.world.do
        self.people = [next(self.world.users) for _ in range(2)]
        self.came: list[RawInput] = []
        self.heard = len(self.town.wire.handed)
        self.fated: set[int] = set()
        self.silent: dict[int, str] = {}
        self.held: set[int] = set()
        self.erased: set[int] = set()
        self.seen: dict[int, list[tuple[str, str]]] = {user: [] for user in self.people}
        self.answered: dict[int, set[tuple[str, int, str]]] = {user: set() for user in self.people}
        do(lambda: self.town.arrive(*self.people))
        self.judge()

    # What may happen.

    @rule(pick=picks, who=st.integers(0, 1))
    def tap(self, pick: int, who: int) -> None:
        """A button that stands in the chat."""
        self._tap(pick, self.people[who], self.town.wire.buttons(self.people[who]))

    @rule(pick=picks, who=st.integers(0, 1))
    def tap_old(self, pick: int, who: int) -> None:
        """A button that stood there once."""
        self._tap(pick, self.people[who], self.seen[self.people[who]])

    def _tap(self, pick: int, user: int, buttons: list[tuple[str, str]]) -> None:
        if buttons:
            option, code = buttons[pick % len(buttons)]
            prompt = self.town.wire.prompt(user, code)
            if not option.startswith("!") and self._is_asked(user, prompt.visit):
                self._note_answer(user, prompt, option)
            self.live(self.town.taps(user, option, of=[(option, code)]))
            if option in {"!stop", "!delete"}:
                self._look_whether_over(user)

    @rule(who=st.integers(0, 1), words=st.sampled_from(WORDS))
    def say(self, who: int, words: str) -> None:
        self.live(self.town.says(self.people[who], words))

    @rule(who=st.integers(0, 1), words=st.sampled_from(PLAIN))
    def say_plainly(self, who: int, words: str) -> None:
        """What answers the first question."""
        user = self.people[who]
        prompt = self._first_question(user)
        if prompt is not None:
            self._note_answer(user, prompt, words)
        self.live(self.town.says(user, words))

    @rule(who=st.integers(0, 1))
    def leave(self, who: int) -> None:
        """Who is not asked any more makes room for somebody else, and what they said stays."""
        if self.people[who] in self.silent:
            self._let_in(who)
            self.live()

    @rule(pick=picks)
    def comes_again(self, pick: int) -> None:
        """The very same input once more: nothing at all follows from it."""
        if self.came:
            before, heard = self.remembered(), len(self.town.wire.handed)
            self.live(self.came[pick % len(self.came)])
            assert self.remembered() == before and len(self.town.wire.handed) == heard, "a duplicate had an effect"

    @rule(who=st.integers(0, 1))
    def buy(self, who: int) -> None:
        user = self.people[who]
        self.live(self.town.buys(user))
        if user not in self.erased:
            self.silent[user] = "they bought"

    @rule(who=st.integers(0, 1))
    def stop(self, who: int) -> None:
        self.live(self.town.says(self.people[who], "/stop"))
        self._look_whether_over(self.people[who])

    @rule(who=st.integers(0, 1))
    def forget(self, who: int) -> None:
        """They ask that everything is deleted, confirm it, and time passes."""
        user = self.people[who]
        self.live(self.town.says(user, "/forget"))
        if "!delete" in dict(self.town.wire.buttons(user)):
            self.live(self.town.taps(user, "!delete"))
            self.silent[user] = "everything about them was to be deleted"
            self.pass_time(HOUR / 60)

    @rule(who=st.integers(0, 1), do=st.sampled_from(("take", "say", "release")))
    def staff(self, who: int, do: str) -> None:
        user = self.people[who]
        if user in self.erased:
            return
        if do == "release":
            self.held.discard(user)
        item = self.world.do(lambda: self.town.staff(user, do, "Hello from the shop" if do == "say" else None))  # type: ignore[arg-type]
        self.live(item)
        (status,) = self.world.do(
            lambda: self.town.rows(f"SELECT status FROM conversations WHERE id = {self._talk(user)}")
        )
        (self.held.add if status == ("held",) else self.held.discard)(user)

    @rule(who=st.integers(0, 1), dies=st.booleans())
    def lose_the_receipt(self, who: int, dies: bool) -> None:
        """The message arrives, and the house does not learn of it: the process dies, or the connection breaks."""
        wire, user = self.town.wire, self.people[who]
        self.world.do(lambda: self._put(self.town.says(user, "/help")))
        wire.fate = [Killed() if dies else Unknown("ReadTimeout")]
        first = len(wire.handed)
        self.world.do(self._send_and_die)
        self.fated |= {one.id for one in wire.handed[first : first + 1]}
        wire.fate = []
        self.live()

    @rule(who=st.integers(0, 1), fate=st.sampled_from((Deferred, Refused)))
    def be_refused(self, who: int, fate: Any) -> None:
        """Telegram takes nothing, for now or for good: certainly nothing arrived."""
        wire, user = self.town.wire, self.people[who]
        self.world.do(lambda: self._put(self.town.says(user, "/why")))
        receipt = Refused("bad request") if fate is Refused else Deferred(self.town.clock.now() + HOUR, "slow down")
        wire.fate = [receipt]
        self.world.do(self.town.settle)
        wire.fate = []
        self.pass_time(2 * HOUR)

    @rule(hours=st.sampled_from((1, 7, 25, 80)))
    def wait(self, hours: int) -> None:
        self.pass_time(hours * HOUR)

    # How it happens.

    def live(self, *items: RawInput) -> None:
        """It comes in, and all that follows from it happens."""
        self.came += items
        for user in self.people:
            self.seen[user] += [one for one in self.town.wire.buttons(user) if one not in self.seen[user]]
        self.world.do(lambda: self.town.live(*items))
        self._look_whether_erased()
        self.judge()

    def pass_time(self, by: timedelta) -> None:
        self.town.clock.advance(by)
        self.live()

    async def _put(self, item: RawInput) -> None:
        self.came.append(item)
        await self.town.put(item)
        await self.town.house.settle()

    async def _send_and_die(self) -> None:
        try:
            await self.town.dispatcher.send_waiting()
        except Killed:
            await asyncio.sleep(0)
        await self.town.start_again()

    def _talk(self, user: int) -> int:
        return int(self.world.do(lambda: self.town.talk(user))[1])

    def _note_answer(self, user: int, prompt: Prompt, said: str) -> None:
        """They answer this question now: from here on it is to be found in the database."""
        self.answered[user].add((prompt.step, prompt.visit, said))
        self.world.answers += 1

    def _is_asked(self, user: int, visit: int) -> bool:
        """Whether this is the question that is open, and nobody has taken their leave or been taken over."""
        if user in self.silent or user in self.held:
            return False
        return bool(self.world.do(lambda: self.town.talk(user))[3] == visit)

    def _first_question(self, user: int) -> Prompt | None:
        """The first question, when it is the one that is open, as it was put to them."""
        put = [one.message.prompt for one in self.town.wire.messages(user) if one.message.prompt is not None]
        found = [one for one in put if one.step == FIRST and self._is_asked(user, one.visit)]
        return found[-1] if found else None

    def _look_whether_over(self, user: int) -> None:
        found = self.world.do(lambda: self.town.found(STOOD))
        if any(outcome in {"stopped", "erased"} for (outcome,) in found.get(user, [])):
            self.silent[user] = "they said stop"

    def _look_whether_erased(self) -> None:
        """Of whom nothing is remembered any more somebody else takes the place."""
        found = self.world.do(lambda: self.town.found(STOOD))
        for user in [one for one in self.answered if one not in found]:
            self.erased.add(user)
            self.silent[user] = "everything about them is deleted"
            self.came = []
            del self.answered[user]
            if user in self.people:
                self._let_in(self.people.index(user))

    def _let_in(self, place: int) -> None:
        """Somebody new, in the place of one of the two."""
        self.people[place] = fresh = next(self.world.users)
        self.seen[fresh], self.answered[fresh] = [], set()
        self.world.do(lambda: self.town.arrive(fresh))

    # What must hold.

    def remembered(self) -> Any:
        return self.world.do(lambda: self.town.rows(REMEMBERED))

    def judge(self) -> None:
        """Everything the contract promises, from what was received and what is remembered."""
        try:
            self._judge_all()
        except AssertionError as error:
            # Played again, an example finds the town as it is now: the first failure is the one to tell.
            self.world.first = self.world.first or error
            raise

    def _judge_all(self) -> None:
        new = self.town.wire.handed[self.heard :]
        self.heard = len(self.town.wire.handed)
        for one in new:
            self._may_be_said(one)
        # SQLite gives the number of a row that was erased to another one.
        said = Counter((one.id, one.address) for one in self.town.wire.handed if one.kind != "edit")
        assert max(said.values(), default=0) <= 1, "a message was received twice"
        self.world.do(self._judge)

    def _may_be_said(self, one: Outgoing) -> None:
        user = int(one.address)
        if one.kind in ASKS and user in self.silent:
            raise AssertionError(f"a {one.kind} though {self.silent[user]}")
        assert not (one.kind in ASKS and user in self.held), f"a {one.kind} while a person of the shop is there"

    async def _judge(self) -> None:
        wrong = [what for what, query in TWICE.items() if await self.town.rows(query)]
        assert not wrong, wrong
        states = await self.town.rows("SELECT id, state, kind FROM outbox WHERE state <> 'sent'")
        assert not [row for row in states if row[1] in {"leased", "sending"}], "nothing is in hand when all is at rest"
        unknown = {row for row, state, _ in states if state == "unknown"}
        assert unknown <= self.fated | OTHERS, "only what was cut off is of unknown fate"
        lost = {row for row, state, kind in states if state == "ready" and kind == "reply"}
        assert not lost, "an answer waits though nothing holds it up"
        kept = await self.town.found(KEPT)
        for user, given in self.answered.items():
            known = {(step, visit, said) for step, visit, *both in kept.get(user, []) for said in both}
            assert given <= known, f"an answer was lost: {given - known}"

    def teardown(self) -> None:
        """Nobody of this example is asked anything any more: the next one has the town for itself."""
        if hasattr(self, "fated"):
            OTHERS.update(self.fated)
            left = [user for user in self.people if user not in self.erased]
            self.world.do(lambda: self.town.live(*(self.town.buys(user) for user in left)))


OTHERS: set[int] = set()
"""What was of unknown fate in earlier examples of the same town."""

STOOD: Final = (
    "SELECT i.value, c.outcome FROM conversations AS c JOIN identities AS i ON i.prospect_id = c.prospect_id"
    " AND i.kind = 'telegram'"
)
KEPT: Final = (
    "SELECT i.value, a.step, a.visit, a.value, a.verbatim FROM answers AS a"
    " JOIN identities AS i ON i.prospect_id = a.prospect_id AND i.kind = 'telegram'"
)
REMEMBERED: Final = (
    "SELECT (SELECT count(*) FROM answers), (SELECT count(*) FROM journal), (SELECT count(*) FROM outbox),"
    " (SELECT count(*) FROM grants), (SELECT count(*) FROM inbox), (SELECT count(*) FROM purchases)"
)
SUITE = settings(
    max_examples=8, stateful_step_count=8, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck), phases=(Phase.generate,),
)  # fmt: skip
MANY = settings(
    max_examples=20, stateful_step_count=60, deadline=None, database=None, suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),
)  # fmt: skip
FEWER = settings(MANY, max_examples=5)
"""For PostgreSQL, where a step takes several times as long."""
PARTS: Final = {"sqlite": 25, "postgresql": 8}
MARKS: Final[Mapping[str, Collection[pytest.MarkDecorator]]] = {"sqlite": [], "postgresql": [pytest.mark.postgres]}


@pytest.fixture
def world(town_url: str, tmp_path: Path) -> Iterator[World]:
    """A town for all examples of a test."""
    OTHERS.clear()
    opened = World(town_url, tmp_path)
    yield opened
    opened.close()


def play(world: World, how: settings) -> None:
    """Play the model in this world."""
    machine = type("ContractHere", (Contract,), {"world": world})
    try:
        run_state_machine_as_test(machine, settings=how)
    except Exception as error:
        raise world.first or error from error


def test_the_contract_holds_whatever_happens(world: World) -> None:
    play(world, SUITE)
    assert world.answers, "where nobody answers, no answer can be lost: take other examples"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("town_url", "part"),
    [pytest.param(kind, part, marks=MARKS[kind]) for kind, parts in PARTS.items() for part in range(parts)],
    indirect=["town_url"],
)
def test_the_contract_holds_whatever_else_happens(world: World, part: int) -> None:
    """500 examples of 60 steps, and 40 more on PostgreSQL, in parts that are done while a test may take."""
    play(world, MANY if world.town.house.database.is_sqlite else FEWER)
