"""A campaign, as it stands in `campaign.yaml`: audience, triggers, flow, goal, schedule and control groups."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from flows.fields import Duration, Identifier, Strict

Trigger = Literal["cart_abandoned", "checkout_started", "viewed", "quote_sent"]


class Audience(Strict):
    """Who is enrolled besides by events: prospects imported for this campaign, after `wait`.

    `segment` is the name of a saved segment: only who is in it when they would be enrolled is written to first.
    """

    imported: bool = True
    wait: Duration
    segment: Identifier | None = None


class ControlGroups(Strict):
    """Percentages kept apart by a stable hash: never contacted, and asked but given no offer."""

    never_contacted: int = Field(default=0, ge=0, le=50)
    asked_no_offer: int = Field(default=0, ge=0, le=50)


class CampaignDefinition(Strict):
    """A whole `campaign.yaml`. `triggers` maps a shop event to the wait before the first question.

    `message_cost` is what one message costs the shop, in the catalogue's currency: it is taken off what was brought.
    `quota` is how many people have to answer: then enough is known, and nobody is enrolled or written to first any
    more. Conversations that run go on, and who comes by themselves is answered. With `confirm_email` the first mail to
    an address only asks its owner to confirm it, and nothing else goes there before (double opt-in).
    """

    campaign: Identifier
    flow: Identifier
    triggers: dict[Trigger, Duration] = Field(default_factory=dict)
    audience: Audience
    goal: Literal["purchase"] = "purchase"
    attribution_days: int = Field(default=7, ge=1, le=365)
    message_cost: Decimal = Field(default=Decimal(0), ge=0, le=1000)
    quota: int | None = Field(default=None, ge=1, le=10_000_000)
    confirm_email: bool = False
    again_after_days: int = Field(default=30, ge=0, le=3650)
    holdback: ControlGroups = ControlGroups()
    channels: tuple[Literal["telegram", "email"], ...] = ("telegram", "email")
