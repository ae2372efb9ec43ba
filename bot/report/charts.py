"""Charts as SVG, made here: they need no script, are the same on a page and in a file, and can be printed.

Widths are percentages, so that a chart is as wide as its place and its letters stay readable. Colours are classes:
`c-track`, `c-bar`, `c-axis`, `c-span`, `c-dot`, `c-text`.
"""

from collections.abc import Sequence

from markupsafe import Markup

from bot.report import words
from flows.evidence.intervals import Interval
from flows.evidence.verdicts import Judged

LEAST_SCALE = 0.05
"""A chart of differences reaches at least five points to either side: a small one must not look large."""


def scale_of(intervals: Sequence[Interval]) -> float:
    """How far a chart of these differences reaches to either side: a round number of points that holds them all."""
    widest = max((max(abs(one.low), abs(one.high)) for one in intervals), default=0.0)
    for step in (LEAST_SCALE, 0.1, 0.2, 0.5):
        if widest <= step:
            return step
    return 1.0


def weeks_scale(known: Sequence[Judged]) -> float:
    """How far the weekly chart reaches: twice as far as the newest interval needs. First weeks may reach beyond it."""
    return min(1.0, 2 * scale_of([one.interval for one in known[-1:]]))


def bar(share: float | None, label: str) -> Markup:
    """One bar: how much of the whole. An unknown share is an empty track."""
    width = min(max(share or 0.0, 0.0), 1.0) * 100
    return Markup(
        '<svg class="c-chart" role="img" width="100%" height="10" aria-label="{}"><rect class="c-track" width="100%" '
        'height="10" rx="5"/><rect class="c-bar" width="{:.2f}%" height="10" rx="5"/></svg>'
    ).format(label, width)


def interval(one: Interval, label: str, *, scale: float | None = None) -> Markup:
    """A difference with its interval around no difference, in points of a hundred."""
    reach = scale or scale_of([one])
    ticks = Markup("").join(_tick(value, reach) for value in (-reach, -reach / 2, 0.0, reach / 2, reach))
    return Markup(
        '<svg class="c-chart" role="img" width="100%" height="58" aria-label="{label}">{ticks}'
        '<line class="c-span" x1="{low:.2f}%" x2="{high:.2f}%" y1="16" y2="16"/>'
        '<circle class="c-dot" cx="{mid:.2f}%" cy="16" r="6"/></svg>'
    ).format(label=label, ticks=ticks, low=_x(one.low, reach), mid=_x(one.mid, reach), high=_x(one.high, reach))


def _tick(value: float, reach: float) -> Markup:
    kind = "c-axis c-zero" if value == 0 else "c-axis"
    name = "0" if value == 0 else words.points(value)
    return Markup(
        '<line class="{kind}" x1="{x:.2f}%" x2="{x:.2f}%" y1="0" y2="34"/>'
        '<text class="c-text" x="{x:.2f}%" y="50" text-anchor="middle">{name}</text>'
    ).format(kind=kind, x=_x(value, reach), name=name)


def _x(value: float, reach: float) -> float:
    return 6 + 88 * (min(max(value, -reach), reach) + reach) / (2 * reach)


def weeks(said: Sequence[Judged], label: str) -> Markup:
    """Week by week: the interval as it was said, a dot for the estimate. Weeks to come are empty places."""
    planned = said[-1].planned if said else 0
    known = [one for one in said if one.treated.people and one.control.people]
    reach = weeks_scale(known)
    height, top = 120, 12
    middle = top + height / 2
    parts = [
        Markup(
            '<line class="c-axis c-zero" x1="9%" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>'
            '<text class="c-text" x="7.5%" y="{text:.1f}" text-anchor="end">0</text>'
            '<text class="c-text" x="7.5%" y="{top}" text-anchor="end">{most}</text>'
            '<text class="c-text" x="7.5%" y="{bottom}" text-anchor="end">{least}</text>'
        ).format(
            y=middle, text=middle + 4, top=top + 4, bottom=top + height + 4, most=words.points(reach),
            least=words.points(-reach),
        )
    ]  # fmt: skip
    shown = {one.week: one for one in known}
    for week in range(1, planned + 1):
        x = 9 + 91 * (week - 0.5) / planned
        parts.append(
            Markup('<text class="c-text" x="{:.2f}%" y="{}" text-anchor="middle">{}</text>').format(
                x, top + height + 24, week
            )
        )
        if week in shown:
            parts.append(_week(shown[week], x, middle, height / 2 / reach))
    return Markup('<svg class="c-chart" role="img" width="100%" height="{}" aria-label="{}">{}</svg>').format(
        top + height + 30, label, Markup("").join(parts)
    )


def _week(one: Judged, x: float, middle: float, unit: float) -> Markup:
    low, mid, high = (middle - value * unit for value in (one.interval.low, one.interval.mid, one.interval.high))
    low, mid, high = (min(max(value, 6.0), 2 * middle - 6) for value in (low, mid, high))
    return Markup(
        '<line class="c-span" x1="{x:.2f}%" x2="{x:.2f}%" y1="{high:.1f}" y2="{low:.1f}"><title>{what}</title></line>'
        '<circle class="c-dot" cx="{x:.2f}%" cy="{mid:.1f}" r="4"/>'
    ).format(x=x, high=high, low=low, mid=mid, what=week_words(one))


def week_words(one: Judged) -> str:
    """A week's verdict for readers of the chart who cannot see it."""
    return words.say(
        "week-words",
        week=one.week,
        verdict=words.short(one.verdict, one.more),
        low=words.points(one.interval.low),
        high=words.points(one.interval.high),
    )
