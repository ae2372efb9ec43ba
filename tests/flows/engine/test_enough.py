"""Enough is known: what a question with a quota does, and what it never does."""

from dataclasses import replace

from flows.events import Said, StaffReleased, StaffTook, Started, Tapped, TimerFired
from flows.rehearsal.session import Session, rehearse
from flows.rehearsal.stage import Stage
from tests.flows.test_transcripts import flow


def begun(*enough: str) -> Session:
    session, _ = rehearse(flow("kinds"), language="en", stage=Stage(enough=enough)).play(Started("telegram"))
    return session


def tapped(session: Session, option: str) -> Session:
    assert session.state.prompt is not None
    return session.play(Tapped(option, session.state.prompt.visit, "telegram"))[0]


def now_enough(session: Session, *steps: str) -> Session:
    return replace(session, scene=replace(session.scene, enough=frozenset(steps)))


def test_a_question_of_which_enough_is_known_is_passed_and_not_counted() -> None:
    asked, spared = tapped(begun(), "price"), tapped(begun("guests"), "price")
    assert (asked.state.step, asked.state.questions) == ("guests", 2)
    assert spared.state.step in ("grade", "gift") and spared.state.questions < 3
    assert not any(answer.step == "guests" for answer in spared.state.answers)


def test_a_question_without_a_quota_is_asked_whatever_is_said_to_be_enough() -> None:
    assert begun("barrier", "which").state.step == "barrier"


def test_a_question_that_is_open_stays_open_and_takes_its_answer() -> None:
    session, turn = now_enough(tapped(begun(), "price"), "guests").play(Said("12", "telegram"))
    assert turn.note == "answered" and [answer.verbatim for answer in session.state.answers] == ["The price", "12"]


def test_an_answer_can_be_taken_back_and_given_anew_though_enough_is_known() -> None:
    session, _ = now_enough(tapped(begun(), "price"), "guests").play(Said("12", "telegram"))
    session, turn = session.play(Said("go back", "telegram"))
    assert turn.note == "changed" and session.state.prompt is not None and session.state.prompt.step == "guests"
    session, turn = session.play(Said("14", "telegram"))
    assert [answer.verbatim for answer in session.state.answers] == ["The price", "14"]


def test_a_question_that_a_person_interrupted_is_asked_again_though_enough_is_known() -> None:
    session, _ = now_enough(tapped(begun(), "price"), "guests").play(StaffTook("anna"))
    session, _ = session.play(StaffReleased("anna"))
    assert session.state.prompt is not None and session.state.prompt.step == "guests"


def test_nobody_is_written_to_first_once_enough_people_have_answered() -> None:
    session = rehearse(flow("kinds"), language="en")
    session = replace(session, scene=replace(session.scene, full=True))
    waiting, turn = session.play(TimerFired("start", 0))
    assert (turn.note, waiting.state.outcome, waiting.state.questions) == ("enough answers", "cancelled", 0)
    assert [type(effect).__name__ for effect in turn.effects] == ["CancelTimers", "Finish"]
    came, turn = session.play(Started("telegram"))
    assert came.state.status == "asking", "who comes by themselves is answered"
