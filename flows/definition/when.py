"""What must hold for a way to be taken: conditions on this conversation, and on the prospect as segments know them."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from flows.fields import Identifier, Strict
from flows.words import Barrier, Channel, Language


def _several(value: object) -> object:
    """One value where several may stand."""
    return (value,) if isinstance(value, str) else value


OptionIds = Annotated[
    tuple[Identifier, ...], BeforeValidator(_several, json_schema_input_type=Identifier | tuple[Identifier, ...])
]
Barriers = Annotated[
    tuple[Barrier, ...], BeforeValidator(_several, json_schema_input_type=Barrier | tuple[Barrier, ...])
]
Channels = Annotated[
    tuple[Channel, ...], BeforeValidator(_several, json_schema_input_type=Channel | tuple[Channel, ...])
]
Languages = Annotated[
    tuple[Language, ...], BeforeValidator(_several, json_schema_input_type=Language | tuple[Language, ...])
]


class Answered(Strict):
    """An answer to this step: any at all, one of these options, or a number in these bounds (inclusive)."""

    step: Identifier
    option: OptionIds = ()
    at_least: float | None = None
    at_most: float | None = None


class When(Strict):
    """Every key that is given must hold; a list means one of its values.

    `answered` looks at what was said at a step, `barrier` at any barrier named so far and `main_barrier` at the one
    that weighs most, `channel` and `language` at where and how we are talking. `prospect` is a condition as segments
    have it (docs/segments.md), on what is known of the person. `all`, `any` and `not` put conditions together.
    """

    answered: Answered | None = None
    barrier: Barriers = ()
    main_barrier: Barriers = ()
    channel: Channels = ()
    language: Languages = ()
    prospect: dict[str, Any] | None = None
    all: tuple["When", ...] = ()
    any: tuple["When", ...] = ()
    none_of: "When | None" = Field(default=None, alias="not")

    @model_validator(mode="after")
    def _says_something(self) -> "When":
        if not self.model_fields_set:
            raise ValueError("a condition that says nothing holds always; write one, or lead on with `otherwise`")
        return self

    @property
    def looks_at_prospect(self) -> bool:
        """Whether the prospect's profile must be known to judge it."""
        parts = (*self.all, *self.any, *((self.none_of,) if self.none_of else ()))
        return self.prospect is not None or any(part.looks_at_prospect for part in parts)
