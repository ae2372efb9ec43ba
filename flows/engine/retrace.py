"""Correction: an earlier answer is taken back, the flow goes on from there; what no longer applies is superseded."""

from datetime import datetime

from flows.answers import Answer
from flows.definition.flow import Flow
from flows.definition.steps import Ask, Choose, Option
from flows.effects import CloseQuestion, Supersede
from flows.engine import asking, enter, keyboard, moves, naming
from flows.engine.draft import Draft
from flows.engine.putting_right import named_by
from flows.messages import Button, Prompt
from flows.scene import Scene
from flows.state import State
from flows.understanding import understand
from flows.understanding.corrections import find_correction
from flows.values import altered
from flows.words import Channel

OPEN_TO_CHANGE = frozenset({None, "answered", "helped", "not_helped", "not_interested", "silent"})
"""Outcomes after which an answer may still be changed: nobody asked to be left alone, and nobody bought."""


def can_change(draft: Draft) -> bool:
    """Whether earlier answers may be changed now: not in a person's hands, and not after a last word."""
    return draft.state.status not in ("waiting", "held") and draft.state.outcome in OPEN_TO_CHANGE


def changeable(flow: Flow, state: State, scene: Scene, now: datetime) -> tuple[tuple[Answer, tuple[Button, ...]], ...]:
    """The earlier answers that a button of their question may change now, each with the buttons that would."""
    draft = Draft(flow, altered(state), scene, now)
    if not can_change(draft):
        return ()
    found = ((answer, _instead(draft, answer)) for answer in state.answers)
    return tuple((answer, buttons) for answer, buttons in found if buttons)


def _instead(draft: Draft, answer: Answer) -> tuple[Button, ...]:
    """The other buttons of this answer's question, in the order this prospect has seen them."""
    step = draft.flow.definition.steps.get(answer.step)
    if isinstance(step, Choose):
        others = (option for option in keyboard.ordered(step, draft.state.seed) if option != answer.value)
        return tuple(Button(option, draft.text(answer.step, option)) for option in others)
    if isinstance(step, Ask) and step.answer == "rating":
        scale = (str(number) for number in range(1, step.scale + 1))
        return tuple(Button(number, number) for number in scale if number != answer.value)
    return ()


def tapped_again(draft: Draft, option_id: str, visit: int, channel: Channel) -> bool:
    """A button of an earlier question: another answer than before replaces it. True when that settled the turn."""
    earlier = next((answer for answer in draft.state.answers if answer.visit == visit), None)
    if earlier is None or earlier.value == option_id or not can_change(draft):
        return False
    step = draft.flow.step(earlier.step)
    option = step.option(option_id) if isinstance(step, Choose) else None
    rated = isinstance(step, Ask) and step.answer == "rating"
    if option is None and not rated:
        return False
    draft.update(channel=moves.place(channel))
    if option is not None:
        replace_by(draft, earlier, option, verbatim=draft.text(earlier.step, option.id), channel=channel)
    else:
        _reopen(draft, earlier)
        asking.answered(draft, step, option_id, channel)  # type: ignore[arg-type]  # `rated` has seen that it is one
    draft.note = "changed"
    return True


def said(draft: Draft, text: str, channel: Channel) -> bool:
    """An earlier answer is taken back in words: "go back", "no, I meant shipping". True when that settled the turn."""
    correction = find_correction(text, draft.state.language)
    if correction is None or not can_change(draft):
        return False
    answers = draft.state.answers
    if not answers:
        if correction.rest or draft.state.prompt is None:
            return False
        moves.repeat(draft)
        return True
    draft.update(channel=moves.place(channel))
    meant = _meant(draft, correction.rest) if correction.rest else None
    if meant is not None:
        replace_by(draft, *meant, verbatim=text, channel=channel)
    else:
        named = [answer for answer in answers if answer.barriers] if correction.rest else []
        ask_again(draft, (named or answers)[-1])
    return True


def _meant(draft: Draft, words: str) -> tuple[Answer, Option] | None:
    """The answer that these words correct, and the option they name: by its label, else by what was understood."""
    for answer in reversed(draft.state.answers):
        step = draft.flow.step(answer.step)
        if isinstance(step, Choose):
            labels = tuple(Button(option.id, draft.text(answer.step, option.id)) for option in step.options)
            button = naming.button_named(draft, Prompt(answer.step, answer.visit, labels), words)
            option = step.option(button.option) if button is not None else None
            if option is not None:
                return answer, option
    meaning = understand(words, draft.state.language)
    named = next((answer for answer in reversed(draft.state.answers) if answer.barriers), None)
    asked = draft.flow.step(named.step) if named is not None else None
    if named is None or not isinstance(asked, Choose) or not meaning.barriers or meaning.ask is not None:
        return None
    for barrier in meaning.barriers:
        option = next((one for one in asked.options if one.barrier == barrier and not one.sub_code), None)
        if option is not None:
            return named, option
    return None


def replace_by(draft: Draft, earlier: Answer, option: Option, *, verbatim: str, channel: Channel) -> None:
    """This option instead of the earlier answer: said back in words, and the flow goes on from there."""
    label = draft.text(earlier.step, option.id)
    _reopen(draft, earlier)
    draft.do(CloseQuestion(earlier.visit, draft.text("answered-mark", label=label)))
    draft.say("understood", label=label)
    moves.keep_option(draft, option, verbatim=verbatim, channel=channel)
    draft.update(prompt=None)
    moves.follow(draft, option)
    draft.note = "changed"


def ask_again(draft: Draft, earlier: Answer) -> None:
    """The earlier question, open anew; its answer and those after it count no more."""
    cut(draft, earlier)
    draft.close_question(None)
    draft.update(status="asking", outcome=None, interrupted=None)
    draft.note = "changed"
    enter.ask_again(draft, earlier.step)


def take_back(draft: Draft) -> None:
    """The last barrier was a misunderstanding: it no longer counts, and its question is asked again."""
    named = [answer for answer in draft.state.answers if answer.barriers]
    if named:
        ask_again(draft, named[-1])
    else:
        moves.repeat(draft)


def cut(draft: Draft, earlier: Answer) -> None:
    """This answer and all after it are superseded; barriers and the count of questions are those of what is left."""
    kept = tuple(answer for answer in draft.state.answers if answer.visit < earlier.visit)
    draft.do(Supersede(earlier.visit))
    draft.update(
        answers=kept,
        barriers=named_by(kept),
        questions=len(kept),
        step=earlier.step,
    )


def _reopen(draft: Draft, earlier: Answer) -> None:
    """As if the earlier question had just been asked, without a word: a visit of its own, for the answer to come.

    The turn counts twice, so that what is asked next has another visit.
    """
    cut(draft, earlier)
    draft.close_question(None)
    draft.update(
        status="asking",
        outcome=None,
        interrupted=None,
        turn=draft.state.turn + 1,
        prompt=Prompt(earlier.step, draft.state.turn, ()),
        asked_at=earlier.asked_at,
        misses=0,
        questions=draft.state.questions + 1,
    )
