"""The ways of a picture: level through the columns, upright between them, each target with an upright of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from flows.definition.layout import WIDTH, Layout, Slot

SIDE: Final = 28
TIP: Final = 24
TRACK: Final = 10
NARROWEST: Final = 56
TURN: Final = 9
MANY: Final = 40
"""With more uprights than this between two columns, no order is better than another to the eye."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Way:
    """A line of the picture, from point to point, to this step; `ends` when it arrives there."""

    target: str
    points: tuple[Point, ...]
    ends: bool


@dataclass(eq=False)
class Net:
    """What comes together between two columns on its way to one target: the heights it comes from and goes to.

    One that goes `under` turns down to the track of a way that leads back; one that comes `up` has no other source.
    """

    target: Slot
    sources: list[float] = field(default_factory=list)
    goal: float = 0
    under: bool = False
    up: bool = False
    x: float = 0

    @property
    def low(self) -> float:
        """The upper end of its upright."""
        return min([self.goal, *self.sources])

    @property
    def high(self) -> float:
        """The lower end of its upright."""
        return max([self.goal, *self.sources])


@dataclass(frozen=True)
class Routed:
    """All ways, and the size of what they and the boxes take up together. The boxes have their `x` now."""

    ways: tuple[Way, ...]
    width: float
    height: float


def route(layout: Layout, left: float, top: float) -> Routed:
    """Give each column its `x` and each way its line, from this left upper corner on."""
    for column in layout.columns:
        for slot in column:
            slot.y += top
    bottom = max(slot.y + slot.height for column in layout.columns for slot in column)
    returns = {id(back.target): back.target for back in layout.backs}
    tracks = {key: bottom + 26 + TRACK * number for number, key in enumerate(returns)}
    gutters = _gutters(layout, tracks)
    right = _place(layout, gutters, left)
    ways = [*_lanes(layout), *_joined(layout, gutters), *_returned(layout, gutters, tracks)]
    return Routed(tuple(ways), right, max([bottom, *(track + 4 for track in tracks.values())]))


def _gutters(layout: Layout, tracks: dict[int, float]) -> list[dict[tuple[str, int], Net]]:
    """The nets between the columns: before the first one, then behind each."""
    gutters: list[dict[tuple[str, int], Net]] = [{} for _ in range(len(layout.columns) + 1)]
    for joint in layout.joints:
        target = joint.target
        net = gutters[joint.source.column + 1].setdefault(("on", id(target)), Net(target, goal=target.y + target.entry))
        net.sources.append(joint.source.y + joint.port)
    for back in layout.backs:
        target, track = back.target, tracks[id(back.target)]
        net = gutters[back.source.column + 1].setdefault(("under", id(target)), Net(target, goal=track, under=True))
        net.sources.append(back.source.y + back.port)
        up = gutters[target.column].setdefault(("up", id(target)), Net(target, goal=target.y + target.entry, up=True))
        up.sources = [track]
    return gutters


def _place(layout: Layout, gutters: Sequence[dict[tuple[str, int], Net]], left: float) -> float:
    """The `x` of columns and uprights; returns that of the right edge."""
    x = left
    for number, nets in enumerate(gutters):
        upright = [net for net in _ordered(list(nets.values())) if not _is_level(net)]
        for place, net in enumerate(upright):
            net.x = x + SIDE / 2 + TRACK * place
        inner = SIDE / 2 + TRACK * max(0, len(upright) - 1) + TIP
        if 0 < number < len(gutters) - 1:
            spare = max(0.0, NARROWEST - inner)
            for net in upright:
                net.x += spare / 2
            x += inner + spare
        else:
            x += inner if upright else 0
        if number < len(layout.columns):
            for slot in layout.columns[number]:
                slot.x = x
            x += WIDTH
    return x


def _is_level(net: Net) -> bool:
    return not net.under and all(abs(source - net.goal) < 0.5 for source in net.sources)


def _ordered(nets: list[Net]) -> list[Net]:
    """Uprights from left to right so that few lines cross: the best of the orders that lie near."""
    level = sorted(nets, key=lambda net: net.goal)
    if len(nets) > MANY:
        return level
    # What leads down wants the lowest goal leftmost, what leads up the highest.
    down = sorted((net for net in nets if net.goal > net.low), key=lambda net: -net.goal)
    up = [net for net in level if net not in down]
    orders = [_improved(order) for order in (level, level[::-1], [*up, *down], [*down, *up])]
    return min(orders, key=lambda order: sum(_cost(one, other) for one, other in combinations(order, 2)))


def _improved(nets: Sequence[Net]) -> list[Net]:
    """Neighbours change places while that helps."""
    order = list(nets)
    for _ in order:
        changed = False
        for number in range(len(order) - 1):
            one, other = order[number], order[number + 1]
            if _cost(other, one) < _cost(one, other):
                order[number], order[number + 1] = other, one
                changed = True
        if not changed:
            break
    return order


def _cost(left: Net, right: Net) -> int:
    """What it costs to have one upright left of another: a crossing is bad, lines on top of each other are worse."""
    sources = [] if right.up else right.sources
    number = sum(left.low < source < left.high for source in sources)
    if not left.under:
        number += right.low < left.goal < right.high
        number += sum(20 for source in sources if abs(source - left.goal) < 4)
    return number


def _lanes(layout: Layout) -> list[Way]:
    return [
        Way(slot.target, ((slot.x, slot.y + slot.entry), (slot.x + WIDTH, slot.y + slot.entry)), ends=False)
        for column in layout.columns
        for slot in column
        if slot.box is None
    ]


def _joined(layout: Layout, gutters: Sequence[dict[tuple[str, int], Net]]) -> list[Way]:
    ways = []
    for joint in layout.joints:
        source, target = joint.source, joint.target
        net = gutters[source.column + 1]["on", id(target)]
        start, end = (source.x + WIDTH, source.y + joint.port), (target.x, net.goal)
        middle = () if _is_level(net) else ((net.x, start[1]), (net.x, end[1]))
        ways.append(Way(target.target, (start, *middle, end), ends=target.box is not None))
    return ways


def _returned(layout: Layout, gutters: Sequence[dict[tuple[str, int], Net]], tracks: dict[int, float]) -> list[Way]:
    ways = []
    for back in layout.backs:
        source, target, track = back.source, back.target, tracks[id(back.target)]
        down = gutters[source.column + 1]["under", id(target)].x
        up = gutters[target.column]["up", id(target)]
        y = source.y + back.port
        points = (
            (source.x + WIDTH, y), (down, y), (down, track), (up.x, track), (up.x, up.goal), (target.x, up.goal)
        )  # fmt: skip
        ways.append(Way(target.target, points, ends=True))
    return ways


def drawn(points: Sequence[Point]) -> str:
    """A line through these points as an SVG path, its corners round."""
    path = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        turn = min(TURN, _far(before, corner) / 2, _far(corner, after) / 2)
        first, last = _toward(corner, before, turn), _toward(corner, after, turn)
        path.append(f"L{first[0]:.1f} {first[1]:.1f}Q{corner[0]:.1f} {corner[1]:.1f} {last[0]:.1f} {last[1]:.1f}")
    path.append(f"L{points[-1][0]:.1f} {points[-1][1]:.1f}")
    return "".join(path)


def _far(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _toward(corner: Point, other: Point, far: float) -> Point:
    length = _far(corner, other) or 1
    return (corner[0] + (other[0] - corner[0]) * far / length, corner[1] + (other[1] - corner[1]) * far / length)
