"""Pictures of flows: every step and every way is in them, nothing overlaps, and any text is safe in them."""

import xml.etree.ElementTree as ET

import pytest

from bot.library import Library, build_flow
from flows.definition.draw import mermaid, svg
from flows.definition.flow import Flow
from flows.definition.graph import links_of
from flows.definition.layout import WIDTH, measure, place, wrap
from flows.definition.outline import outline
from flows.words import LANGUAGES
from tests.flows.definition import sample

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def shipped() -> Flow:
    return build_flow(Library().load_flow("barriers"), version=1)


def spoilt(*edits: tuple[str, str, str]) -> Flow:
    return build_flow(sample.sources(*edits), version=1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_svg_has_every_step_and_every_way_in_every_language(shipped: Flow, language: str) -> None:
    picture = ET.fromstring(svg(shipped.definition, shipped.texts, language, shipped.catalogue))  # noqa: S314 - our own
    steps = {group.get("data-step") for group in picture.iter(f"{SVG}g")}
    assert steps == set(shipped.definition.steps)
    ways = [path for path in picture.iter(f"{SVG}path") if path.get("class") == "way"]
    assert len(ways) >= sum(len(targets) for targets in links_of(shipped.definition).values())


def test_boxes_do_not_overlap_and_lead_to_the_right(shipped: Flow) -> None:
    placed = place(outline(shipped.definition, shipped.texts, "ja", shipped.catalogue))
    boxes = list(placed.values())
    for box in boxes:
        assert box.y >= 0
        for _, target in box.box.links:
            assert placed[target].x >= box.x + WIDTH
    for first in boxes:
        for second in boxes:
            if first is not second and first.x == second.x:
                assert first.y + first.height <= second.y or second.y + second.height <= first.y


def test_the_picture_shows_answers_offers_and_waits(shipped: Flow) -> None:
    for drawn in (
        svg(shipped.definition, shipped.texts, "en", shipped.catalogue),
        mermaid(shipped.definition, shipped.texts, "en", shipped.catalogue),
    ):
        for words in ("Too few reviews", "discount_10", "after 24 h: remind once", "after 3 days: leave in peace"):
            assert words in drawn


def test_mermaid_has_an_arrow_for_each_way(shipped: Flow) -> None:
    drawn = mermaid(shipped.definition, shipped.texts, "en")
    arrows = [line for line in drawn.splitlines() if "-->" in line]
    assert len(arrows) == sum(len(targets) for targets in links_of(shipped.definition).values())


def test_a_text_cannot_break_out_of_a_picture() -> None:
    evil = '</text><script>alert("1")</script> & "quotes" #9829;'
    flow = spoilt(("flow en", "Thank you.", evil))
    picture = svg(flow.definition, flow.texts, "en", flow.catalogue)
    assert ET.fromstring(picture) is not None  # noqa: S314 - our own
    assert "<script" not in picture
    drawn = mermaid(flow.definition, flow.texts, "en", flow.catalogue)
    assert "<script" not in drawn
    assert '"quotes"' not in drawn
    assert "#35;9829;" in drawn


def test_a_circle_of_questions_can_be_drawn_although_it_is_wrong() -> None:
    flow = spoilt()
    circle = sample.sources(("flow", "next: person", "next: cause"))
    definition = build_flow(sample.sources(), 1).definition.model_copy(
        update={
            "steps": {
                **flow.definition.steps,
                "more": flow.definition.steps["more"].model_copy(update={"next": "cause"}),
            }
        }
    )
    assert "flowchart" in mermaid(definition, circle.fluent, "en")
    assert svg(definition, circle.fluent, "en").startswith("<svg")


def test_words_are_wrapped_to_their_width() -> None:
    for text in (
        "What held you back? One tap is enough, or write it in your own words.",
        "どのような点が気になりましたか？" * 3,
    ):
        lines = wrap(text, 180)
        assert len(lines) <= 4
        assert all(measure(line) <= 180 for line in lines)
    assert wrap("word " * 100, 100)[-1].endswith("…")
    assert wrap("", 100) == ()
