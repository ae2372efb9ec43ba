"""Steps that say nothing: which way a branch and a split go, and how long a wait waits."""

import random
from datetime import datetime, time, timedelta

from flows.audience.declared import declared_fields
from flows.audience.judging import holds
from flows.audience.parsing import parse_condition
from flows.definition.steps import Branch, Split, Until, Wait
from flows.definition.when import Answered, When
from flows.engine.draft import Draft
from flows.words import WEEKDAYS

WAIT = "wait"
"""The timer of a step that waits."""


def way_of_branch(draft: Draft, step: Branch) -> str:
    """The step that the first way whose condition holds leads to."""
    return next((way.next for way in step.ways if met(draft, way.when)), step.otherwise)


def way_of_split(draft: Draft, step_id: str, step: Split) -> str:
    """The step this prospect's share leads to: the same one whenever they come here."""
    ticket = random.Random(f"{draft.state.seed}:{step_id}").random() * sum(way.share for way in step.ways)  # noqa: S311 - a seeded draw given by argument: repeatable, and no secret
    for way in step.ways:
        ticket -= way.share
        if ticket < 0:
            return way.next
    return step.ways[-1].next


def met(draft: Draft, when: When) -> bool:
    """Whether everything this condition names holds now. What is not known does not hold."""
    state = draft.state
    return (
        (when.answered is None or _answered(draft, when.answered))
        and (not when.barrier or not set(state.barriers).isdisjoint(when.barrier))
        and (not when.main_barrier or state.main_barrier in when.main_barrier)
        and (not when.channel or state.channel in when.channel)
        and (not when.language or state.language in when.language)
        and (when.prospect is None or _known(draft, when.prospect))
        and all(met(draft, part) for part in when.all)
        and (not when.any or any(met(draft, part) for part in when.any))
        and (when.none_of is None or not met(draft, when.none_of))
    )


def _answered(draft: Draft, wanted: Answered) -> bool:
    said = next((answer for answer in reversed(draft.state.answers) if answer.step == wanted.step), None)
    if said is None:
        return False
    if wanted.option and not set((said.value or "").split(" ")) & set(wanted.option):
        return False
    if wanted.at_least is None and wanted.at_most is None:
        return True
    try:
        number = float(said.value or "")
    except ValueError:
        return False
    return (wanted.at_least is None or number >= wanted.at_least) and (
        wanted.at_most is None or number <= wanted.at_most
    )


def _known(draft: Draft, condition: dict[str, object]) -> bool:
    profile = draft.scene.profile
    if profile is None:
        return False
    return holds(parse_condition(condition, "when", declared_fields(draft.flow.attributes)), profile, draft.now)


def rest(draft: Draft, step: Wait) -> None:
    """Wait: the conversation says nothing until its timer fires, or what it waits for happens."""
    draft.cancel_timers()
    draft.update(status="resting", channel=draft.state.channel)
    if step.event is not None:
        draft.set_timer(WAIT, step.event.within)
        return
    after = step.span or timedelta(0)
    if step.until is not None:
        after = _next(draft, draft.now + after, step.until) - draft.now
    draft.set_timer(WAIT, after)


def after_rest(draft: Draft, *, happened: bool) -> str | None:
    """Where the flow goes on when a wait is over; `happened` says that what it waited for has happened."""
    step = draft.flow.step(draft.state.step) if draft.state.step else None
    if not isinstance(step, Wait):
        return None
    return step.event.otherwise if step.event is not None and not happened else step.next


def awaits(draft: Draft, kind: str) -> bool:
    """Whether the conversation waits for this kind of thing to happen."""
    step = draft.flow.step(draft.state.step) if draft.state.step and draft.state.status == "resting" else None
    return isinstance(step, Wait) and step.event is not None and step.event.happens == kind


def _next(draft: Draft, at: datetime, until: Until) -> datetime:
    """The first moment from `at` on that `until` means, in the prospect's zone, else the shop's."""
    local = at.astimezone(draft.zone)
    hour, minute = (int(part) for part in until.time.split(":"))
    moment = datetime.combine(local.date(), time(hour, minute), local.tzinfo)
    while moment < local or (until.weekday and WEEKDAYS[moment.weekday()] not in until.weekday):
        moment += timedelta(days=1)
    return moment.astimezone(at.tzinfo)
