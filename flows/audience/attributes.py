"""Attributes: which facts about a prospect are kept, of what type, and why; as `attributes.yaml` declares them.

What nobody has declared is kept apart, as a free attribute: always text, never a reason for an offer's price.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Final, Literal, assert_never

from pydantic import Field, model_validator

from flows import written
from flows.audience.profile import FactValue
from flows.fields import Identifier, Strict
from flows.written import ValueRefused

AttributeType = Literal["text", "number", "money", "day", "yes_no", "choice"]
"""Money is in the shop's currency; a day has no time; a choice is one of the declared values."""

Category = Literal["demographic", "geographic", "behavioural", "interest", "company", "contact"]

Words = Annotated[dict[str, str], Field(min_length=1)]
"""A text by language tag; a language that is missing is answered in English, else in the first there is."""

AttributeName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.-]{0,63}$")]
ValueName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_+-]{0,39}$")]

EPOCH: Final = date(1970, 1, 1)

DELICATE: Final = frozenset(
    {
        "gender", "sex", "sexual", "age", "birth", "birthday", "birthdate", "born", "ethnicity", "ethnic", "race",
        "religion", "religious", "faith", "health", "disability", "disabled", "pregnant", "income", "salary", "wealth",
        "politics", "political", "género", "genero", "sexo", "edad", "nacimiento", "ingresos", "salud", "sexe", "âge",
        "naissance", "revenu", "santé", "kor", "életkor", "jövedelem", "egészség", "vallás", "pohlaví", "věk", "vek",
        "příjem", "zdraví", "性別", "年齢", "収入", "健康", "الجنس", "العمر", "الدخل",
    }
)  # fmt: skip
"""Words in a name that tell of what must never decide an offer (EVIDENCE.md 3)."""


class AttributeDefinition(Strict):
    """One attribute. `builtin` ones stand in the prospect's own row (`company.x`: in its company fields).

    `purpose` names one of the file's purposes; `sensitive` ones never decide an offer. `values` of a choice are ids
    with their labels; ids such as `1-9` or `1000+` are bands, and a number is read into the band it lies in.
    """

    id: AttributeName
    type: AttributeType
    category: Category
    purpose: Identifier
    label: Words
    values: dict[ValueName, dict[str, str]] = Field(default_factory=dict)
    sensitive: bool = False
    builtin: bool = False

    @model_validator(mode="after")
    def _makes_sense(self) -> "AttributeDefinition":
        if self.type == "choice" and not self.values:
            raise ValueError(f"attribute {self.id!r}: a choice needs its values; add `values:`")
        if self.type != "choice" and self.values:
            raise ValueError(f"attribute {self.id!r}: only a choice has values; write `type: choice`")
        if sounds_sensitive(self.id) and not self.sensitive:
            raise ValueError(
                f"attribute {self.id!r} sounds like something that must never decide an offer; add `sensitive: true`"
            )
        return self

    @property
    def column(self) -> str:
        """The name of its column in a file: `company.size` is written `company_size`."""
        return self.id.replace(".", "_")


class AttributesFile(Strict):
    """A whole `attributes.yaml`. `purposes` say, in the prospect's language, why something is kept."""

    format: Literal[1]
    purposes: dict[Identifier, Words] = Field(default_factory=dict)
    attributes: tuple[AttributeDefinition, ...] = ()

    @model_validator(mode="after")
    def _names_once(self) -> "AttributesFile":
        columns = [one.column for one in self.attributes]
        twice = next((name for number, name in enumerate(columns) if name in columns[:number]), None)
        if twice is not None:
            raise ValueError(f"the attribute {twice!r} is declared twice; keep one of them")
        return self


@dataclass(frozen=True, slots=True)
class Written:
    """A value as it is stored: `text` in one fixed form, `number` what it is compared by, None for texts and choices.

    Days count from 1970-01-01; yes is 1 and no is 0.
    """

    text: str
    number: Decimal | None = None


@dataclass(frozen=True)
class Attributes:
    """All attributes in force, by name, and the purposes they name."""

    definitions: Mapping[str, AttributeDefinition] = field(default_factory=dict)
    purposes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def declared(self) -> Mapping[str, AttributeDefinition]:
        """Those that are kept as facts of their own, by name; not the columns of a prospect's own row."""
        return {name: one for name, one in self.definitions.items() if not one.builtin}

    def get(self, name: str) -> AttributeDefinition | None:
        """The attribute of this name, or None when nobody has declared it."""
        return self.definitions.get(name)

    def label(self, name: str, language: str) -> str:
        """What it is called in this language; its own name when it is not declared."""
        one = self.get(name)
        return in_language(one.label, language) if one else name

    def purpose(self, name: str, language: str) -> str | None:
        """Why it is kept, in this language; None when it is not declared."""
        one = self.get(name)
        return self.words_of(one.purpose, language) if one else None

    def words_of(self, purpose: str, language: str) -> str:
        """A purpose in this language."""
        return in_language(self.purposes[purpose], language)

    def shown(self, name: str, value: FactValue, language: str) -> FactValue:
        """The value for a page: a choice by its label; anything else as it is."""
        one = self.get(name)
        labels = one.values.get(value) if one and isinstance(value, str) else None
        return in_language(labels, language) if labels else value


def in_language(words: Mapping[str, str], language: str) -> str:
    """The wording in this language, else in English, else the first there is."""
    return words.get(language) or words.get("en") or next(iter(words.values()))


def sounds_sensitive(name: str) -> bool:
    """Whether a name tells of gender, age, birth, ethnicity, faith, health, income or politics."""
    parts = name.casefold().replace(".", "_").replace("-", "_").replace(" ", "_").split("_")
    return any(part in DELICATE for part in parts) or name.casefold() in DELICATE


def sensitive_names(attributes: Attributes, free: Iterable[str] = ()) -> frozenset[str]:
    """The names that no offer may go by: attributes declared sensitive, and those of `free` that sound like it."""
    declared = {name for name, one in attributes.definitions.items() if one.sensitive}
    return frozenset(
        declared | {name for name in free if name not in attributes.definitions and sounds_sensitive(name)}
    )


def read_value(definition: AttributeDefinition, text: str) -> FactValue:
    """The value that a text means for this attribute. Raises ValueRefused."""
    match definition.type:
        case "text":
            return written.line(text)
        case "number":
            return written.number(text)
        case "money":
            return written.money(text)
        case "day":
            return written.day(text)
        case "yes_no":
            return written.yes_no(text)
        case "choice":
            return _chosen(definition, text)
        case _:
            assert_never(definition.type)


def write_value(value: FactValue) -> Written:
    """The value as it is stored."""
    match value:
        case bool():
            return Written("yes", Decimal(1)) if value else Written("no", Decimal(0))
        case Decimal():
            return Written(format(value, "f"), value)
        case date():
            return Written(value.isoformat(), Decimal((value - EPOCH).days))
        case _:
            return Written(value)


def _chosen(definition: AttributeDefinition, text: str) -> str:
    wanted = written.line(text).casefold()
    for value, labels in definition.values.items():
        if wanted in {value, *(label.casefold() for label in labels.values())}:
            return value
    band = _band(definition, wanted)
    if band is not None:
        return band
    raise ValueRefused(f"is not one of the values; write one of {', '.join(definition.values)}")


def _band(definition: AttributeDefinition, text: str) -> str | None:
    """The band a number lies in; of a range such as 11-50, the band of its middle."""
    ends = [part for part in text.replace("–", "-").removesuffix("+").replace(" ", "").split("-") if part]
    if not ends or len(ends) > 2 or not all(part.isascii() and part.isdigit() and len(part) < 13 for part in ends):
        return None
    middle = sum(int(part) for part in ends) / len(ends)
    for value in definition.values:
        least, _, most = value.removesuffix("+").partition("-")
        if not least.isdigit() or (most and not most.isdigit()):
            continue
        if int(least) <= middle and (value.endswith("+") or middle < int(most or least) + 1):
            return value
    return None
