"""Does it help, what did it cost, what did it bring, and how good was the asking: the page, its file, the report."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.console.gate import Visit
from bot.console.spans import Span, span_of
from bot.data.writing import csv_line
from bot.report import charts, kept, words
from bot.report.compose import asked_line, compose, title
from bot.report.figures import Compared, Evidence, Worth, message_bill, shown
from bot.report.gather import Report, gather
from bot.report.html import as_html
from bot.report.numbers import took
from flows.evidence.returns import Move, rank, together
from storage import audit, campaigns
from storage.database import Record
from storage.snapshots import Subject

PAGE: Final = "/console/evidence"
TONES: Final = {"helps": "good", "harms": "bad", "unbalanced": "bad", "no_difference": "", "too_early": ""}


async def show(visit: Visit) -> Response:
    """The page."""
    names, row = await _chosen(visit)
    if row is None:
        return visit.show("evidence.html", names=[], found=None, campaign=None)
    span = span_of(visit)
    query = {"campaign": row.name} | span.query
    counted = await kept.look(visit.house, kept.EVIDENCE, Subject(kept.EVIDENCE.name, row.name, span.window))
    context = {
        "names": names,
        "campaign": row.name,
        "span": span,
        "snapshot": counted,
        "address": f"{PAGE}?" + urlencode(query),
        "csv": f"{PAGE}.csv?" + urlencode(query),
        "report": f"{PAGE}/report?" + urlencode({"campaign": row.name}),
    }
    if counted.figures is None:
        return visit.show("evidence.html", found=None, **context)
    return visit.show("evidence.html", **context, **_figures(*counted.figures, query))


def _figures(found: Evidence, worth: Worth, query: dict[str, str]) -> dict[str, Any]:
    """What the page says of figures, however old they are."""
    moves, campaign = shown(together(worth.moves)), found.campaign
    return {
        "found": found,
        "compared": [_card(one, found) for one in found.compared],
        "moves": [_move(one, campaign) for one in moves],
        "by_barrier": [_move(one, campaign) for one in shown(together(worth.moves, by_barrier=True))],
        "ranking": words.ranking(rank(moves)),
        "spent": worth.spent,
        "bill": message_bill(worth.spent, found.message_cost),
        "quality": worth.quality,
        "steps": _steps(worth),
        "asked_line": asked_line(worth.quality),
        "took": took,
        "step_name": words.step_name,
        "said": lambda **other: "/console/answers?" + urlencode(query | other),
        "talks": lambda **other: _talks(campaign, **other),
    }


async def _chosen(visit: Visit) -> tuple[list[str], Record | None]:
    """The campaigns there are, and the one that is asked for: else the first that runs, else the first."""
    async with visit.house.database.read() as tx:
        rows = await campaigns.all_campaigns(tx)
    wanted = visit.asked("campaign")
    if wanted and wanted not in {row.name for row in rows}:
        raise HTTPException(404)
    running = [row for row in rows if row.state == "running"]
    chosen = next((row for row in rows if row.name == wanted), None) or next(iter([*running, *rows]), None)
    return [row.name for row in rows], chosen


def _card(one: Compared, found: Evidence) -> dict[str, Any]:
    said = one.judged
    reasons = words.because(one, found.currency)
    return {
        "question": words.say(f"comparison-{one.comparison}"),
        "what": words.say(f"comparison-{one.comparison}-what"),
        "headline": words.headline(one.comparison, said),
        "tone": TONES[said.verdict],
        "because": reasons,
        "drawn": charts.interval(said.interval, reasons[0]) if said.treated.people and said.control.people else None,
        "weeks": _weeks(one),
        "said": [charts.week_words(week) for week in one.weeks],
        "groups": [
            _group(one, "treated", found.campaign),
            _group(one, "control", found.campaign),
        ],
    }


def _weeks(one: Compared) -> Any:
    """The weeks drawn, once there is one with people in both groups."""
    if not any(week.treated.people and week.control.people for week in one.weeks):
        return None
    return charts.weeks(one.weeks, words.say("report-week-by-week"))


def _group(one: Compared, side: str, campaign: str) -> dict[str, Any]:
    arm = "offer" if side == "treated" else "never" if one.comparison == "contacted" else "control"
    counted = one.pair.treated if side == "treated" else one.pair.control
    return {
        "name": words.say(f"comparison-{one.comparison}-{side}"),
        "counted": counted,
        "rate": counted.group.rate if counted.people else None,
        "href": _talks(campaign, arm=arm),
    }


def _move(one: Move, campaign: str) -> dict[str, Any]:
    return {
        "move": one,
        "name": words.offer_name(one.offer),
        "href": _talks(campaign, offer=one.offer, barrier=one.barrier or ""),
    }


def _talks(campaign: str, **other: str) -> str:
    query = {"view": "all", "campaign": campaign} | {name: value for name, value in other.items() if value}
    return "/console/conversations?" + urlencode(query)


def _steps(worth: Worth) -> list[dict[str, Any]]:
    """How far people came, as shares of those who were to be asked."""
    one = worth.quality
    numbers = {"enrolled": one.enrolled, "reached": one.reached, "seen": one.seen, "answered": one.answered,
               "completed": one.completed}  # fmt: skip
    return [{"step": name, "n": n, "share": n / one.enrolled if one.enrolled else None} for name, n in numbers.items()]


async def download(visit: Visit) -> Response:
    """The moves as CSV: offer, barrier and segment, people, buyers, money."""
    _, row = await _chosen(visit)
    if row is None:
        raise HTTPException(404)
    house, window = visit.house, span_of(visit).window
    async with house.database.read_patiently() as tx:
        figures = await kept.EVIDENCE.count(house, tx, Subject(kept.EVIDENCE.name, row.name, window))
    if figures is None:
        raise HTTPException(404)
    await _note(visit, f"evidence of {row.name}")
    text = "".join(_lines(figures[1].moves))
    headers = {"content-disposition": 'attachment; filename="evidence.csv"'}
    return Response(text.encode(), media_type="text/csv; charset=utf-8", headers=headers)


def _lines(moves: Sequence[Move]) -> Iterator[str]:
    yield csv_line(
        ["offer", "barrier", "segment", "people", "open_windows", "bought", "low", "high", "revenue", "cost", "brought"]
    )
    for one in moves:
        ends = (f"{one.interval.low:.4f}", f"{one.interval.high:.4f}") if one.interval else ("", "")
        yield csv_line(
            [one.offer, one.barrier, one.segment, one.people, one.open, one.bought, *ends, one.revenue, one.cost,
             one.brought]
        )  # fmt: skip


async def report(visit: Visit) -> Response:
    """The campaign report, to read before it is sent."""
    found = await _report(visit)
    heading, about, made = title(found)
    query = urlencode({"campaign": found.evidence.campaign} | span_of(visit).query)
    return visit.show(
        "evidence_report.html",
        found=found,
        heading=heading,
        about=about,
        made=made,
        blocks=compose(found),
        kind=lambda block: type(block).__name__,
        charts=charts,
        span=_as_written(visit, found),
        back=f"{PAGE}?" + urlencode({"campaign": found.evidence.campaign}),
        html=f"{PAGE}/report.html?{query}",
        pdf=f"{PAGE}/report.pdf?{query}",
    )


def _as_written(visit: Visit, found: Report) -> Span:
    """The days that the report is about, as they stand in the form: nobody asked for them, it is the whole campaign."""
    span = span_of(visit)
    return span if span.chosen else replace(span, first=found.window.since.astimezone(span.zone).date())


async def _report(visit: Visit) -> Report:
    _, row = await _chosen(visit)
    if row is None:
        raise HTTPException(404)
    span = span_of(visit)
    return await gather(visit.house, row.name, span.window if span.chosen else None)


async def report_html(visit: Visit) -> Response:
    """The report as one HTML file."""
    found = await _report(visit)
    return await _file(visit, found, as_html(found).encode(), "html", "text/html; charset=utf-8")


async def report_pdf(visit: Visit) -> Response:
    """The report as a PDF, made beside the other requests: it takes a second or two."""
    from bot.report.pdf import as_pdf  # noqa: PLC0415 - its library takes long to import, and few ask for it

    found = await _report(visit)
    return await _file(visit, found, await asyncio.to_thread(as_pdf, found), "pdf", "application/pdf")


async def _file(visit: Visit, found: Report, content: bytes, suffix: str, media_type: str) -> Response:
    name = found.evidence.campaign
    await _note(visit, f"report of {name}")
    headers = {"content-disposition": f'attachment; filename="report-{name}.{suffix}"'}
    return Response(content, media_type=media_type, headers=headers)


async def _note(visit: Visit, what: str) -> None:
    await visit.house.database.transact(lambda tx: audit.note(tx, visit.staff.email, "exported", what, visit.now))
