"""Sources -> a flow that can be played, or every problem of reading and checking at once."""

from dataclasses import dataclass, replace
from typing import TypeVar

from pydantic import BaseModel

from flows.audience.attributes import Attributes
from flows.definition.campaign import CampaignDefinition
from flows.definition.check import check_whole
from flows.definition.check_faq import check_faq
from flows.definition.faq import prepared
from flows.definition.flow import Flow
from flows.definition.marks import Located
from flows.definition.parse import locate
from flows.definition.problems import Problem, in_order, refuse
from flows.definition.sources import FlowSources
from flows.definition.steps import FlowDefinition
from flows.definition.subflows import put_together
from flows.errors import FlowInvalid
from flows.offers.catalogue import Catalogue

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Review:
    """What reading and checking came to. `definition` and `catalogue` are None when they could not be read.

    The sub-flows of the definition are in their places.
    """

    definition: FlowDefinition | None
    catalogue: Catalogue | None
    problems: tuple[Problem, ...]


def review(sources: FlowSources, campaigns: tuple[CampaignDefinition, ...] = ()) -> Review:
    """Read and check everything; never raises for what an author wrote. `campaigns` are those that play the flow."""
    definition, problems = _read(sources.definition, sources.definition_place, FlowDefinition)
    catalogue, more = _read(sources.catalogue, sources.catalogue_place, Catalogue)
    problems += more
    whole = put_together(definition, sources) if definition else None
    if whole and catalogue:
        problems += whole.problems
        problems += check_whole(whole, catalogue, sources.attributes, campaigns)
        problems += check_faq(sources.faq, whole.definition.value.languages)
    return Review(whole.definition.value if whole else None, catalogue.value if catalogue else None, in_order(problems))


def build_flow(sources: FlowSources, version: int) -> Flow:
    """The flow, ready to be played as this version.

    Raises FlowInvalid with all problems when one of them is an error.
    """
    result = review(sources)
    refuse(result.problems)
    return rebuild_flow(sources, version)


def rebuild_flow(sources: FlowSources, version: int) -> Flow:
    """A flow that was checked when it was published. Rules that came later do not stop conversations that run on it.

    Raises FlowInvalid when the sources cannot even be read.
    """
    whole = put_together(locate(sources.definition, sources.definition_place, FlowDefinition), sources)
    if whole.problems:
        raise FlowInvalid(whole.problems)
    catalogue = locate(sources.catalogue, sources.catalogue_place, Catalogue).value
    said = sources if whole.texts is sources.texts else replace(sources, texts=whole.texts)
    faq = prepared(sources.questions) if sources.questions else None
    return Flow(whole.definition.value, version, said.fluent, catalogue, sources.attributes or Attributes(), faq)


def _read(text: str, place: str, model: type[Model]) -> tuple[Located[Model] | None, tuple[Problem, ...]]:
    try:
        return locate(text, place, model), ()
    except FlowInvalid as error:
        return None, tuple(problem for problem in error.problems if isinstance(problem, Problem))
