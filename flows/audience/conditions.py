"""The closed language of conditions: reading it, writing it, judging a profile by it (docs/segments.md)."""

from flows.audience.dumping import dump_condition
from flows.audience.judging import Verdict, evaluate, holds
from flows.audience.parsing import parse_condition
from flows.audience.terms import (
    All,
    Answered,
    AnyOf,
    Compare,
    Condition,
    ConditionInvalid,
    Did,
    Has,
    Known,
    Not,
    Ordered,
)
from flows.audience.wording import describe

__all__ = [
    "All",
    "Answered",
    "AnyOf",
    "Compare",
    "Condition",
    "ConditionInvalid",
    "Did",
    "Has",
    "Known",
    "Not",
    "Ordered",
    "Verdict",
    "describe",
    "dump_condition",
    "evaluate",
    "holds",
    "parse_condition",
]
