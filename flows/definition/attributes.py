"""`attributes.yaml`, read: the shipped one, and over it a shop's own, or every problem at once."""

from collections.abc import Iterator
from typing import Final

from flows.audience.attributes import AttributeDefinition, Attributes, AttributesFile
from flows.definition.marks import Located
from flows.definition.parse import locate
from flows.definition.problems import Problem, refuse

RESERVED: Final = frozenset(
    {"external_id", "email", "phone", "tags", "consent_email", "consent_telegram", "consent_text", "consent_at"}
)
"""Columns of prospects.csv that are no attributes, so no attribute can be called like them."""


def read_attributes(shipped: tuple[str, str], own: tuple[str, str] | None = None) -> Attributes:
    """The attributes in force, out of (text, name) of the shipped file and of the shop's.

    A shop's attribute replaces the shipped one of the same name whole; one that stands in the prospect's own row keeps
    its type. Raises FlowInvalid with every problem found.
    """
    base = locate(*shipped, AttributesFile)
    layers = [base] if own is None else [base, locate(*own, AttributesFile)]
    purposes = {name: words for layer in layers for name, words in layer.value.purposes.items()}
    built_in = {one.id: one for one in base.value.attributes if one.builtin}
    refuse(problem for layer in layers for problem in _problems(layer, purposes, built_in, own=layer is not base))
    found = {one.id: one for layer in layers for one in layer.value.attributes}
    # Their place is the prospect's own row, whatever else a shop says about them.
    found |= {name: found[name].model_copy(update={"builtin": True}) for name in built_in}
    return Attributes(found, purposes)


def _problems(
    layer: Located[AttributesFile],
    purposes: dict[str, dict[str, str]],
    built_in: dict[str, AttributeDefinition],
    *,
    own: bool,
) -> Iterator[Problem]:
    place, marks = layer.marks.place, layer.marks
    columns = {name.replace(".", "_"): name for name in built_in}
    for number, one in enumerate(layer.value.attributes):
        if one.purpose not in purposes:
            sentence = f"attribute {one.id!r}: there is no purpose {one.purpose!r}"
            cure = f"write one of {', '.join(purposes)}, or add it under `purposes:`"
            yield Problem(place, *marks.value("attributes", number, "purpose"), "F501", sentence, cure)
        if not own:
            continue
        known = built_in.get(one.id)
        if known is not None and known.type != one.type:
            sentence = f"attribute {one.id!r} is a column of every prospect, of type {known.type}"
            yield Problem(place, *marks.value("attributes", number, "type"), "F502", sentence, "keep that type")
        elif known is None and (one.builtin or one.column in {*columns, *RESERVED}):
            sentence = f"attribute {one.id!r} is no column of a prospect of its own"
            cure = "leave `builtin` out, and give it a name that is still free"
            yield Problem(place, *marks.value("attributes", number, "id"), "F503", sentence, cure)
        elif known is None and "." in one.id:
            sentence = f"attribute {one.id!r}: a dot stands only in the names of a company's own columns"
            yield Problem(place, *marks.value("attributes", number, "id"), "F504", sentence, f"write {one.column}")
