"""Evidence in plain words: the verdict, and why it is what it is."""

from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel.numbers import format_currency

from bot.report import ROOM
from bot.report.figures import Compared
from bot.web.texts import Texts
from flows.audience.profile import LEARNING_SEGMENTS
from flows.evidence.intervals import Interval
from flows.evidence.returns import FEW, Ranking
from flows.evidence.verdicts import ENOUGH, Comparison, Judged, Verdict
from flows.words import BARRIERS

LANGUAGE: Final = "en"


@lru_cache(maxsize=1)
def _texts() -> Texts:
    return Texts([ROOM.parent / "web" / "texts", ROOM / "texts"])


def say(text_id: str, **arguments: object) -> str:
    """A text of this room, in English. Raises KeyError when there is none."""
    return _texts().say(LANGUAGE, text_id, arguments)


def short(verdict: Verdict, more: int | None) -> str:
    """The verdict in a word or two: `helps`, `does not`, `too early: about 340 more people`."""
    return say(f"verdict-short-{verdict}", more=whole(more or 0))


def headline(comparison: Comparison, judged: Judged) -> str:
    """The verdict as one sentence."""
    return say(f"verdict-{comparison}-{judged.verdict}", more=whole(judged.more or 0))


def because(one: Compared, currency: str, *, least: int = 0) -> list[str]:
    """Why the verdict is what it is, a sentence each, the most important first.

    Figures of groups in which fewer than `least` people bought are not told.
    """
    judged, lines = one.judged, []
    treated, control = judged.treated, judged.control
    told = tellable(judged, least)
    if not told:
        lines.append(say("because-few"))
    elif treated.people and control.people:
        lines.append(
            say("because-difference", treated=rate(treated.rate), control=rate(control.rate), **_ends(judged.interval))
        )
    else:
        lines.append(say("because-nobody"))
    if judged.verdict == "unbalanced":
        lines.append(say("because-unbalanced", treated=whole(treated.people), control=whole(control.people)))
    if judged.verdict == "too_early":
        lines += _too_early(judged) if told else []
    if judged.final is not None:
        lines.append(say("because-final", **_ends(judged.final)))
    if one.profit is not None:
        ends = {"low": one.profit.low, "mid": one.profit.mid, "high": one.profit.high}
        lines.append(say("because-profit", **{name: money(value, currency) for name, value in ends.items()}))
    return [*lines, *_counted(one, least)]


def tellable(judged: Judged, least: int) -> bool:
    """Whether the figures of both groups may be told: nobody bought, or at least so many."""
    return all(not 0 < group.bought < least for group in (judged.treated, judged.control))


def _too_early(judged: Judged) -> list[str]:
    treated, control = judged.treated, judged.control
    lines = []
    if min(treated.bought, control.bought) < ENOUGH:
        lines.append(say("because-purchases", treated=whole(treated.bought), control=whole(control.bought)))
    if judged.more is not None:
        counted = treated.people + control.people
        known = "because-rates" if treated.bought + control.bought else "because-usual"
        lines.append(say(known, more=whole(judged.more), counted=whole(counted)))
    return lines


def _counted(one: Compared, least: int) -> list[str]:
    judged, lines = one.judged, []
    if not judged.week:
        lines.append(say("because-first-look"))
    elif judged.ended:
        lines.append(say("because-ended", planned=judged.planned))
    else:
        lines.append(say("because-week", week=judged.week, planned=judged.planned))
    refunded, unknown = (
        getattr(one.pair.treated, name) + getattr(one.pair.control, name) for name in ("refunded", "unknown")
    )
    for name, number in (("open", one.pair.open), ("refunded", refunded), ("unknown", unknown)):
        if number and number >= least:
            lines.append(say(f"because-{name}", n=number))
    return lines


def ranking(ranked: Ranking | None) -> str:
    """Which move was best and which worst, as far as that can be told."""
    if ranked is None:
        return say("moves-too-few", few=FEW)
    text_id = "moves-apart" if ranked.apart else "moves-not-apart"
    return say(text_id, best=offer_name(ranked.best.offer), worst=offer_name(ranked.worst.offer))


def barrier_name(barrier: str) -> str:
    """A barrier as every page calls it."""
    return say(f"barrier-{barrier}")


def offer_name(offer: str) -> str:
    """An offer by its id in the catalogue, as words."""
    return offer.replace("_", " ").capitalize()


def segment_name(segment: str | None) -> str:
    """A learning segment in words; a saved segment goes by its own name, `any` is everybody."""
    if segment == "any":
        return say("report-everybody")
    if segment is None:
        return say("report-segment-unknown")
    return say(f"report-segment-{segment}") if segment in LEARNING_SEGMENTS else segment


def step_name(step: str) -> str:
    """A question of the shipped flow in words; one of a shop's own flow goes by its id."""
    if step in BARRIERS:
        return say("step-follow-up", barrier=barrier_name(step))
    return say(f"step-{step}") if step in ("barrier", "solved", "contact") else step


def points(value: float) -> str:
    """A difference of shares in points of a hundred, with its sign: +2.3, −0.4, 0.0."""
    rounded = round(value * 100, 1)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{abs(rounded):.1f}"


def rate(value: float) -> str:
    """A share as a number of a hundred, with one decimal."""
    return f"{value * 100:.1f}"


def whole(number: int) -> str:
    """A count with separators: 12,400."""
    return f"{number:,}"


def money(value: Decimal | float | None, currency: str) -> str:
    """An amount of this currency; a dash when it is not known."""
    return "–" if value is None else str(format_currency(value, currency, locale="en"))


def _ends(interval: Interval) -> dict[str, str]:
    return {"low": points(interval.low), "mid": points(interval.mid), "high": points(interval.high)}
