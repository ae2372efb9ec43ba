"""What an author allows, with a reason, is left out; nothing else is."""

import pytest

from flows.definition.build import review
from flows.definition.problems import Problem
from flows.definition.sources import FlowSources
from tests.flows.definition.sample import sources

LONG = ("flow en", "thanks = Thank you.", f"# allow F212: a quotation\nthanks = {'a' * 161}")


def rules(case: FlowSources) -> list[str]:
    return [problem.rule for problem in review(case).problems]


def only(case: FlowSources) -> Problem:
    (problem,) = review(case).problems
    return problem


def test_a_warning_is_allowed_above_its_text() -> None:
    assert rules(sources(LONG)) == []


def test_a_comment_above_a_message_covers_its_labels_too() -> None:
    label = "Something" + " else" * 40
    case = sources(
        ("flow en", "cause = Why?", "# allow F212: as it is\ncause = Why?"), ("flow en", "Still: cause?", label)
    )
    assert rules(case) == []


def test_a_warning_is_allowed_on_its_line_and_above_it() -> None:
    edit = ("flow", "    unclear: thanks\n", "")
    assert rules(sources(edit)) == ["F114"]
    on = ("flow", "  cause:\n", "  cause:  # allow F114: nobody writes here\n")
    above = ("flow", "  cause:\n", "  # allow F114: nobody writes here\n  # (asked in the shop)\n  cause:\n")
    assert rules(sources(edit, on)) == []
    assert rules(sources(edit, above)) == []


def test_an_allowance_covers_its_own_place_only() -> None:
    case = sources(("flow", "    unclear: thanks\n", ""), ("flow", "  more:\n", "  # allow F114: no\n  more:\n"))
    assert rules(case) == ["F114", "F023"]


def test_a_comment_above_everything_covers_the_file_as_a_whole() -> None:
    case = sources(fr="# allow F202: the translator is at it\nsubject = Question\n")
    assert rules(case) == []


def test_several_rules_share_one_reason() -> None:
    text = f"# allow F212, F235: as printed\nthanks = <b>{'a' * 161}</b>"
    assert rules(sources(("flow en", "thanks = Thank you.", text))) == []


@pytest.mark.parametrize(
    ("comment", "rule", "says"),
    [
        ("# allow F212", "F021", "why F212 is allowed is not said"),
        ("# allow F999: so", "F021", "there is no rule 'F999'"),
        ("# allow everything: so", "F021", "there is no rule 'everything'"),
        ("# allow: so", "F021", "no rule is named"),
        ("# allow F101: so", "F022", "F101 cannot be allowed"),
        ("# allow F212: so", "F023", "but nothing is found here"),
    ],
)
def test_an_allowance_that_is_wrong_is_found_with_its_line(comment: str, rule: str, says: str) -> None:
    problem = only(sources(("flow en", "thanks = Thank you.", f"{comment}\nthanks = Thank you.")))
    assert (problem.rule, problem.line) == (rule, 11)
    assert says in str(problem)


def test_an_error_that_breaks_the_conversation_stays_an_error() -> None:
    case = sources(("flow", "start: hello", "start: helo  # allow F101: later"))
    assert {"F101", "F022"} <= set(rules(case))


def test_a_shared_file_may_allow_what_this_flow_does_not_need() -> None:
    assert rules(sources(("catalogue", "  - id: call", "  # allow F304: for other flows\n  - id: call"))) == []


def test_other_comments_allow_nothing() -> None:
    case = sources(("flow en", "thanks = Thank you.", "# we allow F212 here\nthanks = Thank you."))
    assert rules(case) == []
