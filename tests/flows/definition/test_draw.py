"""Pictures of flows: every step and every way is in them, nothing overlaps, and any text is safe in them."""

import random
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path
from time import process_time

import pytest

from bot.library import Library, build_flow
from flows.definition.draw import mermaid, svg
from flows.definition.flow import Flow
from flows.definition.graph import links_of
from flows.definition.layout import WIDTH, Figures, lay_out
from flows.definition.lettering import measure, wrap
from flows.definition.outline import outline
from flows.definition.routing import Way, route
from flows.definition.steps import Split
from flows.texts import Texts
from flows.words import LANGUAGES
from tests.flows.definition import sample

KINDS = Path(__file__).parents[1] / "flows" / "kinds"
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
    ways = [path for path in picture.iter(f"{SVG}path") if path.get("class", "").startswith("way ")]
    assert len(ways) >= sum(len(targets) for targets in links_of(shipped.definition).values())


def straight(way: Way) -> Iterator[tuple[float, float, float, float]]:
    """The level and upright pieces of a way: left, top, right and bottom."""
    for (x, y), (to_x, to_y) in pairwise(way.points):
        assert abs(x - to_x) < 0.01 or abs(y - to_y) < 0.6, "no piece runs aslant"
        yield min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y)


def clashes(flow: Flow, language: str) -> list[str]:
    """Boxes that overlap, and ways that run through a box."""
    layout = lay_out(outline(flow.definition, flow.texts, language, flow.catalogue))
    routed = route(layout, 0, 0)
    boxes = list(layout.boxes.values())
    found = [
        f"{first.target} overlaps {second.target}"
        for first, second in combinations(boxes, 2)
        if first.column == second.column and first.y < second.y + second.height and second.y < first.y + first.height
    ]
    for way in routed.ways:
        assert min(x for x, _ in way.points) >= 0 and max(x for x, _ in way.points) <= routed.width
        assert max(y for _, y in way.points) <= routed.height
        for left, top, right, bottom in straight(way):
            found += [
                f"a way to {way.target} runs through {box.target}"
                for box in boxes
                if left < box.x + WIDTH - 1 and right > box.x + 1 and top < box.y + box.height and bottom > box.y
            ]
    return found


@pytest.mark.parametrize("language", ["en", "ar", "ja"])
def test_no_box_overlaps_and_no_way_runs_through_one(shipped: Flow, language: str) -> None:
    assert clashes(shipped, language) == []


def test_a_flow_with_every_kind_of_step_is_drawn_as_clearly() -> None:
    kinds = build_flow(Library(KINDS.parent).load_flow("kinds"), 1)
    assert clashes(kinds, "cs") == []
    picture = ET.fromstring(svg(kinds.definition, kinds.texts, "cs", kinds.catalogue))  # noqa: S314 - our own
    classes = {group.get("class") for group in picture.iter(f"{SVG}g")}
    assert classes == {"asks", "offers", "hands", "says", "ends", "waits", "branches", "splits", "enters"}


def woven(seed: int, size: int) -> Flow:
    """A flow of so many steps that lead here and there, also back."""
    draw = random.Random(seed)
    flow, names = spoilt(), [f"s{number}" for number in range(size)]
    person = flow.definition.steps["person"]
    ways = [
        {"share": 1, "next": names[max(0, min(size - 1, number // 3 + draw.randint(-4, 12)))]}
        for number in range(3 * size)
    ]
    steps = {
        name: Split.model_validate({"kind": "split", "ways": ways[3 * number : 3 * number + draw.randint(2, 3)]})
        for number, name in enumerate(names[:-1])
    }
    definition = flow.definition.model_copy(update={"start": "s0", "steps": {**steps, names[-1]: person}})
    texts = Texts({"en": ("s-last = Bye", *flow.texts.sources["en"])})
    return Flow(definition, 1, texts, flow.catalogue)


@pytest.mark.parametrize("seed", range(4))
def test_however_the_steps_lead_to_and_fro_the_picture_stays_clear(seed: int) -> None:
    assert clashes(woven(seed, 14), "en") == []


@pytest.mark.slow
def test_a_flow_of_500_steps_is_drawn_within_seconds() -> None:
    flow = woven(1, 500)
    began = process_time()
    assert svg(flow.definition, flow.texts, "en", flow.catalogue).count("data-step") == 500
    assert process_time() - began < 20


def test_numbers_stand_in_the_boxes_they_are_about(shipped: Flow) -> None:
    figures = {"price": Figures(120, 80, 12, 3, {"up_to_10": 41})}
    drawn = svg(shipped.definition, shipped.texts, "en", shipped.catalogue, figures)
    for words in ("120 reached · 80 answered · 12 left · 3 now", ">41<"):
        assert words in drawn


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
