"""What is wrong with a strategy before it speaks: rows that can never hold, and what money says against it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from flows.audience.profile import LEARNING_SEGMENTS
from flows.offers import money_checks
from flows.offers.catalogue import Catalogue
from flows.offers.finding import Finding, place_of
from flows.offers.strategy import ANYBODY, Row, StrategyDefinition
from flows.words import BARRIERS, FINAL_BARRIERS


@dataclass(frozen=True, slots=True)
class Known:
    """What rows may name: saved segments, each with the attributes it looks at.

    `sensitive`: attributes that may never decide an offer; `empty`: saved segments that can never hold for anybody.
    """

    segments: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sensitive: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()


def check(strategy: StrategyDefinition, catalogue: Catalogue, known: Known) -> tuple[Finding, ...]:
    """Every finding, row by row, then money and the whole. Errors keep the strategy from going live."""
    found: list[Finding] = []
    for number, row in enumerate(strategy.rows, 1):
        own = tuple(_barrier(row)) or (*_segment(row, known), *_offers(row, strategy, catalogue))
        found += [finding.at(place_of(number, row), number) for finding in own]
        found += _shadowed(number, row, strategy.rows[: number - 1])
    found += money_checks.check(strategy, catalogue)
    found += _whole(strategy, catalogue)
    return tuple(found)


def errors(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Only what keeps a strategy from going live."""
    return tuple(finding for finding in findings if finding.severity == "error")


def _barrier(row: Row) -> Iterator[Finding]:
    if row.barrier in FINAL_BARRIERS:
        sentence = f"{row.barrier} is a final answer that is respected: nobody is made an offer after it"
        yield Finding(sentence, "remove the row")


def _segment(row: Row, known: Known) -> Iterator[Finding]:
    if row.segment == ANYBODY or row.segment in LEARNING_SEGMENTS:
        return
    if row.segment not in known.segments:
        names = [ANYBODY, *LEARNING_SEGMENTS, *known.segments]
        yield Finding(f"there is no segment {row.segment!r}", _meant(row.segment, names))
        return
    named = sorted(known.segments[row.segment] & known.sensitive)
    if named:
        sentence = f"the segment {row.segment!r} looks at {named[0]!r}, and what is sensitive may not decide an offer"
        yield Finding(sentence, "use a segment without it")
    if row.segment in known.empty:
        yield Finding(
            f"the segment {row.segment!r} can never hold for anybody", "correct the segment, or remove the row"
        )


def _offers(row: Row, strategy: StrategyDefinition, catalogue: Catalogue) -> Iterator[Finding]:
    for place, name in enumerate(row.offers):
        offer = catalogue.offer(name)
        if offer is None:
            yield Finding(f"there is no offer {name!r}", _meant(name, [one.id for one in catalogue.offers]))
            continue
        if name in row.offers[:place]:
            yield Finding(f"the offer {name!r} stands twice in the row", "remove one of them")
        if row.barrier not in offer.removes:
            fitting = [one.id for one in catalogue.offers if row.barrier in one.removes]
            cure = f"take one of {', '.join(fitting)}" if fitting else "add an offer for it to the catalogue"
            yield Finding(f"the offer {name!r} does not remove {row.barrier}", cure)
        elif offer.kind == "discount" and row.barrier not in strategy.guards.money_for:
            sentence = f"{name!r} is a discount, and {row.barrier} is not about money"
            yield Finding(
                sentence, f"take another offer, or add {row.barrier} to the barriers that may have a discount"
            )
        if offer.kind == "nothing" and place < len(row.offers) - 1:
            yield Finding(f"what stands after {name!r} is hardly ever reached", "put it last", "warning")


def _shadowed(number: int, row: Row, above: tuple[Row, ...]) -> Iterator[Finding]:
    """A row that an earlier one of its barrier always comes before."""
    same = [(place, one) for place, one in enumerate(above, 1) if one.barrier == row.barrier]
    for place, one in same:
        if one.segment in (row.segment, ANYBODY):
            sentence = f"it never applies: row {place} ({one.barrier}, {one.segment}) always comes first"
            yield Finding(sentence, "move it up, or remove it").at(place_of(number, row), number)
            return
    if row.segment == ANYBODY and set(LEARNING_SEGMENTS) <= {one.segment for _, one in same}:
        sentence = "it never applies: rows above cover all four segments that everybody is in one of"
        yield Finding(sentence, "remove it").at(place_of(number, row), number)


def _whole(strategy: StrategyDefinition, catalogue: Catalogue) -> Iterator[Finding]:
    bare = [one for one in BARRIERS if one not in FINAL_BARRIERS and not strategy.rows_for(one)]
    if bare:
        sentence = f"nobody who names {', '.join(bare)} is made an offer: there is no row for it"
        yield Finding(sentence, "add a row, if that is not meant", "warning").at("rows")
    if not strategy.learning.on:
        return
    real = {offer.id for offer in catalogue.offers if offer.kind != "nothing"}
    if not any(len(real.intersection(row.offers)) > 1 for row in strategy.rows):
        sentence = "there is nothing to learn: no row has two offers to choose between"
        yield Finding(sentence, "add a second offer to a row, or switch learning off", "warning").at("learning")


def _meant(name: str, names: list[str]) -> str:
    close = get_close_matches(name, names, n=1)
    return f"did you mean {close[0]!r}?" if close else f"write one of {', '.join(names)}"
