"""Where the boxes of a picture stand: columns from left to right, few crossings, no overlaps."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from flows.definition.graph import circles, longest_way
from flows.definition.outline import Box, Outline

WIDTH: Final = 260
GAP_X: Final = 92
GAP_Y: Final = 22
PAD: Final = 12
HEAD: Final = 20
LINE: Final = 17
ROW: Final = 22
MARGIN: Final = 24
TEXT_WIDTH: Final = WIDTH - 2 * PAD
SWEEPS: Final = 6


@dataclass
class Placed:
    """A box with its place. `lines` is its text, wrapped; `x` and `y` are its left upper corner."""

    box: Box
    lines: tuple[str, ...]
    column: int
    x: float = 0
    y: float = 0
    ways_in: list[str] = field(default_factory=list)

    @property
    def height(self) -> float:
        """How tall the box is."""
        text = len(self.lines) * LINE
        rows = len(self.box.rows) * ROW + (6 if self.box.rows else 0)
        return HEAD + text + rows + 2 * PAD - 2

    def row_y(self, number: int) -> float:
        """The middle of a row, where its way out starts."""
        return self.y + PAD + HEAD + len(self.lines) * LINE + 6 + number * ROW + ROW / 2 - 4

    @property
    def entry_y(self) -> float:
        """Where ways come in: beside the heading."""
        return self.y + PAD + HEAD / 2 - 2


def place(plan: Outline) -> dict[str, Placed]:
    """Every box with its place, in the order of the flow."""
    columns = _columns(plan)
    placed = {box.step: Placed(box, wrap(box.text, TEXT_WIDTH), columns[box.step]) for box in plan.boxes}
    for item in placed.values():
        item.x = MARGIN + item.column * (WIDTH + GAP_X)
        for _, target in item.box.links:
            placed[target].ways_in.append(item.box.step)
    stacks: list[list[Placed]] = [[] for _ in range(max(columns.values()) + 1)]
    for item in placed.values():
        stacks[item.column].append(item)
    for stack in stacks:
        _stack(stack, [0.0] * len(stack))
    for _ in range(SWEEPS):
        for stack in stacks[1:]:
            _stack(stack, [_wish(item, placed) for item in stack])
    _align(stacks)
    return placed


def _columns(plan: Outline) -> dict[str, int]:
    """A step's column is the length of the longest way to it; steps in a circle share one."""
    links = {box.step: tuple(target for _, target in box.links) for box in plan.boxes}
    circle = {name: number for number, group in enumerate(circles(links)) for name in group}
    forward = {
        name: tuple(to for to in targets if name not in circle or circle.get(to) != circle[name])
        for name, targets in links.items()
    }
    sources: dict[str, list[str]] = {name: [] for name in links}
    for name, targets in forward.items():
        for target in targets:
            sources[target].append(name)
    turned = {name: tuple(found) for name, found in sources.items()}
    return {name: len(longest_way(turned, name, lambda _: 1)) - 1 for name in links}


def _wish(item: Placed, placed: dict[str, Placed]) -> float:
    """The height at which the ways into a box would be straight."""
    starts = [port for name in item.ways_in for port in _ports(placed[name], item.box.step)]
    middle = sum(starts) / len(starts) if starts else item.y
    return middle - item.height / 2


def _ports(source: Placed, target: str) -> Sequence[float]:
    rows = [source.row_y(number) for number, row in enumerate(source.box.rows) if row.target == target]
    return rows or [source.y + source.height / 2]


def _stack(stack: list[Placed], wishes: list[float]) -> None:
    """Put boxes one below the other as near to their wishes as their heights allow."""
    order = sorted(range(len(stack)), key=lambda number: wishes[number])
    ordered = [stack[number] for number in order]
    wanted = [wishes[number] for number in order]
    bottom = float("-inf")
    for item, wish in zip(ordered, wanted, strict=True):
        item.y = max(wish, bottom + GAP_Y)
        bottom = item.y + item.height
    # Pushing down moved the stack as a whole: half of the way back is fair to all.
    drift = sum(item.y - wish for item, wish in zip(ordered, wanted, strict=True)) / max(1, len(ordered))
    for item in ordered:
        item.y -= drift
    stack[:] = ordered


def _align(stacks: list[list[Placed]]) -> None:
    top = min(item.y for stack in stacks for item in stack)
    for stack in stacks:
        for item in stack:
            item.y += MARGIN - top


def wrap(text: str, width: float, most: int = 4) -> tuple[str, ...]:
    """Words into lines of at most `width` pixels, at most `most` lines; Japanese breaks between any two signs."""
    lines: list[str] = []
    line = ""
    for word in _pieces(" ".join(text.split())):
        if line and measure(line + word.rstrip()) > width:
            lines.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
    lines += [line.rstrip()] if line.strip() else []
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1][:-1]}…"]
    return tuple(lines)


def _pieces(text: str) -> list[str]:
    pieces = [""]
    for character in text:
        if _is_wide(character):
            pieces += [character, ""]
        else:
            pieces[-1] += character
            if character == " ":
                pieces.append("")
    return [piece for piece in pieces if piece]


def measure(text: str) -> float:
    """About how many pixels a text takes at the size of the picture."""
    return sum(13.0 if _is_wide(character) else 6.7 for character in text if not unicodedata.combining(character))


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def shorten(text: str, width: float) -> str:
    """A text cut to one line of at most `width` pixels."""
    if measure(text) <= width:
        return text
    while text and measure(text) > width - 8:
        text = text[:-1]
    return f"{text.rstrip()}…"
