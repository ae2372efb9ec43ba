"""Receiving free text: understood offline, acted on when sure, asked back when not, and always kept word for word."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from flows.definition.steps import Ask, Capture, Choose, Option
from flows.engine import asking, enter, keyboard, moves, naming, replies, retrace, several
from flows.engine.draft import REFUSALS, Draft
from flows.events import Said
from flows.messages import Button
from flows.understanding import Understanding, understand
from flows.understanding.corrections import find_correction
from flows.understanding.moments import find_moment
from flows.understanding.normalise import normalise
from flows.understanding.safety import find_safety
from flows.words import ERASED, STOPPED, Channel

HARDLY = 0.2
"""Below this confidence the three best guesses are no help either: the full list is shown."""

MAX_WORDS = 4000
"""Characters of an answer that are kept; Telegram itself sends at most 4096."""


def said(draft: Draft, event: Said) -> None:
    """Words from the prospect. Who answers by mail is answered by mail; who wrote on a page stays on it."""
    _said(draft, event)
    if event.by_mail and draft.state.channel == "web":
        draft.update(channel="email")


def _said(draft: Draft, event: Said) -> None:
    """Stop, delete and a person's name for help come before everything else."""
    text = event.text.strip()[:MAX_WORDS]
    if _plainly_a_button(draft, text) and _taken_up(draft, text, event.channel):
        return
    meaning = understand(text, draft.state.language)
    if _safety(draft, text, meaning, event.channel):
        return
    if draft.state.status == "held":
        draft.note = "for staff"
        return
    if draft.state.prompt is None:
        if not retrace.said(draft, text, event.channel):
            _nothing_open(draft, text, meaning)
        return
    if _taken_up(draft, text, event.channel) or retrace.said(draft, text, event.channel):
        return
    if asking.holds_answer(draft, text) or not _intent(draft, text, meaning):
        _answer(draft, text, meaning, event.channel)


def _plainly_a_button(draft: Draft, text: str) -> bool:
    """Whether these words are a button's and no plain wish to stop, so that there is nothing to weigh about them."""
    state = draft.state
    if state.prompt is None or state.status == "held" or state.outcome in REFUSALS:
        return False
    return naming.button_named(draft, state.prompt, text) is not None and find_safety(normalise(text)) is None


def _taken_up(draft: Draft, text: str, channel: Channel) -> bool:
    """Somebody is there and answers the open question. True when the words name a button: that settles the turn."""
    prompt = draft.state.prompt
    draft.update(channel=moves.place(channel))
    if prompt is not None and not prompt.step.startswith("!"):
        draft.update(status="asking", outcome=None)
    return _names_button(draft, text, channel)


def _safety(draft: Draft, text: str, meaning: Understanding, channel: Channel) -> bool:
    """Obey "stop" and "delete my data" in every state; when unsure, ask. True when that settles the turn."""
    if meaning.intent == "stop" and meaning.ask is None:
        if draft.state.outcome == STOPPED:
            draft.note = "stopped already"
        else:
            moves.stop(draft, channel, "words")
        return True
    if draft.state.outcome in (STOPPED, ERASED):
        draft.note = "kept silent"
        return True
    if meaning.intent == "delete_data" and meaning.ask is None:
        draft.update(channel=moves.place(channel))
        replies.confirm_delete(draft)
        return True
    if meaning.ask is None or draft.state.status == "held" or _is_plain(draft, text, meaning):
        return False
    return _unsure(draft, meaning, channel)


def _is_plain(draft: Draft, text: str, meaning: Understanding) -> bool:
    """Whether what only resembles a stop or a deletion is plainly something else: a button, a correction, an FAQ."""
    prompt = draft.state.prompt
    if prompt is not None and naming.button_named(draft, prompt, text) is not None:
        return True
    known = replies.known_question(draft, text) if _asks(text, meaning) else None
    return known is not None or find_correction(text, draft.state.language) is not None


def _unsure(draft: Draft, meaning: Understanding, channel: Channel) -> bool:
    """Ask whether a stop or a deletion was meant. True when that was to be asked."""
    if meaning.ask == "delete_data":
        draft.update(channel=moves.place(channel))
        replies.confirm_delete(draft)
        return True
    if meaning.ask == "stop" and draft.state.status in ("asking", "snoozed"):
        draft.update(channel=moves.place(channel))
        replies.confirm_stop(draft)
        return True
    return False


def _nothing_open(draft: Draft, text: str, meaning: Understanding) -> None:
    """The flow is over: small talk needs no answer, anything else goes to a person."""
    draft.note = "after the end"
    if _asks(text, meaning) and replies.answer_question(draft, text):
        return
    if draft.state.status in ("ended", "resting") and meaning.intent in ("human", "question"):
        asks = meaning.intent == "question"
        draft.say("question-passed" if asks else "handed-over")
        draft.kind = "reply"
        enter.hand_over(draft, "question" if asks else "asked")
        draft.note = "handed over"


def _asks(text: str, meaning: Understanding) -> bool:
    """Whether it is a question at all, and no wish in the form of one: by its sense, or by its mark."""
    marked = any(mark in text for mark in "?？؟¿") and meaning.intent not in ("human", "later", "bought_here")
    return meaning.intent == "question" or marked


def _intent(draft: Draft, text: str, meaning: Understanding) -> bool:
    """What they want besides answering. True when that settles the turn."""
    moment = find_moment(text, draft.state.language, draft.now.astimezone(draft.zone))
    if moment is not None and moment.alone:
        replies.later(draft, moment)
        return True
    if _asks(text, meaning) and replies.answer_question(draft, text):
        return True
    match meaning.intent:
        case "human":
            replies.person(draft)
        case "later":
            replies.later(draft, moment)
        case "question" if not meaning.barriers or meaning.confidence < 0.5:
            replies.pass_question(draft)
        case "bought_here":
            replies.says_bought(draft)
        case _:
            return False
    return True


def _answer(draft: Draft, text: str, meaning: Understanding, channel: Channel) -> None:
    prompt = draft.state.prompt
    assert prompt is not None  # noqa: S101 - said() has checked that a question is open
    if prompt.step == several.MAIN:
        _weighed_in_words(draft, meaning)
        return
    if prompt.step.startswith("!"):
        _not_understood(draft)
        return
    step = draft.flow.step(prompt.step)
    if isinstance(step, Ask | Capture):
        asking.answered(draft, step, text, channel)
    elif isinstance(step, Choose) and step.records == "barrier":
        _barrier_in_words(draft, prompt.step, step, text, meaning, channel)
    elif isinstance(step, Choose) and step.unclear and text and meaning.intent != "chitchat":
        moves.keep(draft, None, (), text, channel)
        _go_on(draft, step.unclear)
    else:
        _not_understood(draft)


def _weighed_in_words(draft: Draft, meaning: Understanding) -> None:
    """Which barrier weighs most, in words: the likeliest of those that were named before."""
    last = draft.state.answers[-1]
    step = draft.flow.step(last.step)
    named = [barrier for barrier in (*meaning.barriers, *meaning.candidates) if barrier in last.barriers]
    option = (
        next((one for one in step.options if one.barrier == named[0]), None)
        if named and isinstance(step, Choose)
        else None
    )
    if option is None or meaning.intent == "chitchat":
        _not_understood(draft)
        return
    several.weighs_most(draft, option.id, draft.text(last.step, option.id))


def _names_button(draft: Draft, text: str, channel: Channel) -> bool:
    """Words that stand on a button are a tap, whatever else they might mean. True when that settles the turn."""
    prompt = draft.state.prompt
    button = naming.button_named(draft, prompt, text) if prompt is not None else None
    if prompt is None or button is None:
        return False
    if button.option.startswith("!"):
        replies.own_option(draft, button.option, button.label)
        return True
    step = draft.flow.step(prompt.step)
    option = step.option(button.option) if isinstance(step, Choose) else None
    if option is None:
        return False
    moves.accept(draft, option, label=button.label, verbatim=text, channel=channel)
    return True


def _go_on(draft: Draft, step_id: str) -> None:
    draft.close_question(None)
    draft.note = "answered"
    enter.run(draft, step_id)


def _barrier_in_words(
    draft: Draft, step_id: str, step: Choose, text: str, meaning: Understanding, channel: Channel
) -> None:
    """Free text at the question of barriers: go on when sure, show three when not, keep it as `other` in the end."""
    route = naming.option_for(draft, step, meaning.barriers[0]) if meaning.barriers else None
    sure = meaning.ask is None and meaning.intent != "chitchat"
    if route is not None and sure:
        _understood(draft, route, text, meaning, channel)
    elif draft.state.misses >= step.retries and step.unclear and meaning.intent != "chitchat":
        words = draft.state.pending_text or text
        moves.keep(draft, None, ("other",), words if words == text else f"{words}\n{text}", channel)
        _go_on(draft, step.unclear)
    else:
        _ask_back(draft, step_id, step, text, meaning)


def _understood(draft: Draft, route: tuple[str, Option], text: str, meaning: Understanding, channel: Channel) -> None:
    """Go on as if the option had been tapped, say what was understood, and leave a way to change it."""
    step_id, first = route
    asked = draft.flow.step(step_id)
    options = [first, *_others(asked, first, meaning.barriers)] if isinstance(asked, Choose) else [first]
    labels = draft.listed(draft.text(step_id, option.id) for option in options)
    draft.say("understood", label=labels)
    several.keep(draft, step_id, options, text, labels, channel)
    prompt = draft.state.prompt
    if prompt is not None and draft.shows_prompt:
        change = Button(keyboard.CHANGE, draft.text("button-change"))
        draft.update(prompt=replace(prompt, buttons=(*prompt.buttons, change)))


def _others(step: Choose, first: Option, barriers: Sequence[str]) -> Iterator[Option]:
    """The options of this question for the other barriers that were named."""
    for barrier in barriers:
        option = next((one for one in step.options if one.barrier == barrier and not one.sub_code), None)
        if option is not None and option.id != first.id and barrier != "other":
            yield option


def _ask_back(draft: Draft, step_id: str, step: Choose, text: str, meaning: Understanding) -> None:
    misses = draft.state.misses + 1
    near = tuple(o.id for o in step.options if o.barrier in meaning.candidates and meaning.confidence >= HARDLY)
    only = (*near, *(o.id for o in step.options if o.barrier == "other")) if near else ()
    draft.close_question(None)
    draft.update(questions=max(0, draft.state.questions - 1))
    enter.ask_choice(draft, step_id, step, only=only, text="which-one" if near else "unclear")
    draft.update(misses=misses, pending_text=text)
    draft.note = "asked back"


def _not_understood(draft: Draft) -> None:
    """Small talk or a text that fits no button: say so once, then wait in silence."""
    draft.note = "not understood"
    if draft.state.misses == 0 and draft.state.prompt is not None:
        draft.update(misses=1)
        draft.say("unclear")
        draft.kind = "reply"
        draft.shows_prompt = True
