"""A strategy is told what is wrong with it, where, and what to do, before it speaks."""

from typing import Any

import pytest

from flows.definition.parse import parse_strategy
from flows.errors import FlowInvalid
from flows.offers.checks import Known, check, errors
from flows.offers.starter import differences, starter
from tests.flows.offers.sample import CATALOGUE, strategy

KNOWN = Known(
    segments={"vip": frozenset({"orders"}), "older": frozenset({"age"}), "nobody": frozenset()},
    sensitive=frozenset({"age"}),
    empty=frozenset({"nobody"}),
)


def row(barrier: str = "price", offers: tuple[str, ...] = ("ten",), segment: str = "any") -> dict[str, Any]:
    return {"barrier": barrier, "segment": segment, "offers": list(offers)}


@pytest.mark.parametrize(
    ("parts", "where", "words"),
    [
        ({"rows": [row(offers=("tenn",))]}, "row 1 (price, any)", "there is no offer 'tenn'; did you mean 'ten'?"),
        ({"rows": [row("trust", ("ten",))]}, "row 1 (trust, any)", "'ten' does not remove trust; take one of digest"),
        ({"rows": [row("timing")]}, "row 1 (timing, any)", "'ten' is a discount, and timing is not about money"),
        ({"rows": [row(segment="vips")]}, "row 1 (price, vips)", "no segment 'vips'; did you mean 'vip'?"),
        ({"rows": [row(segment="older")]}, "row 1 (price, older)", "looks at 'age', and what is sensitive may not"),
        ({"rows": [row(segment="nobody")]}, "row 1 (price, nobody)", "can never hold for anybody"),
        ({"rows": [row(), row(segment="vip")]}, "row 2 (price, vip)", "never applies: row 1 (price, any) always comes"),
        ({"rows": [row(segment="vip"), row(segment="vip")]}, "row 2 (price, vip)", "it never applies"),
        (
            {"rows": [*(row(segment=one) for one in ("b2b", "returning", "new_high", "new_other")), row()]},
            "row 5 (price, any)",
            "rows above cover all four segments",
        ),
        ({"rows": [row("bought_elsewhere")]}, "row 1 (bought_elsewhere, any)", "a final answer that is respected"),
        ({"rows": [row(offers=("ten", "ten"))]}, "row 1 (price, any)", "stands twice"),
        ({"budget": {"amount": 20, "currency": "EUR"}}, "budget", "below the value of one 'ten' (25)"),
        ({"budget": {"amount": 900, "currency": "HUF"}}, "budget", "is in HUF, and offers are worth EUR"),
        ({"guards": {"max_discount": 5}}, "guards", "'ten' can never be given: it is 10 %"),
        ({"guards": {"min_margin": 20}}, "guards", "the margin is not known"),
        ({"guards": {"margin": 20, "min_margin": 20}}, "guards", "no offer could cost anything"),
        ({"guards": {"countries": ["Hungary"]}}, "guards", "'Hungary' is not a country code"),
        ({"guards": {"money_for": ["price", "no_longer_needed"]}}, "guards", "bargain with a final answer"),
        ({"guards": {"margins": {"lamp": 0}}}, "guards", "the margin of 'lamp' is 0 percent"),
        ({"learning": {"on": True}}, "learning", "the margin is not known"),
    ],
)
def test_each_error_is_one_sentence_with_its_place_and_cure(parts: dict[str, Any], where: str, words: str) -> None:
    found = errors(check(strategy(**parts), CATALOGUE, KNOWN))
    assert len(found) == 1, found
    assert found[0].where == where and words in str(found[0]) and found[0].cure


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({}, "nobody who names"),
        ({"rows": [row(offers=("none", "ten"))]}, "hardly ever reached"),
        ({"budget": {"amount": 900, "currency": "EUR", "mode": "expected"}}, "may be exceeded"),
        ({"learning": {"on": True}, "guards": {"margin": 40}}, "below about 3,000 people"),
        ({"learning": {"on": True}, "guards": {"margin": 40}, "rows": [row()]}, "nothing to learn"),
    ],
)
def test_a_warning_is_said_and_lets_it_pass(parts: dict[str, Any], words: str) -> None:
    found = check(strategy(**parts), CATALOGUE, KNOWN)
    assert not errors(found) and any(words in str(one) for one in found)


def test_a_file_with_an_unknown_word_is_refused_with_its_line() -> None:
    text = "format: 1\ncampaign: barriers\nrows:\n  - {barrier: prise, offers: [ten]}\n"
    with pytest.raises(FlowInvalid, match=r"s.yaml:4:\d+: .*'prise'"):
        parse_strategy(text, "s.yaml")
    good = text.replace("prise", "price") + "budget: {amount: 99, currency: EUR}\n"
    assert parse_strategy(good, "s.yaml").budget is not None


def test_the_first_draft_is_the_catalogues_order_and_has_no_error() -> None:
    first = starter(CATALOGUE, "barriers")
    assert first.rows_for("price")[0].offers == ("ten", "twenty", "postage", "digest", "none")
    assert not first.rows_for("timing"), "a discount for timing has to be wanted"
    assert not errors(check(first, CATALOGUE, KNOWN))


def test_what_changed_between_two_versions_is_told_part_by_part() -> None:
    before = strategy()
    after = strategy(rows=[row(offers=("digest",)), row("trust", ("digest", "call"))], control={"never_contacted": 10})
    told = {what: (was, is_now) for what, was, is_now in differences(before, after)}
    assert told["price · any"] == ("ten → digest → none", "digest")
    assert told["price · returning"] == ("postage → ten", "")
    assert told["control · never_contacted"] == ("", "10")
    assert differences(before, before) == ()
