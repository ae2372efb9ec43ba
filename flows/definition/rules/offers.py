"""Rules about the catalogue: what costs money has a limit and an end, and something fits every barrier."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from flows.definition.rules.subject import Finding, Rule, Subject
from flows.definition.steps import Choose, Offer


def code_without_expiry(subject: Subject) -> Iterator[Finding]:
    """An offer with a code, or worth money, that never ends; or one that ends at once."""
    for number, offer in enumerate(subject.catalogue.offers):
        if offer.valid_for is None and (offer.code == "pool" or offer.percent or offer.value):
            sentence = f"the offer {offer.id!r} is worth money and never ends"
            yield subject.at_offer(number, sentence=sentence, cure="add valid_for, such as 3d")
        elif offer.valid_for is not None and offer.valid_for < timedelta(hours=1):
            sentence = f"the offer {offer.id!r} ends before anybody can use it"
            yield subject.at_offer(number, "valid_for", sentence=sentence, cure="give at least 1h, better 3d")


def money_without_budget(subject: Subject) -> Iterator[Finding]:
    """An offer worth money without a budget: the number of grants alone does not say what is at stake."""
    for number, offer in enumerate(subject.catalogue.offers):
        if (offer.code == "pool" or offer.percent or offer.value) and offer.limits.budget is None:
            sentence = f"the offer {offer.id!r} is worth money and has no budget"
            yield subject.at_offer(number, "limits", sentence=sentence, cure="add budget to its limits")


def barrier_without_offer(subject: Subject) -> Iterator[Finding]:
    """A barrier that can be named on a way to the offers, and that no offer removes."""
    removed = {barrier for offer in subject.catalogue.offers for barrier in offer.removes}
    gives = any(isinstance(step, Offer) for step in subject.definition.steps.values())
    for step_id, step in subject.definition.steps.items():
        if not gives or not isinstance(step, Choose):
            continue
        for number, option in enumerate(step.options):
            ends = _ends_at_once(subject, option.next)
            if option.barrier and option.barrier not in removed and not ends:
                sentence = f"step {step_id!r}: no offer removes the barrier {option.barrier!r}"
                cure = "add it to `removes` of an offer, such as one of kind nothing"
                yield subject.at_value("steps", step_id, "options", number, sentence=sentence, cure=cure)


def _ends_at_once(subject: Subject, step_id: str) -> bool:
    return not subject.links.get(step_id)


def promise_without_end(subject: Subject) -> Iterator[Finding]:
    """An offer worth no money that has no expiry: a promise that is never over."""
    for number, offer in enumerate(subject.catalogue.offers):
        if offer.valid_for is None and offer.kind != "nothing" and not offer.costs_money:
            sentence = f"the offer {offer.id!r} never ends"
            yield subject.at_offer(number, sentence=sentence, cure="add valid_for, such as 30d")


def budget_below_one(subject: Subject) -> Iterator[Finding]:
    """A budget that does not pay for a single grant: the offer would never be given."""
    for number, offer in enumerate(subject.catalogue.offers):
        cost, budget = offer.at_most if offer.percent else offer.value, offer.limits.budget
        if cost is not None and budget is not None and budget < cost:
            sentence = f"the offer {offer.id!r} can cost {cost:f}, and its budget is {budget:f}"
            yield subject.at_offer(number, "limits", "budget", sentence=sentence, cure="raise the budget")


def unsaid_code(subject: Subject) -> Iterator[Finding]:
    """An offer with a code whose text does not say it: nobody could use it."""
    for offer in subject.catalogue.offers:
        for language in subject.languages if offer.code == "pool" else ():
            entry = subject.wording.entries(language, "offers").get(offer.id)
            if entry and "code" not in entry.variables:
                sentence = f"the offer {offer.id!r} has a code, which its text in {language} does not say"
                yield subject.at_text(entry, sentence, "write { $code } where it should stand")


def empty_in_offer(subject: Subject) -> Iterator[Finding]:
    """An offer's text that says something the offer does not have: a code, a percentage, a value or an end."""
    for offer in subject.catalogue.offers:
        has = {
            "code": offer.code == "pool",
            "percent": offer.percent is not None,
            "value": bool(offer.value),
            "until": offer.valid_for is not None,
        }
        for language in subject.languages:
            entry = subject.wording.entries(language, "offers").get(offer.id)
            for variable in sorted(entry.variables) if entry else ():
                if entry and not has.get(variable, True):
                    sentence = f"the text of the offer {offer.id!r} says ${variable}, which this offer does not have"
                    yield subject.at_text(entry, sentence, "leave it out, or give it to the offer in catalogue.yaml")


RULES: Final = (
    Rule("F301", "error", code_without_expiry),
    Rule("F302", "error", money_without_budget),
    Rule("F303", "warning", barrier_without_offer),
    Rule("F304", "warning", promise_without_end),
    Rule("F305", "error", budget_below_one),
    Rule("F306", "error", unsaid_code),
    Rule("F307", "error", empty_in_offer),
)
