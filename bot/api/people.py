"""POST /prospects: prospects taken over one by one or many at once, by the same rules as those of a file."""

from collections.abc import Mapping
from typing import Any, Final

from bot.api.problems import Fault, Problem
from bot.api.values import read_fields, read_texts
from bot.data.cells import Moments, Parser
from bot.data.columns import Declared, prospects_kind
from bot.data.imports import incoming_of
from flows.audience.attributes import Attributes
from storage.importing import Incoming

MOST: Final = 500
"""Prospects in one request."""


def read_prospects(
    document: Any, moments: Moments, caller: str, attributes: Attributes | None = None
) -> list[Incoming]:
    """All prospects of a body. Raises Problem (422) naming every place that is wrong; then none of them is kept.

    Fields of declared `attributes` are read by their type, whether they stand in `attributes` or beside it.
    """
    parsers = prospects_kind(moments, attributes).columns
    many = document if isinstance(document, list) else [document]
    if not 1 <= len(many) <= MOST:
        raise Problem(422, f"send 1 to {MOST} prospects in a request")
    faults: list[Fault] = []
    found = [
        _prospect(one, f"/{number}" if isinstance(document, list) else "", parsers, caller, faults)
        for number, one in enumerate(many)
    ]
    if faults:
        raise Problem(422, "nothing was kept: a prospect is wrong; see errors", faults=faults[:50])
    return [one for one in found if one is not None]


def _prospect(
    document: Any, pointer: str, parsers: Mapping[str, Parser], caller: str, faults: list[Fault]
) -> Incoming | None:
    if not isinstance(document, dict):
        faults.append(Fault(pointer, "a prospect is an object"))
        return None
    before = len(faults)
    values = read_fields(document, parsers, pointer, faults)
    company = read_texts(document.get("company"), f"{pointer}/company", faults)
    values |= {f"company_{name}": value for name, value in company.items()}
    attributes = read_texts(_others(document, parsers), pointer, faults)
    nested = document.get("attributes")
    if isinstance(nested, dict):
        known = {name: parser for name, parser in parsers.items() if isinstance(parser, Declared)}
        values |= read_fields(nested, known, f"{pointer}/attributes", faults)
        nested = {name: value for name, value in nested.items() if name not in known}
    attributes |= read_texts(nested, f"{pointer}/attributes", faults)
    incoming = incoming_of(values, attributes, proof=f"key {caller}", via="api")
    if incoming is None and len(faults) == before:
        faults.append(Fault(pointer, "names nobody; give external_id, email or phone"))
    return incoming


def _others(document: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """What has no column is an attribute, as in a file."""
    return {
        name: value for name, value in document.items() if name not in known and name not in ("company", "attributes")
    }
