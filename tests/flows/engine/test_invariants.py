"""Any events in any order: whatever people, timers, senders, shop and staff do, the promises of `watch` hold.

Between all turns the state becomes JSON and is read back. The suite plays the same conversations every time; `-m slow`
plays many more, other ones at every run.
"""

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from bot.library import Library, build_flow
from flows.codec import decode_state, encode_state
from flows.definition.flow import Flow
from flows.definition.steps import Choose
from flows.engine.keyboard import ordered
from flows.events import (
    Bought,
    Cancelled,
    Commanded,
    Event,
    Opened,
    Said,
    StaffReleased,
    StaffSaid,
    StaffTook,
    Started,
    Tapped,
    TimerFired,
    Unreachable,
)
from flows.rehearsal.session import Alarm, Session, rehearse
from flows.rehearsal.stage import Stage
from flows.scene import Reach
from flows.state import State
from flows.words import CHANNELS, LANGUAGES, Channel
from tests.flows.engine.phrases import PHRASES
from tests.flows.engine.watch import Watch

channels: st.SearchStrategy[Channel] = st.sampled_from(CHANNELS)
commands = st.sampled_from(
    (
        "stop",
        "help",
        "privacy",
        "why",
        "person",
        "forget",
        "language",
        "limit",
        "mydata",
        "link-invalid",
        "nonsense",
        "pause",
        "resume",
    )
)
reaches = st.builds(Reach, st.sampled_from(("open", "closed", "none")), st.sampled_from(("open", "closed", "none")))
STAFF = "agent@shop.example"
rarely: st.SearchStrategy[Event] = st.sampled_from(
    (
        Bought("order-1"),
        Cancelled("cancelled"),
        Cancelled("erased"),
        Unreachable("telegram"),
        Unreachable("email"),
        StaffTook(STAFF),
        StaffSaid(STAFF, "Hello, this is Ada."),
        StaffReleased(STAFF),
    )
)
START, LATER, TIME = Started("telegram"), Said("maybe later", "telegram"), None
openings: st.SearchStrategy[tuple[Event | str | None, ...]] = st.sampled_from(
    (
        (),
        (TIME,),
        (START,),
        (START, "price"),
        (START, "price", "up_to_10"),
        (START, "price", "up_to_10", "no"),
        (START, "other"),
        (START, "other", "checkout_problem"),
        (START, "fit", LATER),
        (START, LATER, Opened("web")),
        (START, Said("too expensive", "telegram")),
        (START, "other", Said("too expensive", "web")),
        (START, Said("qwertz asdf", "email")),
        (START, TIME, TIME, TIME),
        (START, "trust", TIME, TIME, TIME),
        (START, Commanded("forget", "telegram")),
        (START, "shipping", Commanded("person", "web")),
        (START, StaffTook(STAFF)),
        (START, "price", Commanded("stop", "telegram")),
        (START, "price", Bought("order-1")),
    )
)
"""How a conversation has gone so far: events, options of the open question, and time passing until the next timer.

Chance alone would seldom come far.
"""

MOST_TIMERS = 12
"""A conversation that is left alone ends before so many timers have fired."""


@cache
def flow() -> Flow:
    return build_flow(Library().load_flow("barriers"), version=1)


class Conversations(RuleBasedStateMachine):
    """One conversation; every rule is something that may happen to it."""

    session: Session
    watch: Watch

    @initialize(
        language=st.sampled_from((*LANGUAGES, "xx")),
        seed=st.integers(0, 2**31),
        arm=st.sampled_from(("offer", "offer", "control")),
        stage=st.builds(
            Stage,
            shelf=st.sampled_from((None, None, (), ("nothing",))),
            telegram=st.sampled_from(("open", "open", "none")),
            email=st.sampled_from(("open", "open", "none", "closed")),
            product=st.booleans(),
            quiet=st.booleans(),
            first=st.sampled_from(("telegram", "email")),
        ),
        opening=openings,
    )
    def begin(self, language: str, seed: int, arm: str, stage: Stage, opening: tuple[Event | str | None, ...]) -> None:
        session = rehearse(flow(), language=language, seed=seed, arm=arm, stage=stage)
        self.session = replace(session, alarms=(Alarm("start", session.now, 0),))
        self.watch = Watch(flow(), seed, arm)

        self.seen: list[Tapped] = []
        for event in opening:
            self.go(event)

    def go(self, event: Event | str | None) -> None:
        """A step of an opening."""
        prompt = self.session.state.prompt
        if event is None:
            self.time_passes()
        elif not isinstance(event, str):
            self.play(event)
        elif prompt is not None:
            self.play(Tapped(event, prompt.visit, "telegram"))

    def play(self, event: Event) -> None:
        before = self.session
        self.session, turn = before.play(event)
        assert self.session.state == turn.state, "the state did not survive as JSON"
        # A channel that is gone is gone before this turn; consent that is withdrawn, after its farewell.
        scene = self.session.scene if isinstance(event, Unreachable) else before.scene
        self.watch.see(before.state, event, scene, turn)
        prompt = turn.state.prompt
        if prompt is not None:
            self.seen += [Tapped(button.option, prompt.visit, "telegram") for button in prompt.buttons]

    @rule(channel=channels)
    def start(self, channel: Channel) -> None:
        self.play(Started(channel))

    @rule(channel=channels)
    def open(self, channel: Channel) -> None:
        self.play(Opened(channel))

    @precondition(lambda self: self.session.state.prompt is not None)
    @rule(data=st.data(), channel=channels)
    def tap(self, data: st.DataObject, channel: Channel) -> None:
        prompt = self.session.state.prompt
        options = [button.option for button in prompt.buttons] if prompt else []
        if prompt is not None and options:
            self.play(Tapped(data.draw(st.sampled_from(options)), prompt.visit, channel))

    @precondition(lambda self: self.session.state.prompt is not None)
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        """As `tap`, but one of the flow's own options: so that most conversations get somewhere."""
        prompt = self.session.state.prompt
        options = [one.option for one in prompt.buttons if not one.option.startswith("!")] if prompt else []
        if prompt is not None and options:
            self.play(Tapped(data.draw(st.sampled_from(options)), prompt.visit, self.session.state.channel or "web"))

    @precondition(lambda self: bool(self.seen))
    @rule(data=st.data(), channel=channels)
    def tap_an_old_button(self, data: st.DataObject, channel: Channel) -> None:
        self.play(replace(data.draw(st.sampled_from(self.seen)), channel=channel))

    @rule(
        option=st.sampled_from(("price", "yes", "!delete", "!stop", "!go-on", "!language-xx", "", "\x00")),
        ahead=st.integers(-2, 2),
    )
    def tap_a_forged_button(self, option: str, ahead: int) -> None:
        self.play(Tapped(option, self.session.state.turn + ahead, "web"))

    @rule(text=st.sampled_from(PHRASES) | st.text(max_size=40), channel=channels)
    def write(self, text: str, channel: Channel) -> None:
        self.play(Said(text, channel))

    @rule(name=commands, channel=channels, argument=st.sampled_from((None, "cs", "ar", "xx", "")))
    def command(self, name: str, channel: Channel, argument: str | None) -> None:
        self.play(Commanded(name, channel, argument))

    @precondition(lambda self: self.session.next_alarm() is not None)
    @rule()
    def time_passes(self) -> None:
        alarm = self.session.next_alarm()
        if alarm is None:
            return
        rest = tuple(other for other in self.session.alarms if other != alarm)
        self.session = replace(self.session, now=max(self.session.now, alarm.due), alarms=rest)
        self.play(TimerFired(alarm.name, alarm.turn))

    @rule(name=st.sampled_from(("start", "silence", "snooze", "unknown")), turn=st.integers(0, 30))
    def an_old_timer_fires(self, name: str, turn: int) -> None:
        if self.session.state.timer != (name, turn):
            before = self.session.state
            self.play(TimerFired(name, turn))
            assert replace(self.session.state, turn=before.turn) == before, "a stale timer changed something"

    @rule(reach=reaches)
    def consent_changes(self, reach: Reach) -> None:
        self.session = replace(self.session, scene=replace(self.session.scene, reach=reach))

    @rule(full=st.booleans())
    def the_shelf_changes(self, full: bool) -> None:
        stock = Stage().scene(flow().catalogue).stock if full else ()
        self.session = replace(self.session, scene=replace(self.session.scene, stock=stock))

    @rule(event=rarely)
    def something_rare(self, event: Event) -> None:
        self.play(event)

    @precondition(lambda self: self.session.state.status == "held")
    @rule()
    def staff_hands_back(self) -> None:
        self.play(StaffReleased(STAFF))

    def teardown(self) -> None:
        """Left alone, every conversation ends; one that a person has, once it is handed back."""
        if self.session.state.status == "held":
            self.play(StaffReleased(STAFF))
        for _ in range(MOST_TIMERS):
            if self.session.next_alarm() is None:
                break
            self.time_passes()
        assert self.session.next_alarm() is None, "timers without end"
        assert self.session.state.status in ("ended", "held"), f"left {self.session.state.status} for ever"


def play_many(examples: int, steps: int, *, repeatable: bool) -> None:
    run_state_machine_as_test(
        Conversations,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=repeatable,
            database=None,
            report_multiple_bugs=False,
            phases=(Phase.generate, Phase.shrink),
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_promises_hold_whatever_happens() -> None:
    play_many(200, 20, repeatable=True)


@pytest.mark.slow
def test_the_promises_hold_in_many_more_conversations() -> None:
    play_many(1000, 40, repeatable=False)


@pytest.mark.parametrize("seed", [0, 1, 7, 2**31])
def test_the_order_of_options_belongs_to_the_prospect_not_to_the_moment(seed: int) -> None:
    step = flow().step("barrier")
    assert isinstance(step, Choose)
    order = ordered(step, seed)
    shown = []
    for language in LANGUAGES:
        session, _ = rehearse(flow(), language=language, seed=seed).play(Started("web"))
        assert session.state.prompt is not None
        shown.append(tuple(b.option for b in session.state.prompt.buttons if not b.option.startswith("!")))
    assert set(shown) == {order}
    assert order[-len(step.last) :] == step.last


def test_the_order_of_options_differs_between_prospects() -> None:
    step = flow().step("barrier")
    assert isinstance(step, Choose)
    assert len({ordered(step, seed) for seed in range(50)}) > 40


def test_every_state_on_the_way_reads_back_as_it_was() -> None:
    session = rehearse(flow(), language="en", stage=Stage())
    for event in (Started("telegram"), Said("too expensive", "telegram"), Commanded("forget", "telegram")):
        session, turn = session.play(event)
        assert decode_state(encode_state(turn.state)) == turn.state
        assert isinstance(turn.state, State)
