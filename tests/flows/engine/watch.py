"""What holds in every conversation, whatever happens in whatever order. One function for each promise."""

from dataclasses import dataclass, field

from flows.definition.flow import Flow
from flows.definition.steps import Choose
from flows.effects import (
    CloseQuestion,
    EraseProspect,
    Finish,
    Give,
    Record,
    Say,
    SetTimer,
    Supersede,
    Withdraw,
)
from flows.engine.keyboard import ordered
from flows.events import Bought, Commanded, Event, Said, StaffReleased, StaffSaid, Tapped, TimerFired, Unreachable
from flows.messages import Prompt
from flows.scene import Scene
from flows.state import State
from flows.turn import Turn

OWN_OPTIONS = {"!person", "!stop", "!change", "!go-on", "!delete", "!skip", "!done"}
REFUSALS = ("stopped", "erased")


@dataclass
class Watch:
    """Sees every turn of one conversation, and remembers what the promises need."""

    flow: Flow
    seed: int
    arm: str
    given: list[str] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)
    silenced: str | None = None

    def see(self, before: State, event: Event, scene: Scene, turn: Turn) -> None:
        """Hold one turn against every promise. `scene` is what the engine was shown."""
        says = [effect for effect in turn.effects if isinstance(effect, Say)]
        changed = any(isinstance(effect, Supersede) for effect in turn.effects)
        assert turn.state.turn - before.turn in ((1, 2) if changed else (1,))
        self._speaks_once_and_only_where_it_may(says, event, scene)
        self._keeps_out_of_a_persons_way(before, event, turn, says)
        self._gives_what_it_should(turn)
        self._is_silent_for_good(event, turn, says)
        self._closes_what_it_leaves(before, turn)
        self._sets_one_timer_that_counts(turn)
        for say in says:
            self._says_something_whole(say, turn)
        self._asks_no_more_than_promised(turn, says)
        self._keeps_a_refusal(before, event, turn)

    def _speaks_once_and_only_where_it_may(self, says: list[Say], event: Event, scene: Scene) -> None:
        assert len(says) <= 1
        for say in says:
            assert scene.reach.is_open(say.channel)
            assert say.proactive == isinstance(event, TimerFired | Unreachable)
            assert not (say.proactive and say.channel == "web"), "a page cannot be written to"

    def _keeps_out_of_a_persons_way(self, before: State, event: Event, turn: Turn, says: list[Say]) -> None:
        if before.status != "held" or not says:
            return
        match event:
            case StaffSaid():
                assert says[0].message.kind == "staff"
            case StaffReleased() | Commanded():
                pass
            case Tapped():
                assert before.prompt is not None and before.prompt.step.startswith("!")
            case Said():
                assert turn.note in ("stopped", "asked whether to delete"), turn.note
            case _:
                raise AssertionError(f"{event} spoke while a person had the conversation")

    def _gives_what_it_should(self, turn: Turn) -> None:
        for give in (effect for effect in turn.effects if isinstance(effect, Give)):
            offer = self.flow.catalogue.offer(give.offer)
            assert self.arm == "offer"
            assert offer is not None and give.barrier in offer.removes
            assert give.offer not in self.given
            assert (give.code is not None) == (offer.code == "pool")
            self.given.append(give.offer)

    def _is_silent_for_good(self, event: Event, turn: Turn, says: list[Say]) -> None:
        if isinstance(event, Bought):
            self.silenced = self.silenced or "bought"
        for effect in turn.effects:
            if isinstance(effect, Withdraw | EraseProspect):
                self.silenced = "refused"
            assert not (self.silenced and isinstance(effect, SetTimer)), f"a timer after {self.silenced}"
        assert not (self.silenced and any(say.proactive for say in says)), f"spoke first after {self.silenced}"

    def _closes_what_it_leaves(self, before: State, turn: Turn) -> None:
        closed = {effect.visit for effect in turn.effects if isinstance(effect, CloseQuestion)}
        left, now_open = before.prompt, turn.state.prompt
        if left is not None and (now_open is None or now_open.visit != left.visit):
            assert left.visit in closed, "a question was left with its buttons on"

    def _sets_one_timer_that_counts(self, turn: Turn) -> None:
        state = turn.state
        timers = [effect for effect in turn.effects if isinstance(effect, SetTimer)]
        if timers and not any(isinstance(effect, Finish) for effect in turn.effects):
            assert state.timer == (timers[-1].name, state.turn)
        if state.status in ("asking", "snoozed"):
            assert state.timer is not None, "nothing will ever end this"
        if state.status == "ended":
            assert state.timer is None and state.outcome is not None

    def _says_something_whole(self, say: Say, turn: Turn) -> None:
        message = say.message
        assert message.language == turn.state.language
        if message.kind != "staff":
            assert message.paragraphs and all(paragraph.strip() for paragraph in message.paragraphs)
            assert "{" not in message.text and "None" not in message.text
        if message.prompt is not None:
            assert message.prompt == turn.state.prompt
            assert message.prompt.visit <= turn.state.turn
            self._shows_valid_buttons(message.prompt)

    def _shows_valid_buttons(self, prompt: Prompt) -> None:
        options = [button.option for button in prompt.buttons]
        assert len(set(options)) == len(options)
        assert all(button.label.strip() for button in prompt.buttons)
        own = [option for option in options if option.startswith("!")]
        assert all(option in OWN_OPTIONS or option.startswith(("!language-", "!main-")) for option in own), own
        if prompt.step.startswith("!"):
            assert own == options
            return
        step = self.flow.step(prompt.step)
        if isinstance(step, Choose):
            shown = [option for option in options if option not in own]
            assert shown == [option for option in ordered(step, self.seed) if option in shown]
            assert len(shown) > 1

    def _asks_no_more_than_promised(self, turn: Turn, says: list[Say]) -> None:
        for effect in turn.effects:
            if isinstance(effect, Supersede):
                self.asked = {step: visit for step, visit in self.asked.items() if visit < effect.visit}
        for say in says:
            prompt = say.message.prompt
            if prompt is not None and not prompt.step.startswith("!"):
                self.asked.setdefault(prompt.step, prompt.visit)
        assert len(self.asked) <= self.flow.definition.questions, f"asked {list(self.asked)}"

    def _keeps_a_refusal(self, before: State, event: Event, turn: Turn) -> None:
        if before.outcome in REFUSALS:
            assert turn.state.outcome in REFUSALS, "a stop was forgotten"
            assert not isinstance(event, Said) or turn.note in ("stopped", "stopped already", "kept silent")
            assert not any(isinstance(effect, Record) for effect in turn.effects)
