"""Rules about text files: one for each language, readable, with nothing missing and nothing left over."""

from collections.abc import Iterator
from typing import Final

from flows.definition.problems import shown
from flows.definition.rules.needs import flow_needs, offer_needs
from flows.definition.rules.subject import Finding, Rule, Subject
from flows.definition.rules.variables import EVERYWHERE
from flows.definition.sources import Layer


def language_without_texts(subject: Subject) -> Iterator[Finding]:
    """A language that the flow promises and that has no file, or stands twice in `languages`."""
    for number, language in enumerate(subject.definition.languages):
        if not any(source.layer == "flow" for source in subject.wording.files.get(language, ())):
            sentence = f"languages: there are no texts in {shown(language)}"
            yield subject.at_value(
                "languages", number, sentence=sentence, cure=f"add texts/{language}.ftl, or remove the language"
            )
        elif language in subject.definition.languages[:number]:
            sentence = f"languages: {shown(language)} stands twice"
            yield subject.at_value("languages", number, sentence=sentence, cure="name each language once")


def texts_without_language(subject: Subject) -> Iterator[Finding]:
    """A text file in a language that the flow does not promise."""
    for language in subject.wording.languages:
        if language not in subject.definition.languages:
            sentence = f"the flow does not speak {language!r}"
            yield subject.in_texts(language, "flow", sentence, "add the language to `languages`, or remove the file")


def not_fluent(subject: Subject) -> Iterator[Finding]:
    """A piece of a text file that cannot be read as Fluent."""
    for piece in subject.wording.unreadable:
        sentence = f"this is not Fluent: {shown(piece.content)}"
        cure = "write `name = text`, indent the lines that go on, and put variables in braces, such as { $shop }"
        yield Finding(piece.source.place, piece.mark, sentence, cure)


def text_twice(subject: Subject) -> Iterator[Finding]:
    """Two texts with the same name in one file."""
    for entry in subject.wording.doubles:
        yield subject.at_text(entry, f"the text {entry.name!r} stands twice in this file", "keep one of them")


def missing_text(subject: Subject) -> Iterator[Finding]:
    """A step, label, reminder or offer without its text in a language."""
    layers: tuple[tuple[Layer, dict[str, str]], ...] = (
        ("flow", flow_needs(subject.definition).must),
        ("offers", offer_needs(subject).must),
    )
    for language in subject.languages:
        for layer, must in layers:
            there = subject.wording.entries(language, layer)
            for name, purpose in must.items():
                if name not in there and subject.is_spoken(language, name):
                    sentence = f"the text {name!r} is missing: {purpose}"
                    yield subject.in_texts(language, layer, sentence, _how_to_add(name), name)


def unused_text(subject: Subject) -> Iterator[Finding]:
    """A text of the flow that no step says. Terms (`-name`) and texts that another text refers to are used."""
    known = flow_needs(subject.definition).known
    for language in subject.languages:
        entries = subject.wording.entries(language, "flow")
        referred = {name for entry in entries.values() for name in entry.references}
        for name, entry in entries.items():
            if name not in known and name not in referred and not name.startswith("-"):
                yield subject.at_text(entry, f"nothing says the text {name!r}", "correct its name, or remove it")


def text_of_another(subject: Subject) -> Iterator[Finding]:
    """A text of the flow that is called like one of an offer or of Holdback itself, which would hide it."""
    for language in subject.languages:
        taken = {entry.message for layer in _OTHERS for entry in subject.wording.entries(language, layer).values()}
        for name, entry in subject.wording.entries(language, "flow").items():
            if entry.attribute is None and name in taken:
                sentence = f"{name!r} is the name of a text of Holdback's own or of an offer"
                yield subject.at_text(entry, sentence, "rename the step and its text")


def language_unknown(subject: Subject) -> Iterator[Finding]:
    """A language that the flow promises and that Holdback itself does not speak: its own replies would be missing."""
    for number, language in enumerate(subject.definition.languages):
        files = subject.wording.files.get(language, ())
        if files and not any(source.layer == "common" for source in files):
            sentence = f"languages: Holdback itself has no texts in {shown(language)}"
            cure = f"add common/texts/{language}.ftl beside the flow with all of them, or remove the language"
            yield subject.at_value("languages", number, sentence=sentence, cure=cure)


def replaced_in_part(subject: Subject) -> Iterator[Finding]:
    """A shop's own text in place of one of Holdback's that lacks one of its parts, such as a button's label."""
    for gone, now, message in subject.wording.replaced:
        if now is None:
            sentence = f"the text {message.message!r} replaces one that also has {gone.name!r}"
            yield subject.at_text(message, sentence, f"{_how_to_add(gone.name)}, as a message is replaced whole")


def replaced_with_more(subject: Subject) -> Iterator[Finding]:
    """A shop's own text in place of one of Holdback's that uses a variable which is not filled in there."""
    for gone, now, _ in subject.wording.replaced:
        for variable in sorted(now.variables - gone.variables - EVERYWHERE) if now else ():
            sentence = f"the text {gone.name!r} uses ${variable}, which is not filled in there"
            if now and gone.source.layer == "common":
                there = ", ".join(f"${name}" for name in sorted(gone.variables | EVERYWHERE))
                yield subject.at_text(now, sentence, f"use only {there}")


def _how_to_add(name: str) -> str:
    message, _, attribute = name.partition(".")
    return f"add `.{attribute} = ...` to {message!r}" if attribute else f"add `{message} = ...`"


_OTHERS: Final[tuple[Layer, ...]] = ("offers", "common")

RULES: Final = (
    Rule("F201", "error", language_without_texts),
    Rule("F202", "warning", texts_without_language),
    Rule("F203", "error", not_fluent),
    Rule("F204", "error", text_twice),
    Rule("F205", "error", missing_text),
    Rule("F206", "error", unused_text, allowable=True),
    Rule("F207", "error", text_of_another),
    Rule("F208", "error", language_unknown),
    Rule("F209", "error", replaced_in_part),
    Rule("F210", "error", replaced_with_more),
)
