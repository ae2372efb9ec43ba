"""The step kinds of a flow, as they stand in `flow.yaml`. One model per kind; `Step` is the closed union of them.

A step's texts are found by its id: the Fluent message `<step id>` is what is said, its attributes `.<option id>` are
the labels of the options and `.remind` is the reminder.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from flows.audience.attributes import AttributeName
from flows.fields import Duration, Identifier, Strict
from flows.words import Barrier, Outcome


class FactSaid(Strict):
    """What choosing an option says about the prospect: the name of a declared attribute, and its value."""

    name: AttributeName
    value: str = Field(min_length=1)


class Option(Strict):
    """One answer that can be chosen.

    `barrier` is what it names, `sub_code` a finer reason kept with it, `fact` what it says about the prospect.
    """

    id: Identifier
    next: Identifier
    barrier: Barrier | None = None
    sub_code: Identifier | None = None
    fact: FactSaid | None = None


class Tell(Strict):
    """Says its text and goes on."""

    kind: Literal["tell"]
    next: Identifier


class Choose(Strict):
    """Asks a question with options; own words are welcome unless `own_words` is false.

    `say` are texts said once before the question; `records: barrier` makes free text be understood as barriers; `order:
    random` shuffles the options per prospect, keeping `last` at the end in the order given; `unclear` is where words go
    that match nothing, after `retries` kind retries; an `optional` question does not count as unanswered when the
    prospect stays silent.
    """

    kind: Literal["choose"]
    options: tuple[Option, ...] = Field(min_length=1)
    say: tuple[Identifier, ...] = ()
    records: Literal["barrier", "value"] = "value"
    order: Literal["given", "random"] = "given"
    last: tuple[Identifier, ...] = ()
    own_words: bool = True
    unclear: Identifier | None = None
    retries: int = Field(default=1, ge=0, le=3)
    optional: bool = False

    def option(self, option_id: str) -> Option | None:
        """The option with this id, or None."""
        return next((option for option in self.options if option.id == option_id), None)


class Ask(Strict):
    """Asks for an answer in words, and keeps it as it is.

    With `records: fact`, what is written also becomes the attribute named by `fact`; with `records: contact`, a phone
    number or an email address in it, and when the prospect likes to be reached. What cannot be read is asked back so
    often as `retries` says, and then only kept as words. An `optional` question has a button to pass it over, is left
    out when the flow's promise of questions is used up, and does not count as unanswered.
    """

    kind: Literal["ask"]
    next: Identifier
    say: tuple[Identifier, ...] = ()
    records: Literal["words", "fact", "contact"] = "words"
    fact: AttributeName | None = None
    retries: int = Field(default=1, ge=0, le=3)
    optional: bool = False

    @model_validator(mode="after")
    def _names_its_fact(self) -> "Ask":
        if self.records == "fact" and self.fact is None:
            raise ValueError("a question that records a fact must name it; add `fact:` with an attribute's name")
        if self.records != "fact" and self.fact is not None:
            raise ValueError("`fact` names what the answer is kept as; write `records: fact` beside it")
        return self


class Offer(Strict):
    """Gives the offer that fits the main barrier and goes on to `next`; to `none` when nothing can be given.

    With `calls`, the flow goes on there after an offer for which a person will be in touch.
    """

    kind: Literal["offer"]
    next: Identifier
    none: Identifier
    calls: Identifier | None = None


class Handover(Strict):
    """Says its text and puts the conversation in a person's hands.

    With `next`, the flow goes on there when it is handed back.
    """

    kind: Literal["handover"]
    reason: Identifier
    next: Identifier | None = None


class End(Strict):
    """Says its text, if there is one, and ends with this outcome."""

    kind: Literal["end"]
    outcome: Outcome


Step = Annotated[Tell | Choose | Ask | Offer | Handover | End, Field(discriminator="kind")]


class Rung(Strict):
    """One rung of the silence ladder: after this time without an answer, remind, go to email, or end in peace."""

    after: Duration
    do: Literal["remind", "email", "end"]


class FlowDefinition(Strict):
    """A whole `flow.yaml`."""

    flow: Identifier
    format: Literal[1]
    languages: tuple[str, ...] = Field(min_length=1)
    start: Identifier
    steps: dict[Identifier, Step] = Field(min_length=1)
    questions: int = Field(default=3, ge=1, le=20)
    silence: tuple[Rung, ...] = ()
