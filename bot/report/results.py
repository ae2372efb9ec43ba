"""The results of a report: verdicts, cost, return, and what to try next."""

from collections.abc import Iterator, Sequence

from bot.report import words
from bot.report.blocks import Block, Heading, Paragraph, Points, Span, Subheading, Table, Verdict, Weeks
from bot.report.figures import Compared, message_bill
from bot.report.gather import K, Report
from bot.report.numbers import between, day, percent, span
from bot.report.words import barrier_name, money, offer_name, say, step_name, whole
from flows.evidence.returns import Move
from flows.evidence.verdicts import Judged
from storage.reads.evidence import Counted

TONES = {"helps": "good", "harms": "bad", "unbalanced": "bad"}


def blocks(report: Report) -> Iterator[Block]:
    """The section about results."""
    yield Heading(say("report-4"))
    if report.evidence.period is None:
        yield Paragraph(say("report-not-measured"))
    for one in report.evidence.compared:
        yield from _compared(one, report.evidence.currency)
    yield from _moves(report)
    yield Paragraph(cost_line(report))


def _compared(one: Compared, currency: str) -> Iterator[Block]:
    said = one.judged
    question = say(f"comparison-{one.comparison}")
    yield Verdict(question, words.headline(one.comparison, said), TONES.get(said.verdict, ""))
    yield Paragraph(say(f"comparison-{one.comparison}-what"), quiet=True)
    reasons = words.because(one, currency, least=K)
    if _told(said):
        yield Span(said.interval, reasons[0])
    yield Points(tuple(reasons))
    weeks = tuple(week for week in one.weeks if _told(week))
    if weeks:
        yield Weeks(weeks, say("report-week-by-week"))
    groups = (("treated", one.pair.treated), ("control", one.pair.control))
    rows = tuple(
        (say(f"comparison-{one.comparison}-{side}"), *_group(counted, currency))
        for side, counted in groups
        if counted.people >= K
    )
    if rows:
        heads = ("report-group", "report-people", "report-bought", "report-between", "report-revenue", "report-cost")
        yield Table(question, tuple(say(head) for head in heads), rows)


def _told(said: Judged) -> bool:
    """Whether a week's interval may be drawn: there are enough people and buyers in both groups, or no buyers."""
    return min(said.treated.people, said.control.people) >= K and words.tellable(said, K)


def _group(counted: Counted, currency: str) -> tuple[str, ...]:
    if 0 < counted.bought < K:
        return (whole(counted.people), say("report-small", k=K), "–", "–", "–")
    return (
        whole(counted.people),
        f"{whole(counted.bought)} ({percent(counted.group.rate)})",
        between(counted.bought, counted.people),
        money(counted.revenue, currency),
        money(counted.discounts, currency),
    )


def _moves(report: Report) -> Iterator[Block]:
    yield Subheading(say("report-offers"))
    if not report.moves:
        yield Paragraph(say("report-no-moves", k=K), quiet=True)
        return
    currency = report.evidence.currency
    heads = ("report-offer", "report-made-to", "report-bought", "report-between", "report-revenue", "report-cost",
             "report-brought", "report-per-person")  # fmt: skip
    rows = tuple(move_row(one, currency) for one in report.moves)
    yield Table(say("report-offers"), tuple(say(head) for head in heads), rows)
    yield Paragraph(words.ranking(report.ranking))
    yield Paragraph(say("moves-note"), quiet=True)


def move_row(one: Move, currency: str) -> tuple[str, ...]:
    """A move as a row of text; figures of fewer than K buyers are left out, since an amount may tell whose it was."""
    made_to = whole(one.people)
    if one.open >= K:
        made_to += f" ({say('report-still-open', n=whole(one.open))})"
    if one.people < K:
        return offer_name(one.offer), say("report-small", k=K) if one.people else made_to, "–", "–", "–", "–", "–", "–"
    if 0 < one.bought < K:
        small = say("report-small", k=K)
        return offer_name(one.offer), made_to, small, "–", "–", "–", "–", "–"
    return (
        offer_name(one.offer),
        made_to,
        f"{whole(one.bought)} ({percent(one.rate)})",
        span(one.interval),
        money(one.revenue, currency),
        money(one.cost, currency),
        money(one.brought, currency),
        money(one.per_person, currency),
    )


def cost_line(report: Report) -> str:
    """What the campaign cost, in all and for each person, as one sentence."""
    spent, currency = report.worth.spent, report.evidence.currency
    if not spent.prospects:
        return say("report-cost-none")
    bill = message_bill(spent, report.evidence.message_cost)
    total = bill + spent.discounts
    return say(
        "report-cost-line",
        total=money(total, currency),
        messages=money(bill, currency),
        offers=money(spent.discounts, currency),
        each=money(total / spent.prospects, currency),
        people=whole(spent.prospects),
    )


def next_steps(report: Report) -> list[str]:
    """What to try next, the most important first; never an empty list."""
    lines = [*_of_evidence(report)]
    lines += [
        say("next-offer", barrier=barrier_name(one), n=whole(dict(report.barriers)[one])) for one in report.unanswered
    ]
    if report.ranking is not None and report.ranking.apart:
        lines.append(say("next-worst", worst=offer_name(report.ranking.worst.offer)))
    return [*lines, *_of_quality(report)] or [say("next-nothing")]


def _of_evidence(report: Report) -> Sequence[str]:
    evidence = report.evidence
    if evidence.period is None:
        return [say("next-measure")]
    lines = []
    for one in evidence.compared:
        match one.judged.verdict:
            case "helps" | "harms":
                lines.append(say(f"next-{one.judged.verdict}-{one.comparison}"))
            case "unbalanced":
                lines.append(say("next-balance"))
            case "too_early" | "no_difference":
                pass
    if evidence.next_look is not None and any(one.judged.verdict == "too_early" for one in evidence.compared):
        lines.append(say("next-wait", date=day(evidence.next_look, report.zone)))
    return lines


def _of_quality(report: Report) -> list[str]:
    asked, lines = report.worth.quality, []
    asked_of = [one for one in asked.questions if not one.optional and one.asked >= 20 and one.dropped >= K]
    worst = max(asked_of, key=lambda one: one.dropped / one.asked, default=None)
    if worst is not None and worst.dropped / worst.asked > 0.3:
        lines.append(say("next-drop", step=step_name(worst.step), n=whole(worst.dropped), asked=whole(worst.asked)))
    if asked.response is not None and asked.reached >= 20 and asked.response < 0.2:
        lines.append(say("next-answers", share=percent(asked.response)))
    return lines
