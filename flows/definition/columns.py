"""Which column of a picture a step stands in: the length of the longest way to it, ways that lead back left out."""

from collections.abc import Iterator, Mapping

from flows.definition.outline import Outline

Links = Mapping[str, tuple[str, ...]]


def columns_of(plan: Outline) -> dict[str, int]:
    """The column of each step, from 0."""
    links = {box.step: tuple(target for _, target in box.links) for box in plan.boxes}
    order, backs = _walk(links, plan.start)
    columns = dict.fromkeys(links, 0)
    # In this order, every way that does not lead back goes from an earlier step to a later one.
    for step in order:
        for target in links[step]:
            if (step, target) not in backs:
                columns[target] = max(columns[target], columns[step] + 1)
    return columns


def _walk(links: Links, start: str) -> tuple[list[str], set[tuple[str, str]]]:
    """The steps so that none comes before one that leads to it, and the ways that lead back instead."""
    left: list[str] = []
    backs: set[tuple[str, str]] = set()
    seen: set[str] = set()
    under_way: set[str] = set()
    for first in (start, *links):
        if first in seen:
            continue
        seen.add(first)
        under_way.add(first)
        stack: list[tuple[str, Iterator[str]]] = [(first, iter(links[first]))]
        while stack:
            step, targets = stack[-1]
            target = next(targets, None)
            if target is None:
                left.append(step)
                under_way.discard(step)
                stack.pop()
            elif target in under_way:
                backs.add((step, target))
            elif target not in seen:
                seen.add(target)
                under_way.add(target)
                stack.append((target, iter(links[target])))
    return left[::-1], backs
