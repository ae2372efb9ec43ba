"""The rules, one function each.

A new rule: write the function with its docstring, add a line to the table of its file.
"""

from typing import Final

from flows.definition.rules import (
    asking,
    conditions,
    facts,
    labels,
    offers,
    options,
    paths,
    pauses,
    plurals,
    subflows,
    targets,
    translations,
    variables,
    wordings,
)
from flows.definition.rules.subject import Rule

RULES: Final[tuple[Rule, ...]] = (
    *targets.RULES,
    *subflows.RULES,
    *paths.RULES,
    *pauses.RULES,
    *options.RULES,
    *asking.RULES,
    *facts.RULES,
    *conditions.RULES,
    *wordings.RULES,
    *labels.RULES,
    *translations.RULES,
    *variables.RULES,
    *plurals.RULES,
    *offers.RULES,
)
