"""The flows: the picture with what happened at each step, all texts side by side, and publishing with its plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.console.gate import Visit
from bot.console.spans import Span, span_of
from flows.definition.calls import Subflow
from flows.definition.draw import svg
from flows.definition.flow import Flow
from flows.definition.layout import Figures
from flows.definition.outline import Outline, outline
from flows.definition.sources import FlowSources
from flows.definition.steps import Branch, Choose, Offer, Question, Split, Tell
from flows.definition.textbook import textbook
from storage import flowbook
from storage.database import Record, Tx
from storage.reads import flow_figures
from storage.reads.flow_figures import StepFigures

PICTURE: Final = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
}
"""A picture brings its own style, and nothing else."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The flow that is looked at: its newest version, all names, and how the address asks for it."""

    flow: Flow
    names: list[str]
    language: str


async def find(visit: Visit, tx: Tx, name: str = "") -> Shown:
    """This flow, else the one that the address asks for, else the first; no page when it was never published."""
    names = await flowbook.names(tx)
    wanted = name or visit.asked("flow", limit=40) or next(iter(names), "")
    if wanted not in names:
        raise HTTPException(404)
    flow = await visit.house.context.flows.newest(tx, wanted)
    spoken = flow.definition.languages
    language = visit.asked("language", limit=16)
    return Shown(flow, names, language if language in spoken else spoken[0])


async def show(visit: Visit) -> Response:
    """The picture, the numbers by step, and the versions."""
    span = span_of(visit)
    async with visit.house.database.read() as tx:
        shown = await find(visit, tx)
        versions: list[Record] = list(await flowbook.published(tx, shown.flow.name))
        living = await flow_figures.living(tx, shown.flow.name)
    found, counted_at = await _figures(visit, shown.flow, span)
    plan = outline(shown.flow.definition, shown.flow.texts, shown.language, shown.flow.catalogue)
    return visit.show(
        "flows.html",
        shown=shown,
        span=span,
        steps=_rows(plan, found),
        versions=versions,
        living=living,
        counted_at=counted_at,
        query={"flow": shown.flow.name, "language": shown.language} | span.days,
    )


async def picture(visit: Visit) -> Response:
    """The picture as an image, in one language, with the numbers of a span."""
    async with visit.house.database.read() as tx:
        shown = await find(visit, tx)
    found, _ = await _figures(visit, shown.flow, span_of(visit))
    flow = shown.flow
    drawn = svg(flow.definition, flow.texts, shown.language, flow.catalogue, found)
    return Response(drawn, media_type="image/svg+xml", headers=PICTURE | {"cache-control": "private, no-store"})


async def texts(visit: Visit) -> Response:
    """What is said at each step, in all languages side by side."""
    async with visit.house.database.read() as tx:
        shown = await find(visit, tx)
        document = await flowbook.sources(tx, shown.flow.name, shown.flow.version)
    book = textbook(FlowSources.from_json(document or ""))
    spoken = shown.flow.definition.languages
    wanted = visit.asked("q").casefold()
    rows = [
        (name, said)
        for name, said in book.items()
        if not wanted or wanted in name or any(wanted in text.casefold() for text in said.values())
    ]
    return visit.show("flow_texts.html", shown=shown, languages=spoken, rows=rows, q=visit.asked("q"))


async def _figures(visit: Visit, flow: Flow, span: Span) -> tuple[Mapping[str, Figures], datetime]:
    questions = frozenset(name for name, step in flow.definition.steps.items() if isinstance(step, Question))

    async def count() -> tuple[dict[str, StepFigures], int]:
        async with visit.house.database.read() as tx:
            by_step = await flow_figures.figures(tx, flow.name, span.window, questions)
            return by_step, await flow_figures.offered(tx, flow.name, span.window)

    key = ("flow", flow.name, flow.version, span.window)
    (counted, offered), at = await visit.console.lately.figures(visit.house.clock, key, count)
    return {name: one for name in flow.definition.steps if (one := _step(flow, name, counted, offered)) is not None}, at


def _step(flow: Flow, name: str, counted: Mapping[str, StepFigures], offered: int) -> Figures | None:
    """What is known of a step; None for one that is passed without a trace."""
    step, found = flow.definition.steps[name], counted.get(name, StepFigures())
    match step:
        case Tell() | Branch() | Split() | Subflow():
            return None
        case Offer():
            alone = sum(isinstance(one, Offer) for one in flow.definition.steps.values()) == 1
            return Figures(offered, None, 0, found.here) if alone else None
        case Choose():
            options = {option.id: found.options[option.id] for option in step.options}
            return Figures(found.reached, found.answered, found.left, found.here, options)
        case _:
            answered = found.answered if isinstance(step, Question) else None
            return Figures(found.reached, answered, found.left, found.here)


def _rows(plan: Outline, found: Mapping[str, Figures]) -> list[dict[str, Any]]:
    return [
        {"step": box.step, "kind": box.kind, "about": box.about, "text": box.text, "figures": found[box.step]}
        for box in plan.boxes
        if box.step in found
    ]
