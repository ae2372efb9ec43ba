"""What can be moved to a new version goes on there; what cannot is told why, and stays where it is."""

from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from flows.codec import decode_state, encode_state
from flows.definition.build import rebuild_flow
from flows.definition.flow import Flow
from flows.definition.moving import judge, judge_step, moved
from flows.events import StaffReleased, StaffTook, Started, Tapped, TimerFired
from flows.rehearsal.session import Session
from flows.rehearsal.stage import START, Stage
from flows.state import State
from tests.flows import sampling

BARRIERS, KINDS = "barriers", "kinds"


@cache
def flow(name: str, version: int, *edits: tuple[str, str]) -> Flow:
    """A version of a flow, with edits of its `flow.yaml` (each old text must be there) and the texts of a new name."""
    sources = sampling.kept_flow(name)
    text = sources.definition
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    texts = sources.texts
    if edits == RENAMED:
        texts = {
            language: tuple(replace(file, content=file.content.replace("\nprice =", "\ncost =")) for file in files)
            for language, files in texts.items()
        }
    return rebuild_flow(replace(sources, definition=text, texts=texts), version)


def played(name: str, *events: object, language: str = "en") -> State:
    """The state after these events; words of one letter tap the option with this id."""
    first = flow(name, 1)
    session = Session(first, State(name, 1, language, seed=1), Stage().scene(first.catalogue), START)
    for event in (Started("telegram"), *events):
        if isinstance(event, str):
            assert session.state.prompt is not None
            event = Tapped(event, session.state.prompt.visit, "telegram")  # noqa: PLW2901 - an id stands for its tap
        session, _ = session.play(event)  # type: ignore[arg-type]
    return session.state


def verdict(name: str, state: State, *edits: tuple[str, str], **names: str) -> tuple[str, str]:
    """The verdict on this state in the edited flow, and its reasons in one text."""
    judged = judge(
        flow(name, 1), flow(name, 2, *edits), state, {old.replace("_", "-"): new for old, new in names.items()}
    )
    return judged.verdict, "; ".join(judged.reasons)


RENAMED = (("  price:\n", "  cost:\n"), ("next: price}", "next: cost}"))
NO_REVIEWS = (("- {id: tests, next: offer}\n", ""),)


def test_what_has_not_changed_is_safe_and_only_its_version_changes() -> None:
    for state in sampling.kept():
        if state.status != "ended":
            assert judge(flow(state.flow, 1), flow(state.flow, 2), state).verdict == "safe"
            assert moved(flow(state.flow, 2), state) == replace(state, version=2)


def test_a_renamed_question_needs_a_mapping_and_goes_on_with_one() -> None:
    state = played(BARRIERS, "price")
    assert verdict(BARRIERS, state, *RENAMED) == (
        "needs_mapping",
        "the step 'price' is gone; say which one takes its place: price=NEW",
    )
    assert verdict(BARRIERS, state, *RENAMED, price="cost")[0] == "safe"
    after = moved(flow(BARRIERS, 2, *RENAMED), state, {"price": "cost"})
    assert after.prompt is not None and state.prompt is not None
    assert (after.version, after.step, after.prompt.step) == (2, "cost", "cost")
    assert (after.timer, after.turn, after.prompt.buttons) == (state.timer, state.turn, state.prompt.buttons)
    session = Session(flow(BARRIERS, 2, *RENAMED), after, Stage().scene(flow(BARRIERS, 2).catalogue), START)
    session, turn = session.play(Tapped("up_to_10", after.prompt.visit, "telegram"))
    assert turn.note == "answered"
    assert session.state.step == "solved"


def test_an_answer_that_was_shown_must_still_be_there_and_mean_the_same() -> None:
    state = played(BARRIERS, "reviews")
    assert verdict(BARRIERS, state, *NO_REVIEWS) == (
        "needs_mapping",
        "the step 'reviews' no longer has the answer 'tests'; say which one takes its place: reviews=NEW",
    )
    other = ("- {id: tests, next: offer}", "- {id: tests, sub_code: tests, next: offer}")
    assert "means something else by the answer 'tests'" in verdict(BARRIERS, state, other)[1]
    elsewhere = ("- {id: tests, next: offer}", "- {id: tests, next: end-answered}")
    more = ("- {id: tests, next: offer}", "- {id: tests, next: offer}\n      - {id: film, next: offer}")
    for harmless in (elsewhere, more):
        assert verdict(BARRIERS, state, harmless)[0] == "safe"


def test_a_mapping_to_a_question_that_does_not_fit_leaves_it_where_it_is() -> None:
    state = played(BARRIERS, "reviews")
    found, why = verdict(BARRIERS, state, *NO_REVIEWS, reviews="quality")
    assert found == "must_finish"
    assert "'quality', in place of 'reviews', no longer has the answer 'opinions'" in why


def test_another_kind_of_step_is_finished_on_the_old_version() -> None:
    state = played(KINDS, "price")
    assert state.step == "guests"
    capture = ("    kind: ask\n    answer: number\n", "    kind: capture\n")
    assert verdict(KINDS, state, capture)[0] == "must_finish"
    email = ("    answer: number\n", "    answer: email\n")
    assert "asks for email instead of number" in verdict(KINDS, state, email)[1]


def test_who_rests_is_moved_while_the_same_is_waited_for() -> None:
    state = played(KINDS, TimerFired("silence", 1))
    assert (state.status, state.step) == ("resting", "back-again")
    longer = ("within: 14d", "within: 30d")
    assert verdict(KINDS, state, longer)[0] == "safe"
    assert moved(flow(KINDS, 2, longer), state).timer == state.timer
    other = ("happens: viewed", "happens: quote_sent")
    assert verdict(KINDS, state, other) == (
        "needs_mapping",
        "the step 'back-again' waits for quote sent instead of viewed; say which one takes its place: back-again=NEW",
    )
    assert verdict(KINDS, state, other, back_again="later")[0] == "must_finish"


def test_an_earlier_answer_keeps_its_question_for_it_may_still_be_changed() -> None:
    state = played(BARRIERS, "price", "up_to_10")
    assert state.step == "solved"
    assert verdict(BARRIERS, state, *RENAMED)[0] == "needs_mapping"
    assert verdict(BARRIERS, state, *RENAMED, price="cost")[0] == "safe"
    after = moved(flow(BARRIERS, 2, *RENAMED), state, {"price": "cost"})
    assert [answer.step for answer in after.answers] == ["barrier", "cost"]


def test_a_branch_must_not_look_at_what_they_were_never_asked() -> None:
    asked = played(KINDS, "price")
    earlier = (
        ("start: barrier", "start: mood"),
        ("  by-channel:", "  mood:\n    kind: ask\n    next: barrier\n\n  by-channel:"),
        ("answered: {step: grade, at_least: 3}", "answered: {step: mood}"),
    )
    found, why = verdict(KINDS, asked, *earlier)
    assert (found, why) == (
        "must_finish",
        "the way on looks at the answer to 'mood', which they were never asked",
    )
    waiting = State(KINDS, 1, "en", seed=1)
    assert judge(flow(KINDS, 1), flow(KINDS, 2, *earlier), waiting).verdict == "safe"


def test_a_branch_must_not_look_at_an_answer_that_is_gone() -> None:
    state = played(KINDS, "price")
    looks = ("answered: {step: grade, at_least: 3}", "answered: {step: barrier, option: [timing, cost]}")
    gone = ("- {id: price, barrier: price, next: by-channel}", "- {id: cost, barrier: price, next: by-channel}")
    assert verdict(KINDS, state, looks)[0] == "safe"
    found, why = verdict(KINDS, state, looks, gone)
    assert (found, why) == ("must_finish", "the way on looks at their answer 'price' to 'barrier', which is gone")


def test_several_ticks_go_on_only_where_several_are_taken() -> None:
    state = played(KINDS, "more", "quality")
    assert state.prompt is not None and state.prompt.picks == ("quality",)
    assert verdict(KINDS, state)[0] == "safe"
    assert moved(flow(KINDS, 2), state).prompt == state.prompt
    one = ("    several: true\n", "")
    assert "takes one answer instead of several" in verdict(KINDS, state, one)[1]


def test_who_is_asked_which_barrier_weighs_most_keeps_the_answers_they_gave() -> None:
    state = played(KINDS, "more", "quality", "trust", "!done")
    assert state.prompt is not None and state.prompt.step.startswith("!")
    assert verdict(KINDS, state)[0] == "safe"
    gone = verdict(
        KINDS, state, ("- {id: trust, barrier: trust, next: gift}", "- {id: faith, barrier: trust, next: gift}")
    )
    assert "the step 'which' no longer has the answer 'trust'" in gone[1]


def test_a_language_that_is_given_up_is_spoken_to_the_end() -> None:
    state = played(BARRIERS, language="ar")
    spoken = ("languages: [en, es, fr, ja, ar, hu, cs]", "languages: [en]")
    assert verdict(BARRIERS, state, spoken) == ("must_finish", "the new version does not speak 'ar'")


def test_in_a_persons_hands_the_question_to_come_back_to_must_be_there() -> None:
    state = played(BARRIERS, "price", StaffTook("a@shop.example"))
    assert state.interrupted == "price"
    assert verdict(BARRIERS, state, *RENAMED)[0] == "needs_mapping"
    after = moved(flow(BARRIERS, 2, *RENAMED), state, {"price": "cost"})
    assert (after.interrupted, after.held_by) == ("cost", "a@shop.example")
    session = Session(flow(BARRIERS, 2), after, Stage().scene(flow(BARRIERS, 2).catalogue), START)
    assert session.state.status == "held"
    # An answer less is no harm: the question is asked anew.
    held = played(BARRIERS, "reviews", StaffTook("a@shop.example"))
    assert verdict(BARRIERS, held, *NO_REVIEWS)[0] == "safe"
    session = Session(flow(BARRIERS, 2, *NO_REVIEWS), moved(flow(BARRIERS, 2, *NO_REVIEWS), held), session.scene, START)
    session, turn = session.play(StaffReleased("a@shop.example"))
    assert turn.state.prompt is not None and turn.state.prompt.label_of("tests") is None


EDITS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (BARRIERS, ()),
    (BARRIERS, RENAMED),
    (BARRIERS, NO_REVIEWS),
    (BARRIERS, (("  solved:\n    kind: choose\n", "  solved:\n    kind: choose\n    own_words: false\n"),)),
    (BARRIERS, (("  - {after: 48h, do: email}\n", ""),)),
    (BARRIERS, (("    kind: handover\n    reason: checkout_problem\n", "    kind: end\n    outcome: answered\n"),)),
    (BARRIERS, (("start: barrier", "start: other"),)),
    (KINDS, ()),
    (KINDS, (("  guests:\n    kind: ask\n", "  guests:\n    kind: ask\n    optional: true\n"),)),
    (
        KINDS,
        (("    kind: ask\n    answer: rating\n    scale: 4\n", "    kind: ask\n    answer: rating\n    scale: 9\n"),),
    ),
    (KINDS, (("  later:\n    kind: wait\n    span: 3d\n", "  later:\n    kind: wait\n    span: 5d\n"),)),
    (KINDS, (("    silent: {after: 2d, next: soften}\n", ""),)),
)


@pytest.mark.parametrize("number", range(len(EDITS)))
def test_whatever_was_moved_goes_on_whatever_happens(number: int) -> None:
    name, edits = EDITS[number]
    old, new = flow(name, 1), flow(name, 2, *edits)
    names = {"price": "cost"} if edits == RENAMED else {}
    carried = 0
    for state in sampling.kept():
        if state.flow != name or state.status == "ended" or judge(old, new, state, names).verdict != "safe":
            continue
        carried += 1
        after = decode_state(encode_state(moved(new, state, names)))
        for event in sampling.events(after):
            session, turn = Session(new, after, Stage().scene(new.catalogue), START).play(event)
            session, _ = session.wait(timedelta(days=40))
            # A correction counts its turn twice.
            assert turn.state.turn > state.turn
    assert carried


def test_every_step_where_somebody_can_stand_is_judged() -> None:
    first = flow(KINDS, 1)
    judged = {step_id: judge_step(first, flow(KINDS, 2), step_id) for step_id in first.definition.steps}
    stands = {step_id for step_id, found in judged.items() if found is not None}
    assert stands == {"barrier", "which", "guests", "grade", "reach", "person", "later", "back-again"}
    assert all(found is None or found.verdict == "safe" for found in judged.values())
