"""What a strategy says about money: currency, budget, margin and discounts that contradict each other."""

import re
from collections.abc import Iterator
from decimal import Decimal

from flows.offers.catalogue import Catalogue, OfferDefinition
from flows.offers.finding import Finding
from flows.offers.strategy import Budget, Guards, StrategyDefinition
from flows.words import FINAL_BARRIERS


def check(strategy: StrategyDefinition, catalogue: Catalogue) -> Iterator[Finding]:
    """Every finding about guards, budget and learning, each with its place."""
    names = dict.fromkeys(name for row in strategy.rows for name in row.offers)
    offers = [offer for name in names if (offer := catalogue.offer(name)) is not None]
    for finding in _guards(strategy.guards, offers):
        yield finding.at("guards")
    if strategy.budget is not None:
        for finding in _budget(strategy.budget, catalogue, offers):
            yield finding.at("budget")
    if strategy.learning.on and strategy.guards.margin is None:
        sentence = "learning weighs what a sale brings against what an offer costs, and the margin is not known"
        yield Finding(sentence, "say in the guards how many percent of the price are left").at("learning")
    elif strategy.learning.on:
        sentence = "below about 3,000 people, learning does not beat a sensible order of offers"
        yield Finding(sentence, "leave it off in a small campaign", "warning").at("learning")


def most_it_costs(offer: OfferDefinition) -> Decimal:
    """The most that one grant of the offer can cost; 0 when that is not known."""
    return (offer.at_most if offer.percent is not None else offer.value) or Decimal(0)


def _guards(guards: Guards, offers: list[OfferDefinition]) -> Iterator[Finding]:
    final = [one for one in guards.money_for if one in FINAL_BARRIERS]
    if final:
        yield Finding(f"a discount for {final[0]} would bargain with a final answer", f"take {final[0]} out")
    for code in guards.countries:
        if not re.fullmatch(r"[A-Za-z]{2}", code):
            yield Finding(f"{code!r} is not a country code", "write two letters, such as HU")
    for product, margin in guards.margins.items():
        if not 1 <= margin <= 100:
            yield Finding(f"the margin of {product!r} is {margin} percent", "write a number from 1 to 100")
    for offer in offers:
        if guards.max_discount is not None and offer.percent is not None and offer.percent > guards.max_discount:
            sentence = (
                f"{offer.id!r} can never be given: it is {offer.percent} %, and {guards.max_discount} % is the most"
            )
            yield Finding(sentence, "raise the most, or take the offer out")
    yield from _margins(guards, any(offer.costs_money for offer in offers))


def _margins(guards: Guards, has_money: bool) -> Iterator[Finding]:  # noqa: FBT001 - one private caller
    if guards.min_margin is None or not has_money:
        return
    if guards.margin is None and not guards.margins:
        sentence = "a least margin is asked for and the margin is not known: no offer worth money could be given"
        yield Finding(sentence, "say how many percent of the price are left after the goods are paid")
    elif guards.margin is not None and guards.margin <= guards.min_margin and not guards.margins:
        sentence = (
            f"the margin is {guards.margin} % and {guards.min_margin} % must be left: no offer could cost anything"
        )
        yield Finding(sentence, "lower what must be left")


def _budget(budget: Budget, catalogue: Catalogue, offers: list[OfferDefinition]) -> Iterator[Finding]:
    if budget.currency != catalogue.currency:
        sentence = f"the budget is in {budget.currency}, and offers are worth {catalogue.currency}"
        yield Finding(sentence, f"give the budget in {catalogue.currency}")
    for offer in offers:
        if most_it_costs(offer) > budget.amount:
            sentence = f"the budget of {budget.amount} is below the value of one {offer.id!r} ({most_it_costs(offer)})"
            yield Finding(sentence, "raise the budget, or take the offer out")
        elif offer.code == "pool" and not most_it_costs(offer):
            sentence = f"{offer.id!r} has a code and no value, so it counts as nothing in the budget"
            yield Finding(sentence, "give it a value in the catalogue", "warning")
    if budget.mode == "expected":
        sentence = "the budget counts codes as far as they are usually used, so it may be exceeded"
        yield Finding(sentence, "choose strict, if that must not happen", "warning")
