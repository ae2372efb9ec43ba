"""Who is in the saved segments that a strategy names. Profiles are read only when it names any."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from flows.audience.attributes import Attributes, sensitive_names
from flows.audience.conditions import Condition, ConditionInvalid, evaluate, parse_condition
from flows.audience.contradictions import never
from flows.audience.profile import LEARNING_SEGMENTS
from flows.offers.checks import Known
from flows.offers.looking import attributes_of
from flows.offers.strategy import ANYBODY, StrategyDefinition
from storage import profiles
from storage.database import Tx
from storage.tables import segments

GROUP = 500
"""Profiles read at a time."""


async def known(tx: Tx, attributes: Attributes) -> Known:
    """The saved segments with what they look at, those that can never match, and what may not decide an offer."""
    conditions = await _conditions(tx)
    looks = {name: attributes_of(condition) for name, condition in conditions.items()}
    named = frozenset(name for names in looks.values() for name in names)
    return Known(
        segments=looks,
        sensitive=sensitive_names(attributes, named),
        empty=frozenset(name for name, condition in conditions.items() if never(condition) is not None),
    )


async def saved_segments(
    tx: Tx, strategy: StrategyDefinition, ids: Sequence[int], currency: str, now: datetime, attributes: Attributes
) -> Mapping[int, frozenset[str]]:
    """The saved segments among those the strategy names that each of these prospects is in now."""
    conditions = await named(tx, strategy, attributes)
    if not conditions:
        return {}
    found: dict[int, frozenset[str]] = {}
    everybody = sorted(set(ids))
    for start in range(0, len(everybody), GROUP):
        loaded = await profiles.load(tx, everybody[start : start + GROUP], now, currency)
        for prospect_id, profile in loaded.items():
            found[prospect_id] = frozenset(
                name for name, one in conditions.items() if evaluate(one, profile, now).holds
            )
    return found


async def named(tx: Tx, strategy: StrategyDefinition, attributes: Attributes) -> dict[str, Condition]:
    """The saved segments that the strategy's rows name.

    A segment may be changed after the strategy went live: one that looks at what is sensitive now holds for nobody.
    """
    wanted = {row.segment for row in strategy.rows} - {ANYBODY, *LEARNING_SEGMENTS}
    if not wanted:
        return {}
    found = {name: one for name, one in (await _conditions(tx)).items() if name in wanted}
    looks = {name: attributes_of(one) for name, one in found.items()}
    sensitive = sensitive_names(attributes, frozenset().union(*looks.values()))
    return {name: one for name, one in found.items() if not looks[name] & sensitive}


async def _conditions(tx: Tx) -> dict[str, Condition]:
    """Saved segments by name; one that can no longer be read holds for nobody here, and its own page says why."""
    found = {}
    for name, definition in (await tx.execute(select(segments.c.name, segments.c.definition))).all():
        try:
            found[name] = parse_condition(definition, f"segment {name}")
        except ConditionInvalid:
            continue
    return found
