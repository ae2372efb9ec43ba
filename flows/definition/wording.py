"""All texts of a flow as the checker looks at them: by language, layer and name."""

from collections.abc import Iterator, Mapping

from flows.definition.fluent_reader import Entry, Unreadable, read_fluent
from flows.definition.sources import LAYERS, Layer, TextSource


class Wording:
    """The entries of every text file. A later file of the same layer wins over an earlier one, as in `Texts`."""

    def __init__(self, files: Mapping[str, tuple[TextSource, ...]]) -> None:
        """Read everything; what cannot be read is in `unreadable`, what stands twice in one file in `doubles`."""
        self.files = files
        self.languages = tuple(files)
        self.unreadable: list[Unreadable] = []
        self.doubles: list[Entry] = []
        self.all: list[Entry] = []
        self.by_language: dict[str, list[Entry]] = {}
        self.replaced: list[tuple[Entry, Entry | None, Entry]] = []
        """What a later file replaces: the text before, that of the same name now (if any), one of its message."""
        self._found: dict[tuple[str, Layer], dict[str, Entry]] = {}
        for language, sources in files.items():
            for source in sources:
                self._add(language, source)

    def _add(self, language: str, source: TextSource) -> None:
        entries, unreadable = read_fluent(source)
        self.unreadable += unreadable
        self.all += entries
        self.by_language.setdefault(language, []).extend(entries)
        seen: dict[str, Entry] = {}
        for entry in entries:
            if entry.name in seen:
                self.doubles.append(entry)
            seen[entry.name] = entry
        # A message is replaced whole: attributes of the one it replaces are gone.
        layer = self._found.setdefault((language, source.layer), {})
        replaced = {entry.message: entry for entry in entries}
        for name in [name for name, entry in layer.items() if entry.message in replaced]:
            gone = layer.pop(name)
            self.replaced.append((gone, seen.get(name), replaced[gone.message]))
        layer.update(seen)

    def entries(self, language: str, layer: Layer) -> Mapping[str, Entry]:
        """The texts of one layer in one language, by name (`message` or `message.attribute`)."""
        return self._found.get((language, layer), {})

    def names(self, language: str) -> Iterator[str]:
        """The names of all texts in one language, whatever the layer."""
        for layer in LAYERS:
            yield from self.entries(language, layer)

    def place(self, language: str, layer: Layer, name: str = "") -> str:
        """The file in which a text of this layer, with this name, would be looked for."""
        fitting = [one for one in self.files.get(language, ()) if one.layer == layer and name.startswith(one.within)]
        named = (source.place for source in sorted(fitting, key=lambda one: -len(one.within)))
        return next(named, f"{layer}/texts/{language}.ftl" if layer != "flow" else f"texts/{language}.ftl")
