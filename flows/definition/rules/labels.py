"""Rules about lengths: what channels carry, and what people read."""

from collections.abc import Iterator, Mapping
from typing import Final

from flows.definition.fluent_reader import Entry
from flows.definition.graph import circles, longest_of_all
from flows.definition.rules.paths import running_on
from flows.definition.rules.subject import Finding, Rule, Subject
from flows.definition.sources import LAYERS
from flows.definition.steps import Choose, Offer, Option, Question, Step
from flows.understanding.safety import is_wish
from flows.words import LANGUAGES

MAX_TEXT: Final = 4096
"""Characters that one Telegram message carries."""
MAX_PIECE: Final = 2500
"""Characters that the Fluent runtime takes in one piece."""
GOOD_TEXT: Final = 160
MAX_LABEL: Final = 64
GOOD_SUBJECT: Final = 78
GOOD_PREHEADER: Final = 140
"""Characters that mail programs show."""


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


def label_that_stops(subject: Subject) -> Iterator[Finding]:
    """An option whose label asks to stop or to be deleted: tapped it is an answer, written out it stops everything."""
    for language in sorted({*subject.languages} & {*LANGUAGES}):
        entries = subject.wording.entries(language, "flow")
        for step_id, option in _options(subject):
            entry = entries.get(f"{step_id}.{option.id}")
            if entry and is_wish(entry.plain, language):
                sentence = f"the label {entry.name!r} asks to stop, but tapping it is an answer like any other"
                cure = "word it differently; the button that stops everything is Holdback's own"
                yield subject.at_text(entry, sentence, cure)


def message_too_long(subject: Subject) -> Iterator[Finding]:
    """Texts of several steps in one message that come to more than Telegram carries."""
    links = running_on(subject)
    if any(circles(links)):
        return
    for language in subject.languages:
        lengths = {name: entry.length + 2 for name, entry in subject.wording.entries(language, "flow").items()}
        offers = (
            entry.length for name, entry in subject.wording.entries(language, "offers").items() if "." not in name
        )
        offer = max(offers, default=0)
        said = {name: _said(name, step, lengths, offer) for name, step in subject.definition.steps.items()}
        way = longest_of_all(links, said.__getitem__)
        length = sum(said[name] for name in way)
        if length > MAX_TEXT and max(said[name] for name in way) <= MAX_TEXT:
            sentence = f"from the step {way[0]!r} on, one message gets {length} characters in {language}"
            cure = f"shorten the texts to {MAX_TEXT} in all, or wait in between"
            yield subject.at_key("steps", way[0], sentence=sentence, cure=cure)


def _said(step_id: str, step: Step, lengths: Mapping[str, int], offer: int) -> int:
    """How long what a step says gets, the blank line after each paragraph included."""
    if isinstance(step, Offer):
        return offer
    before = sum(lengths.get(name, 0) for name in step.say) if isinstance(step, Question) else 0
    return before + lengths.get(step_id, 0)


def subject_too_long(subject: Subject) -> Iterator[Finding]:
    """A subject or first line of an email that mail programs cut off."""
    for language in subject.languages:
        for name, limit in (("subject", GOOD_SUBJECT), ("preheader", GOOD_PREHEADER)):
            entry = subject.wording.entries(language, "flow").get(name)
            if entry and entry.length > limit:
                sentence = f"the text {name!r} gets {entry.length} characters long, and mail programs cut it off"
                yield subject.at_text(entry, sentence, f"say it in at most {limit}")


def more_than_one_line(subject: Subject) -> Iterator[Finding]:
    """A label, subject or first line of an email in several lines: they have one only."""
    for language in subject.languages:
        flow = subject.wording.entries(language, "flow")
        heads = [flow[name] for name in ("subject", "preheader") if name in flow]
        for entry in (*heads, *_labels(subject)):
            if "\n" in entry.plain.strip():
                yield subject.at_text(entry, f"the text {entry.name!r} has several lines", "write it in one line")


def _options(subject: Subject) -> Iterator[tuple[str, Option]]:
    for step_id, step in subject.definition.steps.items():
        if isinstance(step, Choose):
            yield from ((step_id, option) for option in step.options)


def _labels(subject: Subject) -> Iterator[Entry]:
    """The labels of options, of Holdback's own buttons and of links, in every language."""
    options = {f"{step_id}.{option.id}" for step_id, option in _options(subject)}
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
    Rule("F216", "error", label_that_stops, allowable=True),
    Rule("F217", "error", message_too_long),
    Rule("F218", "warning", subject_too_long),
    Rule("F219", "error", more_than_one_line),
)
