"""The flow as an SVG picture: boxes in columns, a way out beside each answer, the waits below."""

from html import escape
from typing import Final

from flows.definition.layout import GAP_X, HEAD, LINE, MARGIN, PAD, ROW, TEXT_WIDTH, WIDTH, Placed, place, shorten
from flows.definition.outline import Outline, outline
from flows.definition.steps import FlowDefinition
from flows.offers.catalogue import Catalogue
from flows.texts import Texts
from flows.words import RIGHT_TO_LEFT

_STYLE: Final = """
svg{--f-paper:#f6f7f4;--f-surface:#fff;--f-ink:#16211e;--f-soft:#53605c;--f-line:#c9d0cb;--f-way:#9aa5a0;
--f-asks:#0b6b60;--f-offers:#a37800;--f-hands:#3a4fa3;--f-says:#7f8b86;--f-ends:#7f8b86;
font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans Arabic","Noto Sans CJK JP",sans-serif}
@media (prefers-color-scheme:dark){svg{--f-paper:#101513;--f-surface:#18201d;--f-ink:#e6ece9;--f-soft:#a3b0ab;
--f-line:#33403b;--f-way:#5d6b66;--f-asks:#4fbfae;--f-offers:#e0b84a;--f-hands:#93a5f0}}
.paper{fill:var(--f-paper)}.box{fill:var(--f-surface);stroke:var(--f-line)}.ends .box{fill:none}
.bar{fill:var(--f-says)}.asks .bar{fill:var(--f-asks)}.offers .bar{fill:var(--f-offers)}.hands .bar{fill:var(--f-hands)}
text{fill:var(--f-ink)}.head,.wait{fill:var(--f-soft);font-size:11px}.row{font-size:12px}
.rule{stroke:var(--f-line)}.port{fill:var(--f-way)}.way{fill:none;stroke:var(--f-way);stroke-width:1.4}
.label{fill:var(--f-soft);font-size:11px}.tip{fill:var(--f-way)}
""".replace("\n", "")


def svg(definition: FlowDefinition, texts: Texts, language: str, catalogue: Catalogue | None = None) -> str:
    """The flow as one SVG document, with its texts in one language; follows the viewer's light or dark theme.

    Each step is a group with its id in `data-step`, so that a page can lay numbers over it. The flow must have passed
    the checker. Raises FlowError when the language has no texts.
    """
    plan = outline(definition, texts, language, catalogue)
    placed = place(plan)
    waits = _waits(plan, max(item.y + item.height for item in placed.values()) + 34)
    width = max(item.x for item in placed.values()) + WIDTH + MARGIN
    height = max(item.y + item.height for item in placed.values()) + MARGIN + (34 if plan.waits else 0)
    ways = [way for item in placed.values() for way in _ways(item, placed)]
    boxes = [_box(item, rtl=language in RIGHT_TO_LEFT) for item in placed.values()]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img" lang="{escape(language)}">'
        f"<title>{escape(definition.flow)}</title><style>{_STYLE}</style>"
        f'<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>'
        f'<rect class="paper" width="100%" height="100%"/>'
    )
    return "\n".join((head, *ways, *boxes, waits, "</svg>", ""))


def _box(item: Placed, *, rtl: bool) -> str:
    box, x, y = item.box, item.x, item.y
    kind = box.kind.split(",")[0].split()[0]
    side = x + WIDTH - PAD if rtl else x + PAD
    way = ' direction="rtl"' if rtl else ""
    # The heading is set smaller than `shorten` measures.
    head = escape(shorten(f"{box.step} · {box.kind}", TEXT_WIDTH * 1.15))
    parts = [
        f'<g class="{kind}" data-step="{escape(box.step)}">',
        f'<rect class="box" x="{x:.0f}" y="{y:.0f}" width="{WIDTH}" height="{item.height:.0f}" rx="8"/>',
        f'<rect class="bar" x="{x:.0f}" y="{y + 8:.0f}" width="3" height="{item.height - 16:.0f}" rx="1.5"/>',
        f'<text class="head" x="{x + PAD:.0f}" y="{y + PAD + 9:.0f}">{head}</text>',
    ]
    for number, line in enumerate(item.lines):
        top = y + PAD + HEAD + number * LINE + 10
        parts.append(f'<text x="{side:.0f}" y="{top:.0f}"{way}>{escape(line)}</text>')
    for number, row in enumerate(box.rows):
        middle = item.row_y(number)
        parts.append(_rule(item, middle - ROW / 2))
        label = escape(shorten(row.label, TEXT_WIDTH))
        parts.append(f'<text class="row" x="{side:.0f}" y="{middle + 4:.0f}"{way}>{label}</text>')
        if row.target:
            parts.append(f'<circle class="port" cx="{x + WIDTH:.0f}" cy="{middle:.0f}" r="3"/>')
    return "".join((*parts, "</g>"))


def _rule(item: Placed, y: float) -> str:
    return f'<path class="rule" d="M{item.x + PAD:.0f} {y:.0f}H{item.x + WIDTH - PAD:.0f}"/>'


def _ways(item: Placed, placed: dict[str, Placed]) -> list[str]:
    right = item.x + WIDTH
    drawn = [
        _way(right, item.row_y(number), placed[row.target], "")
        for number, row in enumerate(item.box.rows)
        if row.target
    ]
    count = len(item.box.ways)
    for number, (label, target) in enumerate(item.box.ways):
        y = item.y + item.height * (number + 1) / (count + 1)
        drawn.append(_way(right, y, placed[target], label))
    return drawn


def _way(x: float, y: float, target: Placed, label: str) -> str:
    to_x, to_y = target.x, target.entry_y
    bend = max(GAP_X * 0.6, abs(to_x - x) * 0.4)
    path = f"M{x:.0f} {y:.0f}C{x + bend:.0f} {y:.0f} {to_x - bend:.0f} {to_y:.0f} {to_x - 2:.0f} {to_y:.0f}"
    words = f'<text class="label" x="{x + 7:.0f}" y="{y - 5:.0f}">{escape(label)}</text>' if label else ""
    return f'<path class="way" d="{path}" marker-end="url(#tip)"/>{words}'


def _waits(plan: Outline, y: float) -> str:
    if not plan.waits:
        return ""
    return f'<text class="wait" x="{MARGIN}" y="{y:.0f}">No answer: {escape("  →  ".join(plan.waits))}</text>'
