"""The kind of step that goes through another flow."""

from typing import Final, Literal

from pydantic import Field, PrivateAttr

from flows.fields import Identifier, Strict
from flows.words import Outcome

INNER: Final = "--"
"""Between the name of a step that calls a sub-flow and the name of a step in there, as the whole flow calls it."""


class Subflow(Strict):
    """Goes through another flow, whose folder is called `flow`, and then on to `next`.

    Where that flow ends with one of the `outcomes`, the way on is the one that stands there. Its steps are known as
    `<this step>--<its step>`; its ends say their texts and end nothing.
    """

    kind: Literal["subflow"]
    flow: Identifier
    next: Identifier
    outcomes: dict[Outcome, Identifier] = Field(default_factory=dict)
    _first: str | None = PrivateAttr(default=None)

    @property
    def first(self) -> str | None:
        """The first step in there, by its whole name; None where the sub-flow is not in its place."""
        return self._first

    def entering(self, first: str) -> "Subflow":
        """The same step, with its sub-flow in its place."""
        found = self.model_copy()
        found._first = first  # noqa: SLF001 - its own copy, before anybody else has it
        return found

    def leads_to(self, outcome: str) -> str:
        """Where the flow goes on when the sub-flow ends with this outcome."""
        return {str(name): target for name, target in self.outcomes.items()}.get(outcome, self.next)
