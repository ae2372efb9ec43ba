"""All texts of a flow side by side: what its authors wrote, by name and language."""

from collections.abc import Iterable, Mapping

from fluent.syntax import FluentParser
from fluent.syntax.ast import Message, Pattern, Term
from fluent.syntax.serializer import serialize_pattern

from flows.definition.parse import locate
from flows.definition.sources import FlowSources, Layer, TextSource
from flows.definition.steps import FlowDefinition
from flows.definition.subflows import put_together

Textbook = dict[str, dict[str, str]]
"""Name of a text (`message` or `message.attribute`) -> language -> what stands in the file, on one line."""


def textbook(sources: FlowSources, layers: Iterable[Layer] = ("flow", "offers")) -> Textbook:
    """The texts of these layers, in the order of the first language; a later file wins, message by message.

    Those of sub-flows are called as the steps are where they are called.
    """
    wanted, found = frozenset(layers), dict[str, dict[str, str]]()
    for language, files in _all_texts(sources).items():
        said: dict[str, dict[str, str]] = {}
        for file in files:
            if file.layer in wanted:
                said |= _messages(file.content)
        for texts in said.values():
            for name, text in texts.items():
                found.setdefault(name, {})[language] = text
    return found


def _all_texts(sources: FlowSources) -> Mapping[str, tuple[TextSource, ...]]:
    if not sources.subflows:
        return sources.texts
    return put_together(locate(sources.definition, sources.definition_place, FlowDefinition), sources).texts


def _messages(content: str) -> dict[str, dict[str, str]]:
    """Each message of a file with its texts; what cannot be read is the checker's business."""
    found: dict[str, dict[str, str]] = {}
    for entry in FluentParser(with_spans=False).parse(content).body:
        if isinstance(entry, Message | Term):
            name = f"-{entry.id.name}" if isinstance(entry, Term) else entry.id.name
            texts = {name: _written(entry.value)} if entry.value is not None else {}
            texts |= {f"{name}.{one.id.name}": _written(one.value) for one in entry.attributes}
            found[name] = texts
    return found


def _written(pattern: Pattern) -> str:
    return " ".join(serialize_pattern(pattern).split())
