"""A shop's declared attributes as fields that conditions may ask about."""

from typing import Final

from flows.audience.attributes import Attributes, AttributeType
from flows.audience.fields import Declared, Kind, declared_field

_KINDS: Final[dict[AttributeType, Kind]] = {
    "text": "text",
    "number": "number",
    "money": "number",
    "day": "day",
    "yes_no": "yes_no",
    "choice": "word",
}


def declared_fields(attributes: Attributes, language: str = "en") -> Declared:
    """The fields by name, called as they are in this language. Columns of the prospect's own row are built in."""
    return {
        name: declared_field(name, _KINDS[one.type], attributes.label(name, language).lower(), tuple(one.values))
        for name, one in attributes.declared.items()
    }
