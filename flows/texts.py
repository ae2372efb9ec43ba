"""The texts of a flow in every language, in Fluent. Formatting is pure: texts in, string out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, Literal

from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import FluentParser
from fluent.syntax.ast import (
    Identifier,
    Junk,
    Placeable,
    Resource,
    SelectExpression,
    TextElement,
    VariableReference,
    Variant,
)

from flows.errors import FlowError
from flows.words import LANGUAGES, RIGHT_TO_LEFT

Value = str | int | float

NAMES = frozenset({"shop", "product", "name"})
"""Variables that hold a name in any script: in a text from right to left they keep their own direction."""


LONGEST_PIECE: Final = 2500
"""Characters that Fluent takes in one piece of a text."""


def isolate(value: Value) -> Value:
    """A name between marks that keep its own direction from the text around it (never a code: those are copied)."""
    return f"\u2068{value}\u2069" if isinstance(value, str) and value else value


class Texts:
    """Fluent texts by language.

    Built from sources (`language -> Fluent text`); later sources may override earlier ones.
    """

    def __init__(self, sources: Mapping[str, tuple[str, ...]]) -> None:
        """Keep the sources.

        Bundles are made when a language is first used. Raises FlowError for a source that is not Fluent.
        """
        self.sources = dict(sources)
        self._bundles: dict[str, FluentBundle] = {}
        self._templates: dict[tuple[str, str, str | None], Template | None] = {}

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages there are texts for, in the field's usual order."""
        known = [language for language in LANGUAGES if language in self.sources]
        return (*known, *sorted(set(self.sources) - set(known)))

    def has(self, language: str, message_id: str, attribute: str | None = None) -> bool:
        """Whether this text exists in this language."""
        return self._template(language, message_id, attribute) is not None

    def constant(self, language: str, message_id: str, attribute: str | None = None) -> str | None:
        """The text when it is the same whatever its variables are; None when it depends on them, or is missing."""
        key = (language, message_id, attribute)
        template = self._templates[key] if key in self._templates else self._template(*key)
        return template if isinstance(template, str) else None

    def depends_on_label_alone(self, language: str, message_id: str) -> bool:
        """Whether this text is the same for everybody once the label in it is known."""
        template = self._template(language, message_id, None)
        if isinstance(template, tuple):
            return all(isinstance(piece, str) or piece == Blank("label") for piece in template)
        return isinstance(template, str)

    def say(self, language: str, message_id: str, attribute: str | None = None, **values: Value) -> str:
        """The text, with its variables filled in. Raises FlowError when it is missing or a variable is unknown."""
        template = self._template(language, message_id, attribute)
        if template is None:
            raise FlowError(
                f"text {_name(message_id, attribute)!r} is missing in language {language!r}; "
                f"add it to texts/{language}.ftl"
            )
        if isinstance(template, str):
            return template
        if language in RIGHT_TO_LEFT:
            values = {key: isolate(value) if key in NAMES else value for key, value in values.items()}
        if isinstance(template, tuple):
            filled = _filled(template, values, language)
            if filled is not None:
                return filled
        return self._format(language, message_id, attribute, values)

    def _format(self, language: str, message_id: str, attribute: str | None, values: Mapping[str, Value]) -> str:
        """The text as Fluent formats it: with selectors, plurals and numbers."""
        bundle = self._bundle(language)
        message = bundle.get_message(message_id)
        pattern = message.attributes[attribute] if attribute else message.value
        assert pattern is not None  # noqa: S101 - a template was made of it
        text, errors = bundle.format_pattern(pattern, dict(values))
        if errors:
            raise FlowError(
                f"text {_name(message_id, attribute)!r} in language {language!r} cannot be formatted: {errors[0]}"
            )
        return str(text)

    def _template(self, language: str, message_id: str, attribute: str | None) -> "Template | None":
        """The text as quickly as it can be said; None when it is not there. Made when it is first asked for."""
        key = (language, message_id, attribute)
        if key not in self._templates:
            self._templates[key] = self._made(*key)
        return self._templates[key]

    def _made(self, language: str, message_id: str, attribute: str | None) -> "Template | None":
        bundle = self._bundle(language)
        if not bundle.has_message(message_id):
            return None
        message = bundle.get_message(message_id)
        pattern = message.attributes.get(attribute) if attribute else message.value
        return None if pattern is None else _template_of(pattern)

    def _bundle(self, language: str) -> FluentBundle:
        if language not in self._bundles:
            if language not in self.sources:
                raise FlowError(f"there are no texts in language {language!r}; there are: {', '.join(self.languages)}")
            bundle = FluentBundle([language], use_isolating=False)
            for source in self.sources[language]:
                bundle.add_resource(_read(language, source), allow_overrides=True)
            self._bundles[language] = bundle
        return self._bundles[language]


@dataclass(frozen=True, slots=True)
class Blank:
    """A place in a text that a variable fills."""

    name: str


@dataclass(frozen=True, slots=True)
class Fork:
    """A place in a text that depends on a word: what is said for each, and for every other."""

    name: str
    ways: Mapping[str, str | tuple[str | Blank, ...]]
    otherwise: str | tuple[str | Blank, ...]


Piece = str | Blank | Fork
Template = str | tuple[Piece, ...] | Literal[True]
"""A text: said as it stands, put together from pieces, or (True) formatted by Fluent each time."""


def _template_of(pattern: object) -> Template:
    """What most texts are, so that saying them costs little: words alone, or words with variables between them."""
    elements = getattr(pattern, "elements", None) or [pattern]
    pieces = [_piece_of(element) for element in elements]
    if any(piece is None for piece in pieces):
        return True
    if all(isinstance(piece, str) for piece in pieces):
        return "".join(str(piece) for piece in pieces)
    return tuple(piece for piece in pieces if piece is not None)


def _piece_of(element: object) -> Piece | None:
    match element:
        case TextElement(value=words) if len(words) <= LONGEST_PIECE:
            return str(words)
        case Placeable(expression=VariableReference(id=variable)):
            return Blank(str(variable.name))
        case Placeable(expression=SelectExpression(selector=VariableReference(id=variable), variants=variants)):
            return _fork_of(str(variable.name), variants)
        case _:
            return None


def _fork_of(name: str, variants: Sequence[Variant]) -> Fork | None:
    """A selector by plain words whose ways are plain themselves; numbers and plurals are Fluent's."""
    ways: dict[str, str | tuple[str | Blank, ...]] = {}
    otherwise: str | tuple[str | Blank, ...] | None = None
    for variant in variants:
        said = _template_of(variant.value)
        if said is True or not isinstance(variant.key, Identifier):
            return None
        flat = said if isinstance(said, str) else tuple(piece for piece in said if not isinstance(piece, Fork))
        if not isinstance(said, str) and len(flat) != len(said):
            return None
        ways[str(variant.key.name)] = flat
        otherwise = flat if variant.default else otherwise
    return Fork(name, ways, otherwise) if otherwise is not None else None


def _filled(template: tuple[Piece, ...], values: Mapping[str, Value], language: str) -> str | None:
    """The text with its variables filled in; None when one is not there or is no plain word: Fluent says why."""
    said: list[str] = []
    for piece in template:
        value: Value | None = piece if isinstance(piece, str) else values.get(piece.name)
        if isinstance(piece, Blank) and isinstance(value, int):
            value = _number(language, value)
        if isinstance(piece, Fork) and isinstance(value, str):
            way = piece.ways.get(value, piece.otherwise)
            value = way if isinstance(way, str) else _filled(way, values, language)
        if not isinstance(value, str) or len(value) > LONGEST_PIECE:
            return None
        said.append(value)
    return "".join(said)


@lru_cache(maxsize=1024)
def _number(language: str, value: int) -> str:
    """A whole number as Fluent writes it in this language."""
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(FluentResource("number = { $number }"))
    pattern = bundle.get_message("number").value
    assert pattern is not None  # noqa: S101 - written just above
    return str(bundle.format_pattern(pattern, {"number": value})[0])


def _name(message_id: str, attribute: str | None) -> str:
    return f"{message_id}.{attribute}" if attribute else message_id


@lru_cache(maxsize=512)
def _read(language: str, source: str) -> Resource:
    """The source, parsed once in a process: the same texts serve many flows. Raises FlowError naming the line."""
    resource: Resource = FluentResource(source)
    if any(isinstance(entry, Junk) for entry in resource.body):
        _refuse_junk(language, source)
    return resource


def _refuse_junk(language: str, source: str) -> None:
    for entry in FluentParser(with_spans=True).parse(source).body:
        if isinstance(entry, Junk):
            start = entry.span.start if entry.span else 0
            line = source.count("\n", 0, start) + 1
            raise FlowError(
                f"texts/{language}.ftl, line {line}: this is not Fluent: {(entry.content or '').strip()[:60]!r}"
            )
