"""What a strategy would have done with the offer moments of the past. It promises nothing about purchases.

Guards, rows and a strict budget are applied as a live strategy would; stocks of codes are not counted. Learning is
replayed as the order of the row: what it would have learned cannot be known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from flows.offers.budget import Spending
from flows.offers.catalogue import Catalogue
from flows.offers.eligibility import Circumstances
from flows.offers.policy import face_value
from flows.offers.strategy import Budget, StrategyDefinition
from flows.offers.weighing import Subject, weigh
from flows.scene import Granted, Person


@dataclass(frozen=True, slots=True)
class Moment:
    """A time when an offer could be made: to whom (prospect row id), for which barrier, and what was given then.

    The person, `segment` and `saved` segments are as they were known then; `earlier` is what they had been given before
    the time that is looked at.
    """

    prospect_id: int
    at: datetime
    barrier: str
    segment: str
    saved: frozenset[str]
    person: Person
    given: str | None
    value: Decimal
    earlier: tuple[Granted, ...] = ()


@dataclass(slots=True)
class Line:
    """One offer: how often it was given, how often it would have been, and the face value of both."""

    given: int = 0
    cost: Decimal = Decimal(0)
    would_give: int = 0
    would_cost: Decimal = Decimal(0)


@dataclass(slots=True)
class Report:
    """The comparison.

    `moments` looked at, the newest ones `of` all; for `lost` of them a fact that counts was said anew since, and what
    it was before is not kept. `different`: people who would have got something else, `without`: those who would have
    got nothing, `refused`: why, by reason, each first offer of a row that could not be given.
    """

    moments: int = 0
    of: int = 0
    lost: int = 0
    different: int = 0
    without: int = 0
    without_before: int = 0
    lines: dict[str, Line] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)

    @property
    def cost(self) -> Decimal:
        """Face value of what was given."""
        return sum((line.cost for line in self.lines.values()), Decimal(0))

    @property
    def would_cost(self) -> Decimal:
        """Face value of what would have been given: the most it could have cost."""
        return sum((line.would_cost for line in self.lines.values()), Decimal(0))


@dataclass(slots=True)
class _Past:
    """What the replay has given so far: grants by person, and their face value by period of the budget."""

    granted: dict[int, tuple[Granted, ...]] = field(default_factory=dict)
    promised: dict[tuple[int, ...], Decimal] = field(default_factory=dict)


def backtest(strategy: StrategyDefinition, catalogue: Catalogue, moments: Iterable[Moment]) -> Report:
    """Replay these moments, oldest first. Budgets start untouched, and every code counts with its full value."""
    report, past = Report(), _Past()
    for offer in catalogue.offers:
        report.lines[offer.id] = Line()
    for moment in moments:
        before = report.lines.setdefault(moment.given, Line()) if moment.given is not None else None
        chosen = _replay(strategy, catalogue, moment, past, report.refused)
        report.moments += 1
        if before is not None:
            before.given += 1
            before.cost += moment.value
        report.different += chosen != moment.given
        report.without += _is_nothing(catalogue, chosen)
        report.without_before += _is_nothing(catalogue, moment.given)
        if chosen is not None:
            report.lines[chosen].would_give += 1
            report.lines[chosen].would_cost += _worth(catalogue, chosen, moment.person)
    report.lines = {name: line for name, line in report.lines.items() if line.given or line.would_give}
    return report


def _replay(
    strategy: StrategyDefinition, catalogue: Catalogue, moment: Moment, past: _Past, refused: dict[str, int]
) -> str | None:
    granted = (*moment.earlier, *past.granted.get(moment.prospect_id, ()))
    who = Circumstances(moment.person, granted, catalogue.currency, moment.at)
    period = _period(strategy.budget, moment.at)
    subject = Subject(
        who, moment.segment, moment.saved, Spending(spent=past.promised.get(period, Decimal(0))), _NO_SHARES
    )
    had = {grant.offer for grant in granted}
    weighed = weigh(strategy, catalogue, subject, moment.barrier)
    for one in weighed:
        if one.refused is None and one.offer not in had:
            _give(catalogue, one.offer, moment, past, period)
            return one.offer
        reason = one.refused or "given_before"
        refused[reason] = refused.get(reason, 0) + 1
    return None


_NO_SHARES: Mapping[str, Mapping[str, Decimal]] = {}


def _worth(catalogue: Catalogue, name: str, person: Person) -> Decimal:
    offer = catalogue.offer(name)
    return (face_value(offer, person, catalogue.currency) if offer is not None else None) or Decimal(0)


def _give(catalogue: Catalogue, name: str, moment: Moment, past: _Past, period: tuple[int, ...]) -> None:
    offer = catalogue.offer(name)
    if offer is None:
        return
    value = _worth(catalogue, name, moment.person)
    ends = moment.at + offer.valid_for if offer.valid_for is not None else None
    grant = Granted(name, None, ends, moment.at, money=bool(value) or offer.code == "pool")
    past.granted[moment.prospect_id] = (*past.granted.get(moment.prospect_id, ()), grant)
    past.promised[period] = past.promised.get(period, Decimal(0)) + value


def _is_nothing(catalogue: Catalogue, name: str | None) -> bool:
    offer = catalogue.offer(name) if name is not None else None
    return offer is None or offer.kind == "nothing"


def _period(budget: Budget | None, at: datetime) -> tuple[int, ...]:
    """Which of the budget's periods a moment is in; UTC is near enough for looking back."""
    if budget is None or budget.per == "campaign":
        return ()
    if budget.per == "month":
        return (at.year, at.month)
    return at.isocalendar()[:2]
