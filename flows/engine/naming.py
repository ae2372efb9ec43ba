"""What words name: a button that is shown, or the option that stands for a barrier."""

import unicodedata

from flows.definition.steps import Choose, Option
from flows.engine.draft import Draft
from flows.messages import Button, Prompt


def button_named(draft: Draft, prompt: Prompt, text: str) -> Button | None:
    """The button whose label (or its first part, or one of its `<option>-words`) was written out."""
    wanted = _plain(text)
    for button in prompt.buttons:
        names = {_plain(button.label), _plain(button.label.split(",")[0].split("、")[0].split("،")[0])}
        if not button.option.startswith("!"):
            attribute = f"{button.option}-words"
            if draft.flow.texts.has(draft.state.language, prompt.step, attribute):
                names |= {_plain(word) for word in draft.text(prompt.step, attribute).split(";")}
        if wanted and wanted in names:
            return button
    return None


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(
        "".join(c if c.isalnum() or c.isspace() else " " for c in folded if not unicodedata.combining(c)).split()
    )


def option_for(draft: Draft, step: Choose, barrier: str) -> tuple[str, Option] | None:
    """The option that stands for this barrier: at this step, else at the flow's first question."""
    if barrier == "other":
        return None
    start = draft.flow.definition.start
    for step_id, candidate in ((draft.state.step or start, step), (start, draft.flow.step(start))):
        if isinstance(candidate, Choose):
            option = next((o for o in candidate.options if o.barrier == barrier and not o.sub_code), None)
            if option is not None:
                return step_id, option
    return None
