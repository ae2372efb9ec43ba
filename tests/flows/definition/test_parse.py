"""Reading flow files: strict, every problem at once, each with its line and its cure, and never a crash."""

from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from flows.definition.parse import parse_campaign, parse_catalogue, parse_flow
from flows.definition.problems import Problem
from flows.errors import FlowInvalid
from tests.flows.definition.sample import CATALOGUE, FLOW

LIBRARY = Path(__file__).parents[3] / "flows" / "library"


def problems(text: str) -> list[Problem]:
    with pytest.raises(FlowInvalid) as caught:
        parse_flow(text, "flow.yaml")
    return [problem for problem in caught.value.problems if isinstance(problem, Problem)]


def lines(text: str) -> list[str]:
    return [str(problem) for problem in problems(text)]


def test_the_shipped_files_are_read() -> None:
    assert len(parse_flow((LIBRARY / "barriers/flow.yaml").read_text("utf-8"), "flow.yaml").steps) == 22
    assert parse_catalogue((LIBRARY / "offers/catalogue.yaml").read_text("utf-8"), "catalogue.yaml").offers
    assert parse_campaign((LIBRARY / "barriers/campaign.yaml").read_text("utf-8"), "campaign.yaml").flow == "barriers"


def test_words_that_older_yaml_takes_for_true_and_false_stay_words() -> None:
    flow = parse_flow(FLOW.replace("{id: other,", "{id: no,").replace("last: [other]", "last: [no]"), "flow.yaml")
    assert "no" in str(flow.steps["cause"])


def test_money_is_read_exactly() -> None:
    offer = parse_catalogue(CATALOGUE.replace("200.00", "200.10"), "catalogue.yaml").offers[0]
    assert str(offer.limits.budget) == "200.10"


def test_every_problem_comes_at_once_with_its_line() -> None:
    text = (
        FLOW.replace("format: 1", "format: 2")
        .replace("kind: tell", "kind: tel")
        .replace("questions: 2", "questions: 99")
    )
    assert [(problem.line, problem.rule) for problem in problems(text)] == [(2, "F012"), (4, "F016"), (11, "F012")]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "kind: tell",
            "kind: tel",
            "flow.yaml:11:11: error F012: steps > hello: there is no step kind 'tel'; did you mean",
        ),
        ("next: cause", "nxt: cause", "flow.yaml:12:5: error F011: steps > hello > nxt: the key 'nxt' is not known"),
        ("    next: cause\n", "", "flow.yaml:10:3: error F010: steps > hello: the key 'next' is missing; add"),
        ("{id: price,", '{id: "!price",', "names that start with ! are Holdback's own buttons"),
        ("{id: price,", "{id: Price,", "'Price' cannot be a name; start with a small letter"),
        ("barrier: price", "barrier: cost", "'cost' is not allowed here; write 'price', 'reviews'"),
        ("after: 24h", "after: -3h", "'-3h' is not a time span; write a number and s, m, h, d or w"),
        ("after: 24h", "after: 24", "24 is not a time span"),
        ("{after: 24h, do: remind}", "3", "3 stands where `key: value` pairs is needed"),
        ("[en, cs]", "[]", "languages: there is nothing in it"),
        ("[en, cs]", "en", "stands where a list"),
        ("questions: 2", "questions: two", "stands where a whole number is needed"),
        ("questions: 2", "questions: 2\nquestions: 3", "F002: the key 'questions' stands twice here (first in line 4)"),
        ("start: hello", "start: !!python/object:os.system hello", "error F003: the tag"),
        ("start: hello", "start: {{ hello }}", "a key must be a single word"),
        ("languages: [en, cs]", "languages: &all [en, *all]", "error F004: the alias *all refers to nothing"),
        ("start: hello", "<<: {start: hello}", "merges another mapping"),
        ("questions: 2", "questions: 1e400", "error F008"),
        ("questions: 2", "questions: .nan", "error F008"),
        ("questions: 2", f"questions: {'9' * 5000}", "more than 15 digits"),
        ("start: hello", 'start: "\\ud800"', "half a character"),
        ("start: hello", "start: [[[[hello", "this is not YAML"),
        ("start: hello", "start: hello\n---\nflow: two", "more than one document"),
        ("flow: winback", "%YAML 1.1\n---\nflow: winback", "% directive"),
    ],
)
def test_a_mistake_is_told_in_one_sentence_with_its_cure(old: str, new: str, expected: str) -> None:
    assert old in FLOW
    assert any(expected in line for line in lines(FLOW.replace(old, new, 1)))


@pytest.mark.parametrize("text", ["", "# only a comment\n", "- a\n- b\n", "just words", "null"])
def test_a_file_without_keys_is_refused(text: str) -> None:
    assert "holds no `key: value` pairs" in lines(text)[0]


def test_a_file_with_a_byte_order_mark_is_read() -> None:
    assert parse_flow("\ufeff" + FLOW, "flow.yaml").flow == "winback"


def test_an_alias_may_repeat_a_value() -> None:
    text = FLOW.replace("next: gift}", "next: &to gift}").replace("next: more}", "next: *to}")
    assert str(parse_flow(text, "flow.yaml")).count("next='gift'") == 2


def test_aliases_that_grow_are_refused() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join(f'*{before}' for _ in range(10))}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert "more than 20000 values, aliases written out" in lines(bomb)[-1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[" * 100_000, "more than 40 deep"),
        ("{a: " * 100_000, "more than 40 deep"),
        ("x: [" + "1," * 30_000 + "1]", "more than 20000 values"),
        ("a" * 1_000_001, "more than 1000000 characters"),
    ],
)
def test_a_file_that_is_too_large_is_refused(text: str, says: str) -> None:
    assert says in lines(text)[0]


def test_an_offer_that_makes_no_sense_is_told_with_its_cure() -> None:
    with pytest.raises(FlowInvalid, match="a discount has either a percent or a value; give exactly one"):
        parse_catalogue(CATALOGUE.replace("percent: 10", "percent: 10\n    value: 5"), "catalogue.yaml")
    with pytest.raises(FlowInvalid, match="a code needs an expiry; add valid_for"):
        parse_catalogue(CATALOGUE.replace("    valid_for: 3d\n", ""), "catalogue.yaml")
    with pytest.raises(FlowInvalid, match="is not a web address; write it in full, with https://"):
        parse_catalogue(CATALOGUE.replace("https://shop.example/call", "javascript:alert(1)"), "catalogue.yaml")


KEYS = st.sampled_from(
    ["flow", "format", "languages", "start", "steps", "silence", "kind", "next", "options", "id", "x"]
)
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["tell", "24h"])
)
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=20
)


def reads_or_refuses(text: str) -> None:
    for parse in (parse_flow, parse_catalogue, parse_campaign):
        found: tuple[object, ...] = ("read",)
        try:
            parse(text, "file.yaml")
        except FlowInvalid as error:
            found = error.problems
        assert found
        assert all("\n" not in str(problem) for problem in found)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    reads_or_refuses(text)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="{}[]:,-?!&*%@`|>#\"'\\ \n\tab1.~<", max_size=80))
def test_any_text_of_yaml_marks_is_read_or_refused(text: str) -> None:
    reads_or_refuses(text)


@settings(max_examples=100, deadline=None)
@given(TREES)
def test_any_yaml_is_read_or_refused(tree: object) -> None:
    out = StringIO()
    YAML(typ="safe", pure=True).dump(tree, out)
    reads_or_refuses(out.getvalue())


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(FLOW) - 1), st.text(max_size=6), st.integers(0, 12))
def test_a_flow_with_any_small_damage_is_read_or_refused(at: int, put: str, gone: int) -> None:
    reads_or_refuses(FLOW[:at] + put + FLOW[at + gone :])
