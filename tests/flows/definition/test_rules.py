"""Every rule of the checker: it finds what it is for, at the right place, and leaves a good flow alone."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.library import Library
from flows.definition.build import build_flow, review
from flows.definition.check import check_flow
from flows.definition.problems import Problem, errors_of
from flows.definition.rules import RULES
from flows.definition.sources import FlowSources
from flows.errors import FlowInvalid
from tests.flows.definition.sample import sources

CIRCLE = ("flow", "    none: thanks", "    none: again\n  again: {kind: tell, next: gift}")
Bad = tuple[str, FlowSources, int, str]


def row(length: int, text: str) -> tuple[tuple[str, str, str], ...]:
    """Edits that put so many steps in a row before the first question, each saying this text."""
    steps = "".join(
        f"  row-{number}: {{kind: tell, next: {f'row-{number + 1}' if number + 1 < length else 'cause'}}}\n"
        for number in range(length)
    )
    texts = "".join(f"row-{number} = {text}\n" for number in range(length))
    return (
        ("flow", "    next: cause\n", f"    next: row-0\n{steps}"),
        ("flow en", "thanks =", f"{texts}thanks ="),
        ("flow cs", "thanks =", f"{texts}thanks ="),
    )


def pool(target: str) -> tuple[tuple[str, str, str], ...]:
    """Edits that put three questions after the first one, of which one is asked: the first that needs answers."""
    names = ("pool-0", "pool-1", "pool-2")
    steps = "".join(
        f"  {name}: {{kind: ask, next: {target}, quota: {{answers: 9, next: {after}}}}}\n"
        for name, after in pairwise((*names, target))
    )
    last = "" if target == "person" else f"  {target}: {{kind: ask, next: person}}\n"
    asked = names if target == "person" else (*names, target)
    texts = "".join(f"{name} = How?\n    .remind = How, please?\n" for name in asked)
    return (
        ("flow", "next: more}", "next: pool-0}"),
        ("flow", "  more:\n    kind: ask\n    next: person\n", f"{steps}{last}"),
        ("flow en", "more = Tell us more.\n    .remind = Still: more?\n", texts),
        ("flow cs", "more = Řekněte nám víc.\n    .remind = Ještě: víc?\n", texts),
    )


MANY = "".join(f"      - {{id: o{number}, next: gift}}\n" for number in range(90))
SEVERAL_WORDS = "    kind: choose\n    records: barrier\n    unclear: person\n    options: [{id: none, next: person}]\n"

BAD: tuple[Bad, ...] = (
    ("F101", sources(("flow", "start: hello", "start: helo")), 5, "did you mean 'hello'?"),
    ("F102", sources(("flow", "next: cause", "next: caus")), 12, "leads to 'caus', which is not there"),
    ("F102", sources(("flow", "none: thanks", "none: nowhere")), 27, "'none' leads to 'nowhere'"),
    ("F102", sources(("flow", "unclear: thanks", "unclear: nowhere")), 17, "'unclear' leads to 'nowhere'"),
    ("F102", sources(("flow", "next: more", "next: moon")), 20, "option 'other' leads to 'moon'"),
    ("F103", sources(("flow", "next: more", "next: gift")), 21, "no way leads to the step 'more'"),
    (
        "F104",
        sources(CIRCLE, ("flow cs", "thanks", "again = A\nthanks"), ("flow en", "thanks", "again = A\nthanks")),
        24,
        "gift -> again -> gift",
    ),
    ("F105", sources(("flow", "next: person", "next: cause")), 13, "cause, more lead back to themselves"),
    (
        "F106",
        sources(("flow", "    next: thanks\n    none: thanks", "    next: gift\n    none: gift")),
        24,
        "from the step 'gift'",
    ),
    ("F107", sources(("flow", "questions: 2", "questions: 1")), 4, "cause -> more asks 2 questions"),
    ("F108", sources(("flow", "  - {after: 72h, do: end}\n", "")), 6, "stays open for ever"),
    ("F108", sources(("flow", "{after: 24h, do: remind}", "{after: 24h, do: end}")), 7, "nothing can follow rung 1"),
    ("F108", sources(("flow", "after: 24h", "after: 0h")), 7, "rung 1 comes at once"),
    (
        "F107",
        sources(
            ("flow", "start: hello", "start: cause"),
            ("flow", "    kind: ask\n    next: person\n", SEVERAL_WORDS),
            ("flow", "next: gift}", "next: how-much}"),
            ("flow", "  gift:\n", "  how-much: {kind: ask, next: gift}\n  gift:\n"),
        ),
        4,
        "cause -> more -> how-much asks 3 questions",
    ),
    (
        "F102",
        sources(("flow", "    kind: ask\n", "    kind: ask\n    quota: {answers: 9, next: nowhere}\n")),
        23,
        "leads to 'nowhere'",
    ),
    (
        "F105",
        sources(("flow", "    kind: ask\n", "    kind: ask\n    quota: {answers: 9, next: cause}\n")),
        13,
        "cause, more lead back to themselves",
    ),
    ("F107", sources(*pool("last")), 4, "-> last asks 3 questions"),
    ("F109", sources(*row(60, "Yes.")), 10, "62 steps follow each other"),
    ("F118", sources(("flow", "    options:\n", f"    options:\n{MANY}")), 18, "92 options"),
    ("F217", sources(*row(30, "word " * 31)), 10, "one message gets"),
    ("F111", sources(("flow", "{id: other,", "{id: price,")), 20, "the option 'price' stands twice"),
    ("F112", sources(("flow", "{id: price,", "{id: remind,")), 19, "'remind' cannot be an option"),
    ("F112", sources(("flow", "{id: price,", "{id: price-words,")), 19, "'price-words' cannot be an option"),
    ("F113", sources(("flow", "last: [other]", "last: [others]")), 16, "'others', which is no option"),
    ("F113", sources(("flow", "last: [other]", "last: [other, other]")), 16, "names 'other' twice"),
    ("F114", sources(("flow", "    unclear: thanks\n", "")), 13, "would lead nowhere"),
    (
        "F115",
        sources(("flow", "barrier: price, ", ""), ("flow", "barrier: other, ", "")),
        24,
        "no option names a barrier",
    ),
    (
        "F121",
        sources(("flow", "kind: ask", "kind: ask\n    records: fact\n    fact: houshold")),
        24,
        "mean 'household'?",
    ),
    ("F121", sources(("flow", "next: more}", "next: more, fact: {name: hat, value: x}}")), 20, "declare it in"),
    (
        "F122",
        sources(("flow", "next: more}", "next: more, fact: {name: household, value: many}}")),
        20,
        "the value of 'household' is not a number; write it in figures",
    ),
    ("F123", sources(("flow", "kind: ask", "kind: ask\n    records: fact\n    fact: role")), 24, "has fixed values"),
    ("F124", sources(("flow", "kind: ask", "kind: ask\n    records: fact\n    fact: gender")), 24, "is sensitive"),
    ("F201", sources(("flow", "[en, cs]", "[en, cs, fr]")), 3, "there are no texts in 'fr'"),
    ("F201", sources(("flow", "[en, cs]", "[en, cs, en]")), 3, "'en' stands twice"),
    ("F202", sources(fr="subject = Question\n"), 0, "does not speak 'fr'"),
    ("F203", sources(("flow en", "thanks = Thank you.", "thanks Thank you.")), 11, "this is not Fluent"),
    ("F203", sources(("flow en", "Thank you.", "{{7*7}}")), 11, "this is not Fluent"),
    ("F203", sources(("flow en", "Thank you.", "{ $shop.__class__ }")), 11, "this is not Fluent"),
    ("F203", sources(("flow en", "Thank you.", "{" * 5000)), 0, "braces nested"),
    ("F204", sources(("flow en", "person =", "thanks = Thanks!\nperson =")), 12, "'thanks' stands twice"),
    ("F205", sources(("flow cs", "hello = Zdraví { $shop }.\n", "")), 0, "what step 'hello' says"),
    ("F205", sources(("flow cs", "    .price = Cena\n", "")), 0, "the label of option 'price'"),
    ("F205", sources(("flow cs", "    .remind = Ještě: víc?\n", "")), 0, "the reminder of step 'more'"),
    ("F205", sources(("offers cs", "    .link = Vyberte čas\n", "")), 0, "the label of the link of offer 'call'"),
    (
        "F206",
        sources(("flow en", "thanks =", "thank = A\nthanks ="), ("flow cs", "thanks =", "thank = A\nthanks =")),
        11,
        "nothing says the text 'thank'",
    ),
    (
        "F206",
        sources(("flow en", ".other", ".others = X\n    .other"), ("flow cs", ".other", ".others = X\n    .other")),
        6,
        "'cause.others'",
    ),
    ("F207", sources(("common en", "welcome", "hello"), ("common cs", "welcome", "hello")), 3, "Holdback's own"),
    ("F211", sources(("flow en", "Thank you.", "a" * 4097)), 11, "more than"),
    ("F212", sources(("flow en", "Thank you.", "a" * 161)), 11, "161 characters long"),
    ("F213", sources(("flow en", "The price", "p" * 65)), 5, "65 characters, more than 64"),
    ("F214", sources(("flow en", "Thank you.", '{ "" }')), 11, "is empty"),
    ("F215", sources(("flow en", "The price", "Something  else")), 6, "have the same label"),
    ("F221", sources(("common cs", "welcome = Zdraví { $shop }.\n", "")), 0, "missing, but en has it"),
    ("F221", sources(("flow cs", "thanks = Děkujeme.\n", "")), 0, "'thanks' is missing, but en has it"),
    ("F222", sources(("flow cs", "{ $shop }", "{ $product }")), 3, "lacks $shop and adds $product"),
    (
        "F231",
        sources(("flow en", "{ $shop }", "{ $shopp }"), ("flow cs", "{ $shop }", "{ $shopp }")),
        3,
        "did you mean $shop?",
    ),
    (
        "F231",
        sources(("flow en", "Thank you.", "{ $code }"), ("flow cs", "Děkujeme.", "{ $code }")),
        11,
        "not known here",
    ),
    ("F232", sources(("flow en", "Thank you.", "{ shop }")), 11, "refers to 'shop'"),
    ("F232", sources(("flow en", "Thank you.", "{ -brand }")), 11, "refers to '-brand'"),
    (
        "F233",
        sources(("flow en", "Thank you.", "{ person }"), ("flow en", "A person will answer.", "{ thanks }")),
        10,
        "in a circle",
    ),
    ("F234", sources(("flow en", "Thank you.", '{ SHELL("rm") }')), 11, "calls SHELL()"),
    ("F235", sources(("flow en", "Thank you.", "Thank you, %(name)s.")), 11, "sent as it stands"),
    ("F301", sources(("catalogue", "valid_for: 3d", "valid_for: 0h")), 10, "ends before anybody can use it"),
    (
        "F301",
        sources(("catalogue", "    url:", "    value: 5\n    url:"), ("catalogue", "    valid_for: 30d\n", "")),
        12,
        "never ends",
    ),
    ("F302", sources(("catalogue", ", budget: 200.00", "")), 11, "has no budget"),
    (
        "F303",
        sources(("catalogue", "removes: [other]", "removes: [trust]")),
        20,
        "no offer removes the barrier 'other'",
    ),
)


def found(case: FlowSources, rule: str) -> list[Problem]:
    return [problem for problem in review(case).problems if problem.rule == rule]


def test_a_good_flow_has_no_findings() -> None:
    assert review(sources()).problems == ()


def test_the_shipped_flow_has_no_findings() -> None:
    assert review(Library().load_flow("barriers")).problems == ()


@pytest.mark.parametrize(
    ("rule", "case", "line", "says"), BAD, ids=[f"{bad[0]} {number}" for number, bad in enumerate(BAD)]
)
def test_a_rule_finds_what_it_is_for(rule: str, case: FlowSources, line: int, says: str) -> None:
    problems = found(case, rule)
    assert any(says in str(problem) for problem in problems), [str(problem) for problem in review(case).problems]
    assert line in [problem.line for problem in problems]


def test_every_rule_has_an_id_and_a_docstring() -> None:
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids))
    assert all(rule.look.__doc__ for rule in RULES)


def test_all_findings_come_at_once_in_the_order_of_the_files() -> None:
    case = sources(
        ("flow", "next: cause", "next: caus"), ("flow en", "thanks = Thank you.\n", "x"), ("catalogue", "3d", "0h")
    )
    problems = review(case).problems
    assert {"F102", "F103", "F203", "F301"} <= {problem.rule for problem in problems}
    assert list(problems) == sorted(problems, key=lambda problem: (problem.place, problem.line, problem.column))


def test_a_catalogue_that_cannot_be_read_does_not_hide_what_is_wrong_with_the_flow_file() -> None:
    case = sources(("catalogue", "currency: EUR", "currency: euro"), ("flow", "format: 1", "format: 2"))
    assert {problem.place for problem in review(case).problems} == {"flow.yaml", "catalogue.yaml"}


def test_errors_refuse_a_flow_and_warnings_do_not() -> None:
    warned = sources(("flow en", "Thank you.", "a" * 161))
    assert review(warned).problems
    assert build_flow(warned, 1).version == 1
    with pytest.raises(FlowInvalid, match="F102"):
        build_flow(sources(("flow", "next: cause", "next: caus")), 1)


def test_checking_without_places_finds_the_same_rules() -> None:
    case = sources(("flow", "questions: 2", "questions: 1"), ("flow en", "{ $shop }", "{ $shopp }"))
    result = review(case)
    assert result.definition is not None
    assert result.catalogue is not None
    without = check_flow(result.definition, case.fluent, result.catalogue)
    assert [problem.rule for problem in without] == [problem.rule for problem in result.problems]


def test_a_step_that_two_ways_lead_to_is_asked_once_on_each_way() -> None:
    shared = sources(("flow", "next: gift}", "next: more}"), ("flow", "next: person", "next: gift"))
    assert not [problem for problem in errors_of(review(shared).problems) if problem.rule == "F107"]


def test_of_questions_that_are_asked_one_by_one_until_enough_is_known_only_one_counts() -> None:
    assert review(sources(*pool("person"))).problems == ()


def test_a_finding_in_one_line_says_where_what_and_the_cure() -> None:
    (problem,) = found(sources(("flow", "next: cause", "next: caus")), "F102")
    assert str(problem) == (
        "flow.yaml:12:11: error F102: step 'hello': 'next' leads to 'caus', which is not there; did you mean 'cause'?"
    )


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet='{}[]*-$.=#"\\ \nab1()<>->', max_size=60))
def test_any_text_is_checked_without_a_crash(text: str) -> None:
    result = review(sources(("flow en", "Thank you.", text)))
    assert result.definition is not None


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), min_size=1, max_size=3)))
def test_any_graph_of_steps_is_checked_without_a_crash(graph: dict[str, list[str]]) -> None:
    steps = [
        f"  {name}:\n    kind: choose\n    options:\n"
        + "".join(f"      - {{id: o{number}, next: {target}}}\n" for number, target in enumerate(targets))
        for name, targets in graph.items()
    ]
    case = sources(("flow", "steps:\n", "steps:\n" + "".join(steps)), ("flow", "next: gift}", "next: a}"))
    assert review(case).definition is not None
