"""The shape of a shop's files as JSON Schema: editors check and complete them while they are written.

Made from the very models and words that read the files. A schema knows shapes, not sense: `flow check` says the rest.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel

from flows.audience.attributes import AttributesFile
from flows.audience.schema import segments_schema
from flows.audience.scoring import Rules
from flows.definition.campaign import CampaignDefinition
from flows.definition.steps import FlowDefinition
from flows.offers.catalogue import Catalogue
from flows.offers.strategy import StrategyDefinition

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

FILES: Final[Mapping[str, type[BaseModel]]] = {
    "flow": FlowDefinition,
    "campaign": CampaignDefinition,
    "catalogue": Catalogue,
    "attributes": AttributesFile,
    "scoring": Rules,
    "strategy": StrategyDefinition,
}
"""Every kind of file that is a model: by its name without `.yaml`."""

KINDS: Final = (*FILES, "segments")
"""Every kind of file that has a schema: segments are written in a language of their own."""


def schema_of(kind: str) -> dict[str, Any]:
    """The JSON Schema of a kind of file (one of KINDS)."""
    found = segments_schema() if kind == "segments" else _closed(FILES[kind].model_json_schema())
    return {"$schema": DIALECT, **found, "title": f"Holdback: {kind}.yaml"}


def schema_text(kind: str) -> str:
    """The same as the file that is shipped."""
    return json.dumps(schema_of(kind), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _closed(part: Any) -> Any:
    """The same, without other keys than those that the patterns of a mapping allow."""
    if isinstance(part, list):
        return [_closed(one) for one in part]
    if not isinstance(part, dict):
        return part
    found = {name: _closed(one) for name, one in part.items()}
    return found | {"additionalProperties": False} if "patternProperties" in found else found
