"""From figures to a report: which blocks, in which order, in which words."""

from collections.abc import Iterator
from datetime import timedelta

from bot.report import results
from bot.report.blocks import Bars, Block, Heading, Paragraph, Points, Quotes, Subheading, Table
from bot.report.gather import K, Report, Version
from bot.report.numbers import between, day, minute, percent, took
from bot.report.words import barrier_name, offer_name, say, segment_name, step_name, whole
from flows.evidence.quality import Quality


def compose(report: Report) -> tuple[Block, ...]:
    """The whole report, from research over segments and strategies to results and what to try next."""
    return (
        *_research(report),
        *_segments(report),
        *_strategies(report),
        *results.blocks(report),
        Heading(say("report-5")),
        Points(tuple(results.next_steps(report)), numbered=True),
    )


def title(report: Report) -> tuple[str, str, str]:
    """The title, which campaign and days it is about, and when it was made."""
    window = report.window
    about = say(
        "report-of",
        campaign=report.evidence.campaign,
        shop=report.shop,
        since=day(window.since, report.zone),
        until=day(window.until - timedelta(seconds=1), report.zone),
    )
    made = say("report-made", at=minute(report.made_at, report.zone), zone=report.zone)
    return say("report-title"), about, f"{made} {say('report-k', k=K)}"


def _research(report: Report) -> Iterator[Block]:
    asked = report.worth.quality
    yield Heading(say("report-1"))
    yield Paragraph(asked_line(asked))
    if asked.median_seconds is not None:
        yield Paragraph(say("report-median", time=took(asked.median_seconds)))
    if report.barriers:
        barrier, number = report.barriers[0]
        people = report.named.people
        yield Paragraph(
            say("report-top", barrier=barrier_name(barrier), n=whole(number), people=whole(people),
                share=percent(number / people))
        )  # fmt: skip
        yield Bars(say("report-barrier"), tuple(_barrier(one, n, people) for one, n in report.barriers))
    else:
        yield Paragraph(say("report-no-barriers", k=K), quiet=True)
    quoted = [(barrier, said) for barrier, said in report.quotes.items() if said]
    if quoted:
        yield Subheading(say("report-quotes"))
        yield Paragraph(say("report-quotes-how"), quiet=True)
        for barrier, said in quoted:
            yield Quotes(barrier_name(barrier), tuple((one.text, one.language) for one in said))
    yield from _questions(asked)


def asked_line(asked: Quality) -> str:
    """How many were asked and answered, as one sentence."""
    if not asked.reached:
        return say("report-asked-none")
    line = say(
        "report-asked-line",
        reached=whole(asked.reached),
        answered=whole(asked.answered),
        response=percent(asked.response),
        completed=whole(asked.completed),
        completion=percent(asked.completion),
    )
    return f"{line} {say('report-left-alone', n=whole(asked.left_alone))}" if asked.left_alone >= K else line


def _barrier(barrier: str, number: int, people: int) -> tuple[str, float, str]:
    share = number / people
    return barrier_name(barrier), share, f"{percent(share)} · {whole(number)} · {between(number, people)}"


def _questions(asked: Quality) -> Iterator[Block]:
    rows = tuple(
        (
            f"{step_name(one.step)} ({say('report-optional')})" if one.optional else step_name(one.step),
            whole(one.asked),
            few(one.answered),
            few(one.dropped),
            took(one.median_seconds) if one.answered >= K else "–",
        )
        for one in asked.questions
        if one.asked >= K
    )
    if rows:
        heads = ("report-question", "report-asked", "report-answered", "report-left", "report-took")
        yield Subheading(say("report-questions"))
        yield Table(say("report-questions"), tuple(say(head) for head in heads), rows)
        yield Paragraph(say("opened-note"), quiet=True)


def few(number: int) -> str:
    """A count, unless it is so small that it might tell who somebody is."""
    return say("report-small", k=K) if 0 < number < K else whole(number)


def _segments(report: Report) -> Iterator[Block]:
    yield Heading(say("report-2"))
    rows = []
    for one in report.cohorts:
        if one.people < K:
            continue
        most = max(one.named.by_barrier.items(), key=lambda item: item[1], default=("", 0))
        told = f"{barrier_name(most[0])} ({percent(most[1] / one.named.people)})" if most[1] >= K else "–"
        rows.append((segment_name(one.segment), told, whole(one.people), few(one.named.people)))
    if not rows:
        yield Paragraph(say("report-no-segments"), quiet=True)
        return
    heads = ("report-segment", "report-named-most", "report-people", "report-answered")
    yield Table(say("report-2"), tuple(say(head) for head in heads), tuple(rows), left=2)
    grades = ", ".join(f"{grade}: {few(number)}" for grade, number in report.grades.items())
    if grades:
        yield Paragraph(say("report-grades", grades=grades))


def _strategies(report: Report) -> Iterator[Block]:
    yield Heading(say("report-3"))
    if not report.versions:
        yield Paragraph(say("report-no-strategy"))
    for one in report.versions:
        yield from _version(one, report.zone)


def _version(one: Version, zone: str) -> Iterator[Block]:
    since = day(one.live_at, zone)
    if one.retired_at is None:
        yield Subheading(say("report-version-now", number=one.number, since=since))
    else:
        yield Subheading(say("report-version", number=one.number, since=since, until=day(one.retired_at, zone)))
    said = [line for line in (one.note, say("report-learning") if one.learning else None) if line]
    if said:
        yield Paragraph(" ".join(said))
    if one.rows:
        rows = tuple(
            (barrier_name(barrier), segment_name(segment), ", ".join(offer_name(offer) for offer in offers))
            for barrier, segment, offers in one.rows
        )
        heads = tuple(say(head) for head in ("report-barrier", "report-for", "report-offers-in-order"))
        yield Table(say("report-offers-in-order"), heads, rows, left=3)
