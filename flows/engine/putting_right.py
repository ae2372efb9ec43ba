"""Staff put right what an answer was understood as: it names other barriers, and nothing is said or asked for it.

What the prospect wrote, the option it was kept as and the flow's way stay as they are; from here on everything goes by
the barriers that staff have named.
"""

from collections.abc import Sequence
from dataclasses import replace

from flows.answers import Answer
from flows.definition.flow import Flow
from flows.definition.steps import Choose
from flows.effects import Correct
from flows.engine.draft import Draft
from flows.events import StaffCorrected
from flows.words import BARRIERS


def names_barriers(flow: Flow, answer: Answer) -> bool:
    """Whether this answer says what holds somebody back: only then there is something to put right."""
    step = flow.step(answer.step) if answer.step in flow.definition.steps else None
    return bool(answer.barriers) or (isinstance(step, Choose) and step.records == "barrier")


def sub_codes(flow: Flow) -> tuple[tuple[str, str], ...]:
    """The finer reasons that this flow knows: pairs of barrier and sub code, each once."""
    options = (option for step in flow.definition.steps.values() if isinstance(step, Choose) for option in step.options)
    return tuple(dict.fromkeys((one.barrier, one.sub_code) for one in options if one.barrier and one.sub_code))


def corrected(draft: Draft, event: StaffCorrected) -> None:
    """The standing answer of this visit names these barriers instead. Anything that cannot be so changes nothing."""
    earlier = next((answer for answer in draft.state.answers if answer.visit == event.visit), None)
    if earlier is None or not names_barriers(draft.flow, earlier) or not _can_be_named(draft.flow, event):
        draft.note = "nothing to put right"
        return
    barriers = tuple(dict.fromkeys(event.barriers))
    if (barriers, event.sub_code) == (earlier.barriers, earlier.sub_code):
        draft.note = "as before"
        return
    right = replace(earlier, barriers=barriers, sub_code=event.sub_code)
    answers = tuple(right if answer is earlier else answer for answer in draft.state.answers)
    draft.update(answers=answers, barriers=named_by(answers))
    draft.do(Correct(earlier, right))
    draft.note = "put right"


def named_by(answers: Sequence[Answer]) -> tuple[str, ...]:
    """The barriers of these answers, each once, those of the newest first."""
    return tuple(dict.fromkeys(barrier for answer in reversed(answers) for barrier in answer.barriers))


def _can_be_named(flow: Flow, event: StaffCorrected) -> bool:
    known = bool(event.barriers) and all(barrier in BARRIERS for barrier in event.barriers)
    finer = event.sub_code is None or any((one, event.sub_code) in sub_codes(flow) for one in event.barriers)
    return known and finer
