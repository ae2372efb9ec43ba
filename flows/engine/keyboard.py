"""The buttons of a question: its options in this prospect's order, and what stands beside them."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from flows.definition.steps import Choose, Handover
from flows.engine.draft import Draft
from flows.messages import Button, Prompt
from flows.values import altered

PERSON, STOP, CHANGE, SKIP, DONE = "!person", "!stop", "!change", "!skip", "!done"
"""The engine's own options that stand beside those of a flow."""


@dataclass(frozen=True, slots=True)
class Keys:
    """A question in one language and its buttons: by option, in the order written, beside them; `stop` the way out.

    `asked` is the question's text when it is the same for everybody; `first` and `later` are the prompts with all
    buttons as written, as a conversation's first question and as any other; their visit is still to come.
    """

    asked: str | None
    options: Mapping[str, Button]
    written: tuple[Button, ...]
    beside: tuple[Button, ...]
    stop: Button
    first: Prompt
    later: Prompt


def prompt_of(draft: Draft, keys: Keys, step: Choose, only: tuple[str, ...]) -> Prompt:
    """This question as it is asked now. `only` narrows its options; the first question has a way out."""
    asks_first = draft.state.questions == 0
    prompt = keys.first if asks_first else keys.later
    if step.order == "given" and not only:
        return altered(prompt, visit=draft.state.turn)
    shown = keys.written
    if step.order == "random":
        shown = tuple(keys.options[option] for option in ordered(step, draft.state.seed))
    if only:
        shown = tuple(button for button in shown if button.option in only)
    way_out = (keys.stop,) if asks_first else ()
    return altered(prompt, visit=draft.state.turn, buttons=(*shown, *keys.beside, *way_out))


def ordered(step: Choose, seed: int) -> tuple[str, ...]:
    """The option ids in this prospect's order.

    Shuffled by the seed, the same every time, `last` at the end as written.
    """
    ids = [option.id for option in step.options if option.id not in step.last]
    if step.order == "random":
        random.Random(seed).shuffle(ids)  # noqa: S311 - a seeded shuffle given by argument: repeatable, and no secret
    return (*ids, *step.last)


def keys_of(draft: Draft, step_id: str, step: Choose) -> Keys:
    """This question in the conversation's language. Made once for a flow, unless a label depends on who reads it."""
    language, texts = draft.state.language, draft.flow.texts
    key = (language, step_id)
    kept: Keys | None = draft.flow.kept.get(key)
    if kept is not None:
        return kept
    made = _made(draft, step_id, step)
    if all(texts.constant(language, step_id, option.id) is not None for option in step.options):
        draft.flow.kept[key] = made
        if texts.depends_on_label_alone(language, "answered-mark"):
            labels = [button.label for button in made.written]
            draft.flow.marks.update({(language, label): draft.text("answered-mark", label=label) for label in labels})
    return made


def _made(draft: Draft, step_id: str, step: Choose) -> Keys:
    options = {option.id: Button(option.id, draft.text(step_id, option.id)) for option in step.options}
    leads_to_person = any(isinstance(draft.flow.step(option.next), Handover) for option in step.options)
    done = (Button(DONE, draft.text("button-done")),) if step.several else ()
    person = () if leads_to_person and step.optional else (Button(PERSON, draft.text("button-person")),)
    written = tuple(options[option] for option in ordered(step.model_copy(update={"order": "given"}), 0))
    stop = Button(STOP, draft.text("button-stop"))
    return Keys(
        asked=draft.flow.texts.constant(draft.state.language, step_id),
        options=options,
        written=written,
        beside=(*done, *person),
        stop=stop,
        first=Prompt(step_id, 0, (*written, *done, *person, stop), step.own_words, step.several),
        later=Prompt(step_id, 0, (*written, *done, *person), step.own_words, step.several),
    )
