"""Rules about time: silence ends, waits end and come in time, and nobody is pressed while silent."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from flows.definition.graph import asks, circles, longest_way, reachable
from flows.definition.rules.subject import Finding, Rule, Subject
from flows.definition.steps import Branch, Question, Split, Wait
from flows.definition.when import When

SHORTEST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(days=365)


def silence_never_ends(subject: Subject) -> Iterator[Finding]:
    """A silence ladder that does not end in peace, goes on after its end, or has a rung without a wait."""
    ladder = subject.definition.silence
    for number, rung in enumerate(ladder):
        if rung.after < SHORTEST:
            sentence = f"silence: rung {number + 1} comes at once"
            yield subject.at_value(
                "silence", number, "after", sentence=sentence, cure="wait at least a minute, better a day"
            )
        if rung.do == "end" and number < len(ladder) - 1:
            sentence = f"silence: nothing can follow rung {number + 1}, which ends"
            yield subject.at_value("silence", number, sentence=sentence, cure="move `do: end` to the last rung")
    if not ladder or ladder[-1].do != "end":
        sentence = "a question that is never answered stays open for ever"
        yield subject.at_key(
            "silence", sentence=sentence, cure="end `silence` with a rung such as {after: 72h, do: end}"
        )


def pause_too_short(subject: Subject) -> Iterator[Finding]:
    """A wait, or a silence at a question, that is over at once."""
    for step_id, step in subject.definition.steps.items():
        if isinstance(step, Question) and step.silent and step.silent.after < SHORTEST:
            sentence = f"step {step_id!r}: nobody can answer before `silent` is over"
            yield subject.at_value("steps", step_id, "silent", "after", sentence=sentence, cure="wait a day or more")
        if isinstance(step, Wait):
            for path, span in _spans(step):
                if span < SHORTEST:
                    sentence = f"step {step_id!r}: this wait is over at once"
                    yield subject.at_value(
                        "steps", step_id, *path, sentence=sentence, cure="wait longer, or leave it out"
                    )


def pause_too_long(subject: Subject) -> Iterator[Finding]:
    """A wait, a rung or a silence of more than a year."""
    places = [(("silence", number, "after"), rung.after) for number, rung in enumerate(subject.definition.silence)]
    found: list[tuple[tuple[str | int, ...], timedelta]] = [*places]
    for step_id, step in subject.definition.steps.items():
        if isinstance(step, Question) and step.silent:
            found.append((("steps", step_id, "silent", "after"), step.silent.after))
        if isinstance(step, Wait):
            found += [(("steps", step_id, *path), span) for path, span in _spans(step)]
    for path, span in found:
        if span > LONGEST:
            sentence = f"{_named(path)}: {span.days} days are more than a year"
            yield subject.at_value(*path, sentence=sentence, cure="nobody remembers us then; wait less")


def endless_waiting(subject: Subject) -> Iterator[Finding]:
    """Steps that wait in a circle which nothing but a stop or a purchase ever leaves.

    A wait for an event leaves it when the event does not happen; a condition on the prospect may. What the conversation
    knows already stays as it is, and a split always goes the same way.
    """
    steps = subject.definition.steps
    calm = {
        name: tuple(to for to in targets if not asks(steps[to])) if not asks(steps[name]) else ()
        for name, targets in subject.links.items()
    }
    for group in circles(calm):
        waits = [name for name in group if isinstance(steps[name], Wait)]
        if waits and not any(_may_leave(subject, name, group) for name in group):
            sentence = f"the steps {', '.join(group)} wait in a circle that nothing ever leaves"
            cure = "wait for an event in it, or look at the prospect, and lead out from there"
            yield subject.at_key("steps", waits[0], sentence=sentence, cure=cure)


def _may_leave(subject: Subject, name: str, group: tuple[str, ...]) -> bool:
    step = subject.definition.steps[name]
    if set(subject.links[name]) <= set(group):
        return False
    return not (
        isinstance(step, Split) or (isinstance(step, Branch) and not any(_may_change(way.when) for way in step.ways))
    )


def _may_change(when: When) -> bool:
    return when.looks_at_prospect


def longer_than_campaign(subject: Subject) -> Iterator[Finding]:
    """Waits on one way that come to more than the days in which the campaign still counts a purchase."""
    steps = subject.definition.steps
    if not subject.campaigns or subject.definition.start not in steps:
        return
    campaign = min(subject.campaigns, key=lambda one: one.attribution_days)
    way = longest_way(subject.links, subject.definition.start, lambda name: _seconds(subject, name))
    waited = timedelta(0)
    for step_id in way:
        waited += timedelta(seconds=_seconds(subject, step_id))
        if waited > timedelta(days=campaign.attribution_days):
            sentence = (
                f"after step {step_id!r} up to {waited.days} days have passed, and the campaign {campaign.campaign!r} "
                f"counts purchases for {campaign.attribution_days} days only"
            )
            cure = "wait less, or raise `attribution_days` in campaign.yaml"
            yield subject.at_key("steps", step_id, sentence=sentence, cure=cure)
            return


def _seconds(subject: Subject, name: str) -> int:
    step = subject.definition.steps[name]
    if not isinstance(step, Wait):
        return 0
    return sum(int(span.total_seconds()) for _, span in _spans(step))


def asked_while_silent(subject: Subject) -> Iterator[Finding]:
    """Somebody who does not answer is asked something else, though nothing has happened since: that is pressing."""
    steps = subject.definition.steps
    signs = {name for name, step in steps.items() if isinstance(step, Wait) and step.event}
    on = {name: () if asks(steps[name]) else targets for name, targets in subject.links.items()}
    for step_id, step in steps.items():
        if not isinstance(step, Question) or step.silent is None:
            continue
        # Only the way of what happens leads on from a wait for an event; the other one is silence going on.
        further = dict(on)
        for name in signs:
            wait = steps[name]
            quiet = wait.event.otherwise if isinstance(wait, Wait) and wait.event else ""
            further[name] = (quiet,) if quiet in steps else ()
        asked = sorted(name for name in reachable(further, [step.silent.next]) if asks(steps[name]))
        if asked:
            sentence = f"step {step_id!r}: who does not answer is asked {asked[0]!r} next"
            cure = "end in peace, or wait for an event first"
            yield subject.at_value("steps", step_id, "silent", "next", sentence=sentence, cure=cure)


def _spans(step: Wait) -> Iterator[tuple[tuple[str, ...], timedelta]]:
    if step.span is not None:
        yield ("span",), step.span
    if step.event is not None:
        yield ("event", "within"), step.event.within


def _named(path: tuple[str | int, ...]) -> str:
    return f"step {path[1]!r}" if path[0] == "steps" else f"silence: rung {int(path[1]) + 1}"


RULES: Final = (
    Rule("F108", "error", silence_never_ends),
    Rule("F131", "error", pause_too_short),
    Rule("F132", "warning", pause_too_long),
    Rule("F133", "error", endless_waiting),
    Rule("F134", "warning", longer_than_campaign),
    Rule("F135", "warning", asked_while_silent),
)
