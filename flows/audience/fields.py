"""What a condition may ask about: the fields, what kind of value each has, and what may be said of each kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from flows.audience.lead_types import BANDS, LEAD_TYPES
from flows.audience.profile import LEARNING_SEGMENTS, QUALIFICATIONS, STAGES
from flows.audience.rfm import GROUPS as RFM_GROUPS
from flows.words import BARRIERS

Kind = Literal["text", "word", "number", "money", "whole", "day", "moment", "yes_no"]
"""`word`: one of a closed list; `money`: an amount in the shop's currency; `whole`: a number without decimals."""

Origin = Literal["fact", "company", "declared", "free", "score", "person"]
"""Where the value is: a fact in a column, of their company, declared or free attribute, computed, about the person."""

Op = Literal[
    "is",
    "is_not",
    "one_of",
    "none_of",
    "contains",
    "starts_with",
    "above",
    "at_least",
    "below",
    "at_most",
    "before",
    "after",
    "within_last",
    "within_next",
    "older_than",
]

_TEXT: Final[tuple[Op, ...]] = ("is", "is_not", "one_of", "none_of", "contains", "starts_with")
_NUMBER: Final[tuple[Op, ...]] = ("is", "is_not", "at_least", "above", "at_most", "below")
_TIME: Final[tuple[Op, ...]] = ("within_last", "older_than", "within_next", "before", "after")

OPS: Final[Mapping[Kind, tuple[Op, ...]]] = {
    "text": _TEXT,
    "word": ("is", "is_not", "one_of", "none_of"),
    "number": _NUMBER,
    "money": _NUMBER,
    "whole": _NUMBER,
    "day": ("is", "is_not", *_TIME),
    "moment": _TIME,
    "yes_no": ("is",),
}
"""What may be said of each kind of value."""

NUMERIC: Final[frozenset[Kind]] = frozenset({"number", "money", "whole"})


@dataclass(frozen=True, slots=True)
class Field:
    """Something a condition compares. `name` is how it is written, `label` how it is called in a sentence.

    `options` are the values a `word` may have; `least` and `most` the bounds a number cannot leave.
    """

    name: str
    kind: Kind
    label: str
    origin: Origin
    options: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None

    @property
    def key(self) -> str:
        """The name without its prefix: what the value is called where it is kept."""
        return self.name.partition(".")[2] if self.origin in ("company", "declared", "free") else self.name


GRADES: Final = ("A", "B", "C", "D")
LEVELS: Final = ("1", "2", "3")
"""Levels of engagement, the most engaged first (EVIDENCE.md 3). Where they begin is for the rules to say."""


def _facts(kind: Kind, *names: str) -> tuple[Field, ...]:
    least = 0 if kind == "money" else None
    return tuple(Field(name, kind, name.replace("_", " "), "fact", least=least) for name in names)


_FIELDS: Final = (
    *_facts("text", "country", "city", "language", "timezone", "source", "medium", "campaign"),
    *_facts("text", "product_id", "product_name", "interest", "currency"),
    *_facts("money", "price", "cart_value"),
    *(
        Field(f"company.{name}", "text", f"company {name}", "company")
        for name in ("name", "size", "industry", "location", "role", "kind")
    ),
    Field("stage", "word", "stage", "score", STAGES),
    Field("stage_since", "moment", "the day they came to their stage", "score"),
    Field("qualification", "word", "qualification", "score", QUALIFICATIONS),
    Field("grade", "word", "grade", "score", GRADES),
    Field("fit", "whole", "fit", "score", least=0, most=100),
    Field("engagement", "number", "engagement now", "score", least=0, most=100),
    Field("engagement_level", "word", "engagement level", "score", LEVELS),
    Field("rfm", "word", "RFM group", "score", RFM_GROUPS),
    *(Field(f"by_{name}", "word", f"lead type by {name}", "score", BANDS[name]) for name in LEAD_TYPES),
    Field("learning_segment", "word", "learning segment", "score", LEARNING_SEGMENTS),
    Field("latest_barrier", "word", "latest barrier", "person", BARRIERS),
    Field("known_since", "moment", "the day they became known", "person"),
    Field("asked", "yes_no", "was asked", "person"),
)

FIELDS: Final[Mapping[str, Field]] = {field.name: field for field in _FIELDS}
"""Every built-in field by its name."""

Declared = Mapping[str, Field]
"""Declared attributes by the name people write."""


def declared_field(name: str, kind: Kind, label: str = "", options: tuple[str, ...] = ()) -> Field:
    """A declared attribute as a field. Its full name is `fact.NAME`; a shop's condition may leave `fact.` out."""
    return Field(f"fact.{name}", kind, label or name.replace("_", " "), "declared", options)


def free_field(name: str) -> Field:
    """An attribute that nobody declared: always text."""
    return Field(f"attribute.{name}", "text", name, "free")


def company_field(name: str) -> Field:
    """Something about their company: always text."""
    return FIELDS.get(f"company.{name}") or Field(f"company.{name}", "text", f"company {name}", "company")
