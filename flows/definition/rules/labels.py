"""Rules about lengths: what channels carry, and what people read."""

from collections.abc import Iterator
from typing import Final

from flows.definition.fluent_reader import Entry
from flows.definition.rules.subject import Finding, Rule, Subject
from flows.definition.sources import LAYERS
from flows.definition.steps import Choose

MAX_TEXT: Final = 4096
"""Characters that one Telegram message carries."""
MAX_PIECE: Final = 2500
"""Characters that the Fluent runtime takes in one piece."""
GOOD_TEXT: Final = 160
MAX_LABEL: Final = 64


def text_too_long(subject: Subject) -> Iterator[Finding]:
    """A text that no channel would carry whole, or that the texts' runtime refuses."""
    for entry in subject.wording.all:
        limit = MAX_PIECE if len(entry.plain) > MAX_PIECE else MAX_TEXT
        if entry.length > limit:
            yield subject.at_text(
                entry, f"the text {entry.name!r} has {entry.length} characters, more than {limit}", "shorten it"
            )


def text_long(subject: Subject) -> Iterator[Finding]:
    """A text of the flow that is longer than people read on a telephone."""
    for language in subject.languages:
        for entry in subject.wording.entries(language, "flow").values():
            if GOOD_TEXT < entry.length <= MAX_TEXT:
                sentence = f"the text {entry.name!r} gets {entry.length} characters long"
                yield subject.at_text(entry, sentence, f"say it in at most {GOOD_TEXT}")


def label_too_long(subject: Subject) -> Iterator[Finding]:
    """A label that does not fit on a button."""
    for entry in _labels(subject):
        if entry.length > MAX_LABEL:
            sentence = f"the label {entry.name!r} has {entry.length} characters, more than {MAX_LABEL}"
            yield subject.at_text(entry, sentence, "shorten it")


def empty_text(subject: Subject) -> Iterator[Finding]:
    """A text with nothing in it that could be seen."""
    for entry in subject.wording.all:
        if not entry.plain.strip() and not entry.variables and not entry.references:
            yield subject.at_text(entry, f"the text {entry.name!r} is empty", "write it, or remove it")


def same_labels(subject: Subject) -> Iterator[Finding]:
    """Two options of one question with the same label: nobody could tell them apart."""
    for language in subject.languages:
        entries = subject.wording.entries(language, "flow")
        for step_id, step in subject.definition.steps.items():
            if not isinstance(step, Choose):
                continue
            seen: dict[str, str] = {}
            for option in step.options:
                entry = entries.get(f"{step_id}.{option.id}")
                shape = f"{' '.join(entry.plain.casefold().split())} {sorted(entry.variables)}" if entry else ""
                if entry and shape in seen and seen[shape] != option.id:
                    sentence = f"the options {seen[shape]!r} and {option.id!r} of step {step_id!r} have the same label"
                    yield subject.at_text(entry, sentence, "word them differently")
                seen.setdefault(shape, option.id)


def _labels(subject: Subject) -> Iterator[Entry]:
    options = {
        f"{step_id}.{option.id}"
        for step_id, step in subject.definition.steps.items()
        if isinstance(step, Choose)
        for option in step.options
    }
    for language in subject.languages:
        for layer in LAYERS:
            for name, entry in subject.wording.entries(language, layer).items():
                if name in options or name.startswith("button-") or name.endswith(".link"):
                    yield entry


RULES: Final = (
    Rule("F211", "error", text_too_long),
    Rule("F212", "warning", text_long),
    Rule("F213", "error", label_too_long),
    Rule("F214", "error", empty_text),
    Rule("F215", "error", same_labels),
)
