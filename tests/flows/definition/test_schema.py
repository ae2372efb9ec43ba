"""The JSON Schemas that are shipped: as new as the models, never stricter than the loader, strict where it counts."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bot.library import Library, shipped_root
from flows.definition.parse import locate
from flows.definition.reader import read_yaml
from flows.definition.schema import FILES, KINDS, schema_of, schema_text
from flows.errors import FlowInvalid
from tests.flows.definition.sample import CATALOGUE, FLOW

ROOT = Path(__file__).parents[1]

CHECKS = {kind: Draft202012Validator(schema_of(kind)) for kind in KINDS}
SHIPPED = {
    "flow": "barriers/flow.yaml",
    "campaign": "barriers/campaign.yaml",
    "catalogue": "offers/catalogue.yaml",
    "attributes": "audience/attributes.yaml",
    "scoring": "audience/scoring.yaml",
    "segments": "audience/segments.yaml",
}
STRATEGY = (
    "campaign: barriers\nrows:\n  - {barrier: price, offers: [ten_off]}\nbudget: {amount: 100.5, currency: EUR}\n"
)
SAMPLES = {"flow": FLOW, "catalogue": CATALOGUE, "strategy": STRATEGY}


def plain(value: Any) -> Any:
    """What an editor sees: numbers as JSON has them."""
    match value:
        case dict():
            return {name: plain(one) for name, one in value.items()}
        case list():
            return [plain(one) for one in value]
        case Decimal():
            return float(value)
        case _:
            return value


def fits(kind: str, text: str) -> bool:
    return bool(CHECKS[kind].is_valid(plain(read_yaml(text, "here").value)))


@pytest.mark.parametrize("kind", KINDS)
def test_the_shipped_schema_is_that_of_the_models(kind: str) -> None:
    kept = (shipped_root() / "schema" / f"{kind}.json").read_text("utf-8")
    assert kept == schema_text(kind), "renew it: holdback flow schema --out flows/library/schema"
    Draft202012Validator.check_schema(json.loads(kept))


@pytest.mark.parametrize("kind", SHIPPED)
def test_every_shipped_file_fits(kind: str) -> None:
    assert fits(kind, (shipped_root() / SHIPPED[kind]).read_text("utf-8"))


def test_every_flow_that_is_shipped_or_tested_fits() -> None:
    flows = [Library().load_flow(name).definition for name in Library().flow_names()]
    flows += [path.read_text("utf-8") for path in sorted(ROOT.glob("flows/**/flow.yaml"))]
    assert len(flows) > 1 and all(fits("flow", one) for one in flows)
    assert all(fits(kind, text) for kind, text in SAMPLES.items())


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("flow", "kind: tell", "kind: shout"),
        ("flow", "  hello:", "  Hello!:"),
        ("flow", "after: 24h", "after: tomorrow"),
        ("flow", "barrier: price", "barrier: prize"),
        ("flow", "format: 1", "format: 2"),
        ("flow", "start: hello", "begin: hello"),
        ("catalogue", "percent: 10", "percent: 200"),
        ("catalogue", "url: https", "url: ftp"),
        ("catalogue", "removes: [price]", "removes: []"),
        ("strategy", "currency: EUR", "currency: euro"),
    ],
)
def test_what_the_loader_refuses_by_its_shape_does_not_fit(kind: str, old: str, new: str) -> None:
    text = SAMPLES[kind].replace(old, new, 1)
    assert text != SAMPLES[kind] and not fits(kind, text)
    with pytest.raises(FlowInvalid):
        locate(text, "here", FILES[kind])


@given(kind=st.sampled_from(sorted(SAMPLES)), line=st.integers(0, 40), other=st.integers(0, 40), at=st.integers(0, 30))
def test_what_the_loader_reads_always_fits(kind: str, line: int, other: int, at: int) -> None:
    lines = SAMPLES[kind].splitlines()
    place = line % len(lines)
    lines[place] = lines[place][:at] + lines[other % len(lines)].strip()[: at or None]
    text = "\n".join(lines)
    try:
        locate(text, "here", FILES[kind])
    except FlowInvalid:
        return
    assert fits(kind, text), text
