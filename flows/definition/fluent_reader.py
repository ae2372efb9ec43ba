"""Fluent text -> its entries: every message and attribute with its place, its variables and how long it can get."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from fluent.syntax import FluentParser
from fluent.syntax.ast import (
    Attribute,
    FunctionReference,
    Identifier,
    Junk,
    Message,
    MessageReference,
    Pattern,
    Placeable,
    SelectExpression,
    StringLiteral,
    Term,
    TermReference,
    TextElement,
    VariableReference,
    Variant,
)

from flows.definition.fluent_plain import PlainText, plain_texts
from flows.definition.marks import Mark
from flows.definition.sources import TextSource

USUAL_LENGTH: Final[Mapping[str, int]] = {
    "shop": 12,
    "product": 24,
    "name": 8,
    "label": 20,
    "code": 12,
    "value": 8,
    "percent": 2,
    "until": 14,
    "url": 40,
    "date": 14,
    "limit": 3,
}
"""Characters that a variable usually takes, to judge how long a text gets."""

MAX_NESTING: Final = 8
_BRACES: Final = re.compile("[{}]")


@dataclass(frozen=True, slots=True)
class Select:
    """A choice within a text, by a variable: the keys of its variants, `default` that of the starred one.

    `variable` is None where something else decides.
    """

    variable: str | None
    keys: frozenset[str]
    default: str


@dataclass(frozen=True)
class Entry:
    """One text: a message's value (`attribute` is None) or one of its attributes.

    `length` is that of its longest form. `uses` are its variables, each with the variants it stands in: pairs of a
    selecting variable and a key.
    """

    source: TextSource
    mark: Mark
    message: str
    attribute: str | None
    length: int
    variables: frozenset[str]
    references: frozenset[str]
    functions: frozenset[str]
    plain: str
    selects: tuple[Select, ...] = ()
    uses: frozenset[tuple[str, frozenset[tuple[str, str]]]] = frozenset()

    @property
    def name(self) -> str:
        """`message` or `message.attribute`; a term's name starts with `-`."""
        return f"{self.message}.{self.attribute}" if self.attribute else self.message


@dataclass(frozen=True)
class Unreadable:
    """A piece of a file that is not Fluent."""

    source: TextSource
    mark: Mark
    content: str


@lru_cache(maxsize=256)
def read_fluent(source: TextSource) -> tuple[tuple[Entry, ...], tuple[Unreadable, ...]]:
    """All texts of a file and all pieces that cannot be read. Never raises for what an author wrote."""
    plain, rest = plain_texts(source.content)
    entries, junk = parsed(source, rest)
    found = (*(_of_plain(source, text) for text in plain), *entries)
    return tuple(sorted(found, key=lambda entry: entry.mark)), junk


def parsed(source: TextSource, content: str) -> tuple[tuple[Entry, ...], tuple[Unreadable, ...]]:
    """What Fluent's own parser finds in a file, or in what is left of it."""
    # The parser calls itself for each brace within braces; a text with a thousand of them is no text.
    if _nesting(content) > MAX_NESTING:
        return (), (Unreadable(source, (0, 0), f"braces nested more than {MAX_NESTING} deep"),)
    entries: list[Entry] = []
    junk: list[Unreadable] = []
    for item in FluentParser(with_spans=True).parse(content).body if content.strip() else ():
        if isinstance(item, Junk):
            junk.append(Unreadable(source, _mark(source, item), (item.content or "").strip()))
        elif isinstance(item, Message | Term):
            entries += _entries(source, item)
    return tuple(entries), tuple(junk)


def _nesting(text: str) -> int:
    depth = deepest = 0
    for brace in _BRACES.findall(text):
        depth = depth + 1 if brace == "{" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


def _of_plain(source: TextSource, text: PlainText) -> Entry:
    variables = frozenset(text.variables)
    return Entry(
        source=source,
        mark=_line_and_column(source, text.start),
        message=text.message,
        attribute=text.attribute,
        length=len(text.words) + sum(USUAL_LENGTH.get(name, 10) for name in text.variables),
        variables=variables,
        references=frozenset(),
        functions=frozenset(),
        plain=text.words,
        uses=frozenset((name, frozenset[tuple[str, str]]()) for name in variables),
    )


def _entries(source: TextSource, item: Message | Term) -> Iterator[Entry]:
    name = f"-{item.id.name}" if isinstance(item, Term) else item.id.name
    if item.value is not None:
        yield _entry(source, item, name, None, item.value)
    for attribute in item.attributes:
        yield _entry(source, attribute, name, attribute.id.name, attribute.value)


def _entry(
    source: TextSource, item: Message | Term | Attribute, message: str, attribute: str | None, pattern: Pattern
) -> Entry:
    parts = tuple(_walk(pattern))
    return Entry(
        source=source,
        mark=_mark(source, item),
        message=message,
        attribute=attribute,
        length=_longest(pattern),
        variables=frozenset(part.id.name for part in parts if isinstance(part, VariableReference)),
        references=frozenset(name for part in parts if (name := _referred(part))),
        functions=frozenset(part.id.name for part in parts if isinstance(part, FunctionReference)),
        plain="".join(part.value for part in parts if isinstance(part, TextElement)),
        selects=tuple(_select(part) for part in parts if isinstance(part, SelectExpression)),
        uses=frozenset(_uses(pattern, frozenset())),
    )


def _select(part: SelectExpression) -> Select:
    keys = {variant: _key(variant) for variant in part.variants}
    default = next((key for variant, key in keys.items() if variant.default), "")
    return Select(_selector(part), frozenset(keys.values()), default)


def _selector(part: SelectExpression) -> str | None:
    """The variable that decides, also inside NUMBER()."""
    selector: object = part.selector
    if isinstance(selector, FunctionReference) and selector.arguments.positional:
        selector = selector.arguments.positional[0]
    return selector.id.name if isinstance(selector, VariableReference) else None


def _key(variant: Variant) -> str:
    return variant.key.name if isinstance(variant.key, Identifier) else str(variant.key.value)


def _uses(pattern: Pattern, within: frozenset[tuple[str, str]]) -> Iterator[tuple[str, frozenset[tuple[str, str]]]]:
    """Every variable with the variants it stands in."""
    for element in pattern.elements:
        part: object = element
        while isinstance(part, Placeable):
            part = part.expression
        if not isinstance(part, SelectExpression):
            found = (one.id.name for one in _walk_expression(part) if isinstance(one, VariableReference))
            yield from ((name, within) for name in found)
            continue
        by = _selector(part)
        for variant in part.variants:
            yield from _uses(variant.value, within | {(by, _key(variant))} if by else within)


def _referred(part: object) -> str | None:
    if isinstance(part, MessageReference | TermReference):
        name = f"-{part.id.name}" if isinstance(part, TermReference) else part.id.name
        return f"{name}.{part.attribute.name}" if part.attribute else name
    return None


def _walk(pattern: Pattern) -> Iterator[object]:
    """Everything in a pattern that is a text or refers to something."""
    for element in pattern.elements:
        yield from _walk_expression(element)


def _walk_expression(part: object) -> Iterator[object]:
    yield part
    if isinstance(part, Placeable):
        yield from _walk_expression(part.expression)
    elif isinstance(part, SelectExpression):
        yield from _walk_expression(part.selector)
        for variant in part.variants:
            yield from _walk(variant.value)
    elif isinstance(part, FunctionReference):
        for argument in part.arguments.positional:
            yield from _walk_expression(argument)


def _longest(pattern: Pattern) -> int:
    return sum(_length(element) for element in pattern.elements)


def _length(part: object) -> int:
    match part:
        case TextElement() | StringLiteral():
            return len(part.value)
        case Placeable():
            return _length(part.expression)
        case SelectExpression():
            return max(_longest(variant.value) for variant in part.variants)
        case VariableReference():
            return USUAL_LENGTH.get(part.id.name, 10)
        case _:
            return 10


def _mark(source: TextSource, item: Junk | Message | Term | Attribute) -> Mark:
    # A comment right above a message belongs to it; what is found is found at the message.
    named = item.id.span if isinstance(item, Message | Term) and item.comment else None
    start = named.start if named else item.span.start if item.span else 0
    return _line_and_column(source, start)


def _line_and_column(source: TextSource, start: int) -> Mark:
    before = source.content[:start]
    return before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1
