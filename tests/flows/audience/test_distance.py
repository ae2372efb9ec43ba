"""How far people are from the target is read from the reasons of their fit."""

from decimal import Decimal

from flows.audience.distance import Distance, farthest, missed
from flows.audience.fit import fit_of
from tests.flows.audience.people import facts, someone
from tests.flows.audience.test_scores import RULES

FAR = ("FR is not among the countries of the target: 0 of 30", "language fr is served: +10")
NEAR = ("ships to HU: +30", "language not known: 0 of 10")


def test_only_what_is_known_to_miss_the_target_counts() -> None:
    assert missed(FAR) == {"country"} and missed(NEAR) == set()
    lines = ("price 90 lies outside of 10 to 50: 0 of 30", "company size 3 lies outside of 10 to 50: 0 of 20")
    assert missed(lines) == {"price", "size"}


def test_what_few_miss_is_not_said() -> None:
    assert farthest([FAR, NEAR, NEAR]) == [Distance("country", 1, 3)]
    assert farthest([FAR, *[NEAR] * 9]) == [] and farthest([]) == []


def test_every_reason_of_a_fit_that_misses_is_understood() -> None:
    person = facts(country="FR", language="fr", product_name="Lamp", price=Decimal(500))
    assert missed(fit_of(someone(facts=person), RULES).reasons) == {"country", "language", "product", "price"}
    company = {"company.industry": "Schools", "company_size": Decimal(3), "role": "user", "use_case": "show"}
    known = fit_of(someone(facts=facts(country="FR", **company)), RULES).reasons
    assert missed(known) == {"industry", "size", "role", "region", "use"}, known
    assert missed(fit_of(someone(), RULES).reasons) == set()
