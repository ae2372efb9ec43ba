"""The texts of a flow in every language, in Fluent. Formatting is pure: texts in, string out."""

from collections.abc import Mapping
from functools import cached_property, lru_cache

from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import FluentParser
from fluent.syntax.ast import Junk, Resource

from flows.errors import FlowError
from flows.words import LANGUAGES, RIGHT_TO_LEFT

Value = str | int | float

NAMES = frozenset({"shop", "product", "name"})
"""Variables that hold a name in any script: in a text from right to left they keep their own direction."""


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

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages there are texts for, in the field's usual order."""
        known = [language for language in LANGUAGES if language in self.sources]
        return (*known, *sorted(set(self.sources) - set(known)))

    def has(self, language: str, message_id: str, attribute: str | None = None) -> bool:
        """Whether this text exists in this language."""
        bundle = self._bundle(language)
        if not bundle.has_message(message_id):
            return False
        message = bundle.get_message(message_id)
        return attribute in message.attributes if attribute else message.value is not None

    def say(self, language: str, message_id: str, attribute: str | None = None, **values: Value) -> str:
        """The text, with its variables filled in. Raises FlowError when it is missing or a variable is unknown."""
        bundle = self._bundle(language)
        name = f"{message_id}.{attribute}" if attribute else message_id
        if not self.has(language, message_id, attribute):
            raise FlowError(f"text {name!r} is missing in language {language!r}; add it to texts/{language}.ftl")
        message = bundle.get_message(message_id)
        pattern = message.attributes[attribute] if attribute else message.value
        assert pattern is not None  # noqa: S101 - has() above has seen it
        if language in RIGHT_TO_LEFT:
            values = {key: isolate(value) if key in NAMES else value for key, value in values.items()}
        text, errors = bundle.format_pattern(pattern, values)
        if errors:
            raise FlowError(f"text {name!r} in language {language!r} cannot be formatted: {errors[0]}")
        return str(text)

    def _bundle(self, language: str) -> FluentBundle:
        if language not in self._bundles:
            if language not in self.sources:
                raise FlowError(f"there are no texts in language {language!r}; there are: {', '.join(self.languages)}")
            bundle = FluentBundle([language], use_isolating=False)
            for source in self.sources[language]:
                bundle.add_resource(_read(language, source), allow_overrides=True)
            self._bundles[language] = bundle
        return self._bundles[language]


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
