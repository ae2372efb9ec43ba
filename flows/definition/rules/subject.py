"""What a rule looks at, what it finds, and what a rule is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from flows.audience.attributes import Attributes
from flows.audience.declared import declared_fields
from flows.audience.fields import Declared
from flows.definition.calls import INNER, Subflow
from flows.definition.campaign import CampaignDefinition
from flows.definition.fluent_reader import Entry
from flows.definition.graph import links_of
from flows.definition.marks import Mark, Marks
from flows.definition.problems import Problem, Severity
from flows.definition.sources import Layer
from flows.definition.steps import FlowDefinition
from flows.definition.subflows import Fault
from flows.definition.walks import Walks
from flows.definition.wording import Wording
from flows.offers.catalogue import Catalogue


@dataclass(frozen=True)
class Finding:
    """What a rule found: the file, the place in it, what is wrong and the cure."""

    place: str
    mark: Mark
    sentence: str
    cure: str


@dataclass(frozen=True)
class Subject:
    """A flow that has been read: its definition and catalogue with their places, and all texts.

    `attributes` are those that can be recorded, None when nobody knows them here; `campaigns` those that play the flow.
    Its sub-flows are in their places: `faults` are what is wrong with calls, `unspoken` the beginnings of the names of
    what a sub-flow has no texts for in a language.
    """

    definition: FlowDefinition
    marks: Marks
    catalogue: Catalogue
    offer_marks: Marks
    wording: Wording
    attributes: Attributes | None = None
    campaigns: tuple[CampaignDefinition, ...] = ()
    faults: tuple[Fault, ...] = ()
    unspoken: frozenset[tuple[str, str]] = frozenset()

    @cached_property
    def walks(self) -> Walks:
        """Everything that can have happened on the way to each step."""
        return Walks(self.definition)

    @cached_property
    def declared(self) -> Declared:
        """The declared attributes, as conditions may ask about them."""
        return declared_fields(self.attributes) if self.attributes else {}

    @cached_property
    def links(self) -> dict[str, tuple[str, ...]]:
        """Which steps each step leads to."""
        return links_of(self.definition)

    def is_out_of_place(self, name: str) -> bool:
        """Whether this would be a step of a sub-flow that is not in its place: what is wrong is found at its call."""
        steps = self.definition.steps.items()
        calls = [step_id for step_id, step in steps if isinstance(step, Subflow) and step.first is None]
        return any(name.startswith(f"{call}{INNER}") for call in calls)

    def calls_of(self, name: str) -> tuple[str, ...]:
        """The steps through which this one was taken in from another flow; none for a step of the flow's own."""
        if name not in self.marks.elsewhere:
            return ()
        called = [step_id for step_id, step in self.definition.steps.items() if isinstance(step, Subflow)]
        return tuple(step_id for step_id in called if name.startswith(f"{step_id}{INNER}"))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the flow promises and that have at least one file."""
        return tuple(dict.fromkeys(name for name in self.definition.languages if name in self.wording.languages))

    def at_key(self, *path: str | int, sentence: str, cure: str) -> Finding:
        """A finding at a key of the flow file."""
        return Finding(self.marks.place_of(*path), self.marks.key(*path), sentence, cure)

    def at_value(self, *path: str | int, sentence: str, cure: str) -> Finding:
        """A finding at a value of the flow file."""
        return Finding(self.marks.place_of(*path), self.marks.value(*path), sentence, cure)

    def at_offer(self, number: int, *path: str | int, sentence: str, cure: str) -> Finding:
        """A finding at the offer that stands at this position of the catalogue."""
        return Finding(self.offer_marks.place, self.offer_marks.value("offers", number, *path), sentence, cure)

    def at_text(self, entry: Entry, sentence: str, cure: str) -> Finding:
        """A finding at a text."""
        return Finding(entry.source.place, entry.mark, sentence, cure)

    def in_texts(self, language: str, layer: Layer, sentence: str, cure: str, name: str = "") -> Finding:
        """A finding about something that a text file lacks, such as the text with this name."""
        return Finding(self.wording.place(language, layer, name), (0, 0), sentence, cure)

    def is_spoken(self, language: str, name: str) -> bool:
        """Whether there is a file in which this text would stand; that a sub-flow has none is found at its call."""
        return not any(name.startswith(prefix) for spoken, prefix in self.unspoken if spoken == language)


@dataclass(frozen=True)
class Rule:
    """One rule: its id, how much it matters, and the function that looks for it (its docstring says what for).

    A warning may be allowed in the file, with a reason; an error only where nothing breaks (`allowable`).
    """

    id: str
    severity: Severity
    look: Callable[[Subject], Iterator[Finding]]
    allowable: bool = False

    @property
    def may_be_allowed(self) -> bool:
        """Whether an author may allow what it finds."""
        return self.allowable or self.severity == "warning"

    def findings(self, subject: Subject) -> Iterator[Problem]:
        """Everything this rule has against the subject."""
        for finding in self.look(subject):
            yield Problem(finding.place, *finding.mark, self.id, finding.sentence, finding.cure, self.severity)
