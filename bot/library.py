"""The flows on disk: those that come with Holdback, and over them those of the shop (setting FLOWS_DIR).

A shop overrides by name: `FLOWS_DIR/<flow>/flow.yaml` with its `texts/` replaces a shipped flow whole,
`FLOWS_DIR/offers/catalogue.yaml` replaces the catalogue, and Fluent messages in `FLOWS_DIR/offers/texts/` and
`FLOWS_DIR/common/texts/` are laid over the shipped ones message by message.
`FLOWS_DIR/attributes.yaml` is laid over the shipped attributes, attribute by attribute;
`FLOWS_DIR/scoring.yaml` replaces the rules by which prospects are scored. `FLOWS_DIR/faq.yaml` adds the questions that
the shop has answered before, and a `faq.yaml` beside a `flow.yaml` those of that flow.

A flow that a step of another one calls (a sub-flow) is a folder like any other: one of these, or for a flow given by
its path also a folder beside it.
"""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Final

from bot.library_files import Folder
from flows.audience.attributes import Attributes
from flows.audience.declared import declared_fields
from flows.audience.fields import Declared
from flows.audience.scoring import Rules
from flows.audience.segments import Segment
from flows.definition.attributes import read_attributes
from flows.definition.build import Review, build_flow, rebuild_flow, review
from flows.definition.calls import Subflow
from flows.definition.campaign import CampaignDefinition
from flows.definition.faq import FaqSource
from flows.definition.parse import locate, parse_campaign, parse_catalogue, parse_flow, parse_rules
from flows.definition.problems import Problem
from flows.definition.segments import read_segments
from flows.definition.sources import FlowSources, Layer, SubflowSource, TextSource
from flows.definition.steps import FlowDefinition
from flows.errors import FlowError, FlowInvalid
from flows.offers.catalogue import Catalogue
from flows.playbook import Playbook, PlaybookFile
from flows.texts import Texts

__all__ = ["FlowSources", "Library", "Review", "build_flow", "rebuild_flow", "review", "shipped_root"]

_SHARED: Final = frozenset({"offers", "common"})
"""Folders beside the flows that hold what all flows share."""


def shipped_root() -> Path:
    """The folder of the flows that come with Holdback."""
    return Path(str(files("flows") / "library"))


class Library:
    """All flows that can be played here. Reads the disk at every call, so that an edited file counts at once."""

    def __init__(self, flows_dir: Path | None = None) -> None:
        """`flows_dir` is the shop's own folder, or None. Raises FlowError when it is given and no folder."""
        if flows_dir is not None and not flows_dir.is_dir():
            raise FlowError(
                f"the flows folder {str(flows_dir)!r} is not there; create it, or correct the setting FLOWS_DIR"
            )
        self._shipped = Folder(shipped_root())
        self._own = Folder(flows_dir) if flows_dir else None

    def flow_names(self) -> tuple[str, ...]:
        """The names that `load_flow` knows, sorted."""
        found = {folder.parent.name for root in self._roots() for folder in root.path.glob("*/flow.yaml")}
        return tuple(sorted(found - _SHARED))

    def load_flow(self, name_or_path: str) -> FlowSources:
        """The sources of a flow, by its name or by the path of its folder (or of its `flow.yaml`).

        A flow given by path also uses the folders `offers` and `common` that stand beside it, if there are any. Raises
        FlowError when there is no such flow, FlowInvalid when a file cannot be read.
        """
        if name_or_path in self.flow_names():
            return self._sources(self._folder(name_or_path), self._own, self._folder_if_any)
        path = Path(name_or_path)
        folder = path.parent if path.name == "flow.yaml" else path
        if not (folder / "flow.yaml").exists():
            known = ", ".join(self.flow_names())
            raise FlowError(
                f"there is no flow {name_or_path!r}; give one of {known}, or the path of a folder with a flow.yaml"
            )
        beside = folder.resolve().parent
        has_shared = any((beside / name).is_dir() for name in _SHARED)

        def find(name: str) -> Folder | None:
            return Folder(beside / name) if (beside / name / "flow.yaml").is_file() else self._folder_if_any(name)

        return self._sources(Folder(folder), Folder(beside) if has_shared else self._own, find)

    def catalogue(self) -> Catalogue:
        """The catalogue of offers in force. Raises FlowInvalid with every problem in it."""
        root = self._catalogue_root(self._own)
        text = root.read("offers/catalogue.yaml")
        return parse_catalogue(text, root.name_of("offers/catalogue.yaml"))

    def attributes(self) -> Attributes:
        """What is kept about a prospect, and why. Raises FlowInvalid with every problem in a shop's own file."""
        name = "audience/attributes.yaml"
        shipped = (self._shipped.read(name), self._shipped.name_of(name))
        own = self._own if self._own and self._own.has("attributes.yaml") else None
        return read_attributes(shipped, (own.read("attributes.yaml"), own.name_of("attributes.yaml")) if own else None)

    def scoring(self) -> Rules:
        """The rules by which prospects are scored. Raises FlowInvalid with every problem in them."""
        if self._own and self._own.has("scoring.yaml"):
            return parse_rules(self._own.read("scoring.yaml"), self._own.name_of("scoring.yaml"))
        name = "audience/scoring.yaml"
        return parse_rules(self._shipped.read(name), self._shipped.name_of(name))

    def segments(self) -> tuple[Segment, ...]:
        """The segments a new shop begins with. Raises ConditionInvalid when a shop's attributes do not fit them."""
        text = self._shipped.read("audience/segments.yaml")
        found = read_segments(text, self._shipped.name_of("audience/segments.yaml"), self.fields())
        return tuple(one.segment for one in found)

    def fields(self) -> Declared:
        """The declared attributes, as conditions may ask about them. Raises FlowInvalid."""
        return declared_fields(self.attributes())

    def campaigns(self) -> dict[str, CampaignDefinition]:
        """The campaigns that the flows' folders describe, by name. Raises FlowInvalid with every problem in them."""
        found: dict[str, CampaignDefinition] = {}
        problems: list[Problem] = []
        for name in self.flow_names():
            folder = self._folder(name)
            if not folder.has("campaign.yaml"):
                continue
            try:
                campaign = parse_campaign(folder.read("campaign.yaml"), folder.name_of("campaign.yaml"))
            except FlowInvalid as error:
                problems += [problem for problem in error.problems if isinstance(problem, Problem)]
                continue
            problems += self._campaign_problems(campaign, folder.name_of("campaign.yaml"), found)
            found.setdefault(campaign.campaign, campaign)
        if problems:
            raise FlowInvalid(tuple(problems))
        return found

    def _campaign_problems(
        self, campaign: CampaignDefinition, place: str, found: dict[str, CampaignDefinition]
    ) -> list[Problem]:
        problems = []
        if campaign.campaign in found:
            sentence = f"there is another campaign {campaign.campaign!r}"
            problems.append(Problem(place, 0, 0, "F401", sentence, "give each campaign its own name"))
        if campaign.flow not in self.flow_names():
            sentence = f"the campaign's flow {campaign.flow!r} is not there"
            problems.append(Problem(place, 0, 0, "F402", sentence, f"write one of {', '.join(self.flow_names())}"))
        return problems

    def common_texts(self) -> Texts:
        """What Holdback says outside of any flow, in every language."""
        found: dict[str, tuple[str, ...]] = {}
        for root in self._roots():
            for language, (_, text) in root.texts("common/texts").items():
                found[language] = (*found.get(language, ()), text)
        return Texts(found)

    def playbook(self) -> Playbook:
        """What staff should know about each barrier, and replies that lie ready. Raises FlowInvalid."""
        name = "playbook/playbook.yaml"
        file = locate(self._shipped.read(name), self._shipped.name_of(name), PlaybookFile).value
        texts = {language: (text,) for language, (_, text) in self._shipped.texts("playbook/texts").items()}
        return Playbook(file, Texts(texts))

    def is_shipped(self, name: str) -> bool:
        """Whether this flow is the one that comes with Holdback, and not the shop's own."""
        return self._own is None or not self._own.has(f"{name}/flow.yaml")

    def name_of(self, sources: FlowSources) -> str:
        """The name a flow calls itself by."""
        return parse_flow(sources.definition, sources.definition_place).flow

    def folder(self, name: str) -> Path:
        """The folder of a flow that `flow_names` lists."""
        return self._folder(name).path

    def _folder(self, name: str) -> Folder:
        return next(root for root in reversed(self._roots()) if root.has(f"{name}/flow.yaml")).inside(name)

    def _folder_if_any(self, name: str) -> Folder | None:
        return self._folder(name) if name in self.flow_names() else None

    def _roots(self) -> tuple[Folder, ...]:
        return (self._shipped, self._own) if self._own else (self._shipped,)

    def _catalogue_root(self, own: Folder | None) -> Folder:
        return own if own and own.has("offers/catalogue.yaml") else self._shipped

    def _sources(self, folder: Folder, own: Folder | None, find: Callable[[str], Folder | None]) -> FlowSources:
        catalogue_root = self._catalogue_root(own)
        texts: dict[str, tuple[TextSource, ...]] = {
            language: (TextSource("flow", place, text),) for language, (place, text) in folder.texts("texts").items()
        }
        layers: list[tuple[Layer, Folder]] = [("offers", self._shipped), ("common", self._shipped)]
        if own:
            layers += [("offers", own), ("common", own)]
        for layer, root in layers:
            for language, (place, text) in root.texts(f"{layer}/texts").items():
                if language in texts:
                    texts[language] += (TextSource(layer, place, text),)
        definition = folder.read("flow.yaml")
        return FlowSources(
            definition=definition,
            catalogue=catalogue_root.read("offers/catalogue.yaml"),
            texts=texts,
            definition_place=folder.name_of("flow.yaml"),
            catalogue_place=catalogue_root.name_of("offers/catalogue.yaml"),
            attributes=self.attributes(),
            faq=self._faq(folder, own),
            subflows=_subflows(definition, find),
        )

    def _faq(self, folder: Folder, own: Folder | None) -> tuple[FaqSource, ...]:
        """The questions that are answered: Holdback's own, the shop's, those of this very flow."""
        files = [(self._shipped, "common/faq.yaml"), *([(own, "faq.yaml")] if own else []), (folder, "faq.yaml")]
        return tuple((root.name_of(name), root.read(name)) for root, name in files if root.has(name))


def _subflows(definition: str, find: Callable[[str], Folder | None]) -> tuple[SubflowSource, ...]:
    """The flows that a flow calls, and those that these call: each once, in the order of the first call."""
    found: dict[str, SubflowSource] = {}
    waiting = _called(definition)
    while waiting:
        name = waiting.pop(0)
        folder = find(name) if name not in found else None
        if folder is not None:
            place, text = folder.name_of("flow.yaml"), folder.read("flow.yaml")
            found[name] = SubflowSource(name, place, text, folder.texts("texts"))
            waiting += _called(text)
    return tuple(found.values())


def _called(definition: str) -> list[str]:
    """The flows that the steps of one call; none where it cannot be read, which is found when it is checked."""
    try:
        steps = locate(definition, "flow.yaml", FlowDefinition).value.steps.values()
    except FlowInvalid:
        return []
    return [step.flow for step in steps if isinstance(step, Subflow)]
