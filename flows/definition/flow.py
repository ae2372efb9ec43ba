"""A flow that can be played: its checked definition together with its texts."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from flows.audience.attributes import Attributes
from flows.definition.steps import Branch, FlowDefinition, Question, Step
from flows.errors import EngineMisuse
from flows.messages import Message
from flows.offers.catalogue import Catalogue
from flows.texts import Texts
from flows.understanding.faq import Faq


@dataclass(frozen=True)
class Flow:
    """One published version of a flow. `texts` holds the flow's, the offers' and the common texts in every language.

    `attributes` are those in force now, whatever the version: what is learned is kept as it is declared today. `faq`
    are the questions that were answered before, None when there are none.
    """

    definition: FlowDefinition
    version: int
    texts: Texts
    catalogue: Catalogue
    attributes: Attributes = field(default_factory=Attributes)
    faq: Faq | None = None

    @cached_property
    def kept(self) -> dict[object, Any]:
        """What whoever plays this flow has worked out about it, to be looked up again; never a fact by itself."""
        return {}

    @cached_property
    def papers(self) -> dict[str, Message]:
        """As `kept`, of one language: what all messages have in common when it is the same for everybody."""
        return {}

    @cached_property
    def marks(self) -> dict[tuple[str, str], str]:
        """As `kept`, of a language and a label that everybody sees alike: what an answered question is marked with."""
        return {}

    @cached_property
    def looks_at_prospect(self) -> bool:
        """Whether a branch asks what is known of the prospect, so that a turn needs their profile."""
        branches = [step for step in self.definition.steps.values() if isinstance(step, Branch)]
        return any(way.when.looks_at_prospect for step in branches for way in step.ways)

    @cached_property
    def quotas(self) -> dict[str, int]:
        """The questions that are asked only until enough is known: step -> standing answers."""
        questions = {name: step for name, step in self.definition.steps.items() if isinstance(step, Question)}
        return {name: step.quota.answers for name, step in questions.items() if step.quota is not None}

    @cached_property
    def silences(self) -> dict[str, timedelta]:
        """The questions that wait for an answer in their own way, not by the flow's ladder: step -> how long."""
        questions = {name: step for name, step in self.definition.steps.items() if isinstance(step, Question)}
        return {name: step.silent.after for name, step in questions.items() if step.silent is not None}

    @cached_property
    def name(self) -> str:
        """The flow's name, as in `flow: name`."""
        return self.definition.flow

    def step(self, step_id: str) -> Step:
        """The step with this id. Raises EngineMisuse when the flow has none: a state from another flow."""
        try:
            return self.definition.steps[step_id]
        except KeyError:
            raise EngineMisuse(
                f"flow {self.name!r} version {self.version} has no step {step_id!r}; "
                "play a conversation only with the version it was started on"
            ) from None
