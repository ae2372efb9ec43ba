"""Flows that call other flows: put together, checked with the places of their own files, published and compared."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.library import Library
from flows.answers import Answer
from flows.definition.build import build_flow, rebuild_flow, review
from flows.definition.comparing import compare
from flows.definition.draw import mermaid
from flows.definition.flow import Flow
from flows.definition.inner_texts import renamed
from flows.definition.moving import judge_step, moved
from flows.definition.sources import FlowSources, SubflowSource
from flows.definition.textbook import textbook
from flows.errors import FlowInvalid
from flows.state import State

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
FLOWS = Path(__file__).parents[1] / "flows"


def twice(*edits: tuple[str, str], called: tuple[tuple[str, str], ...] = ()) -> FlowSources:
    """The flow `twice`, with edits of its `flow.yaml` and of that of the sub-flow; each old text must be there."""
    sources = Library().load_flow(str(FLOWS / "twice"))
    (contact,) = sources.subflows
    return replace(
        sources,
        definition=edited(sources.definition, edits),
        subflows=(replace(contact, definition=edited(contact.definition, called)),),
    )


def edited(text: str, edits: tuple[tuple[str, str], ...]) -> str:
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def said(sources: FlowSources, language: str, *edits: tuple[str, str]) -> FlowSources:
    """The same sources, with edits of the sub-flow's texts in a language."""
    (contact,) = sources.subflows
    place, content = contact.texts[language]
    texts = {**contact.texts, language: (place, edited(content, edits))}
    return replace(sources, subflows=(replace(contact, texts=texts),))


def found(sources: FlowSources) -> list[str]:
    return [str(problem) for problem in review(sources).problems]


def nested(*levels: str) -> FlowSources:
    """A flow that calls a flow that calls a flow ..., each beginning with its call, the last with a word."""
    head = "flow: {0}\nformat: 1\nlanguages: [en, cs]\nstart: on\nsteps:\n"
    end = "  end: {kind: end, outcome: answered}\n"
    flows = [
        SubflowSource(
            name,
            f"{name}/flow.yaml",
            head.format(name)
            + (f"  on: {{kind: subflow, flow: {after}, next: end}}\n" if after else "  on: {kind: tell, next: end}\n")
            + end,
            {one: (f"{name}/texts/{one}.ftl", "" if after else "on = Hello.\n") for one in ("en", "cs")},
        )
        for name, after in zip(levels, (*levels[1:], ""), strict=True)
    ]
    return replace(twice(("flow: contact\n    next: work", f"flow: {levels[0]}\n    next: work")), subflows=(
        *twice().subflows, *flows
    ))  # fmt: skip


def test_the_steps_of_a_sub_flow_stand_behind_the_step_that_calls_it() -> None:
    flow = build_flow(twice(), 1)
    assert list(flow.definition.steps)[:5] == ["where", "home", "home--way", "home--phone", "home--email"]
    # An end that says something goes on behind its words; one without words is no step at all.
    assert flow.step("home--noted").model_dump() == {"kind": "tell", "next": "work"}
    assert "home--leave" not in flow.definition.steps
    assert flow.step("home--phone").unclear == "thanks"  # type: ignore[union-attr]  # it is a question in words
    assert flow.step("work--phone").unclear == "reached"  # type: ignore[union-attr]  # as above
    assert flow.texts.say("en", "home--way", "remind") == "May our team reach you in some way?"


def test_the_shipped_flow_of_a_name_can_be_called_and_played_by_itself() -> None:
    assert found(Library().load_flow(str(FLOWS / "contact"))) == []
    assert found(twice()) == []


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (
            ("flow: contact\n", "flow: kontact\n"),
            "twice/flow.yaml:23:11: error F161: step 'home': there is no sub-flow 'kontact'; put it into a folder",
        ),
        (("next: work\n", "next: wrok\n"), "twice/flow.yaml:24:11: error F102: step 'home': 'next' leads to 'wrok'"),
        (
            ("not_interested: thanks", "stopped: thanks"),
            "twice/flow.yaml:25:16: warning F165: step 'home': the sub-flow 'contact' never ends with 'stopped'",
        ),
        (
            ("step: work--way", "step: work--wey"),
            "error F141: step 'reached': the step 'work--wey' is not there; did you mean 'work--way'?",
        ),
        (
            ("questions: 5", "questions: 4"),
            "twice/flow.yaml:5:12: error F107: the way where -> home--way -> home--phone -> work--way -> work--phone",
        ),
        (
            ("  called: {", "  home--way: {kind: tell, next: thanks}\n  called: {"),
            "twice/flow.yaml:21:3: error F164: step 'home': its step 'way' would be called 'home--way', as another",
        ),
        (("languages: [en, cs]", "languages: [en, cs, hu]"), "error F163: step 'home': the sub-flow 'contact' has no"),
    ],
)
def test_what_is_wrong_with_a_call_is_found_at_the_call(edit: tuple[str, str], says: str) -> None:
    assert any(says in problem for problem in found(twice(edit))), found(twice(edit))


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (
            ("next: phone}", "next: fone}"),
            "contact/flow.yaml:18:27: error F102: step 'way': option 'phone' leads to 'fone', which is not there; did",
        ),
        (("kind: ask, answer: phone", "kind: asc, answer: phone"), "contact/flow.yaml:22:17: error F012"),
        (("start: way", "start: weg"), "step 'home': the sub-flow 'contact' begins with 'weg', which is not there"),
        (("option: phone", "option: fax"), "contact/flow.yaml:28:47: error F141: step 'hear': 'fax' is no option of"),
    ],
)
def test_what_is_wrong_in_a_sub_flow_is_found_in_its_own_file_once(edit: tuple[str, str], says: str) -> None:
    problems = found(twice(called=(edit,)))
    assert sum(says in problem for problem in problems) == 1, problems
    own = [problem for problem in problems if problem.startswith("contact/")]
    assert not any("home--" in problem or "work--" in problem for problem in own)


def test_a_text_that_a_sub_flow_lacks_is_missing_in_its_own_file() -> None:
    lacking = said(twice(), "cs", ("    .remind = Smíme se ještě zeptat na číslo?\n", ""))
    (missing,) = found(lacking)
    assert missing.startswith("contact/texts/cs.ftl: error F205: the text 'phone.remind' is missing: the reminder of")
    assert missing.endswith("step 'phone'; add `.remind = ...` to 'phone'")
    extra = said(twice(), "en", ("written = We", "writen = We"))
    assert "contact/texts/en.ftl:15:1: error F206: nothing says the text 'writen'; correct its name, or remove it" in (
        found(extra)
    )


def test_a_language_without_texts_is_said_once_for_each_call_and_not_text_by_text() -> None:
    (contact,) = twice().subflows
    lacking = replace(twice(), subflows=(replace(contact, texts={"en": contact.texts["en"]}),))
    assert [problem.rule for problem in review(lacking).problems] == ["F163", "F163"]


def test_what_a_sub_flow_allows_counts_where_it_is_called() -> None:
    texts = ("Which number?", "Which { $product }?")
    warned = said(said(twice(), "en", texts), "cs", ("Na jakém čísle?", "Na jakém { $product }?"))
    assert [problem.rule for problem in review(warned).problems] == ["F226", "F226"]
    reason = "\n# allow F226: everybody here has looked at something\nphone ="
    allowed = said(said(warned, "en", ("\nphone =", reason)), "cs", ("\nphone =", reason))
    assert found(allowed) == []


def test_flows_that_call_each_other_in_a_circle_are_refused() -> None:
    itself = twice(
        called=(("noted: {kind: end, outcome: helped}", "noted: {kind: subflow, flow: contact, next: way}"),)
    )
    (problem, *_) = [one for one in found(itself) if "F162" in one]
    assert problem.startswith("contact/flow.yaml:31:32: error F162: step 'noted': the flows contact -> contact call")
    (contact,) = twice().subflows
    back = replace(contact, definition=contact.definition.replace("outcome: helped", "outcome: answered"))
    caller = replace(twice(("flow: twice", "flow: contact")), subflows=(back,))
    assert any("F162" in one for one in found(caller))


def test_sub_flows_may_call_others_as_far_as_their_names_have_room() -> None:
    flow = build_flow(nested("one", "two"), 1)
    assert flow.step("home").first == "home--on"  # type: ignore[union-attr]  # it is a call
    assert flow.step("home--on").first == "home--on--on"  # type: ignore[union-attr]  # as above
    assert flow.step("home--on--on").model_dump() == {"kind": "tell", "next": "work"}
    assert flow.texts.say("cs", "home--on--on") == "Hello."
    deep = nested(*(f"level-{number}" for number in range(12)))
    assert any("has more than 40 characters" in problem for problem in found(deep))


def test_names_are_changed_in_texts_without_moving_a_line() -> None:
    text = "# a word\n-us = we\nask = { -us } ask { other }, { common }\n    .yes = { other }\n\nother = { $shop }\n"
    assert renamed(text, "x--") == (
        "# a word\n-x--us = we\nx--ask = { -x--us } ask { x--other }, { common }\n    .yes = { x--other }\n\n"
        "x--other = { $shop }\n"
    )
    unreadable = "ask = " + "{" * 50
    assert renamed(unreadable, "x--") == unreadable


def test_what_is_published_holds_its_sub_flows() -> None:
    sources = twice()
    kept = FlowSources.from_json(sources.to_json())
    assert kept == replace(sources, attributes=None)
    assert kept.to_json() == sources.to_json()
    assert rebuild_flow(kept, 3).definition == build_flow(sources, 3).definition
    assert kept.digest() == sources.digest()
    assert said(sources, "en", ("Noted", "Written down")).digest() != sources.digest()
    assert twice(called=(("questions: 2", "questions: 3"),)).digest() != sources.digest()


def test_a_flow_without_sub_flows_is_kept_as_before() -> None:
    plain = Library().load_flow("barriers")
    assert plain.subflows == ()
    assert "subflows" not in plain.to_json()


def test_a_published_flow_whose_sub_flow_cannot_be_read_is_refused_with_its_place() -> None:
    with pytest.raises(FlowInvalid, match=r"contact/flow\.yaml"):
        rebuild_flow(twice(called=(("kind: choose", "kind: chose"),)), 1)


def test_a_change_in_a_sub_flow_is_a_change_wherever_it_is_called() -> None:
    after = said(twice(called=(("next: hear}", "retries: 2, next: hear}"),)), "en", ("Noted, thank you.", "Noted."))
    changes = {(one.about, one.name): one.sentence for one in compare(twice(), after).changes}
    assert changes == {
        ("step", "home--phone"): "has retries 2 instead of 1",
        ("step", "work--phone"): "has retries 2 instead of 1",
        ("text", "home--noted"): "says 'Noted.' instead of 'Noted, thank you.'",
        ("text", "work--noted"): "says 'Noted.' instead of 'Noted, thank you.'",
    }
    assert "home--way.phone" in textbook(twice())


def test_who_stands_in_a_sub_flow_is_moved_with_its_flow() -> None:
    old, renamed_call = build_flow(twice(), 1), build_flow(twice(*HOME_IS_FIRST), 2)
    judged = judge_step(old, renamed_call, "home--phone")
    assert judged is not None
    assert judged.verdict == "needs_mapping"
    names = {"home--way": "first--way", "home--phone": "first--phone"}
    judged = judge_step(old, renamed_call, "home--phone", names)
    assert judged is not None
    assert judged.verdict == "safe"
    assert moved(renamed_call, standing(old), names).step == "first--phone"


HOME_IS_FIRST = (("next: home}", "next: first}"), ("  home:\n", "  first:\n"))


def standing(flow: Flow) -> State:
    """Somebody who was asked for the number at home."""
    return State(flow.name, flow.version, "en", seed=1, step="home--phone", answers=(ANSWER,), status="asking")


ANSWER = Answer("home--way", 2, "phone", (), "By phone", "en", "web", NOW, NOW)


def test_a_flow_is_drawn_with_its_sub_flows() -> None:
    flow = build_flow(twice(), 1)
    drawn = mermaid(flow.definition, flow.texts, "en", flow.catalogue)
    assert '[/"home · enters, contact"/]:::enters' in drawn
    assert "home--way · asks" in drawn


def test_a_shop_calls_its_own_flow_in_place_of_a_shipped_one(tmp_path: Path) -> None:
    for name in ("twice", "contact"):
        for file in (FLOWS / name).rglob("*.*"):
            copy = tmp_path / name / file.relative_to(FLOWS / name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(file.read_text("utf-8"), encoding="utf-8")
    by_name = Library(tmp_path).load_flow("twice")
    assert [one.name for one in by_name.subflows] == ["contact"]
    assert by_name.digest() == twice().digest()
    elsewhere = tmp_path / "drafts" / "twice"
    elsewhere.parent.mkdir()
    (tmp_path / "twice").rename(elsewhere)
    # A flow given by its path: what stands beside it, else what has that name in the shop.
    assert Library(tmp_path).load_flow(str(elsewhere)).digest() == twice().digest()
    assert [one.rule for one in review(Library().load_flow(str(elsewhere))).problems] == ["F161", "F161"]


def test_what_is_wrong_with_the_way_to_a_call_or_from_it_is_said_there_alone() -> None:
    uncalled = twice(("{id: both, next: home}", "{id: both, next: thanks}"))
    assert [one.split(": ", 2)[1:] for one in found(uncalled) if "F103" in one] == [
        ["error F103", "no way leads to the step 'home'; lead to it from another step, or remove it"]
    ]
    trap = "  called: {kind: wait, span: 1d, next: called}\n"
    lost = twice(("  called: {kind: tell, next: thanks}\n", trap), ("otherwise: thanks", "otherwise: called"))
    found_in = {problem.place for problem in review(lost).problems if problem.rule == "F106"}
    assert found_in == {"twice/flow.yaml"}
