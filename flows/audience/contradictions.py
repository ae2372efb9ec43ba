"""Whether a condition can match anybody at all, or matches everybody whoever they are."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Final

from flows.audience.comparing import counts, matches
from flows.audience.observing import Seen
from flows.audience.terms import All, AnyOf, Compare, Condition, Did, Known, Leaf, Not, Ordered, fold
from flows.audience.wording import describe

MOST_WAYS: Final = 2000
"""So many ways to match are looked at; a condition with more is believed to be possible."""

_NOON: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
_APART: Final = "\x1f"
"""A sign that no value holds: it keeps pieces of a made-up text apart."""

Literal = tuple[Leaf, bool]
"""A leaf, and whether it has to hold."""


def never(condition: Condition) -> str | None:
    """Why the condition can never match anybody, in words; None when it can."""
    ways = _ways(condition, holds=True)
    if ways is None:
        return None
    reasons = [_clash(way) for way in ways]
    if any(reason is None for reason in reasons):
        return None
    return next((reason for reason in reasons if reason), "there is nothing in it that could match")


def always(condition: Condition) -> bool:
    """The condition matches everybody, whoever they are."""
    ways = _ways(condition, holds=False)
    return ways is not None and all(_clash(way) is not None for way in ways)


def _ways(condition: Condition, *, holds: bool) -> list[tuple[Literal, ...]] | None:
    """Every way in which it comes true (or false): what has to hold together. None when there are too many."""
    match condition:
        case Not(part):
            return _ways(part, holds=not holds)
        case All(parts) | AnyOf(parts):
            inner = [_ways(part, holds=holds) for part in parts]
            known = [ways for ways in inner if ways is not None]
            if len(known) < len(inner):
                return None
            return _joined(known) if isinstance(condition, All) is holds else _either(known)
        case _:
            return [((condition, holds),)]


def _joined(parts: list[list[tuple[Literal, ...]]]) -> list[tuple[Literal, ...]] | None:
    size = 1
    for part in parts:
        size *= len(part)
    if size > MOST_WAYS:
        return None
    return [tuple(literal for way in combined for literal in way) for combined in product(*parts)]


def _either(parts: list[list[tuple[Literal, ...]]]) -> list[tuple[Literal, ...]] | None:
    ways = [way for part in parts for way in part]
    return ways if len(ways) <= MOST_WAYS else None


def _clash(way: tuple[Literal, ...]) -> str | None:
    """Which of these cannot hold together, in words; None when they can."""
    about: defaultdict[object, list[Literal]] = defaultdict(list)
    for literal in dict.fromkeys(way):
        about[_subject(literal[0])].append(literal)
    for literals in about.values():
        if not _possible(literals):
            told = [describe(leaf) if wanted else f"not {describe(leaf)}" for leaf, wanted in literals]
            return f"{told[0]} never holds" if len(told) == 1 else f"{' and '.join(told)} exclude each other"
    return None


def _subject(leaf: Leaf) -> object:
    """What a leaf is about: only leaves about the same thing can exclude each other."""
    match leaf:
        case Compare(field, _, value):
            # What is told of a span moves with time; it is not judged against days that stand still.
            return (field, isinstance(value, timedelta))
        case Known(field):
            return (field, False)
        case Did(kinds, _, _, within, of):
            return ("did", frozenset(kinds), within, of)
        case Ordered(measure, _, _, within, of):
            return ("bought", measure, within, of)
        case _:
            return leaf


def _possible(literals: list[Literal]) -> bool:
    """Some value makes all of them come true: tried with every value that could make a difference."""
    first = literals[0][0]
    if isinstance(first, Did | Ordered):
        return any(all(_counts(leaf, number) is wanted for leaf, wanted in literals) for number in _numbers(literals))
    if isinstance(first, Compare | Known):
        return any(all(_holds(leaf, seen) is wanted for leaf, wanted in literals) for seen in _values(literals))
    return len({wanted for _, wanted in literals}) == 1


def _counts(leaf: Leaf, number: Decimal) -> bool:
    if isinstance(leaf, Did):
        return counts(leaf.bound, number, leaf.times)
    return isinstance(leaf, Ordered) and counts(leaf.bound, number, leaf.number)


def _numbers(literals: list[Literal]) -> list[Decimal]:
    """Counts and totals around every bound; between two amounts there is always a third, between two counts not."""
    bounds = {Decimal(leaf.times) for leaf, _ in literals if isinstance(leaf, Did)}
    bounds |= {leaf.number for leaf, _ in literals if isinstance(leaf, Ordered)}
    totals = any(isinstance(leaf, Ordered) and leaf.measure == "total" for leaf, _ in literals)
    step = Decimal("0.001") if totals else Decimal(1)
    around = {bound + step * off for bound in bounds for off in (-1, 0, 1)}
    return sorted(number for number in around | {Decimal(0)} if number >= 0)


def _holds(leaf: Leaf, seen: Seen | None) -> bool:
    if isinstance(leaf, Known):
        return seen is not None
    return isinstance(leaf, Compare) and seen is not None and matches(leaf.op, seen, leaf.value, _NOON)


def _values(literals: list[Literal]) -> Iterator[Seen | None]:
    """Every value of the field that could make a difference; unknown, where it can be."""
    leaf = literals[0][0]
    field = leaf.field if isinstance(leaf, Compare | Known) else None
    comparisons = [one for one, _ in literals if isinstance(one, Compare)]
    if field is None:
        return
    if field.name not in ("stage", "engagement", "engagement_level", "known_since", "asked"):
        yield None
    match field.kind:
        case "word":
            yield from field.options or _texts(comparisons)
        case "text":
            yield from _texts(comparisons)
        case "yes_no":
            yield from (True, False)
        case "number" | "money" | "whole":
            yield from _amounts(comparisons, field.least, field.most, Decimal(1 if field.kind == "whole" else "0.001"))
        case "day" | "moment":
            yield from _moments(comparisons, moment=field.kind == "moment")


def _texts(comparisons: list[Compare]) -> Iterator[str]:
    named = [value for one in comparisons for value in _named(one)]
    yield from named
    prefixes = [str(one.value) for one in comparisons if one.op == "starts_with"]
    pieces = _APART.join(fold(str(one.value)) for one in comparisons if one.op == "contains")
    for prefix in (*prefixes, ""):
        yield f"{prefix}{_APART}{pieces}{_APART}"


def _named(comparison: Compare) -> tuple[str, ...]:
    value = comparison.value
    return value if isinstance(value, tuple) else (str(value),)


def _amounts(comparisons: list[Compare], least: int | None, most: int | None, step: Decimal) -> Iterator[Decimal]:
    named = [one.value for one in comparisons if isinstance(one.value, Decimal)]
    around = {value + step * off for value in named for off in (-1, 0, 1)} or {Decimal(least or 0)}
    for value in sorted(around):
        if (least is None or value >= least) and (most is None or value <= most):
            yield value


def _moments(comparisons: list[Compare], *, moment: bool) -> Iterator[Seen]:
    days = {one.value for one in comparisons if isinstance(one.value, date)}
    spans = {one.value for one in comparisons if isinstance(one.value, timedelta)}
    around = [day + timedelta(days=off) for day in days for off in (-1, 0, 1)]
    near = [_NOON + span * sign + timedelta(days=off) for span in spans for sign in (-1, 1) for off in (-1, 0, 1)]
    moments = [datetime(day.year, day.month, day.day, 12, tzinfo=UTC) for day in around] + near + [_NOON]
    yield from moments if moment else [one.date() for one in moments]
