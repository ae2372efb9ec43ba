"""The JSON Schema of segments: whatever the reader takes fits it, and what is wrong by its shape does not."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bot.library import shipped_root
from flows.audience.conditions import ConditionInvalid, dump_condition, parse_condition
from flows.audience.schema import segments_schema
from flows.definition.reader import read_yaml
from flows.definition.segments import read_segments
from flows.errors import FlowInvalid
from tests.flows.definition.test_schema import plain
from tests.storage.crowd import DECLARED, documents

CHECK = Draft202012Validator(segments_schema())
SHIPPED = (shipped_root() / "audience" / "segments.yaml").read_text("utf-8")
MANUAL = (Path(__file__).parents[3] / "docs" / "segments.md").read_text("utf-8")


def fits(document: Any) -> bool:
    return bool(CHECK.is_valid(plain(document)))


def segment(where: Any) -> dict[str, Any]:
    return {"name": "some", "where": where}


@settings(deadline=None)
@given(document=documents())
def test_whatever_condition_is_read_fits_as_it_was_written_and_as_it_is_written_down(document: dict[str, Any]) -> None:
    try:
        condition = parse_condition(document, "here", DECLARED)
    except ConditionInvalid:
        return
    assert fits(segment(document)), document
    assert fits(segment(dump_condition(condition))), dump_condition(condition)


def test_every_condition_of_the_manual_fits() -> None:
    written = [block for block in re.findall(r"```yaml\n(.*?)```", MANUAL, re.DOTALL) if "audience:" not in block]
    assert len(written) > 3
    for block in written:
        lines = [line for line in block.splitlines() if line.strip()]
        whole = lines[0].startswith(("where:", "name:"))
        for text in [block] if whole else lines:
            found = read_yaml(text, "here").value
            assert fits(found if "name" in found else segment(found.get("where", found))), text


@pytest.mark.parametrize(
    "where",
    [
        {"cart_value": {"at_least": "100"}},
        {"cart_value": {"contains": 100}},
        {"cart_value": {"at_least": -1}},
        {"fit": 101},
        {"fit": 2.5},
        {"grade": "E"},
        {"grade": ["A", "E"]},
        {"city": 5},
        {"city": []},
        {"city": {"above": "B"}},
        {"city": {}},
        {"company.size": {"at_least": 5}},
        {"attribute.Hobby": 5},
        {"stage_since": "2026-11-30"},
        {"stage_since": {"within_last": "a month"}},
        {"known_since": {"before": "soon"}},
        {"asked": "perhaps"},
        {"consent": "pigeon"},
        {"reach": []},
        {"did": "sneezed"},
        {"did": {"at_least": 3}},
        {"did": {"event": "viewed", "at_least": -1}},
        {"did": {"event": "viewed", "within": 7}},
        {"did": {"event": "viewed", "times": 3}},
        {"bought": "always"},
        {"bought": {"total_at_least": "much"}},
        {"bought": {"total_above": -1}},
        {"answered": False},
        {"answered": {"barrier": "money"}},
        {"any": {"city": "Brno"}},
        {"all": [{"not": ["city"]}]},
        {"known": 5},
        {"unknown": []},
        {"pets": None},
        {"pets": {"more_than": 2}},
        [],
    ],
    ids=str,
)
def test_what_the_reader_refuses_by_its_shape_does_not_fit(where: Any) -> None:
    assert not fits(segment(where))
    with pytest.raises(ConditionInvalid):
        parse_condition(where, "here", DECLARED)


@pytest.mark.parametrize(
    "document",
    [
        {"label": "Nobody", "where": {}},
        {"name": "some"},
        {"name": "Some people", "where": {}},
        {"name": "b2b", "where": {}},
        {"name": "some", "who": {}, "where": {}},
        {"name": "some", "label": 5, "where": {}},
        [],
        {"segments": []},
        "some",
    ],
    ids=str,
)
def test_what_is_no_segment_does_not_fit(document: Any) -> None:
    assert not fits(document)


@settings(deadline=None, max_examples=60)
@given(line=st.integers(0, 60), other=st.integers(0, 60), at=st.integers(0, 40))
def test_a_file_that_the_reader_takes_always_fits(line: int, other: int, at: int) -> None:
    lines = SHIPPED.splitlines()
    place = line % len(lines)
    lines[place] = lines[place][:at] + lines[other % len(lines)].strip()[: at or None]
    text = "\n".join(lines)
    try:
        read_segments(text, "here")
    except (FlowInvalid, ConditionInvalid):
        return
    assert fits(read_yaml(text, "here").value), text
