"""The step kinds of a flow, as they stand in `flow.yaml`. One model per kind; `Step` is the closed union of them.

A step's texts are found by its id: the Fluent message `<step id>` is what is said, its attributes `.<option id>` are
the labels of the options and `.remind` is the reminder.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from flows.audience.attributes import AttributeName
from flows.definition.calls import Subflow
from flows.definition.when import When
from flows.fields import Duration, Identifier, Strict
from flows.words import Barrier, Outcome, ShopEvent, Weekday


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


class Silence(Strict):
    """What happens when this question stays unanswered for so long, instead of the flow's ladder."""

    after: Duration
    next: Identifier


class Quota(Strict):
    """Enough is known: once so many conversations of the campaign have a standing `answers`, this is asked no more.

    The flow then goes on at `next` without a word and without counting a question. Who was asked before may answer.
    """

    answers: int = Field(ge=1, le=10_000_000)
    next: Identifier


class Tell(Strict):
    """Says its text and goes on."""

    kind: Literal["tell"]
    next: Identifier


class Choose(Strict):
    """Asks a question with options; own words are welcome unless `own_words` is false.

    `say` are texts said once before the question; `records: barrier` makes free text be understood as barriers; `order:
    random` shuffles the options per prospect, keeping `last` at the end in the order given; `unclear` is where words go
    that match nothing, after `retries` kind retries; an `optional` question does not count as unanswered when the
    prospect stays silent; `silent` is where the flow goes on when nobody answers; with a `quota` it is asked no more
    once enough is known. With `several`, options are ticked, at most so many as `most` says, and the flow goes on where
    the first of them leads, or the barrier that weighs most.
    """

    kind: Literal["choose"]
    options: tuple[Option, ...] = Field(min_length=1)
    say: tuple[Identifier, ...] = ()
    records: Literal["barrier", "value"] = "value"
    order: Literal["given", "random"] = "given"
    last: tuple[Identifier, ...] = ()
    several: bool = False
    most: int | None = Field(default=None, ge=2)
    own_words: bool = True
    unclear: Identifier | None = None
    retries: int = Field(default=1, ge=0, le=3)
    optional: bool = False
    silent: Silence | None = None
    quota: Quota | None = None

    def option(self, option_id: str) -> Option | None:
        """The option with this id, or None."""
        for option in self.options:
            if option.id == option_id:
                return option
        return None


Answering = Literal["text", "number", "email", "phone", "date", "rating", "contact"]
"""What a question in words asks for. A contact is a phone number or an email address."""


class InWords(Strict):
    """What questions answered in words have in common.

    What cannot be read is asked back so often as `retries` says; then the words are kept as they are, and the flow goes
    on to `unclear`, or to `next` where nothing else is said. An `optional` question has a button to pass it over, is
    left out when the flow's promise of questions is used up, and does not count as unanswered; `silent` is where the
    flow goes on when nobody answers; with a `quota` it is asked no more once enough is known.
    """

    next: Identifier
    say: tuple[Identifier, ...] = ()
    retries: int = Field(default=1, ge=0, le=3)
    unclear: Identifier | None = None
    optional: bool = False
    silent: Silence | None = None
    quota: Quota | None = None


class Ask(InWords):
    """Asks for an answer in words, and keeps it as it is, with the value that `answer` makes of it.

    A `rating` is asked with buttons from 1 to `scale`. With `records: fact`, what is written also becomes the attribute
    named by `fact`, whose type then says what is asked for. `records: contact` is an earlier way to write a step of
    kind capture.
    """

    kind: Literal["ask"]
    answer: Answering = "text"
    scale: int = Field(default=5, ge=2, le=10)
    records: Literal["words", "fact", "contact"] = "words"
    fact: AttributeName | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> "Ask":
        if self.records == "fact" and self.fact is None:
            raise ValueError("a question that records a fact must name it; add `fact:` with an attribute's name")
        if self.records != "fact" and self.fact is not None:
            raise ValueError("`fact` names what the answer is kept as; write `records: fact` beside it")
        if self.records != "words" and "answer" in self.model_fields_set:
            raise ValueError("`answer` says what is asked for, and so does `records`; keep one of them")
        if "scale" in self.model_fields_set and self.answer != "rating":
            raise ValueError("only a rating has a scale; write `answer: rating`")
        return self

    @property
    def wants(self) -> Answering:
        """What is asked for. Where a fact is recorded, its attribute says more."""
        return "contact" if self.records == "contact" else self.answer


class Capture(InWords):
    """Asks how a person of the shop can reach the prospect, and keeps it as contact data.

    A phone number or an email address, and when they like to be reached.
    """

    kind: Literal["capture"]


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


class Way(Strict):
    """One way of a branch: where the flow goes on when the condition holds."""

    when: When
    next: Identifier


class Branch(Strict):
    """Goes the first of its ways whose condition holds, else the way `otherwise`. Says nothing."""

    kind: Literal["branch"]
    ways: tuple[Way, ...] = Field(min_length=1)
    otherwise: Identifier


class Share(Strict):
    """One way of a split: so many parts of all the parts go there."""

    share: int = Field(ge=1, le=1000)
    next: Identifier


class Split(Strict):
    """Sends a stable random share of the prospects each way: whoever comes here again goes the same way."""

    kind: Literal["split"]
    ways: tuple[Share, ...] = Field(min_length=2)


class Until(Strict):
    """The next such moment in the prospect's own time: an hour of the day, on one of these weekdays if any is given."""

    time: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    weekday: tuple[Weekday, ...] = ()


class Awaited(Strict):
    """Something that the shop reports; when it does not happen `within` this time, the flow goes on to `otherwise`."""

    happens: ShopEvent
    within: Duration
    otherwise: Identifier


class Wait(Strict):
    """Says nothing for a while, then goes on to `next`: after a span, until a local time, or until something happens.

    `span` and `until` together wait for the span first. Quiet hours are kept in any case.
    """

    kind: Literal["wait"]
    next: Identifier
    span: Duration | None = None
    until: Until | None = None
    event: Awaited | None = None

    @model_validator(mode="after")
    def _knows_its_end(self) -> "Wait":
        if self.event is None and self.span is None and self.until is None:
            raise ValueError("a wait must know its end; add `span: 2d`, `until:` or `event:`")
        if self.event is not None and (self.span is not None or self.until is not None):
            raise ValueError("a wait for an event ends by it or by its `within`; leave `span` and `until` out")
        return self


class End(Strict):
    """Says its text, if there is one, and ends with this outcome."""

    kind: Literal["end"]
    outcome: Outcome


Step = Annotated[
    Tell | Choose | Ask | Capture | Branch | Split | Wait | Offer | Handover | Subflow | End,
    Field(discriminator="kind"),
]

Question = Choose | Ask | Capture
"""The step kinds that ask something."""


class Rung(Strict):
    """One rung of the silence ladder: after this time without an answer, remind, go to email, or end in peace."""

    after: Duration
    do: Literal["remind", "email", "end"]


class FlowDefinition(Strict):
    """A whole `flow.yaml`.

    `resend: once` has a message sent once more of which nobody can know whether it arrived; without it never.
    """

    flow: Identifier
    format: Literal[1]
    languages: tuple[str, ...] = Field(min_length=1)
    start: Identifier
    steps: dict[Identifier, Step] = Field(min_length=1)
    questions: int = Field(default=3, ge=1, le=20)
    silence: tuple[Rung, ...] = ()
    resend: Literal["once"] | None = None
