"""Evidence as a document: what `evidence --json` prints and GET /api/v1/evidence answers."""

from typing import Any

from bot.report import words
from bot.report.figures import Compared, Evidence, Worth, message_bill
from flows.evidence.intervals import Interval
from flows.evidence.quality import Question
from flows.evidence.returns import Move, rank, together
from flows.evidence.verdicts import Judged, weekly_level
from storage.reads.evidence import Counted


def document(found: Evidence, worth: Worth) -> dict[str, Any]:
    """The whole evidence of one campaign. Shares are of 1, money is in `currency`, times are UTC."""
    period = found.period
    return {
        "campaign": found.campaign,
        "state": found.state,
        "currency": found.currency,
        "attribution_days": found.days,
        "measuring": period is not None,
        "since": period.since if period else None,
        "control_groups": {"never_contacted": period.lot.never, "asked_no_offer": period.lot.control}
        if period
        else None,
        "next_look": found.next_look,
        "comparisons": [_comparison(one, found.currency) for one in found.compared],
        **_moves(found, worth),
        "quality": _quality(worth),
    }


def _comparison(one: Compared, currency: str) -> dict[str, Any]:
    said = one.judged
    return {
        "comparison": one.comparison,
        "verdict": said.verdict,
        "words": words.headline(one.comparison, said),
        "short": words.short(said.verdict, said.more),
        "because": words.because(one, currency),
        "more_people": said.more,
        "week": said.week,
        "planned_weeks": said.planned,
        "interval": _interval(said.interval, weekly_level(said.planned)),
        "final_interval": _interval(said.final, 0.95) if said.final else None,
        "treated": _group(one.pair.treated),
        "control": _group(one.pair.control),
        "open_windows": one.pair.open,
        "group_sizes_p": said.sizes,
        "profit_per_person": _interval(one.profit, weekly_level(said.planned)) if one.profit else None,
        "weeks": [_week(week) for week in one.weeks],
    }


def _week(said: Judged) -> dict[str, Any]:
    return {
        "week": said.week,
        "verdict": said.verdict,
        "treated": {"people": said.treated.people, "bought": said.treated.bought},
        "control": {"people": said.control.people, "bought": said.control.bought},
        "interval": _interval(said.interval, weekly_level(said.planned)),
    }


def _interval(interval: Interval, level: float) -> dict[str, float]:
    return {"low": interval.low, "mid": interval.mid, "high": interval.high, "level": level}


def _group(counted: Counted) -> dict[str, Any]:
    return {
        "people": counted.people,
        "bought": counted.bought,
        "rate": counted.group.rate if counted.people else None,
        "revenue": counted.revenue,
        "discounts": counted.discounts,
        "messages": counted.messages,
        "refunded": counted.refunded,
        "unknown_amount": counted.unknown,
    }


def _moves(found: Evidence, worth: Worth) -> dict[str, Any]:
    bill = message_bill(worth.spent, found.message_cost)
    cost, people = bill + worth.spent.discounts, worth.spent.prospects
    ranked = rank(together(worth.moves))
    return {
        "moves": [_move(one) for one in worth.moves],
        "best_move": ranked.best.offer if ranked else None,
        "worst_move": ranked.worst.offer if ranked else None,
        "told_apart": ranked.apart if ranked else False,
        "cost": {
            "messages": bill,
            "offers": worth.spent.discounts,
            "total": cost,
            "per_prospect": cost / people if people else None,
            "prospects": people,
        },
    }


def _move(one: Move) -> dict[str, Any]:
    return {
        "offer": one.offer,
        "barrier": one.barrier,
        "segment": one.segment,
        "people": one.people,
        "open_windows": one.open,
        "bought": one.bought,
        "rate": one.rate,
        "interval": _interval(one.interval, 0.95) if one.interval else None,
        "revenue": one.revenue,
        "cost": one.cost,
        "brought": one.brought,
        "per_person": one.per_person,
        "revenue_per_cost": one.back,
        "refunded": one.refunded,
        "unknown_amount": one.unknown,
    }


def _quality(worth: Worth) -> dict[str, Any]:
    one = worth.quality
    return {
        "enrolled": one.enrolled,
        "left_alone": one.left_alone,
        "reached": one.reached,
        "seen_at_least": one.seen,
        "mail_opens": None,
        "answered": one.answered,
        "completed": one.completed,
        "response": one.response,
        "completion": one.completion,
        "median_seconds_to_first_answer": one.median_seconds,
        "questions": [_question(question) for question in one.questions],
    }


def _question(one: Question) -> dict[str, Any]:
    return {
        "step": one.step,
        "asked": one.asked,
        "answered": one.answered,
        "dropped": one.dropped,
        "optional": one.optional,
        "median_seconds": one.median_seconds,
    }
