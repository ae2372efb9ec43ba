"""Fit, engagement, RFM and lead types: the defaults of EVIDENCE.md 3, line by line, each with its reasons."""

import math
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.audience.engagement import (
    EPOCH,
    above_until,
    engagement_log,
    engagement_now,
    engagement_of,
    level_at,
    levels_until,
)
from flows.audience.fit import fit_of
from flows.audience.judgement import judge
from flows.audience.population import Population
from flows.audience.profile import Profile
from flows.audience.rfm import buying_of, name_of, rfm_of
from flows.audience.scoring import CompanyTarget, EngagementRules, PersonTarget, Range, Rules, Target
from tests.flows.audience.people import NOW, ago, bought, did, facts, someone

PERSON = PersonTarget(
    countries=("HU", "cz"),
    languages=("hu", "en"),
    products=("kettle",),
    price=Range(at_least=Decimal(20), at_most=Decimal(100)),
)
COMPANY = CompanyTarget(
    industries=("Hotels",), size=Range(at_least=Decimal(10), at_most=Decimal(250)), roles=("decider",), regions=("HU",),
    use_cases=("breakfast",),
)  # fmt: skip
RULES = Rules(target=Target(person=PERSON, company=COMPANY))


@pytest.mark.parametrize(
    ("known", "score", "grade", "reason"),
    [
        ({"country": "HU", "language": "hu", "product_name": "Kettle 2", "price": 80}, 100, "A", "ships to HU: +30"),
        ({"country": "CZ", "language": "en", "interest": "kettles"}, 70, "B", "price not known: 0 of 30"),
        ({"country": "hu", "price": 20}, 60, "B", "language not known: 0 of 10"),
        ({"country": "FR", "language": "hu-HU", "price": 500}, 10, "D", "language hu-HU is served: +10"),
        ({"price": 100}, 30, "C", "price 100 lies within 20 to 100: +30"),
        ({"price": "100.5"}, 0, "D", "price 100.5 lies outside of 20 to 100: 0 of 30"),
        ({}, 0, "D", "country not known: 0 of 30"),
    ],
)  # fmt: skip
def test_a_person_fits_by_country_language_product_and_price(
    known: dict[str, str], score: int, grade: str, reason: str
) -> None:
    values = {name: Decimal(str(value)) if name == "price" else value for name, value in known.items()}
    fit = fit_of(someone(facts=facts(**values)), RULES)
    assert (fit.score, fit.grade) == (score, grade)
    assert reason in fit.reasons


@pytest.mark.parametrize(
    ("known", "score", "grade"),
    [
        ({"company_industry": "hotels", "company_size": "50", "role": "decider", "country": "HU",
          "use_case": "Breakfast"}, 100, "A"),
        ({"company_industry": "Hotels", "company_size": "10-49", "company_role": "user"}, 45, "C"),
        ({"company_industry": "Mines", "company_size": "1 000 people"}, 0, "D"),
    ],
)  # fmt: skip
def test_a_company_fits_by_industry_size_role_region_and_use(known: dict[str, str], score: int, grade: str) -> None:
    fit = fit_of(someone(facts=facts(**known)), RULES)
    assert (fit.score, fit.grade) == (score, grade)


def test_only_what_the_target_describes_counts_and_nothing_described_is_no_grade() -> None:
    only = Rules(target=Target(person=PersonTarget(countries=("HU",), price=Range(at_most=Decimal(10)))))
    fit = fit_of(someone(facts=facts(country="HU")), only)
    assert (fit.score, fit.grade) == (50, "B")
    assert "30 of 60 points that the target describes: fit 50, grade B" in fit.reasons
    empty = fit_of(someone(facts=facts(country="HU")), Rules())
    assert (empty.score, empty.grade) == (None, None)


@pytest.mark.parametrize(
    ("happened", "value", "level"),
    [
        (did(("checkout_started", 0)), 40, 2),
        (did(("cart_abandoned", 0)), 25, 3),
        (did(("checkout_started", 0), ("answered", 0)), 60, 1),
        (did(("checkout_started", 14)), 20, 3),
        (did(("checkout_started", 28), ("checkout_started", 0)), 40, 2),
        (did(("viewed", 2), ("viewed", 1), ("viewed", 0), product="lamp"), 15, 3),
        (did(("viewed", 2), ("viewed", 1), product="lamp") + did(("viewed", 0), product="rug"), 0, 3),
        (did(("clicked", 0), ("answered", 0)), 30, 2),
        ((), 0, 3),
    ],
)
def test_engagement_counts_each_kind_once_and_halves_every_14_days(
    happened: tuple[object, ...], value: float, level: int
) -> None:
    rules = EngagementRules()
    found = engagement_of(someone(happened=happened), rules)
    assert engagement_now(found.value, found.at, NOW) == pytest.approx(value)
    assert level_at(*levels_until(found.value, found.at, rules), NOW) == level


@given(
    events=st.lists(
        st.tuples(st.sampled_from(["checkout_started", "cart_abandoned", "viewed", "answered", "clicked"]),
                  st.floats(0, 400)),
        min_size=1, max_size=12,
    ),
    later=st.floats(0, 100),
    threshold=st.integers(1, 100),
)  # fmt: skip
def test_engagement_is_the_same_in_its_log_form_which_time_does_not_move(
    events: list[tuple[str, float]], later: float, threshold: int
) -> None:
    found = engagement_of(someone(happened=did(*events)), EngagementRules())
    form = engagement_log(found.value, found.at)
    assert (form is None) == (found.at is None)
    if form is None or found.at is None:
        return
    then = NOW + timedelta(days=later)
    real = found.value * 2 ** (-((then - found.at) / timedelta(days=14)))
    assert 2 ** (form - (then - EPOCH) / timedelta(days=14)) == pytest.approx(real, rel=1e-6)
    until = above_until(found.value, found.at, threshold)
    if until is not None:
        ends = found.at + timedelta(days=14 * (math.log2(found.value) - math.log2(threshold)))
        assert abs(until - ends) <= timedelta(seconds=2)


@pytest.mark.parametrize(
    ("group", "name"),
    [
        ((5, 5, 5), "champions"), ((3, 3, 2), "potential_loyalist"), ((2, 2, 2), "loyal"), ((3, 1, 3), "promising"),
        ((5, 1, 1), "new"), ((1, 3, 4), "cant_lose"), ((1, 2, 4), "at_risk"), ((1, 3, 3), "need_attention"),
        ((2, 1, 1), "about_to_sleep"), ((1, 1, 1), "lost"), ((5, 4, 1), "other"),
    ],
)  # fmt: skip
def test_the_first_group_that_matches_names_the_customer(group: tuple[int, int, int], name: str) -> None:
    assert name_of(*group) == name


@pytest.mark.parametrize(
    ("days", "orders", "recency", "frequency", "monetary"),
    [(1, 1, 5, 1, 2), (30, 2, 4, 2, 3), (90, 3, 3, 3, 3), (180, 5, 2, 4, 4), (364, 10, 2, 5, 5), (366, 1, 1, 1, 1)],
)
def test_with_few_customers_bounds_are_fixed(
    days: float, orders: int, recency: int, frequency: int, monetary: int
) -> None:
    profile = someone(orders=bought(*[days] * orders))
    found = rfm_of(buying_of(profile, NOW), Population(49, median_order=Decimal(50)), NOW)
    assert (found.recency, found.frequency, found.monetary) == (recency, frequency, monetary)


def test_with_50_customers_they_are_quintiles_of_the_shops_own() -> None:
    own = Population(
        50, None, Decimal(50), (5, 10, 20, 40), (1, 1, 2, 4), (Decimal(10), Decimal(20), Decimal(40), Decimal(80))
    )
    one = rfm_of(buying_of(someone(orders=bought(6, amount=15)), NOW), own, NOW)
    assert (one.recency, one.frequency, one.monetary) == (4, 1, 2)
    best = rfm_of(buying_of(someone(orders=bought(1, 2, 3, 4, 4.5, amount=100)), NOW), own, NOW)
    assert (best.recency, best.frequency, best.monetary, best.name) == (5, 5, 5, "champions")


def test_amounts_in_another_currency_are_not_guessed_and_refunds_are_left_out() -> None:
    population = Population(1, median_order=Decimal(50))
    foreign = rfm_of(buying_of(someone(orders=bought(1, amount=None)), NOW), population, NOW)
    assert (foreign.frequency, foreign.monetary, foreign.name) == (1, None, None)
    assert "the amounts are not known: no group" in foreign.reasons
    back = rfm_of(buying_of(someone(orders=bought(1, refunded=True)), NOW), population, NOW)
    assert back.reasons == ("no order yet",)


@pytest.mark.parametrize(
    ("profile", "kind", "band"),
    [
        (someone(orders=bought(1, 2, 3, 4, 5)), "frequency", "regular"),
        (someone(orders=bought(1, 364)), "frequency", "repeat"),
        (someone(orders=bought(1, 366)), "frequency", "once"),
        (someone(), "frequency", "none"),
        (someone(orders=bought(1, amount=200)), "volume", "large"),
        (someone(orders=bought(1, amount=50)), "volume", "medium"),
        (someone(orders=bought(1, amount=20)), "volume", "small"),
        (someone(orders=bought(1, amount=None)), "volume", "unknown"),
        (someone(facts=facts(expected_order_value=Decimal(500))), "volume", "large"),
        (someone(facts=facts(referrals=Decimal(3))), "influence", "high"),
        (someone(facts=facts(referrals=Decimal(1))), "influence", "some"),
        (someone(facts=facts(audience_size="10000+")), "influence", "high"),
        (someone(facts=facts(audience_size="1000-9999")), "influence", "some"),
        (someone(facts=facts(role="payer")), "influence", "high"),
        (someone(), "influence", "unknown"),
        (someone(facts=facts(country="HU", product_name="Kettle", price=Decimal(50))), "profile", "target"),
        (someone(facts=facts(country="XX")), "profile", "outside"),
    ],
)
def test_lead_types_have_named_bands_with_reasons(profile: Profile, kind: str, band: str) -> None:
    judgement = judge(profile, RULES, Population(1, median_order=Decimal(50)), NOW)
    assert judgement.scores.lead_types[kind] == band
    assert judgement.reasons[kind]


def test_four_segments_to_learn_by() -> None:
    def segment(profile: Profile) -> str | None:
        return judge(profile, RULES, Population(median_cart=Decimal(60)), NOW).scores.learning_segment

    assert segment(someone(facts=facts(company_name="Sea View"), orders=bought(3))) == "b2b"
    assert segment(someone(orders=bought(3))) == "returning"
    assert segment(someone(orders=bought(3, refunded=True))) == "new_other"
    assert segment(someone(facts=facts(cart_value=Decimal(90)))) == "new_high"
    assert segment(someone(facts=facts(cart_value=Decimal("89.99")))) == "new_other"
    assert ago(0) == NOW
