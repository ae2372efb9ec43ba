"""Where the boxes of a picture stand: columns from left to right, few crossings, no overlaps.

A way that passes a column has a lane in it, like a box that is one line high: so no way runs through a box. Ways to the
same step share their lanes.
"""

from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from flows.definition.columns import columns_of
from flows.definition.lettering import wrap
from flows.definition.outline import Box, Outline

WIDTH: Final = 264
PAD: Final = 14
HEAD: Final = 26
LINE: Final = 18
ROW: Final = 24
FOOT: Final = 30
TEXT_WIDTH: Final = WIDTH - 2 * PAD
LANE: Final = 6
SWEEPS: Final = 12
ROUNDS: Final = 16
CROSSING: Final = 150
"""So many pixels up or down are as bad as a crossing."""

COMMON: Final = 400
"""With more pieces of ways than this, only crossings are counted to find the order."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What has happened at a step: how many came, answered and left there, and stand there now; answers by option."""

    reached: int
    answered: int | None
    left: int
    here: int
    options: Mapping[str, int] = field(default_factory=dict)


@dataclass(eq=False)
class Slot:
    """What takes up room in a column: a box, or without one the lane of the ways to `target`. `y` is its upper edge."""

    column: int
    target: str
    box: Box | None = None
    lines: tuple[str, ...] = ()
    foot: bool = False
    x: float = 0
    y: float = 0

    @property
    def height(self) -> float:
        """How tall it is."""
        if self.box is None:
            return LANE
        rows = len(self.box.rows) * ROW + (6 if self.box.rows else 0)
        return 2 * PAD + HEAD + len(self.lines) * LINE + rows - 4 + (FOOT if self.foot else 0)

    @property
    def entry(self) -> float:
        """How far below its upper edge ways come in, and leave that belong to the whole box."""
        return LANE / 2 if self.box is None else PAD + HEAD / 2 - 3

    def row(self, number: int) -> float:
        """How far below the upper edge the middle of a row is, where its way leaves."""
        return PAD + HEAD + len(self.lines) * LINE + 2 + number * ROW + ROW / 2


@dataclass(frozen=True, slots=True)
class Joint:
    """A piece of a way between neighbouring columns. `port` is how far below the source's upper edge it leaves.

    `load` is how many ways run along it.
    """

    source: Slot
    port: float
    target: Slot
    load: int = 1


@dataclass(frozen=True, slots=True)
class Back:
    """A way that leads back, or to the same column: it goes round below everything."""

    source: Slot
    port: float
    target: Slot


@dataclass(frozen=True)
class Layout:
    """All slots by column, from top to bottom; the pieces of ways between them; the boxes by step."""

    columns: tuple[tuple[Slot, ...], ...]
    joints: tuple[Joint, ...]
    backs: tuple[Back, ...]
    boxes: Mapping[str, Slot]


def lay_out(plan: Outline, figures: Mapping[str, Figures] | None = None) -> Layout:
    """Every box with its place; the upper edge of the highest is 0. Columns have no `x` yet: see `routing`."""
    at = columns_of(plan)
    boxes = {
        box.step: Slot(at[box.step], box.step, box, wrap(box.text, TEXT_WIDTH), foot=box.step in (figures or {}))
        for box in plan.boxes
    }
    joints, backs, lanes = _ways(plan, boxes)
    columns: list[list[Slot]] = [[] for _ in range(max(at.values()) + 1)]
    # Beginning in the order of the flow, a lane behind the first box that leads into it.
    for slot in [*boxes.values(), *lanes]:
        columns[slot.column].append(slot)
    _arrange(columns, joints)
    _settle_all(columns, joints)
    _straighten(columns, joints)
    top = min(slot.y for column in columns for slot in column)
    if columns[0] == [boxes[plan.start]]:
        # Whoever looks begins where the flow begins: in the left upper corner.
        columns[0][0].y = top
    for column in columns:
        for slot in column:
            slot.y -= top
    return Layout(tuple(tuple(column) for column in columns), tuple(joints), tuple(backs), boxes)


def _ways(plan: Outline, boxes: Mapping[str, Slot]) -> tuple[list[Joint], list[Back], list[Slot]]:
    lanes: dict[tuple[str, int], Slot] = {}
    joints: dict[tuple[int, float, int], Joint] = {}
    backs: list[Back] = []
    for box in plan.boxes:
        source = boxes[box.step]
        ports = [(source.row(number), row.target) for number, row in enumerate(box.rows) if row.target]
        ports += [(source.entry, box.next)] if box.next else []
        for port, step_id in ports:
            target = boxes[step_id]
            if target.column <= source.column:
                backs.append(Back(source, port, target))
                continue
            here, leaves = source, port
            for column in range(source.column + 1, target.column):
                lane = lanes.setdefault((step_id, column), Slot(column, step_id))
                _join(joints, here, leaves, lane)
                here, leaves = lane, lane.entry
            _join(joints, here, leaves, target)
    return list(joints.values()), backs, list(lanes.values())


def _join(joints: dict[tuple[int, float, int], Joint], source: Slot, port: float, target: Slot) -> None:
    known = joints.get((id(source), port, id(target)))
    joints[id(source), port, id(target)] = Joint(source, port, target, known.load + 1 if known else 1)


def _arrange(columns: list[list[Slot]], joints: Sequence[Joint]) -> None:
    """Order each column so that few ways cross: sorted by their neighbours, to and fro, the best order kept."""
    best, least = [list(column) for column in columns], _cost(columns, joints)
    into, out = _ends(joints)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        for number in range(1, len(columns)) if forward else range(len(columns) - 2, -1, -1):
            beside = _places([columns[number + (-1 if forward else 1)]])
            found = [
                [(beside[id(one.source)] + one.port / 1000, one.load) for one in into.get(id(slot), ())]
                if forward
                else [(float(beside[id(one.target)]), one.load) for one in out.get(id(slot), ())]
                for slot in columns[number]
            ]
            # Who has no neighbour there stays where it is.
            wishes = [_mean(near) if near else place for place, near in enumerate(found)]
            ranked = sorted(zip(wishes, range(len(wishes)), columns[number], strict=True), key=lambda one: one[:2])
            columns[number] = [slot for _, _, slot in ranked]
        cost = _cost(columns, joints)
        if cost < least:
            best, least = [list(column) for column in columns], cost
    columns[:] = best


def _mean(found: Sequence[tuple[float, float]]) -> float:
    """The mean of values with their weights."""
    return sum(value * weight for value, weight in found) / sum(weight for _, weight in found)


def _cost(columns: Sequence[Sequence[Slot]], joints: Sequence[Joint]) -> float:
    """What an order is worth: few crossings and, in a picture of common size, little up and down."""
    number = crossings(columns, joints)
    if len(joints) > COMMON:
        return number
    _settle_all(columns, joints)
    return number * CROSSING + sum(abs(one.source.y + one.port - one.target.y - one.target.entry) for one in joints)


def _ends(joints: Sequence[Joint]) -> tuple[dict[int, list[Joint]], dict[int, list[Joint]]]:
    """The pieces that lead into each slot, and those that lead out of it."""
    into: dict[int, list[Joint]] = {}
    out: dict[int, list[Joint]] = {}
    for one in joints:
        into.setdefault(id(one.target), []).append(one)
        out.setdefault(id(one.source), []).append(one)
    return into, out


def _places(columns: Sequence[Sequence[Slot]]) -> dict[int, int]:
    return {id(slot): number for column in columns for number, slot in enumerate(column)}


def crossings(columns: Sequence[Sequence[Slot]], joints: Sequence[Joint]) -> int:
    """How many pairs of ways cross, in this order of the columns."""
    places, number = _places(columns), 0
    passed: dict[int, list[int]] = {}
    for one in sorted(joints, key=lambda one: (places[id(one.source)], one.port, places[id(one.target)])):
        ends, end = passed.setdefault(one.source.column, []), places[id(one.target)]
        number += len(ends) - bisect_right(ends, end)
        insort(ends, end)
    return number


def _settle_all(columns: Sequence[Sequence[Slot]], joints: Sequence[Joint]) -> None:
    """Heights at which ways are as straight as can be, in this order."""
    into, out = _ends(joints)
    lanes: dict[str, list[Joint]] = {}
    for one in joints:
        if (one.source.box is None) != (one.target.box is None):
            lanes.setdefault(one.target.target, []).append(one)
    for column in columns:
        _settle(column, [0.0] * len(column), [1.0] * len(column))
    for turn in range(ROUNDS):
        levels = {target: _pull_of_lanes(found) for target, found in lanes.items()}
        for column in columns if turn % 2 == 0 else reversed(columns):
            pulls = [
                levels[slot.target]
                if slot.box is None
                else _pull(slot, [*into.get(id(slot), ()), *out.get(id(slot), ())])
                for slot in column
            ]
            _settle(column, [wish for wish, _ in pulls], [weight for _, weight in pulls])


def _pull(slot: Slot, joints: Sequence[Joint]) -> tuple[float, float]:
    """Where a box would like to be, and how much."""
    wishes = []
    for one in joints:
        outward = one.source is slot
        other = one.target if outward else one.source
        wish = other.y + other.entry - one.port if outward else other.y + one.port - slot.entry
        wishes.append((wish, float(one.load)))
    return (_mean(wishes), sum(weight for _, weight in wishes)) if wishes else (slot.y, 0.1)


def _pull_of_lanes(joints: Sequence[Joint]) -> tuple[float, float]:
    """All lanes to one target would like to be level with each other: amid what comes in and where it goes."""
    levels = [one.source.y + one.port if one.target.box is None else one.target.y + one.target.entry for one in joints]
    return sum(levels) / len(levels) - LANE / 2, 2.0 + len(levels)


def _gap(upper: Slot, lower: Slot) -> float:
    if upper.box is None and lower.box is None:
        return 8
    return 24 if upper.box is not None and lower.box is not None else 18


def _settle(column: Sequence[Slot], wishes: Sequence[float], weights: Sequence[float]) -> None:
    """As near to the wishes as order and heights allow, by least squares: neighbours that collide move as one block."""
    depth, depths = 0.0, []
    for number, slot in enumerate(column):
        depths.append(depth)
        depth += slot.height + (_gap(slot, column[number + 1]) if number + 1 < len(column) else 0)
    blocks: list[tuple[float, float, int]] = []
    for wish, weight, offset in zip(wishes, weights, depths, strict=True):
        place, heavy, size = wish - offset, weight, 1
        while blocks and blocks[-1][0] > place:
            before, load, count = blocks.pop()
            place = (before * load + place * heavy) / (load + heavy)
            heavy, size = heavy + load, size + count
        blocks.append((place, heavy, size))
    places = [place for place, _, size in blocks for _ in range(size)]
    for slot, place, offset in zip(column, places, depths, strict=True):
        slot.y = place + offset


def _straighten(columns: Sequence[Sequence[Slot]], joints: Sequence[Joint]) -> None:
    """What is nearly level with the one thing that leads to it is made level, where there is room."""
    into, _ = _ends(joints)
    for column in columns:
        for number, slot in enumerate(column):
            before = into.get(id(slot), [])
            nearly = LANE * 20 if slot.box is None else LANE
            wishes = {round(one.source.y + one.port - slot.entry, 1) for one in before}
            if len(wishes) != 1 and slot.box is not None:
                continue
            above = column[number - 1].y + column[number - 1].height + LANE if number else None
            below = column[number + 1].y - LANE - slot.height if number + 1 < len(column) else None
            fitting = [
                wish
                for wish in wishes
                if abs(wish - slot.y) <= nearly
                and (above is None or above <= wish)
                and (below is None or wish <= below)
            ]
            slot.y = min(fitting, key=lambda wish: abs(wish - slot.y), default=slot.y)
