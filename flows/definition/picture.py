"""The flow as an SVG picture: boxes in columns, a way out beside each answer, what silence leads to above."""

from collections.abc import Mapping
from html import escape
from typing import Final

from flows.definition.layout import (
    FOOT,
    HEAD,
    LINE,
    PAD,
    ROW,
    TEXT_WIDTH,
    WIDTH,
    Figures,
    Slot,
    lay_out,
)
from flows.definition.lettering import measure, shorten
from flows.definition.outline import Box, Outline, Row, outline
from flows.definition.routing import Way, drawn, route
from flows.definition.steps import FlowDefinition
from flows.offers.catalogue import Catalogue
from flows.texts import Texts
from flows.words import RIGHT_TO_LEFT

MARGIN: Final = 40
TITLE: Final = 64
"""Room for the title; what silence leads to takes as much again."""

_KINDS: Final = ("asks", "offers", "hands", "says", "ends", "waits", "branches", "splits", "enters")
_LIGHT: Final = {
    "asks": "#0b6b60", "offers": "#8a6400", "hands": "#3a4fa3", "says": "#5c6a65", "ends": "#6b7772",
    "waits": "#8a4b1f", "branches": "#7a4a86", "splits": "#7a4a86", "enters": "#3d6485",
}  # fmt: skip
_DARK: Final = {
    "asks": "#57c7b6", "offers": "#e6bf55", "hands": "#9db0ff", "says": "#a3b0ab", "ends": "#94a19c",
    "waits": "#e6a06c", "branches": "#d5a3e0", "splits": "#d5a3e0", "enters": "#8fb8dc",
}  # fmt: skip


def _colours(tones: Mapping[str, str]) -> str:
    return "".join(f"--f-{kind}:{tone};" for kind, tone in tones.items())


_STYLE: Final = (
    "svg{--f-paper:#f5f6f3;--f-surface:#fff;--f-ink:#16211e;--f-soft:#55625d;--f-line:#d3d9d4;"
    + _colours(_LIGHT)
    + 'font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans Arabic","Noto Sans CJK JP",'
    + "sans-serif}"
    + "@media (prefers-color-scheme:dark){svg{--f-paper:#0f1412;--f-surface:#19211e;--f-ink:#e6ece9;--f-soft:#a3b0ab;"
    + "--f-line:#34413c;"
    + _colours(_DARK)
    + "}}.paper{fill:var(--f-paper)}.box{fill:var(--f-surface);stroke:var(--f-line)}"
    + ".ends .box{fill:var(--f-paper)}.waits .box{stroke-dasharray:5 4;stroke:var(--f-waits)}"
    + "text{fill:var(--f-ink)}.title{font-size:20px;font-weight:650}.soft,.aside{fill:var(--f-soft)}"
    + ".name{font-size:12px;font-weight:600}.kind{font-size:11px;font-weight:600}.row{font-size:12.5px}"
    + ".aside{font-size:12px;font-style:italic}"
    + ".count{font-size:11.5px;fill:var(--f-soft);font-variant-numeric:tabular-nums}"
    + ".rule{stroke:var(--f-line)}.way{fill:none;stroke-width:1.6;stroke-linejoin:round}"
    + ".chip{fill:var(--f-surface);stroke:var(--f-line)}.start{fill:var(--f-ink)}"
    + ".from{stroke:var(--f-ink);stroke-width:1.6}"
    + ".track{fill:var(--f-line)}.done{fill:var(--f-asks)}"
    + "".join(
        f".{kind} .kind,.tip-{kind},.port-{kind}{{fill:var(--f-{kind})}}.{kind} .bar{{fill:var(--f-{kind})}}"
        f".to-{kind}{{stroke:var(--f-{kind})}}.{kind} .pill{{fill:var(--f-{kind});fill-opacity:.13}}"
        for kind in _KINDS
    )
)


def svg(
    definition: FlowDefinition,
    texts: Texts,
    language: str,
    catalogue: Catalogue | None = None,
    figures: Mapping[str, Figures] | None = None,
) -> str:
    """The flow as one SVG document, with its texts in one language; follows the viewer's light or dark theme.

    Each step is a group with its id in `data-step`; `figures` are what has happened at a step, shown in its box. The
    flow must have passed the checker. Raises FlowError when the language has no texts.
    """
    plan = outline(definition, texts, language, catalogue)
    layout = lay_out(plan, figures)
    head = MARGIN + TITLE + (44 if plan.waits else 0)
    routed = route(layout, MARGIN, head)
    width = max(routed.width, MARGIN + _waits_width(plan)) + MARGIN
    kinds = {box.step: _kind(box) for box in plan.boxes}
    rtl = language in RIGHT_TO_LEFT
    parts = (
        _opening(definition.flow, language, width, routed.height + MARGIN),
        _title(definition.flow, plan),
        *(_way(way, kinds[way.target]) for way in _in_order(routed.ways)),
        _start(layout.boxes[plan.start]),
        *(_box(slot, (figures or {}).get(step), kinds, rtl=rtl) for step, slot in layout.boxes.items()),
    )
    return "\n".join((*parts, "</svg>", ""))


def _kind(box: Box) -> str:
    return box.kind.split()[0]


def _opening(name: str, language: str, width: float, height: float) -> str:
    tips = "".join(
        f'<marker id="tip-{kind}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path class="tip-{kind}" d="M0 .5 8 4 0 7.5z"/></marker>'
        for kind in _KINDS
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img" lang="{escape(language)}">'
        f"<title>{escape(name)}</title><style>{_STYLE}</style><defs>{tips}</defs>"
        f'<rect class="paper" width="100%" height="100%"/>'
    )


def _title(name: str, plan: Outline) -> str:
    parts = [
        f'<text class="title" x="{MARGIN}" y="{MARGIN + 16}">{escape(name)}</text>',
        f'<text class="soft" x="{MARGIN}" y="{MARGIN + 38}">{escape(" · ".join(plan.facts))}</text>',
    ]
    if plan.waits:
        x, y = float(MARGIN), MARGIN + TITLE + 8
        parts.append(f'<text class="soft" x="{x:.0f}" y="{y}">No answer</text>')
        x += 76
        for after, what in plan.waits:
            words = f"{after}: {what}"
            width = measure(words) + 22
            parts.append(f'<rect class="chip" x="{x:.0f}" y="{y - 17}" width="{width:.0f}" height="26" rx="13"/>')
            parts.append(f'<text x="{x + 11:.0f}" y="{y}">{escape(words)}</text>')
            x += width + 10
    return "".join(parts)


def _waits_width(plan: Outline) -> float:
    return 76 + sum(measure(f"{after}: {what}") + 32 for after, what in plan.waits)


def _in_order(ways: tuple[Way, ...]) -> list[Way]:
    """Arrows last, so that their tips lie on top; every line once."""
    return sorted(dict.fromkeys(ways), key=lambda way: way.ends)


def _way(way: Way, kind: str) -> str:
    tip = f' marker-end="url(#tip-{kind})"' if way.ends else ""
    return f'<path class="way to-{kind}" d="{drawn(way.points)}"{tip}/>'


def _start(slot: Slot) -> str:
    x, y = slot.x, slot.y + slot.entry
    line = f'<path class="from" d="M{x - 20:.1f} {y:.1f}H{x:.1f}"/>'
    return f'{line}<circle class="start" cx="{x - 20:.1f}" cy="{y:.1f}" r="5"/>'


def _box(slot: Slot, figures: Figures | None, kinds: Mapping[str, str], *, rtl: bool) -> str:
    box, x, y, height = slot.box, slot.x, slot.y, slot.height
    if box is None:
        return ""
    kind = _kind(box)
    round_off = 18 if kind == "ends" else 10
    parts = [
        f'<g class="{kind}" data-step="{escape(box.step)}">',
        f'<rect class="box" x="{x:.1f}" y="{y:.1f}" width="{WIDTH}" height="{height:.1f}" rx="{round_off}"/>',
        _head(box, x, y),
    ]
    side, turned = (x + WIDTH - PAD, ' direction="rtl"') if rtl else (x + PAD, "")
    for number, line in enumerate(slot.lines):
        top = y + PAD + HEAD + number * LINE + 11
        parts.append(f'<text x="{side:.1f}" y="{top:.1f}"{turned}>{escape(line)}</text>')
    for number, row in enumerate(box.rows):
        parts.append(_row(slot, number, row, figures, kinds, rtl=rtl))
    if box.next:
        parts.append(_port(x, y + slot.entry, kinds[box.next]))
    if figures is not None and slot.foot:
        parts.append(_foot(figures, x, y + height - FOOT))
    return "".join((*parts, "</g>"))


def _head(box: Box, x: float, y: float) -> str:
    """What the step does in a pill of its colour, and its name."""
    words = f"{box.kind}: {box.about}" if box.about else box.kind
    if measure(words) + measure(box.step) > TEXT_WIDTH - 20:
        words = shorten(box.about or box.kind, 150)
    pill = measure(words) * 0.86 + 18
    name = shorten(box.step, (TEXT_WIDTH - pill - 8) * 1.02)
    return (
        f'<rect class="pill" x="{x + PAD - 4:.1f}" y="{y + PAD - 1:.1f}" width="{pill:.1f}" height="20" rx="10"/>'
        f'<text class="kind" x="{x + PAD + 5:.1f}" y="{y + PAD + 13:.1f}">{escape(words)}</text>'
        f'<text class="name" x="{x + PAD + pill + 4:.1f}" y="{y + PAD + 13:.1f}">{escape(name)}</text>'
    )


def _row(slot: Slot, number: int, row: Row, figures: Figures | None, kinds: Mapping[str, str], *, rtl: bool) -> str:
    x, middle = slot.x, slot.y + slot.row(number)
    count = figures.options.get(row.option) if figures is not None and row.option else None
    taken = 44 if count is not None else 0
    # What stands aside is said by Holdback, from left to right; answers are in the flow's language.
    turned = rtl and row.option is not None
    side = x + WIDTH - PAD if turned else x + PAD
    way = ' direction="rtl"' if turned else ""
    label = escape(shorten(row.label, TEXT_WIDTH - taken))
    parts = [
        f'<path class="rule" d="M{x + PAD:.1f} {middle - ROW / 2:.1f}h{TEXT_WIDTH}"/>',
        f'<text class="{"aside" if row.aside else "row"}" x="{side:.1f}" y="{middle + 4:.1f}"{way}>{label}</text>',
    ]
    if count is not None:
        far, anchor = (x + PAD, "start") if turned else (x + WIDTH - PAD, "end")
        parts.append(f'<text class="count" x="{far:.1f}" y="{middle + 4:.1f}" text-anchor="{anchor}">{count}</text>')
    if row.target:
        parts.append(_port(x, middle, kinds[row.target]))
    return "".join(parts)


def _port(x: float, y: float, kind: str) -> str:
    return f'<circle class="port-{kind}" cx="{x + WIDTH:.1f}" cy="{y:.1f}" r="3.2"/>'


def _foot(figures: Figures, x: float, y: float) -> str:
    """How many came, answered, left and stand here now, above a bar of the share that answered."""
    words = [f"{figures.reached} reached"]
    words += [f"{figures.answered} answered"] if figures.answered is not None else []
    words += [f"{figures.left} left"] if figures.left else []
    words += [f"{figures.here} now"] if figures.here else []
    parts = [f'<text class="count" x="{x + PAD:.1f}" y="{y + 9:.1f}">{" · ".join(words)}</text>']
    if figures.answered is not None and figures.reached:
        share = min(1.0, figures.answered / figures.reached) * TEXT_WIDTH
        parts.append(
            f'<rect class="track" x="{x + PAD:.1f}" y="{y + 15:.1f}" width="{TEXT_WIDTH}" height="3" rx="1.5"/>'
        )
        parts.append(f'<rect class="done" x="{x + PAD:.1f}" y="{y + 15:.1f}" width="{share:.1f}" height="3" rx="1.5"/>')
    return "".join(parts)
