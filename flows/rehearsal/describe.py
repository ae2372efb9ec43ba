"""A turn in words: what a transcript keeps of it, and what the terminal shows."""

from datetime import datetime
from typing import Any, assert_never

from flows.answers import Answer
from flows.effects import (
    CallPerson,
    CancelPending,
    CancelTimers,
    Chose,
    CloseQuestion,
    Correct,
    Effect,
    EraseProspect,
    Finish,
    Give,
    Record,
    RecordFact,
    Repaint,
    Say,
    SetLanguage,
    SetTimer,
    Supersede,
    Withdraw,
)

Line = str | dict[str, Any]
"""One effect: a line of words, or for a message a mapping with its text and buttons."""


def describe(effect: Effect, now: datetime) -> Line:  # noqa: C901 - an arm for each kind that is told at length
    """One effect as a transcript keeps it. Times are UTC, timers also as the span from `now`."""
    match effect:
        case Say():
            return _message(effect)
        case Record():
            return _answer(effect)
        case Correct(former=former, answer=answer):
            return f"puts right {answer.step}, question {answer.visit}:{_named(former)} becomes{_named(answer)}"
        case RecordFact(name=name, text=text):
            return f"notes {name}: {text}"
        case Give():
            return _grant(effect)
        case Chose():
            return _choice(effect)
        case SetTimer(name=name, due=due):
            return f"timer {name} after {_span(due, now)} ({_moment(due)})"
        case Repaint(prompt=prompt):
            return f"shows question {prompt.visit} with {', '.join(prompt.picks) or 'nothing'} ticked"
        case CloseQuestion(visit=visit, mark=mark):
            return f"closes question {visit}" + (f" with {mark}" if mark else "")
        case _:
            return _short(effect)


def _short(
    effect: Supersede | CancelTimers | CancelPending | CallPerson | Withdraw | SetLanguage | EraseProspect | Finish,
) -> str:
    match effect:
        case Supersede(visit=visit):
            return f"takes back the answers from question {visit} on"
        case CancelTimers():
            return "cancels timers"
        case CancelPending(reason=reason):
            return f"cancels unsent messages, {reason}"
        case CallPerson(reason=reason):
            return f"calls a person, {reason}"
        case Finish(outcome=outcome):
            return f"finishes, {outcome}"
        case _:
            return _wish(effect)


def _wish(effect: Withdraw | SetLanguage | EraseProspect) -> str:
    match effect:
        case Withdraw(channel=channel, way=way):
            return f"withdraws consent, by {way} on {channel}"
        case SetLanguage(language=language):
            return f"sets the language to {language}"
        case EraseProspect():
            return "erases the prospect"
        case _:
            assert_never(effect)


def _message(effect: Say) -> dict[str, Any]:
    message = effect.message
    first = "says first" if effect.proactive else "says"
    line: dict[str, Any] = {first: f"{message.kind} on {effect.channel}", "text": message.text}
    if message.prompt is not None:
        line["asks"] = f"{message.prompt.step}, question {message.prompt.visit}"
        line["buttons"] = [{button.option: button.label} for button in message.prompt.buttons]
    if effect.channel == "email":
        line.update(_given({"subject": message.subject, "preheader": message.preheader}))
    return {**line, **_given({"code": message.code, "link": message.url, "link label": message.url_label})}


def _given(extras: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in extras.items() if value is not None}


def _answer(effect: Record) -> str:
    answer = effect.answer
    return f"keeps {answer.step}: {answer.value or 'own words'}{_named(answer)}: {answer.verbatim}"


def _named(answer: Answer) -> str:
    named = f" [{', '.join(answer.barriers)}]" if answer.barriers else ""
    finer = f" ({answer.sub_code})" if answer.sub_code else ""
    return named + finer


def _choice(effect: Chose) -> str:
    among = f" of {', '.join(effect.eligible)}" if effect.eligible else ""
    by = f" with share {effect.share}" if effect.shares and effect.share is not None else ""
    refused = f"; not {', '.join(f'{offer} ({reason})' for offer, reason in effect.refused)}" if effect.refused else ""
    return f"chooses {effect.chosen or 'nothing'} for {effect.barrier}{among}{by}{refused}"


def _grant(effect: Give) -> str:
    code = f", code {effect.code}" if effect.code else ""
    worth = f", worth {effect.value} {effect.currency}" if effect.value is not None else ""
    until = f", until {_moment(effect.expires_at)}" if effect.expires_at else ""
    return f"grants {effect.offer} for {effect.barrier}{code}{worth}{until}"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _span(due: datetime, now: datetime) -> str:
    minutes = int((due - now).total_seconds()) // 60
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    words = [f"{number}{unit}" for number, unit in ((days, "d"), (hours, "h"), (left, "m")) if number]
    return " ".join(words) or "0m"
