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


RULES: Final = (
    Rule("F301", "error", code_without_expiry),
    Rule("F302", "error", money_without_budget),
    Rule("F303", "warning", barrier_without_offer),
)
