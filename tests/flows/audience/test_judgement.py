"""Qualification, the funnel, and the judgement as a whole: pure, the same every time, and fresh as long as it says."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.audience.judgement import REASONS, Judgement, judge
from flows.audience.population import Population
from flows.audience.profile import Bought, Happening, Profile, Replied, Scores
from flows.audience.scoring import PersonTarget, QualificationRules, Rules, Target
from flows.definition.parse import parse_rules
from flows.errors import FlowInvalid
from flows.words import BARRIERS
from tests.flows.audience.people import NOW, ago, bought, did, facts, said, someone

RULES = Rules(target=Target(person=PersonTarget(countries=("HU",), languages=("hu",))))
HOME = {"country": "HU", "language": "hu"}
AWAY = {"country": "XX", "language": "xx"}
BUSY = did(("checkout_started", 1), ("answered", 1))


def judged(profile: Profile, rules: Rules = RULES) -> Judgement:
    return judge(profile, rules, Population(3, Decimal(60), Decimal(50)), NOW)


@pytest.mark.parametrize(
    ("given", "status", "action"),
    [
        ({"answers": said("no_longer_needed")}, "out", "stop"),
        ({"answers": said("bought_elsewhere"), "happened": BUSY}, "out", "stop"),
        ({"outcomes": ("stopped",), "happened": BUSY}, "out", "stop"),
        ({"answers": said("bought_elsewhere", 9), "happened": BUSY}, "hot", "ask"),
        ({"answers": said("timing", 1, "timing.this_month"), "happened": BUSY}, "later", "ask_later"),
        ({"answers": said("timing", 40), "happened": BUSY}, "hot", "ask"),
        ({"answers": said("price", 1, "price.up_to_10"), "happened": BUSY}, "blocked", "offer"),
        ({"answers": said("price", 1, "price.much_less"), "happened": BUSY}, "nurture", "keep_warm"),
        ({"answers": said("shipping", 1, "shipping.destination"), "happened": BUSY}, "nurture", "keep_warm"),
        ({"answers": said("reviews", 1, "solved.yes"), "happened": BUSY}, "hot", "ask"),
        ({"happened": BUSY}, "hot", "ask"),
        ({"happened": BUSY, "asked": True}, "hot", "keep_warm"),
        ({"happened": did(("cart_abandoned", 1))}, "nurture", "ask"),
        ({"happened": did(("checkout_started", 60)), "asked": True}, "nurture", "keep_warm"),
        ({"happened": BUSY, "facts": facts(**AWAY)}, "nurture", "keep_warm"),
        ({"answers": said("price"), "facts": facts(**AWAY)}, "nurture", "keep_warm"),
        ({"orders": bought(0.5), "happened": BUSY}, None, None),
        ({"outcomes": ("says_bought",), "happened": BUSY}, None, None),
        ({"orders": bought(0.5, refunded=True), "happened": BUSY}, "hot", "ask"),
        ({"orders": bought(9), "happened": BUSY}, "hot", "ask"),
        ({}, "nurture", "ask"),
    ],
)
def test_need_ability_and_timing_decide_what_to_do_next(
    given: dict[str, Any], status: str | None, action: str | None
) -> None:
    found = judged(someone(**{"facts": facts(**HOME)} | given))
    assert (found.scores.qualification, found.action) == (status, action), found.reasons["qualification"]


@pytest.mark.parametrize(
    ("known", "barrier", "status", "action"),
    [
        ({"company_name": "Sea View"}, None, "hot", "call"),
        ({"company_name": "Sea View"}, "approval", "blocked", "offer"),
        ({"company_name": "Sea View", "company_approver": "Ms Field"}, "approval", "blocked", "offer"),
    ],
)
def test_a_company_that_is_hot_is_a_task_for_staff(
    known: dict[str, str], barrier: str | None, status: str, action: str
) -> None:
    profile = someone(facts=facts(**HOME, **known), happened=BUSY, answers=said(barrier) if barrier else ())
    found = judged(profile)
    assert (found.scores.qualification, found.action) == (status, action)
    alone = barrier == "approval" and "company_approver" not in known
    assert (found.scores.stage == "lead") == alone, "without the one who approves nobody is qualified"


def test_a_hot_person_is_a_task_only_where_the_owner_wants_it() -> None:
    wanted = RULES.model_copy(update={"qualification": QualificationRules(call_people=True)})
    profile = someone(facts=facts(**HOME), happened=BUSY)
    assert (judged(profile).action, judged(profile, wanted).action) == ("ask", "call")


@pytest.mark.parametrize(
    ("given", "stages"),
    [
        ({}, ["informed"]),
        ({"happened": did(("viewed", 1), ("viewed", 1))}, ["informed"]),
        ({"happened": did(("viewed", 1), ("viewed", 1), ("viewed", 1))}, ["informed", "lead"]),
        ({"happened": did(("cart_abandoned", 1))}, ["informed", "lead"]),
        ({"facts": facts(**HOME, cart_value=Decimal(20))}, ["informed", "lead"]),
        ({"happened": BUSY}, ["informed", "lead", "qualified"]),
        ({"happened": BUSY, "facts": facts(**AWAY)}, ["informed", "lead"]),
        ({"orders": bought(2)}, ["informed", "lead", "qualified", "customer"]),
        ({"orders": bought(2, refunded=True)}, ["informed", "lead", "qualified", "customer"]),
    ],
)
def test_the_funnel_has_no_gaps(given: dict[str, Any], stages: list[str]) -> None:
    found = judged(someone(**{"facts": facts(**HOME)} | given))
    assert [one.stage for one in found.stages] == stages
    assert [one.at for one in found.stages] == sorted(one.at for one in found.stages)
    assert found.scores.stage == stages[-1]


def test_a_purchase_before_anybody_was_known_makes_a_customer_of_that_day() -> None:
    found = judged(someone(orders=bought(30)))
    assert {one.at for one in found.stages} == {ago(30)}
    assert found.scores.stage_at == ago(30)


def test_nobody_is_moved_back_and_the_reasons_say_so() -> None:
    found = judged(replace(someone(), scores=Scores(stage="qualified", stage_at=ago(5))))
    assert (found.scores.stage, found.scores.stage_at) == ("qualified", ago(5))
    assert "qualified was reached before, and nobody is moved back" in found.reasons["stage"]


MOMENTS = st.floats(-20, 500).map(ago)
PROFILES = st.builds(
    Profile,
    facts=st.sampled_from([{}, facts(**HOME), facts(**AWAY, company_name="X"), facts(cart_value=Decimal(99))]),
    happened=st.lists(
        st.builds(Happening, st.sampled_from(["viewed", "cart_abandoned", "checkout_started", "answered"]), MOMENTS),
        max_size=6,
    ).map(tuple),
    orders=st.lists(st.builds(Bought, MOMENTS, st.just(Decimal(40)), refunded=st.booleans()), max_size=4).map(tuple),
    answers=st.lists(
        st.builds(
            Replied,
            st.just("timing"),
            st.sampled_from(["this_week", "later"]),
            st.lists(st.sampled_from(BARRIERS), max_size=1).map(tuple),
            st.none(),
            MOMENTS,
        ),
        max_size=3,
    ).map(tuple),
    known_since=st.just(ago(500)),
)


def figures(judgement: Judgement) -> tuple[object, ...]:
    """All that a page shows."""
    return (judgement.scores, judgement.level, judgement.action, judgement.rfm, judgement.buying, judgement.stages,
            dict(judgement.reasons))  # fmt: skip


@given(profile=PROFILES, part=st.floats(0, 1))
@settings(max_examples=60)
def test_a_judgement_stays_the_same_until_the_moment_it_names_and_is_asked_again_later(
    profile: Profile, part: float
) -> None:
    population = Population(3, Decimal(60), Decimal(50))
    first = judge(profile, RULES, population, NOW)
    assert figures(first) == figures(judge(profile, RULES, population, NOW))
    assert set(first.reasons) == set(REASONS) and all(first.reasons.values())
    until: datetime = first.fresh_until or NOW + timedelta(days=3650)
    assert until > NOW
    then = NOW + (until - timedelta(microseconds=1) - NOW) * part
    assert figures(judge(profile, RULES, population, then)) == figures(first)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("grades: {A: 50, B: 50, C: 25}", "A must need more than B"),
        ("engagement: {level_1: 20}", "level 1 must need more"),
        ("target: {person: {price: {at_least: 9, at_most: 3}}}", "nothing can lie in it"),
        ("qualification: {removable: [timing]}", "cannot be removed by an offer"),
        ("qualification: {unable: [much_less]}", "unable"),
        ("lead_types: {large_volume: 1}", "its band can never be told"),
        ("colours: [red]", "colours"),
    ],
)
def test_rules_that_contradict_themselves_are_refused_with_the_place_and_the_cure(text: str, says: str) -> None:
    with pytest.raises(FlowInvalid) as refused:
        parse_rules(f"format: 1\n{text}\n", "scoring.yaml")
    assert says in str(refused.value) and "scoring.yaml:2" in str(refused.value)
