"""Which texts a flow and a catalogue need: the names that rules about missing and extra texts compare with."""

from dataclasses import dataclass
from functools import cached_property

from flows.definition.calls import INNER, Subflow
from flows.definition.rules.subject import Subject
from flows.definition.steps import Choose, End, FlowDefinition, Handover, Question, Step, Tell


@dataclass(frozen=True)
class Needs:
    """Names of texts (`message` or `message.attribute`): `must` be there, `may` be there.

    What each is for, in words.
    """

    must: dict[str, str]
    may: frozenset[str]

    @cached_property
    def known(self) -> frozenset[str]:
        """All names that have a use."""
        return self.may | frozenset(self.must)


def flow_needs(definition: FlowDefinition) -> Needs:
    """The texts of the flow itself. `subject` and `preheader` are for email."""
    must = {"subject": "the subject of its emails", "preheader": "the first line that mail programs show"}
    may: set[str] = set()
    for step_id, step in definition.steps.items():
        _step_needs(step_id, step, must, may)
    if any(rung.do != "end" for rung in definition.silence):
        questions = [step_id for step_id, step in definition.steps.items() if _is_reminded(step)]
        must.update({f"{step_id}.remind": f"the reminder of step {step_id!r}" for step_id in questions})
    return Needs(must, frozenset(may))


def _is_reminded(step: Step) -> bool:
    """An optional question is left in peace, and one with `silent` goes on by itself."""
    return isinstance(step, Question) and not step.optional and step.silent is None


def _step_needs(step_id: str, step: Step, must: dict[str, str], may: set[str]) -> None:
    if isinstance(step, Tell | Question | Handover):
        must[step_id] = f"what step {step_id!r} says"
    if isinstance(step, End):
        may.add(step_id)
    if isinstance(step, Subflow):
        # Its own emails have their subject; here they have that of this flow.
        may.update(f"{step_id}{INNER}{name}" for name in ("subject", "preheader"))
    if isinstance(step, Question):
        must.update(dict.fromkeys(step.say, f"what step {step_id!r} says first"))
        may.add(f"{step_id}.remind")
    if isinstance(step, Choose):
        for option in step.options:
            must[f"{step_id}.{option.id}"] = f"the label of option {option.id!r} of step {step_id!r}"
            may.add(f"{step_id}.{option.id}-words")


def offer_needs(subject: Subject) -> Needs:
    """The texts of the offers in the catalogue."""
    must: dict[str, str] = {}
    may: set[str] = set()
    for offer in subject.catalogue.offers:
        must[offer.id] = f"what the offer {offer.id!r} says"
        may.add(f"{offer.id}.link")
        if offer.url:
            must[f"{offer.id}.link"] = f"the label of the link of offer {offer.id!r}"
    return Needs(must, frozenset(may))
