"""A flow's files, read: text in, checked models out, or every problem at once.

Pure; who reads the disk is `bot.library`.
"""

from functools import lru_cache
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from flows.audience.scoring import Rules
from flows.definition.campaign import CampaignDefinition
from flows.definition.marks import Located
from flows.definition.problems import Problem, in_order
from flows.definition.reader import read_yaml
from flows.definition.sentences import is_echo, problem_of
from flows.definition.steps import FlowDefinition
from flows.errors import FlowInvalid
from flows.offers.catalogue import Catalogue
from flows.offers.strategy import StrategyDefinition

Model = TypeVar("Model", bound=BaseModel)


def parse_flow(text: str, place: str) -> FlowDefinition:
    """A `flow.yaml`. `place` is what its author calls the file. Raises FlowInvalid with every problem found."""
    return locate(text, place, FlowDefinition).value


def parse_catalogue(text: str, place: str) -> Catalogue:
    """A `catalogue.yaml`. Raises FlowInvalid with every problem found."""
    return locate(text, place, Catalogue).value


def parse_campaign(text: str, place: str) -> CampaignDefinition:
    """A `campaign.yaml`. Raises FlowInvalid with every problem found."""
    return locate(text, place, CampaignDefinition).value


def parse_rules(text: str, place: str) -> Rules:
    """A `scoring.yaml`. Raises FlowInvalid with every problem found."""
    return locate(text, place, Rules).value


def parse_strategy(text: str, place: str) -> StrategyDefinition:
    """A strategy's file. Raises FlowInvalid with every problem found."""
    return locate(text, place, StrategyDefinition).value


def locate(text: str, place: str, model: type[Model]) -> Located[Model]:
    """Any of them, together with the line and column of each part. Raises FlowInvalid with every problem found."""
    return _located(text, place, model)  # type: ignore[return-value]  # a cache forgets which model it was


@lru_cache(maxsize=64)
def _located(text: str, place: str, model: type[BaseModel]) -> Located[BaseModel]:
    """The same text reads the same: what does not change is read once in a process."""
    document = read_yaml(text, place)
    problems = list(document.problems)
    value: BaseModel | None = None
    if not isinstance(document.value, dict):
        cure = "write keys and values, as in the shipped flow `barriers`"
        raise FlowInvalid((*problems, Problem(place, 0, 0, "F001", "the file holds no `key: value` pairs", cure)))
    try:
        value = model.model_validate(document.value)
    except ValidationError as error:
        found = error.errors(include_url=False)
        marks = document.marks
        problems += [problem_of(one, document.value, marks, model) for one in found if not is_echo(one)]
    if problems or value is None:
        raise FlowInvalid(in_order(problems))
    return Located(value, document.marks)
