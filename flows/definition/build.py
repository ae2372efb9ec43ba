"""Sources -> a flow that can be played, or every problem of reading and checking at once."""

from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel

from flows.audience.attributes import Attributes
from flows.definition.campaign import CampaignDefinition
from flows.definition.check import check_located
from flows.definition.check_faq import check_faq
from flows.definition.faq import prepared
from flows.definition.flow import Flow
from flows.definition.marks import Located
from flows.definition.parse import locate
from flows.definition.problems import Problem, in_order, refuse
from flows.definition.sources import FlowSources
from flows.definition.steps import FlowDefinition
from flows.errors import FlowInvalid
from flows.offers.catalogue import Catalogue

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Review:
    """What reading and checking came to. `definition` and `catalogue` are None when they could not be read."""

    definition: FlowDefinition | None
    catalogue: Catalogue | None
    problems: tuple[Problem, ...]


def review(sources: FlowSources, campaigns: tuple[CampaignDefinition, ...] = ()) -> Review:
    """Read and check everything; never raises for what an author wrote. `campaigns` are those that play the flow."""
    definition, problems = _read(sources.definition, sources.definition_place, FlowDefinition)
    catalogue, more = _read(sources.catalogue, sources.catalogue_place, Catalogue)
    problems += more
    if definition and catalogue:
        problems += check_located(definition, catalogue, sources.texts, sources.attributes, campaigns)
        problems += check_faq(sources.faq, definition.value.languages)
    return Review(definition.value if definition else None, catalogue.value if catalogue else None, in_order(problems))


def build_flow(sources: FlowSources, version: int) -> Flow:
    """The flow, ready to be played as this version.

    Raises FlowInvalid with all problems when one of them is an error.
    """
    result = review(sources)
    refuse(result.problems)
    if result.definition is None or result.catalogue is None:
        raise FlowInvalid(result.problems)
    return _flow(sources, result.definition, result.catalogue, version)


def rebuild_flow(sources: FlowSources, version: int) -> Flow:
    """A flow that was checked when it was published. Rules that came later do not stop conversations that run on it.

    Raises FlowInvalid when the sources cannot even be read.
    """
    definition = locate(sources.definition, sources.definition_place, FlowDefinition).value
    catalogue = locate(sources.catalogue, sources.catalogue_place, Catalogue).value
    return _flow(sources, definition, catalogue, version)


def _flow(sources: FlowSources, definition: FlowDefinition, catalogue: Catalogue, version: int) -> Flow:
    faq = prepared(sources.questions) if sources.questions else None
    return Flow(definition, version, sources.fluent, catalogue, sources.attributes or Attributes(), faq)


def _read(text: str, place: str, model: type[Model]) -> tuple[Located[Model] | None, tuple[Problem, ...]]:
    try:
        return locate(text, place, model), ()
    except FlowInvalid as error:
        return None, tuple(problem for problem in error.problems if isinstance(problem, Problem))
