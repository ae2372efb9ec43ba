"""The report's charts on paper, in millimetres: bars, an interval, and the weeks in a row."""

from collections.abc import Sequence

from fpdf import FPDF

from bot.report import words
from bot.report.charts import scale_of, weeks_scale
from bot.report.ink import ACCENT, FILL, INK, LINE, SOFT
from flows.evidence.intervals import Interval
from flows.evidence.verdicts import Judged


def _room(paper: FPDF, height: float) -> float:
    """A new page unless there is room; the y to begin at."""
    if paper.will_page_break(height):
        paper.add_page()
    return float(paper.get_y())


def draw_bars(paper: FPDF, rows: Sequence[tuple[str, float, str]]) -> None:
    """Labels and figures above bars."""
    for label, share, figures in rows:
        top = _room(paper, 12)
        paper.set_font("text", "", 10)
        paper.set_text_color(*INK)
        paper.cell(paper.epw / 2, 5, label)
        paper.set_text_color(*SOFT)
        paper.cell(paper.epw / 2, 5, figures, align="R")
        paper.set_fill_color(*FILL)
        paper.rect(paper.l_margin, top + 5.6, paper.epw, 2.4, style="F")
        paper.set_fill_color(*ACCENT)
        paper.rect(paper.l_margin, top + 5.6, max(0.2, paper.epw * min(share, 1.0)), 2.4, style="F")
        paper.set_y(top + 10.5)


def draw_span(paper: FPDF, interval: Interval) -> None:
    """A difference with its interval around no difference, in points of a hundred."""
    top, reach = _room(paper, 20) + 2, scale_of([interval])

    def x(value: float) -> float:
        inside = min(max(value, -reach), reach)
        return float(paper.l_margin + paper.epw * (0.05 + 0.9 * (inside + reach) / (2 * reach)))

    paper.set_font("text", "", 8)
    paper.set_text_color(*SOFT)
    for value in (-reach, -reach / 2, 0.0, reach / 2, reach):
        paper.set_draw_color(*(SOFT if value == 0 else LINE))
        paper.set_line_width(0.2)
        paper.line(x(value), top, x(value), top + 9)
        paper.set_xy(x(value) - 10, top + 9.5)
        paper.cell(20, 4, words.points(value) if value else "0", align="C")
    paper.set_draw_color(*ACCENT)
    paper.set_line_width(0.9)
    paper.line(x(interval.low), top + 4.5, x(interval.high), top + 4.5)
    paper.set_fill_color(*ACCENT)
    paper.circle(x(interval.mid), top + 4.5, 1.6, style="F")
    paper.set_line_width(0.2)
    paper.set_y(top + 16)


def draw_weeks(paper: FPDF, said: Sequence[Judged], label: str) -> None:
    """Week by week: the interval as it was said, a dot for the estimate."""
    known = [one for one in said if one.treated.people and one.control.people]
    top, tall, reach = _room(paper, 52) + 2, 34.0, weeks_scale(known)
    paper.set_font("text", "", 8.5)
    paper.set_text_color(*SOFT)
    paper.cell(0, 4, label)
    top += 6
    middle, left, planned = top + tall / 2, paper.l_margin + 12, said[-1].planned
    for value in (reach, 0.0, -reach):
        y = middle - value / reach * tall / 2
        paper.set_draw_color(*(SOFT if value == 0 else LINE))
        paper.line(left, y, paper.w - paper.r_margin, y)
        paper.set_xy(paper.l_margin, y - 2)
        paper.cell(10, 4, words.points(value) if value else "0", align="R")
    step = (paper.epw - 12) / planned
    for week in range(1, planned + 1):
        paper.set_xy(left + step * (week - 1), top + tall + 1.5)
        paper.cell(step, 4, str(week), align="C")
    for one in known:
        _week(paper, one.interval, left + step * (one.week - 0.5), middle, tall / 2 / reach)
    paper.set_y(top + tall + 8)


def _week(paper: FPDF, interval: Interval, x: float, middle: float, unit: float) -> None:
    most = middle - 17
    low, mid, high = (min(max(middle - value * unit, most), middle + 17) for value in
                      (interval.low, interval.mid, interval.high))  # fmt: skip
    paper.set_draw_color(*ACCENT)
    paper.set_line_width(0.8)
    paper.line(x, low, x, high)
    paper.set_fill_color(*ACCENT)
    paper.circle(x, mid, 1.1, style="F")
    paper.set_line_width(0.2)
