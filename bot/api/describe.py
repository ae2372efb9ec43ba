"""The description of the API (OpenAPI 3.1): written beside the code that holds it."""

from typing import Any, Final

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi

from bot.api.events import KINDS, MOST
from bot.api.gate import scope_of
from storage.keys import SCOPES
from storage.reads.exports import EXPORTS

TEXT: Final = {"type": "string"}
MONEY: Final = {
    "anyOf": [{"type": "number", "minimum": 0}, TEXT],
    "description": 'An amount, exact to three decimals: 12.5 or "12.50".',
}
YES_NO: Final = {"anyOf": [{"type": "boolean"}, TEXT]}
IDENTITIES: Final = {
    "external_id": {**TEXT, "description": "The shop's own id of the person."},
    "email": {**TEXT, "format": "email"},
    "phone": {**TEXT, "description": "Such as +36301234567."},
}
FACTS: Final = {
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
PROSPECT_SCHEMA: Final = {
    "type": "object",
    "description": "At least one of external_id, email and phone. A field that is not named here is an attribute.",
    "properties": {
        **IDENTITIES,
        **FACTS,
        "company": {"type": "object", "description": "name, size, industry, location, role"},
        "attributes": {"type": "object"},
    },
}
EVENT_SCHEMA: Final = {
    "type": "object",
    "required": ["type"],
    "description": "What somebody did. Who it was stands in `prospect`, or beside the other fields.",
    "properties": {
        "type": {"enum": list(KINDS), "description": "`kind` is the same."},
        "id": {
            **TEXT,
            "description": "The shop's id: sent again, the event changes nothing. Each part of a refund has one.",
        },
        "occurred_at": {**TEXT, "format": "date-time", "description": "Now, when it is left out."},
        "prospect": {"type": "object", "properties": {**IDENTITIES, **FACTS}},
        **IDENTITIES,
        **FACTS,
        "order_id": {**TEXT, "description": "Required for purchase and refund."},
        "amount": {**MONEY, "description": "Of the purchase; of a refund what went back, or all when left out."},
        "code": {**TEXT, "description": "The coupon code that was used."},
    },
}
RETRIED: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {**TEXT, "maxLength": 255},
    "description": "Sent again with the same key and body, a request changes nothing and gets the same answer.",
}


def _takes(schema: dict[str, Any]) -> dict[str, Any]:
    many = {"type": "array", "items": schema, "minItems": 1, "maxItems": MOST}
    body = {"required": True, "content": {"application/json": {"schema": {"anyOf": [schema, many]}}}}
    return {"parameters": [RETRIED], "requestBody": body}


EVENTS: Final[dict[str, Any]] = {
    "summary": "Report what somebody did",
    "description": f"One event or up to {MOST}, kept before this answers; unknown prospects are made from them.",
    "status_code": 202,
    "openapi_extra": _takes(EVENT_SCHEMA),
}
PROSPECTS: Final[dict[str, Any]] = {
    "summary": "Make or change prospects",
    "description": "Matched by any identity. What is not given stays as it is.",
    "openapi_extra": _takes(PROSPECT_SCHEMA),
}
PROSPECT: Final[dict[str, Any]] = {
    "summary": "One prospect with everything known about them",
    "description": "`ref` is any identity: shop id, email, phone, telegram:123, or Holdback's own id.",
}


def listing(kind: str) -> dict[str, Any]:
    """How a list is described."""
    return {
        "summary": f"List {kind}",
        "description": f"In the order they were made, page by page. Fields: {', '.join(EXPORTS[kind].columns)}.",
        "operation_id": f"list_{kind}",
    }


def openapi(routes: APIRouter, prefix: str) -> dict[str, Any]:
    """The whole description."""
    document = get_openapi(title="Holdback", version="1", openapi_version="3.1.0", routes=routes.routes)
    problem = {
        "type": "object",
        "properties": {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": {**TEXT, "description": "What is wrong, and the cure."},
            "errors": {"type": "array", "items": {"type": "object", "properties": {"pointer": TEXT, "detail": TEXT}}},
        },
    }
    scopes = "A key may do everything, or only what its scopes say: " + "; ".join(
        f"`{name}` {meaning}" for name, meaning in SCOPES.items()
    )
    document["components"] = {
        "schemas": {"Problem": problem},
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": scopes}},
    }
    document["security"] = [{"key": []}]
    told = {"description": "A problem (RFC 9457)", "content": {"application/problem+json": {"schema": {"$ref": REF}}}}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = told
            operation["security"] = [{"key": [scope_of(method.upper(), path)]}]
        assert path.startswith(prefix)  # noqa: S101 - every route of this router does
    return document


REF: Final = "#/components/schemas/Problem"
