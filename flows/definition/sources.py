"""The sources of one flow, whole: what is kept for ever when a flow is published, and what a flow is built from."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal

from flows.audience.attributes import Attributes
from flows.definition.faq import FaqQuestion, FaqSource, fluent_of, read_faq
from flows.errors import FlowError
from flows.texts import Texts

Layer = Literal["flow", "offers", "common"]
"""Whose texts a file holds: the flow's own, the offers', or what Holdback says in every flow."""

LAYERS: Final[tuple[Layer, ...]] = ("flow", "offers", "common")

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class TextSource:
    """One Fluent file: its layer, its name as its author knows it, and its content.

    `within` is what its names begin with when a sub-flow brought it in.
    """

    layer: Layer
    place: str
    content: str
    within: str = ""


@dataclass(frozen=True, slots=True)
class SubflowSource:
    """A flow that is called by a step: its name, its `flow.yaml`, and by language its texts with their file's name."""

    name: str
    place: str
    definition: str
    texts: Mapping[str, tuple[str, str]]

    @property
    def folder(self) -> str:
        """Its folder, as findings show it."""
        return self.place.rpartition("/")[0] or self.name

    def to_list(self) -> list[Any]:
        """The same as plain data."""
        return [self.name, self.place, self.definition, {name: list(file) for name, file in self.texts.items()}]

    @classmethod
    def from_list(cls, data: list[Any]) -> "SubflowSource":
        """What `to_list` gave."""
        name, place, definition, texts = data
        return cls(
            name, place, definition, {language: (file, content) for language, (file, content) in dict(texts).items()}
        )


@dataclass(frozen=True)
class FlowSources:
    """Everything a flow is made of, as text.

    `texts` holds, for each language, the files of the flow, the offers and the common texts in that order, then what a
    shop adds to offers and common texts: a later file wins over an earlier one. `*_place` are the files' names for
    findings. `attributes` are those in force where the flow is read; they are no part of it, and None is unknown. `faq`
    are the files with questions that were answered before; a later one wins. `subflows` are the flows that its steps
    call, and those that these call.
    """

    definition: str
    catalogue: str
    texts: Mapping[str, tuple[TextSource, ...]]
    definition_place: str = "flow.yaml"
    catalogue_place: str = "offers/catalogue.yaml"
    attributes: Attributes | None = field(default=None, compare=False)
    faq: tuple[FaqSource, ...] = ()
    subflows: tuple[SubflowSource, ...] = ()

    @cached_property
    def fluent(self) -> Texts:
        """The texts, ready to be said.

        Junk in them is found by the checker, or raises FlowError when a text is said. The answers of `faq` are in.
        """
        texts = {language: tuple(source.content for source in files) for language, files in self.texts.items()}
        return Texts({name: (*files, fluent_of(self.questions, name)) for name, files in texts.items()})

    @cached_property
    def questions(self) -> Mapping[str, FaqQuestion]:
        """The questions that were answered before. Raises FlowInvalid for a file that cannot be read."""
        return read_faq(self.faq)

    def to_json(self) -> str:
        """One JSON document: the same sources give the same text, byte for byte."""
        document: dict[str, Any] = {
            "format": FORMAT,
            "definition": [self.definition_place, self.definition],
            "catalogue": [self.catalogue_place, self.catalogue],
            "texts": {
                language: [[source.layer, source.place, source.content] for source in files]
                for language, files in self.texts.items()
            },
        }
        if self.faq:
            document["faq"] = [[place, text] for place, text in self.faq]
        if self.subflows:
            document["subflows"] = [one.to_list() for one in self.subflows]
        return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "FlowSources":
        """The sources from `to_json`. Raises FlowError when the document is something else."""
        try:
            document: dict[str, Any] = json.loads(text)
            if document["format"] != FORMAT:
                raise FlowError(
                    f"these flow sources have format {document['format']!r}; "
                    f"this version of Holdback reads format {FORMAT}"
                )
            definition_place, definition = document["definition"]
            catalogue_place, catalogue = document["catalogue"]
            texts = {
                language: tuple(TextSource(*file) for file in files) for language, files in document["texts"].items()
            }
            subflows = tuple(SubflowSource.from_list(one) for one in document.get("subflows", ()))
        except (ValueError, KeyError, TypeError) as error:
            raise FlowError(
                "this is not a document of flow sources; publish the flow again with `holdback flow publish`"
            ) from error
        faq = tuple((str(place), str(content)) for place, content in document.get("faq", ()))
        return cls(definition, catalogue, texts, definition_place, catalogue_place, faq=faq, subflows=subflows)

    def digest(self) -> str:
        """sha256 of what is said and done, in hex.

        The files' names do not count, so that moving a folder makes no new version.
        """
        said = {language: [source.content for source in files] for language, files in self.texts.items()}
        parts = [FORMAT, self.definition, self.catalogue, said, *([[text for _, text in self.faq]] if self.faq else [])]
        if self.subflows:
            called = {one.name: [one.definition, _contents(one.texts)] for one in self.subflows}
            parts.append({"subflows": called})
        content = json.dumps(parts, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


def _contents(texts: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    return {language: content for language, (_, content) in texts.items()}
