"""What may be said about an effect, and when (EVIDENCE 2.1): once a week, by a rule that looking often cannot fool.

The plan is thirteen weeks. Each week's interval is drawn as wide as thirteen looks need (Bonferroni: level
1 - 0.05/13), so that all thirteen together are right 95 times in 100. Nothing is said before ten purchases in both
groups. At the planned end the usual 95 % interval is given once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final, Literal

from flows.evidence.intervals import Interval, expected, newcombe, sizes_p

Comparison = Literal["contacted", "offered"]
"""`contacted`: written to against left alone. `offered`: asked and given offers against asked and given none."""

COMPARISONS: Final[tuple[Comparison, ...]] = ("contacted", "offered")

Verdict = Literal["helps", "harms", "no_difference", "too_early", "unbalanced"]

PLANNED_WEEKS: Final = 13
ENOUGH: Final = 10
"""Purchases in each group before anything is said."""

ALARM: Final = 0.001
"""Group sizes less likely than this did not come from the lot that was planned."""

WORTH: Final = 0.01
"""A difference smaller than one point in a hundred people is not worth having: the plan does not wait to find it."""

USUAL: Final = 0.05
"""The share of buyers that is reckoned with while nobody has bought."""

WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Group:
    """A group whose attribution windows have closed: people, and those of them who bought."""

    people: int
    bought: int

    @property
    def rate(self) -> float:
        """The share who bought; 0 of nobody."""
        return self.bought / self.people if self.people else 0.0


@dataclass(frozen=True, slots=True)
class Judged:
    """What was said of two groups in a week.

    `interval` is that week's (wide) one, `final` the 95 % one, given once at the planned end. `more` is about how many
    more people are needed in both groups together, only while it is too early. `sizes` is the chance of such group
    sizes.
    """

    verdict: Verdict
    week: int
    planned: int
    treated: Group
    control: Group
    interval: Interval
    final: Interval | None
    more: int | None
    sizes: float

    @property
    def ended(self) -> bool:
        """Whether the planned weeks are over."""
        return self.week >= self.planned


def weekly_level(planned: int = PLANNED_WEEKS) -> float:
    """The level of each week's interval, so that all of them together hold 95 times in 100."""
    return 1 - 0.05 / planned


def judge(treated: Group, control: Group, *, control_share: float, week: int, planned: int = PLANNED_WEEKS) -> Judged:
    """The verdict of a week. `control_share` is the planned share of the control group among both, between 0 and 1."""
    interval = newcombe(treated.bought, treated.people, control.bought, control.people, weekly_level(planned))
    final = None
    if week >= planned:
        final = newcombe(treated.bought, treated.people, control.bought, control.people)
    sizes = sizes_p(treated.people, control.people, control_share)
    verdict = _verdict(treated, control, interval, sizes=sizes, ended=week >= planned)
    more = people_needed(treated, control, control_share, planned) if verdict == "too_early" else None
    return Judged(verdict, week, planned, treated, control, interval, final, more, sizes)


def _verdict(treated: Group, control: Group, interval: Interval, *, sizes: float, ended: bool) -> Verdict:
    if sizes < ALARM:
        return "unbalanced"
    if min(treated.bought, control.bought) < ENOUGH:
        return "too_early"
    if interval.low > 0:
        return "helps"
    if interval.high < 0:
        return "harms"
    return "no_difference" if ended or max(-interval.low, interval.high) < WORTH else "too_early"


def people_needed(treated: Group, control: Group, control_share: float, planned: int = PLANNED_WEEKS) -> int:
    """About how many more people, in both groups, until something can be said. Rounded to two figures, at least 10.

    The larger of two needs: ten purchases in the group that has fewest, at its rate so far; and an interval narrow
    enough to tell the difference seen so far (or one point, when less was seen) from none.
    """
    people = treated.people + control.people
    pooled = (treated.bought + control.bought) / people if people else 0.0
    reckoned = pooled or USUAL
    needs = [
        ENOUGH / (max(group.rate or reckoned, reckoned / 4) * share)
        for group, share in ((treated, 1 - control_share), (control, control_share))
        if group.bought < ENOUGH
    ]
    if treated.bought + control.bought >= ENOUGH:
        needs.append(_until_told(treated.rate or reckoned, control.rate or reckoned, control_share, planned))
    return _about(max(needs) - people)


def _until_told(rate: float, rate_0: float, control_share: float, planned: int) -> float:
    """How many people, in both groups, make the interval of such rates narrow enough to exclude no difference."""
    if abs(rate - rate_0) < WORTH:
        rate = rate_0 + WORTH if rate_0 + WORTH < 1 else rate_0 - WORTH
    level, least, most = weekly_level(planned), 1.0, 1e9
    for _ in range(60):
        middle = (least + most) / 2
        told = expected(rate, middle * (1 - control_share), rate_0, middle * control_share, level).excludes_zero
        least, most = (least, middle) if told else (middle, most)
    return most


def _about(number: float) -> int:
    """Up to two figures: 337.2 is about 340. Never less than ten: one person more is no plan."""
    whole = max(10, ceil(round(number, 6)))
    step = int("1" + "0" * max(0, len(str(whole)) - 2))
    return ceil(whole / step) * step


def week_of(since: datetime, now: datetime) -> int:
    """How many whole weeks have passed since the measuring began: the number of the last look. 0: none yet."""
    return max(0, (now - since) // WEEK)


def look_at(since: datetime, week: int) -> datetime:
    """The moment of a week's look."""
    return since + week * WEEK
