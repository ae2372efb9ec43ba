"""Ways through a conversation that are rare, and once led somewhere wrong."""

from functools import cache

import pytest

from bot.library import Library, build_flow
from flows.definition.flow import Flow
from flows.effects import CloseQuestion, Give, Say, Withdraw
from flows.events import Bought, Cancelled, Commanded, Event, Opened, Said, StaffReleased, StaffTook, Started, Tapped
from flows.rehearsal.session import Session, rehearse

STAFF = "agent@shop.example"
TIME, LATER = None, Said("maybe later", "telegram")


@cache
def flow() -> Flow:
    return build_flow(Library().load_flow("barriers"), version=1)


def after(*happens: Event | str | None) -> Session:
    """A conversation that was started in Telegram, after events, taps on the open question, and time passing."""
    session, _ = rehearse(flow(), language="en").play(Started("telegram"))
    for what in happens:
        session, _ = step(session, what)
    return session


def step(session: Session, what: Event | str | None) -> tuple[Session, tuple[object, ...]]:
    if what is None:
        alarm = session.next_alarm()
        assert alarm is not None
        session, turn = session.ring(alarm)
    else:
        prompt = session.state.prompt
        event = Tapped(what, prompt.visit, "telegram") if isinstance(what, str) and prompt else what
        assert not isinstance(event, str)
        session, turn = session.play(event)
    return session, turn.effects


def says(effects: tuple[object, ...]) -> list[Say]:
    return [effect for effect in effects if isinstance(effect, Say)]


def test_a_person_who_takes_over_beside_an_own_question_hands_back_to_the_flows() -> None:
    session = after("price", Commanded("forget", "telegram"), StaffTook(STAFF))
    session, effects = step(session, StaffReleased(STAFF))
    (say,) = says(effects)
    assert say.message.prompt is not None and say.message.prompt.step == "price"


def test_handing_back_takes_the_buttons_off_an_own_question() -> None:
    session = after("price", StaffTook(STAFF), Commanded("forget", "telegram"))
    asked = session.state.prompt
    assert asked is not None
    _, effects = step(session, StaffReleased(STAFF))
    assert CloseQuestion(asked.visit, None) in effects


def test_words_that_open_another_question_do_not_make_it_four() -> None:
    session = after("other", Said("too expensive", "telegram"))
    session, effects = step(session, "up_to_10")
    assert any(isinstance(effect, Give) for effect in effects)
    assert says(effects)[0].message.prompt is None
    assert (session.state.status, session.state.outcome) == ("ended", "answered")


def test_a_correction_does_not_cost_the_last_question() -> None:
    session = after(Said("too expensive", "telegram"), "!change", "shipping", "cost")
    assert session.state.prompt is not None and session.state.prompt.step == "solved"


def test_who_put_it_off_and_looked_in_without_answering_is_still_asked_again_and_then_left_in_peace() -> None:
    session = after(LATER, Opened("web"))
    written = []
    while session.next_alarm() is not None:
        session, effects = step(session, TIME)
        written += [say.message.kind for say in says(effects)]
    assert written == ["question", "reminder", "reminder"]
    assert (session.state.status, session.state.outcome) == ("ended", "silent")


@pytest.mark.parametrize("late", [LATER, Said("qwertz", "telegram"), Said("do you ship to Malta?", "telegram")])
def test_a_late_word_after_a_silent_end_opens_nothing_that_never_ends(late: Event) -> None:
    session = after(TIME, TIME, TIME)
    assert session.state.outcome == "silent"
    session, _ = step(session, late)
    for _ in range(3):
        if session.next_alarm() is not None:
            session, _ = step(session, TIME)
    assert session.state.status == "ended"


@pytest.mark.parametrize("over", [Bought("order-1"), Cancelled("erased")])
def test_a_purchase_or_an_erasure_closes_the_question_that_silence_left_open(over: Event) -> None:
    session = after(TIME, TIME, TIME)
    left = session.state.prompt
    assert left is not None
    session, effects = step(session, over)
    assert CloseQuestion(left.visit, None) in effects
    _, effects = step(session, Tapped("price", left.visit, "telegram"))
    assert effects == ()


def test_a_person_who_hands_back_does_not_undo_a_stop() -> None:
    session = after("other", "checkout_problem", Commanded("stop", "telegram"), StaffTook(STAFF), StaffReleased(STAFF))
    assert (session.state.status, session.state.outcome) == ("ended", "stopped")


def test_a_purchase_after_a_stop_does_not_undo_it() -> None:
    session = after(Commanded("stop", "telegram"), StaffTook(STAFF), Bought("order-1"))
    assert (session.state.status, session.state.outcome) == ("ended", "stopped")


def test_the_start_takes_the_buttons_off_an_own_question_asked_before() -> None:
    session, _ = rehearse(flow(), language="en").play(Commanded("forget", "telegram"))
    asked = session.state.prompt
    assert asked is not None
    _, effects = step(session, Started("telegram"))
    assert CloseQuestion(asked.visit, None) in effects


def test_the_words_on_the_button_that_stops_are_obeyed_as_words() -> None:
    session, effects = step(after(), Said("Please stop", "telegram"))
    assert session.state.outcome == "stopped"
    assert Withdraw("telegram", "words") in effects


def test_the_words_on_a_button_wake_a_question_that_was_put_off() -> None:
    session, _ = step(after(LATER), Said("price", "telegram"))
    assert session.state.status == "asking" and session.state.outcome is None
    assert [answer.value for answer in session.state.answers] == ["price"]


def test_the_words_on_a_button_leave_a_conversation_with_a_person_alone() -> None:
    session = after(StaffTook(STAFF), Commanded("forget", "telegram"))
    assert session.state.prompt is not None
    session, effects = step(session, Said(session.state.prompt.buttons[1].label, "telegram"))
    assert session.state.status == "held" and session.state.prompt is not None and effects == ()
