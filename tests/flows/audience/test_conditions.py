"""Conditions are read strictly, told in words, judged as the manual says, and refused when they cannot match."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from bot.library import Library
from flows.audience.conditions import (
    ConditionInvalid,
    describe,
    dump_condition,
    evaluate,
    parse_condition,
)
from flows.audience.contradictions import always, never
from flows.audience.fields import declared_field
from flows.audience.profile import Bought, Fact, FactValue, Happening, Profile, Replied, Scores
from flows.audience.segments import check_segment
from flows.definition.reader import read_yaml
from tests.storage.crowd import DECLARED as CROWDS
from tests.storage.crowd import documents

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
DECLARED = {
    "pets": declared_field("pets", "number"),
    "since": declared_field("since", "day"),
    "kind": declared_field("kind", "word", "kind", ("a", "b")),
}


def fact(value: FactValue) -> Fact:
    return Fact(value, "csv", NOW)


CAMILLE = Profile(
    facts={
        "country": fact("HU"),
        "city": fact("Győr"),
        "cart_value": fact(Decimal("120.50")),
        "company.size": fact("50-249"),
        "pets": fact(Decimal(2)),
        "since": fact(date(2026, 2, 27)),
        "medium": fact(""),
    },
    free={"Hobby": "ÁRNYÉK Gardens"},
    tags=frozenset({"VIP"}),
    agreed=frozenset({"email"}),
    addressed=frozenset({"email", "telegram"}),
    happened=(Happening("viewed", NOW - 9 * DAY, "Lamp"), Happening("viewed", NOW - DAY, "rug")),
    orders=(Bought(NOW - 40 * DAY, Decimal(80)), Bought(NOW - DAY, None), Bought(NOW - DAY, Decimal(9), refunded=True)),
    answers=(
        Replied("why", "price", ("price", "shipping"), None, NOW - 3 * DAY),
        Replied("why", "other", ("other",), "checkout_problem", NOW - 2 * DAY, "email"),
        Replied("solved", "yes", (), None, NOW - DAY),
    ),
    heard=(
        Replied("shop", None, ("fit",), None, NOW - 4 * DAY, "shop"),
        Replied("shop", None, ("trust",), None, NOW - 2 * DAY, "shop"),
    ),
    offers=("discount_10",),
    outcomes=("silent",),
    asked=True,
    known_since=NOW - 60 * DAY,
    scores=Scores(
        fit=60,
        grade="B",
        engagement=60.0,
        engaged_at=NOW - 14 * DAY,
        level_2_until=NOW + DAY,
        stage="lead",
        stage_at=NOW - 5 * DAY,
    ),
)


@pytest.mark.parametrize(
    ("document", "holds"),
    [
        ({}, True),
        ({"country": "hu"}, True),
        ({"country": ["CZ", "HU"]}, True),
        ({"country": {"none_of": ["CZ"]}}, True),
        ({"city": {"contains": "GY"}}, True),
        ({"city": "GYŐR"}, False),
        ({"city": {"starts_with": "győ"}}, True),
        ({"attribute.Hobby": {"contains": "ÁRNYÉK g"}}, True),
        ({"attribute.Hobby": {"contains": "árnyék"}}, False),
        ({"cart_value": {"at_least": 120.5, "below": 121}}, True),
        ({"cart_value": {"above": Decimal("120.5")}}, False),
        ({"price": {"at_least": 0}}, False),
        ({"not": {"price": {"at_least": 0}}}, True),
        ({"medium": {"is_not": "x"}}, False),
        ({"unknown": ["medium", "price"]}, True),
        ({"known": ["country", "medium"]}, False),
        ({"company.size": "50-249"}, True),
        ({"pets": {"at_least": 2}}, True),
        ({"fact.pets": 2}, True),
        ({"since": {"within_last": "3d"}}, True),
        ({"since": {"older_than": "3d"}}, False),
        ({"since": {"after": "2026-02-26"}}, True),
        ({"fact.since": {"before": "2026-02-27"}}, False),
        ({"known_since": {"older_than": "8w"}}, True),
        ({"stage_since": {"within_last": "5d"}}, True),
        ({"tag": ["vip", "other"]}, True),
        ({"barrier": "shipping"}, True),
        ({"latest_barrier": "other"}, True),
        ({"latest_barrier": "price"}, False),
        ({"consent": "telegram"}, False),
        ({"reach": ["telegram", "email"]}, True),
        ({"reach": "telegram"}, False),
        ({"barrier": "fit"}, True),
        ({"answered": {"barrier": "fit"}}, False),
        ({"outcome": ["silent", "helped"]}, True),
        ({"offer": "discount_10"}, True),
        ({"asked": True}, True),
        ({"did": "viewed"}, True),
        ({"did": {"event": "viewed", "at_least": 2, "within": "7d"}}, False),
        ({"did": {"event": "viewed", "product": "lamp"}}, True),
        ({"did": {"event": ["quote_sent", "cart_abandoned"], "exactly": 0}}, True),
        ({"bought": True}, True),
        ({"bought": "never"}, False),
        ({"bought": {"at_least": 2, "within": "60d"}}, True),
        ({"bought": {"total_at_least": 80}}, True),
        ({"bought": {"total_above": 0, "within": "7d"}}, False),
        ({"answered": {"sub_code": "checkout_problem", "channel": "email"}}, True),
        ({"answered": {"step": "why", "value": "price", "within": "2d"}}, False),
        ({"answered": True}, True),
        ({"stage": ["lead", "qualified"], "grade": ["A", "B"]}, True),
        ({"fit": {"at_least": 61}}, False),
        ({"engagement": {"at_least": 30}}, True),
        ({"engagement": {"above": 30}}, False),
        ({"engagement": {"at_most": 100}}, True),
        ({"engagement_level": 2}, True),
        ({"qualification": "hot"}, False),
        ({"by_frequency": "regular"}, False),
        ({"any": [{"country": "CZ"}, {"all": [{"country": "HU"}, {"not": {"tag": "x"}}]}]}, True),
        ({"any": []}, False),
    ],
)
def test_a_condition_is_judged_as_the_manual_says_and_survives_being_written_down(
    document: dict[str, Any], holds: bool
) -> None:
    condition = parse_condition(document, "here", DECLARED)
    verdict = evaluate(condition, CAMILLE, NOW)
    assert verdict.holds is holds, verdict.because
    again = parse_condition(dump_condition(condition), "here", DECLARED)
    assert again == condition and describe(condition)
    assert evaluate(parse_condition(dump_condition(condition), "here"), CAMILLE, NOW).holds is holds


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("x", "is written as NAME: VALUE"),
        ({"contry": "HU"}, "did you mean 'country'?"),
        ({"viewed": True}, "write did: viewed"),
        ({"city": {"above": 5}}, "city is text and cannot be compared with 'above'"),
        ({"city": 5}, "city is text, and '5' is not; put it in quotes"),
        ({"cart_value": "lots"}, "'lots' is not a number"),
        ({"cart_value": {"below": -1}}, "never -1"),
        ({"by_frequency": "often"}, "never 'often'; write one of regular, repeat, once, none"),
        ({"rfm": "Champion"}, "never 'Champion'; write one of champions, "),
        ({"cart_value": [1, 2]}, "a list cannot be said of cart value"),
        ({"fit": {"at_least": 50.5}}, "write a whole number"),
        ({"stage": "buyer"}, "write one of informed, lead"),
        ({"barrier": "dear"}, "there is no barrier 'dear'"),
        ({"known_since": {"within_last": "soon"}}, "such as 30d"),
        ({"since": {"within_last": "36h"}}, "write whole days"),
        ({"since": "yesterday"}, "write it like 2026-11-30"),
        ({"did": "bought"}, "write one of viewed"),
        ({"did": {"event": "viewed", "often": 3}}, "'often' is not known here"),
        ({"did": {"event": "viewed", "at_least": 1, "at_most": 2}}, "one comparison is enough"),
        ({"bought": 3}, "write true, never"),
        ({"answered": {"step": 5}}, "answered > step: step is a text"),
        ({"asked": "maybe"}, "yes or no"),
        ({"all": [{"any": [{"country": "HU"}, {"grade": "E"}]}]}, "here, all > item 1 > any > item 2 > grade: "),
        ({"all": {"country": "HU"}}, "a dash before it"),
        ({"attribute.": "x"}, "not the name of an attribute"),
        ({"kind": "c"}, "write one of a, b"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place_and_the_cure(document: Any, words: str) -> None:
    with pytest.raises(ConditionInvalid) as refused:
        parse_condition(document, "here", DECLARED)
    assert words in str(refused.value) and "\n" not in str(refused.value)


def test_too_deep_and_too_many_conditions_are_refused() -> None:
    deep: dict[str, Any] = {"country": "HU"}
    for _ in range(20):
        deep = {"not": deep}
    for document in (deep, {"any": [{"country": "HU"}] * 300}):
        with pytest.raises(ConditionInvalid):
            parse_condition(document, "here")


@pytest.mark.parametrize(
    ("document", "because"),
    [
        ({"barrier": ["fit", "price"]}, "named barrier price, fit (said in the shop)"),
        ({"reach": ["telegram"]}, "cannot be reached by telegram"),
        ({"reach": "email"}, "can be reached by email"),
        ({"tag": "kin"}, "has no tag kin"),
        ({"cart_value": {"at_least": 100}}, "cart value 120.5 is at least 100"),
        ({"cart_value": {"below": 100}}, "cart value 120.5 is not less than 100"),
        ({"price": {"below": 100}}, "price is unknown"),
        ({"country": {"is_not": "HU"}}, "country HU is HU"),
        ({"city": {"contains": "x"}}, "city Győr does not contain x"),
        ({"tag": "vip"}, "tag VIP"),
        ({"did": {"event": "viewed", "at_least": 3, "within": "7d"}}, "1 product view within the last 7 days, not"),
        ({"bought": {"at_least": 2}}, "2 orders, that is at least 2"),
        ({"answered": {"step": "why", "barrier": "price"}}, "answered question why naming price, last on 2026-02-27"),
    ],
)
def test_a_verdict_says_why_in_words(document: dict[str, Any], because: str) -> None:
    assert because in evaluate(parse_condition(document, "here"), CAMILLE, NOW).because[0]


def test_only_what_decided_a_verdict_is_told() -> None:
    both = [{"country": "HU"}, {"cart_value": {"at_least": 500}}]
    assert len(evaluate(parse_condition({"all": both}, "here"), CAMILLE, NOW).because) == 1
    assert evaluate(parse_condition({"any": both}, "here"), CAMILLE, NOW).because == ("country is HU",)


@pytest.mark.parametrize(
    "document",
    [
        {"all": [{"country": "HU"}, {"country": "CZ"}]},
        {"cart_value": {"above": 5, "below": 3}},
        {"all": [{"country": "HU"}, {"not": {"country": "hu"}}]},
        {"all": [{"unknown": "city"}, {"city": "Brno"}]},
        {"country": {"one_of": ["HU", "CZ"], "none_of": ["hu", "cz"]}},
        {"city": {"starts_with": "ab", "is": "xy"}},
        {"all": [{"city": {"starts_with": "a"}}, {"city": {"starts_with": "b"}}]},
        {"fit": {"above": 5, "below": 6}},
        {"fit": {"above": 100}},
        {"all": [{"bought": "never"}, {"bought": {"at_least": 2}}]},
        {"bought": {"total_below": 0}},
        {"did": {"event": "viewed", "at_most": 0}, "all": [{"did": "viewed"}]},
        {"all": [{"stage": "lead"}, {"any": [{"stage": "customer"}, {"stage": "informed"}]}]},
        {"all": [{"tag": "a"}, {"not": {"tag": "a"}}]},
        {"stage": {"none_of": ["informed", "lead", "qualified", "customer"]}},
        {"since": {"before": "2026-01-01", "after": "2026-01-01"}},
        {"since": {"within_last": "3d", "older_than": "5d"}},
        {"any": []},
    ],
)
def test_a_segment_that_can_never_match_is_refused_with_the_reason(document: dict[str, Any]) -> None:
    with pytest.raises(ConditionInvalid, match="it can never match anybody, as"):
        check_segment({"name": "x", "where": document}, "here", DECLARED)


@pytest.mark.parametrize(
    "document",
    [
        {"cart_value": {"above": 5, "below": 5.01}},
        {"city": {"contains": "a", "is_not": "a", "starts_with": "b"}},
        {"all": [{"bought": "never"}, {"bought": {"at_least": 1, "within": "9d"}}]},
        {"all": [{"tag": "a"}, {"tag": "b"}, {"not": {"tag": "c"}}]},
        {"since": {"within_last": "9d", "before": "2020-01-01"}},
        {"country": {"is_not": "HU"}},
        {"stage_since": {"older_than": "3d", "within_last": "5d"}},
    ],
)
def test_what_may_match_somebody_is_let_through(document: dict[str, Any]) -> None:
    assert never(parse_condition(document, "here", DECLARED)) is None


def test_a_segment_that_always_matches_is_warned_about() -> None:
    whole: dict[str, Any] = {"any": [{"country": "HU"}, {"not": {"country": "HU"}}]}
    assert always(parse_condition(whole, "here")) and check_segment({"name": "x", "where": whole}, "f").warnings
    assert check_segment({"name": "x", "where": {}}, "f").warnings
    known = {"any": [{"country": "HU"}, {"country": {"is_not": "HU"}}]}
    assert not always(parse_condition(known, "here")), "an unknown country is neither"


@pytest.mark.parametrize("document", [3, {"name": "X", "where": {}}, {"name": "x"}, {"name": "x", "where": {}, "a": 1},
                                      {"name": "x", "where": {}, "label": "a\nb"}, {"where": {}}])  # fmt: skip
def test_a_segment_needs_a_name_and_a_condition_and_nothing_else(document: Any) -> None:
    with pytest.raises(ConditionInvalid):
        check_segment(document, "file")


MANUAL = Path(__file__).parents[3] / "docs" / "segments.md"


def test_everything_the_manual_shows_can_be_written() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", MANUAL.read_text("utf-8"), re.DOTALL)
    shown = 0
    for block in blocks:
        whole = read_yaml(block, "manual").value if "where:" in block else None
        if whole is not None:
            documents = [whole["where"]]
        else:
            documents = [read_yaml(line, "manual").value for line in block.splitlines() if "audience:" not in line]
        for document in documents:
            assert never(parse_condition(document, "manual", DECLARED)) is None
            shown += 1
    assert shown >= 15


def test_the_segments_of_a_new_shop_can_match() -> None:
    assert {one.name for one in Library().segments()} >= {"hot_leads", "big_carts", "companies", "waiting_for_later"}


@given(documents())
@settings(max_examples=60, deadline=None, database=None, derandomize=True)
def test_the_impossible_matches_nobody_and_the_certain_everybody(
    document: dict[str, Any],
) -> None:
    condition = parse_condition(document, "here", CROWDS)
    for profile in (CAMILLE, Profile()):
        verdict = evaluate(condition, profile, NOW)
        assert not (verdict.holds and never(condition))
        assert verdict.holds or not always(condition)
    assert parse_condition(dump_condition(condition), "here", CROWDS) == condition
