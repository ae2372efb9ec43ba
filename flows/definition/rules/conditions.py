"""Rules about what branches ask: only what can be known there, can be understood, and makes a difference."""

from collections.abc import Callable, Iterator
from typing import Final

from flows.audience.attributes import sensitive_names
from flows.audience.parsing import parse_condition
from flows.audience.terms import ConditionInvalid
from flows.definition.holding import Place
from flows.definition.rules.leaves import Fault, branches, parts_of_branch, wrong_parts
from flows.definition.rules.subject import Finding, Rule, Subject
from flows.definition.steps import Branch, Offer
from flows.offers.looking import attributes_of


def _told(subject: Subject, fault: Fault) -> Iterator[Finding]:
    for step_id, branch in branches(subject):
        for wrong in wrong_parts(subject, step_id, branch):
            if wrong.fault == fault:
                sentence = f"step {step_id!r}: {wrong.sentence}"
                yield subject.at_value(*wrong.path, sentence=sentence, cure=wrong.cure)


def answer_never_there(subject: Subject) -> Iterator[Finding]:
    """A condition on an answer that can never have been given when the branch is come to."""
    yield from _told(subject, "answer")


def barrier_never_named(subject: Subject) -> Iterator[Finding]:
    """A condition on a barrier that nobody can have named before this branch."""
    yield from _told(subject, "barrier")


def place_never_there(subject: Subject) -> Iterator[Finding]:
    """A condition on a language that the flow does not speak, or on a channel on which nobody can be talking here.

    An answer to an email opens the page: right after an answer nobody is talking by email.
    """
    yield from _told(subject, "place")


def prospect_not_understood(subject: Subject) -> Iterator[Finding]:
    """A condition on the prospect that cannot be understood, or asks for an attribute that nobody has declared."""
    yield from _told(subject, "prospect")


def known_on_some_ways(subject: Subject) -> Iterator[Finding]:
    """A condition on an answer or a barrier that is known on some ways to the branch, but not on all of them.

    What is not known does not hold.
    """
    walks = subject.walks
    cure = "ask for it on every way, or allow this with a reason if the others may go on as if it did not hold"
    for step_id, branch in branches(subject):
        for part in parts_of_branch(step_id, branch):
            asked = part.when.answered.step if part.when.answered else ""
            if asked and step_id in walks.without_answer(asked) and walks.answers(asked, step_id):
                sentence = f"step {step_id!r}: not every way here has answered {asked!r}"
                yield subject.at_value(*part.path, "answered", "step", sentence=sentence, cure=cure)
            key = "main_barrier" if part.when.main_barrier else "barrier"
            if getattr(part.when, key) and walks.barriers(step_id) and step_id in walks.without_barrier:
                sentence = f"step {step_id!r}: not every way here has named a barrier"
                yield subject.at_value(*part.path, key, sentence=sentence, cure=cure)


def sensitive_way_to_offer(subject: Subject) -> Iterator[Finding]:
    """A branch on something sensitive before an offer: what is sensitive may never decide who is offered what."""
    offers = {step_id for step_id, step in subject.definition.steps.items() if isinstance(step, Offer)}
    for step_id, branch in branches(subject):
        leads = sorted(offers & subject.walks.after(step_id))
        for part in parts_of_branch(step_id, branch) if leads else ():
            for name in sorted(_sensitive(subject, part.when.prospect)):
                sentence = f"step {step_id!r} looks at {name!r}, which is sensitive, on a way to {leads[0]!r}"
                cure = "decide by what was answered instead"
                yield subject.at_value(*part.path, "prospect", sentence=sentence, cure=cure)


def _sensitive(subject: Subject, document: dict[str, object] | None) -> frozenset[str]:
    if document is None or subject.attributes is None:
        return frozenset()
    try:
        names = attributes_of(parse_condition(document, "prospect", subject.declared))
    except ConditionInvalid:
        return frozenset()
    return names & sensitive_names(subject.attributes, names)


def never_holds(subject: Subject) -> Iterator[Finding]:
    """A way whose condition can never hold, because its parts exclude each other."""
    yield from _ways(subject, lambda place, branch, number: not place.can_hold(branch.ways[number].when), _NEVER)


def always_holds(subject: Subject) -> Iterator[Finding]:
    """A condition that holds for everybody: what stands after it is never taken."""
    yield from _ways(subject, _always, _ALWAYS)


def never_taken(subject: Subject) -> Iterator[Finding]:
    """A way that is never taken, because earlier ways always hold where it would."""
    yield from _ways(subject, _shadowed, _SHADOWED)


Judge = Callable[[Place, Branch, int], bool]
_NEVER: Final = ("can never hold", "its parts exclude each other; take one of them out, or use `any:`")
_ALWAYS: Final = ("always holds", "lead there with `otherwise`, or narrow it")
_SHADOWED: Final = (
    "is only asked where a way before it has been taken",
    "put the narrower condition first, or remove this way",
)


def _ways(subject: Subject, judge: Judge, said: tuple[str, str]) -> Iterator[Finding]:
    """The ways of which this is so; those of which another rule says what is wrong are left out."""
    for step_id, branch in branches(subject):
        wrong = {one.part.way for one in wrong_parts(subject, step_id, branch)}
        place = Place(subject.walks, step_id, subject.definition.languages, subject.declared)
        for number in range(len(branch.ways)):
            if number not in wrong and judge(place, branch, number):
                sentence = f"step {step_id!r}: the condition of way {number + 1} {said[0]}"
                yield subject.at_key("steps", step_id, "ways", number, "when", sentence=sentence, cure=said[1])


def _always(place: Place, branch: Branch, number: int) -> bool:
    return not place.can_hold(None, [branch.ways[number].when])


def _shadowed(place: Place, branch: Branch, number: int) -> bool:
    whens = [way.when for way in branch.ways]
    if number == 0 or place.can_hold(whens[number], whens[:number]) or not place.can_hold(whens[number]):
        return False
    return not any(_always(place, branch, earlier) for earlier in range(number))


def same_target(subject: Subject) -> Iterator[Finding]:
    """A branch whose ways all lead to the same step: it decides nothing."""
    for step_id, branch in branches(subject):
        if all(way.next == branch.otherwise for way in branch.ways):
            sentence = f"step {step_id!r}: all ways lead to {branch.otherwise!r}"
            yield subject.at_key("steps", step_id, sentence=sentence, cure="lead there without a branch")


RULES: Final = (
    Rule("F141", "error", answer_never_there),
    Rule("F142", "warning", known_on_some_ways),
    Rule("F143", "error", barrier_never_named),
    Rule("F144", "error", place_never_there),
    Rule("F145", "error", prospect_not_understood),
    Rule("F146", "error", never_holds),
    Rule("F147", "error", never_taken),
    Rule("F148", "error", always_holds),
    Rule("F149", "error", sensitive_way_to_offer),
    Rule("F150", "warning", same_target),
)
