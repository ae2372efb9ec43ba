"""Five things come in, in every order that there is: nothing is lost, nothing is done twice, and who wins is known.

Each of 120 people gets them in an order of their own, once each by itself and once all at once. What it comes to may
depend only on the order of those things that a scenario names in `decides`; everything else may come whenever it likes.
"""

import itertools
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.runtime.intake import RawInput
from tests.proofs.town import Came, Town, broken, came_to, open_town
from tests.soak.town import write_offers

Items = Mapping[str, RawInput]
Rule = Callable[[Sequence[str], Any], bool]


@dataclass(frozen=True)
class Scenario:
    """What one person does, by names. `decides`: those of which the order may matter; `holds`: what it comes to.

    `before`: what they did already, one after the other.
    """

    name: str
    five: Callable[[Town, int], Awaitable[Items]]
    decides: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    holds: Rule = lambda order, came: True


def standing(came: Any) -> dict[str, str]:
    """The answers that stand, by step."""
    return {step: value for step, value, _ in came[1]}


def outcome(came: Any) -> str | None:
    return str(came[0][-1][1])


def last(order: Sequence[str], *of: str) -> str:
    """Which of these came last."""
    return max(of, key=order.index)


def second(order: Sequence[str], *of: str) -> str:
    """Which of these came second."""
    return sorted(of, key=order.index)[1]


async def repeated(town: Town, user: int) -> Items:
    """A tap, the same tap twice more by other ids, help and privacy."""
    taps = {f"tap {number}": town.taps(user, "price") for number in range(3)}
    return {**taps, "help": town.says(user, "/help"), "privacy": town.says(user, "/privacy")}


async def changed(town: Town, user: int) -> Items:
    """Two different taps at one question, the first of them twice; why and help."""
    return {
        "price": town.taps(user, "price"), "quality": town.taps(user, "quality"),
        "shipping": town.taps(user, "shipping"), "help": town.says(user, "/help"), "why": town.says(user, "/why"),
    }  # fmt: skip


async def bought(town: Town, user: int) -> Items:
    order = f"order-{user}"
    return {
        "price": town.taps(user, "price"), "buys": town.buys(user, order), "again": town.buys(user, order),
        "help": town.says(user, "/help"), "why": town.says(user, "/why"),
    }  # fmt: skip


async def stopped(town: Town, user: int) -> Items:
    return {
        "price": town.taps(user, "price"), "stop": town.says(user, "/stop"), "quality": town.taps(user, "quality"),
        "help": town.says(user, "/help"), "privacy": town.says(user, "/privacy"),
    }  # fmt: skip


async def on_two_channels(town: Town, user: int) -> Items:
    return {
        "chat": town.taps(user, "price"), "page": await town.posts(user, "quality"), "help": town.says(user, "/help"),
        "again": town.taps(user, "price"), "why": town.says(user, "/why"),
    }  # fmt: skip


async def in_words(town: Town, user: int) -> Items:
    return {
        "tap": town.taps(user, "price"), "words": town.says(user, "I do not trust your shop"),
        "help": town.says(user, "/help"), "privacy": town.says(user, "/privacy"), "why": town.says(user, "/why"),
    }  # fmt: skip


async def blocked(town: Town, user: int) -> Items:
    return {
        "price": town.taps(user, "price"), "blocks": town.blocks(user), "page": await town.posts(user, "quality"),
        "buys": town.buys(user), "help": town.says(user, "/help"),
    }  # fmt: skip


async def second_question(town: Town, user: int) -> Items:
    return {
        "little": town.taps(user, "up_to_10"), "more": town.taps(user, "up_to_20"),
        "again": town.taps(user, "up_to_10"), "help": town.says(user, "/help"), "why": town.says(user, "/why"),
    }  # fmt: skip


async def by_a_person(town: Town, user: int) -> Items:
    return {
        "take": await town.staff(user, "take"), "say": await town.staff(user, "say", "Hello, how can I help?"),
        "price": town.taps(user, "price"), "help": town.says(user, "/help"), "words": town.says(user, "hm hm"),
    }  # fmt: skip


async def in_another_language(town: Town, user: int) -> Items:
    return {
        "french": town.says(user, "/language fr"), "czech": town.says(user, "/language cs"),
        "price": town.taps(user, "price"), "help": town.says(user, "/help"), "why": town.says(user, "/why"),
    }  # fmt: skip


SCENARIOS = (
    Scenario("a tap three times", repeated, holds=lambda _, came: standing(came) == {"barrier": "price"}),
    # The second of three taps stands: an answer that was changed closes its message, and a third button of it, tapped
    # before the edit has come, is a tap of a question that is over. The journal has it; nothing else changes.
    Scenario(
        "other answers to one question",
        changed,
        ("price", "quality", "shipping"),
        holds=lambda order, came: standing(came)["barrier"] == second(order, "price", "quality", "shipping"),
    ),
    Scenario(
        "a purchase told twice", bought, ("price", "buys", "again"), holds=lambda _, came: outcome(came) == "bought"
    ),
    Scenario("stop", stopped, ("price", "stop", "quality"), holds=lambda _, came: outcome(came) == "stopped"),
    Scenario("the chat and the page", on_two_channels, ("chat", "page", "again")),
    Scenario("a tap and words", in_words, ("tap", "words")),
    Scenario("blocked, bought and answered on the page", blocked, ("price", "blocks", "page", "buys", "help")),
    Scenario(
        "the second question",
        second_question,
        ("little", "more", "again"),
        before=("price",),
        holds=lambda _, came: standing(came)["barrier"] == "price" and len(came[2]) == 1,
    ),
    Scenario("taken over by a person", by_a_person, ("take", "say", "price", "help", "words")),
    Scenario(
        "another language",
        in_another_language,
        ("french", "czech", "price"),
        holds=lambda order, came: came[0][-1][3] == {"french": "fr", "czech": "cs"}[last(order, "french", "czech")],
    ),
)
ORDERS = tuple(itertools.permutations(range(5)))
FIRST = 700
SAMPLE = {"a tap three times", "stop"}


async def play(town: Town, scenario: Scenario, orders: Sequence[tuple[int, ...]], *, at_once: bool) -> Came:
    """Everybody gets the five in an order of their own."""
    users = range(FIRST, FIRST + len(orders))
    await town.arrive(*users)
    for option in scenario.before:
        await town.live(*(town.taps(user, option) for user in users))
    items = {user: list((await scenario.five(town, user)).values()) for user in users}
    rounds = [[items[user][order[place]] for user, order in zip(users, orders, strict=True)] for place in range(5)]
    if at_once:
        await town.live(*itertools.chain.from_iterable(rounds))
    else:
        for together in rounds:
            await town.live(*together)
    assert await broken(town) == []
    return await came_to(town)


def judge(scenario: Scenario, names: Sequence[str], orders: Sequence[tuple[int, ...]], came: Came) -> None:
    """What it came to depends on the order of what decides alone, and is as the scenario says."""
    classes: dict[tuple[str, ...], tuple[Any, tuple[str, ...]]] = {}
    for user, numbers in zip(range(FIRST, FIRST + len(orders)), orders, strict=True):
        order = tuple(names[number] for number in numbers)
        key = tuple(name for name in order if name in scenario.decides)
        like, first = classes.setdefault(key, (came[user], order))
        assert came[user] == like, f"{order} came to something else than {first}"
        assert scenario.holds(order, came[user]), f"{order} came to {came[user]}"


@pytest.mark.parametrize("at_once", [False, True], ids=["one by one", "all at once"])
@pytest.mark.parametrize(
    "scenario",
    [one if one.name in SAMPLE else pytest.param(one, marks=pytest.mark.slow) for one in SCENARIOS],
    ids=lambda one: one.name,
)
async def test_every_order_of_five_comes_to_what_is_known(
    scenario: Scenario, at_once: bool, town_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    marked = any(mark.name == "slow" for mark in request.node.iter_markers())
    orders = ORDERS if marked else ORDERS[::10]
    shop = tmp_path / "shop"
    write_offers(shop)  # the shipped one has a budget for a hundred people
    async with open_town(town_url, tmp_path, flows_dir=shop) as town:
        names = list(await _names(town, scenario))
        came = await play(town, scenario, orders, at_once=at_once)
    judge(scenario, names, orders, came)


async def _names(town: Town, scenario: Scenario) -> list[str]:
    """The names of the five, in the order in which they are made."""
    await town.arrive(1)
    for option in scenario.before:
        await town.live(town.taps(1, option))
    return list(await scenario.five(town, 1))
