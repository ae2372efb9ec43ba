"""The description of the API (OpenAPI 3.1): written beside the code that holds it."""

import re
from typing import Any, Final

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi

from bot.api.events import MOST
from bot.api.gate import scope_of
from bot.api.schemas import TEXT, components, ref
from flows.audience.attributes import Attributes
from storage.keys import SCOPES
from storage.reads.exports import EXPORTS

RETRIED: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {**TEXT, "maxLength": 255},
    "description": "Sent again with the same key and body, a request changes nothing and gets the same answer.",
}


def _takes(name: str) -> dict[str, Any]:
    many = {"type": "array", "items": ref(name), "minItems": 1, "maxItems": MOST}
    body = {"required": True, "content": {"application/json": {"schema": {"anyOf": [ref(name), many]}}}}
    return {"requestBody": body}


EVENTS: Final[dict[str, Any]] = {
    "summary": "Report what somebody did",
    "description": f"One event or up to {MOST}, kept before this answers; unknown prospects are made from them.",
    "status_code": 202,
    "openapi_extra": _takes("Event"),
}
PROSPECTS: Final[dict[str, Any]] = {
    "summary": "Make or change prospects",
    "description": "Matched by any identity. What is not given stays as it is.",
    "openapi_extra": _takes("Prospect"),
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


def openapi(routes: APIRouter, prefix: str, attributes: Attributes) -> dict[str, Any]:
    """The whole description; prospects and events have the `attributes` that this shop has declared."""
    document = get_openapi(title="Holdback", version="1", openapi_version="3.1.0", routes=routes.routes)
    scopes = "A key may do everything, or only what its scopes say: " + "; ".join(
        f"`{name}` {meaning}" for name, meaning in SCOPES.items()
    )
    document["components"] = {
        "schemas": components(attributes),
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": scopes}},
    }
    document["security"] = [{"key": []}]
    told = {"description": "A problem (RFC 9457)", "content": {"application/problem+json": {"schema": ref("Problem")}}}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = told
            scope = scope_of(method.upper(), path)
            operation["security"] = [{"key": [scope]}]
            given = operation.setdefault("parameters", [])
            given += _in_address(path, {one["name"] for one in given})
            if not scope.endswith(":read"):
                given.append(RETRIED)
        assert path.startswith(prefix)  # noqa: S101 - every route of this router does
    return document


def _in_address(path: str, known: set[str]) -> list[dict[str, Any]]:
    """The parameters in an address that nothing has said anything about."""
    named = [name for name in re.findall(r"{(\w+)", path) if name not in known]
    return [{"name": name, "in": "path", "required": True, "schema": TEXT} for name in named]
