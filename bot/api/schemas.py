"""What stands in the bodies of requests, as JSON Schema: parts that the description of the API refers to."""

from typing import Any, Final, assert_never

from pydantic import BaseModel

from bot.api.events import KINDS
from flows.audience.attributes import AttributeDefinition, Attributes, in_language
from flows.audience.scoring import Rules
from flows.offers.strategy import StrategyDefinition

Schema = dict[str, Any]

PLACE: Final = "#/components/schemas/"
TEXT: Final[Schema] = {"type": "string"}
MONEY: Final[Schema] = {
    "anyOf": [{"type": "number", "minimum": 0}, TEXT],
    "description": 'An amount, exact to three decimals: 12.5 or "12.50".',
}
YES_NO: Final[Schema] = {"anyOf": [{"type": "boolean"}, TEXT]}
IDENTITIES: Final[dict[str, Schema]] = {
    "external_id": {**TEXT, "description": "The shop's own id of the person."},
    "email": {**TEXT, "format": "email"},
    "phone": {**TEXT, "description": "Such as +36301234567."},
}
COLUMNS: Final[dict[str, Schema]] = {
    "first_name": TEXT,
    "last_name": TEXT,
    "language": {**TEXT, "description": "A language tag, such as hu."},
    "timezone": {**TEXT, "description": "An IANA time zone, such as Europe/Budapest."},
    "country": TEXT,
    "city": TEXT,
    "source": TEXT,
    "medium": TEXT,
    "campaign": TEXT,
    "product_id": TEXT,
    "product_name": TEXT,
    "product_url": {**TEXT, "format": "uri"},
    "price": MONEY,
    "cart_value": MONEY,
    "currency": {**TEXT, "description": "ISO 4217."},
    "interest": TEXT,
    "tags": {"anyOf": [{"type": "array", "items": TEXT}, TEXT]},
    "consent_email": YES_NO,
    "consent_telegram": YES_NO,
    "consent_text": {**TEXT, "description": "The words they agreed to."},
    "consent_at": {**TEXT, "format": "date-time"},
}
MODELS: Final[tuple[type[BaseModel], ...]] = (StrategyDefinition, Rules)
"""Files of a shop that can be sent as bodies; each is a part by its class's name."""

PROBLEM: Final[Schema] = {
    "type": "object",
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": {**TEXT, "description": "What is wrong, and the cure."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {**TEXT, "description": "A JSON pointer, a parameter's name, or a line of YAML."},
                    "detail": TEXT,
                },
            },
        },
    },
}


def ref(name: str) -> Schema:
    """Refers to a part."""
    return {"$ref": f"{PLACE}{name}"}


def model_body(name: str) -> Schema:
    """A request body that is a file of a shop, as JSON or as YAML."""
    content = {kind: {"schema": ref(name)} for kind in ("application/json", "application/yaml")}
    return {"requestBody": {"required": True, "content": content}}


def components(attributes: Attributes) -> dict[str, Schema]:
    """All parts, by name. `attributes` are those that this shop has declared."""
    declared = {one.column: of_attribute(one, attributes) for one in attributes.declared.values()}
    parts = {"Problem": PROBLEM, "Facts": {"type": "object", "properties": declared}}
    parts |= {"Prospect": _prospect(declared), "Event": _event(declared)}
    for model in MODELS:
        schema = model.model_json_schema(ref_template=f"{PLACE}{{model}}")
        parts |= schema.pop("$defs", {})
        parts[model.__name__] = schema
    return parts


def of_attribute(one: AttributeDefinition, attributes: Attributes) -> Schema:
    """A declared attribute: its type, its label and what it is kept for, and the labels in all languages."""
    told = {"title": in_language(one.label, "en"), "description": attributes.purpose(one.id, "en")}
    return {**_of_type(one), **told, "x-labels": dict(one.label)} | ({"x-sensitive": True} if one.sensitive else {})


def _of_type(one: AttributeDefinition) -> Schema:
    match one.type:
        case "text":
            return dict(TEXT)
        case "number":
            return {"anyOf": [{"type": "number"}, TEXT]}
        case "money":
            return dict(MONEY)
        case "day":
            return {**TEXT, "format": "date"}
        case "yes_no":
            return dict(YES_NO)
        case "choice":
            return {
                **TEXT,
                "examples": list(one.values),
                "x-values": {name: dict(of) for name, of in one.values.items()},
            }
        case _:
            assert_never(one.type)


def _prospect(declared: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "description": "At least one of external_id, email and phone. A field not named here is a free attribute.",
        "properties": {
            **declared,
            **IDENTITIES,
            **COLUMNS,
            "company": {"type": "object", "description": "name, kind, size, industry, location, role"},
            "attributes": {
                "description": "Facts of any name: those that are declared by their type, others as texts.",
                "allOf": [ref("Facts")],
            },
        },
    }


def _event(declared: dict[str, Schema]) -> Schema:
    known = "The shop's id: sent again, the event changes nothing. Each part of a refund has one."
    return {
        "type": "object",
        "required": ["type"],
        "description": "What somebody did. Who it was stands in `prospect`, or beside the other fields.",
        "properties": {
            "type": {"enum": list(KINDS), "description": "`kind` is the same."},
            "id": {**TEXT, "description": known},
            "occurred_at": {**TEXT, "format": "date-time", "description": "Now, when it is left out."},
            "prospect": {"type": "object", "properties": {**declared, **IDENTITIES, **COLUMNS}},
            **declared,
            **IDENTITIES,
            **COLUMNS,
            "order_id": {**TEXT, "description": "Required for purchase and refund."},
            "amount": {**MONEY, "description": "Of the purchase; of a refund what went back, or all when left out."},
            "code": {**TEXT, "description": "The coupon code that was used."},
        },
    }
