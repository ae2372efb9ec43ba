"""Pictures of a flow. `mermaid` is text that many editors draw; `svg` is a picture of our own."""

from typing import Final

from flows.definition.outline import Box, outline
from flows.definition.picture import svg
from flows.definition.steps import FlowDefinition
from flows.offers.catalogue import Catalogue
from flows.texts import Texts

__all__ = ["mermaid", "svg"]

_STYLES: Final = (
    "classDef asks fill:#e0f1ed,stroke:#0b6b60,color:#16211e",
    "classDef offers fill:#fff6d6,stroke:#b08900,color:#16211e",
    "classDef says fill:#ffffff,stroke:#7f8b86,color:#16211e",
    "classDef hands fill:#e7ecfb,stroke:#3a4fa3,color:#16211e",
    "classDef ends fill:#eef0ec,stroke:#7f8b86,color:#16211e",
    "classDef waits fill:#ffffff,stroke:#7f8b86,stroke-dasharray:4 3,color:#53605c",
    "classDef enters fill:#eef3f8,stroke:#3d6485,color:#16211e",
    "classDef branches fill:#f6edf8,stroke:#7a4a86,color:#16211e",
    "classDef splits fill:#f6edf8,stroke:#7a4a86,color:#16211e",
)
_SHAPES: Final = {
    "ends": ("([", "])"),
    "offers": ("[[", "]]"),
    "enters": ("[/", "/]"),
    "branches": ("{{", "}}"),
    "splits": ("{{", "}}"),
    "waits": ("(", ")"),
}


def mermaid(definition: FlowDefinition, texts: Texts, language: str, catalogue: Catalogue | None = None) -> str:
    """The flow as a Mermaid flowchart, with its texts in one language, its offers and its waits.

    The flow must have passed the checker. Raises FlowError when the language has no texts.
    """
    plan = outline(definition, texts, language, catalogue)
    numbers = {box.step: f"s{number}" for number, box in enumerate(plan.boxes)}
    lines = ["flowchart LR"]
    lines += [f"  {numbers[box.step]}{_shape(box)}:::{box.kind.split()[0]}" for box in plan.boxes]
    for box in plan.boxes:
        for label, target in box.links:
            arrow = f"-- {_quoted(label)} -->" if label else "-->"
            lines.append(f"  {numbers[box.step]} {arrow} {numbers[target]}")
    if plan.waits:
        waits = (f"{after}: {what}" for after, what in plan.waits)
        lines.append(f"  waits[{_quoted('No answer', *waits)}]:::waits")
    return "\n".join((*lines, *(f"  {style}" for style in _STYLES), ""))


def _shape(box: Box) -> str:
    rows = [row.label for row in box.rows if row.target is None]
    kind = f"{box.kind}, {box.about}" if box.about else box.kind
    content = _quoted(f"{box.step} · {kind}", box.text, *(f"• {label}" for label in rows))
    left, right = _SHAPES.get(box.kind, ("[", "]"))
    return f"{left}{content}{right}"


def _quoted(*lines: str) -> str:
    """Lines as one Mermaid text. Its own marks are written as entities, so that a text can hold anything."""
    escaped = [line.replace("&", "&amp;").replace("#", "#35;").replace('"', "#quot;") for line in lines if line]
    safe = [line.replace("<", "&lt;").replace(">", "&gt;").replace("\n", " ") for line in escaped]
    return f'"{"<br/>".join(safe)}"'
