"""The words of the pages: Fluent files of every room, merged per language, English where a language is silent."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.resolver import Pattern
from fluent.syntax import ast

FALLBACK = "en"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


def direction(language: str) -> str:
    """The writing direction of a language, `rtl` or `ltr`, as the `dir` attribute wants it."""
    return "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


class Texts:
    """Messages by id and language, from `<room>/texts/<language>.ftl` and `<language>.<topic>.ftl` of several rooms.

    A later room may not repeat an id of an earlier one: two owners of one wording would hide each other. A language is
    read when it is first spoken (a start would take a third of a second longer); every use may raise ValueError then.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        self._files: dict[str, list[Path]] = {}
        self._bundles: dict[str, FluentBundle] = {}
        self._owners: dict[str, dict[str, Path]] = {}
        for folder in folders:
            for path in sorted(folder.glob("*.ftl")):
                self._files.setdefault(path.name.partition(".")[0], []).append(path)

    def _bundle(self, language: str) -> FluentBundle:
        if language not in self._bundles:
            # Isolation marks keep a Latin name from breaking an Arabic sentence; elsewhere they are only noise.
            bundle = FluentBundle([language], use_isolating=direction(language) == "rtl")
            owners: dict[str, Path] = {}
            for path in self._files[language]:
                resource = read_source(path.read_text(encoding="utf-8"))
                for name in ids_of(resource, path):
                    known = owners.setdefault(name, path)
                    if known is not path:
                        raise ValueError(f"the text {name!r} stands in both {known} and {path}; keep one of them")
                bundle.add_resource(resource)
            self._bundles[language], self._owners[language] = bundle, owners
        return self._bundles[language]

    @property
    def languages(self) -> frozenset[str]:
        """The languages that have at least one text."""
        return frozenset(self._files)

    def ids(self, language: str) -> frozenset[str]:
        """The ids of all messages in one language."""
        self._bundle(language)
        return frozenset(self._owners[language])

    def say(self, language: str, text_id: str, arguments: Mapping[str, object]) -> str:
        """The message `text_id` in `language`, else in English. Raises KeyError if it is in neither."""
        for bundle in self._candidates(language):
            if bundle.has_message(text_id):
                pattern = bundle.get_message(text_id).value
                if pattern is not None:
                    return spoken(bundle, pattern, arguments, text_id)
        raise KeyError(
            f"there is no text {text_id!r}, neither in {language!r} nor in English; add it to a texts/en.ftl"
        )

    def _candidates(self, language: str) -> Iterable[FluentBundle]:
        wanted = (language, language.partition("-")[0], FALLBACK)
        return (self._bundle(tag) for tag in dict.fromkeys(wanted) if tag in self._files)


@lru_cache(maxsize=64)
def read_source(source: str) -> ast.Resource:
    """The text of a Fluent file, parsed: once in a process, since reading takes longer than everything else here."""
    resource: ast.Resource = FluentResource(source)
    return resource


def ids_of(resource: ast.Resource, path: Path) -> list[str]:
    """The message ids of a parsed file. Raises ValueError for a line that Fluent cannot read."""
    names = []
    for entry in resource.body:
        if isinstance(entry, ast.Junk):
            line = (entry.content or "").splitlines()[0]
            raise ValueError(f"{path} has a line that Fluent cannot read: {line!r}")
        if isinstance(entry, ast.Message):
            names.append(entry.id.name)
    return names


def spoken(bundle: FluentBundle, pattern: Pattern, arguments: Mapping[str, object], text_id: str) -> str:
    """The pattern with its arguments filled in. Raises KeyError naming what was missing."""
    words, errors = bundle.format_pattern(pattern, dict(arguments))
    if errors:
        raise KeyError(f"the text {text_id!r} cannot be said: {errors[0]}")
    return str(words)
