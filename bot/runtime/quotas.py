"""Enough is known: which questions are asked no more, and which campaigns write to nobody first any more.

A turn looks before it decides. Questions that were opened before stay open, and their answers may overshoot a quota;
what a turn asks that begins after a quota was reached does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flows.definition.campaign import CampaignDefinition
from flows.definition.flow import Flow
from flows.events import Event, TimerFired
from flows.scene import Scene
from storage import campaigns, step_counts
from storage.database import Record, Tx
from storage.step_counts import Key
from storage.sums import Sums
from storage.turns import Loaded


async def is_full(tx: Tx, definition: CampaignDefinition) -> bool:
    """Whether enough people of this campaign have answered."""
    if definition.quota is None:
        return False
    return people(await step_counts.answered(tx, [definition.campaign]), definition.campaign) >= definition.quota


def people(answered: Mapping[Key, int], campaign: str) -> int:
    """How many people of the campaign have answered anything."""
    return answered.get((campaign, "", ""), 0)


async def reached(tx: Tx) -> list[tuple[str, int, int]]:
    """The campaigns that have a quota: (name, people who answered, quota), by name."""
    limits = {row.name: row.definition["quota"] for row in await campaigns.all_campaigns(tx) if _has_quota(row)}
    answered = await step_counts.answered(tx, limits)
    return [(name, people(answered, name), quota) for name, quota in limits.items()]


def _has_quota(row: Record) -> bool:
    return row.state != "stopped" and row.definition.get("quota") is not None


async def looked_at(
    tx: Tx, ready: Sequence[tuple[Event, Loaded]], flows_of: Sequence[Flow], sums: Sums
) -> list[Loaded]:
    """What these events find, their scenes saying what enough is known of: one statement, none where no quota is.

    `sums`: what this transaction has counted and not written yet.
    """
    asking = {
        one.campaign for (event, one), flow in zip(ready, flows_of, strict=True) if flow.quotas or _limit(event, one)
    }
    answered = await sums.answered(tx, asking) if asking else {}
    if not answered:
        return [one for _, one in ready]
    return [
        replace(one, scene=_weighed(event, one, flow, answered))
        for (event, one), flow in zip(ready, flows_of, strict=True)
    ]


def _limit(event: Event, one: Loaded) -> int | None:
    """The campaign's quota, where it decides: before somebody is written to first."""
    return one.quota if isinstance(event, TimerFired) and event.name == "start" else None


def _weighed(event: Event, one: Loaded, flow: Flow, answered: Mapping[Key, int]) -> Scene:
    enough = (name for name, quota in flow.quotas.items() if answered.get((one.campaign, flow.name, name), 0) >= quota)
    limit = _limit(event, one)
    full = limit is not None and people(answered, one.campaign) >= limit
    return replace(one.scene, enough=frozenset(enough), full=full)
