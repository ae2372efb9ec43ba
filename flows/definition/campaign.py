"""A campaign, as it stands in `campaign.yaml`: audience, triggers, flow, goal, schedule and control groups."""

from typing import Literal

from pydantic import Field

from flows.fields import Duration, Identifier, Strict

Trigger = Literal["cart_abandoned", "checkout_started", "viewed", "quote_sent"]


class Audience(Strict):
    """Who is enrolled besides by events: prospects imported for this campaign, after `wait`."""

    imported: bool = True
    wait: Duration


class ControlGroups(Strict):
    """Percentages kept apart by a stable hash: never contacted, and asked but given no offer."""

    never_contacted: int = Field(default=0, ge=0, le=50)
    asked_no_offer: int = Field(default=0, ge=0, le=50)


class CampaignDefinition(Strict):
    """A whole `campaign.yaml`. `triggers` maps a shop event to the wait before the first question."""

    campaign: Identifier
    flow: Identifier
    triggers: dict[Trigger, Duration] = Field(default_factory=dict)
    audience: Audience
    goal: Literal["purchase"] = "purchase"
    attribution_days: int = Field(default=7, ge=1, le=365)
    again_after_days: int = Field(default=30, ge=0, le=3650)
    holdback: ControlGroups = ControlGroups()
    channels: tuple[Literal["telegram", "email"], ...] = ("telegram", "email")
