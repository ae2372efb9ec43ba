"""The tables, by family. Row ids stay inside; what the outside sees is `uid` (random) or the shop's own ids.

Times are UTC (`UTCDateTime`), money is exact (`Amount`). The live rows of every queue have a partial index, so that
polling costs the same at any size. Migrations in storage/migrations must make exactly these tables; a test holds them
together.
"""

from storage.tables.audience import (
    journey_days,
    journeys,
    profile_reasons,
    profiles,
    prospect_facts,
    rule_versions,
    segments,
    spend,
    stage_changes,
    stage_counts,
)
from storage.tables.base import metadata
from storage.tables.campaigns import (
    answer_counts,
    answers,
    campaigns,
    conversations,
    flow_versions,
    journal,
    step_counts,
    timers,
)
from storage.tables.desk import places, playbook, reply_uses, tasks, walk_ins
from storage.tables.doors import api_keys, audit, facts, idempotency, links, login_attempts, notes, staff, staff_tokens
from storage.tables.offers import codes, grants, offer_ledger
from storage.tables.paces import paces, provider_paces
from storage.tables.people import consents, identities, prospects, purchases, shop_events, suppressions
from storage.tables.queues import inbox, outbox
from storage.tables.shops import checkouts, deliveries, endpoints, refunds
from storage.tables.strategy import choices, share_days, snapshots, strategies, verdicts
from storage.tables.workers import workers

__all__ = [
    "answer_counts",
    "answers",
    "api_keys",
    "audit",
    "campaigns",
    "checkouts",
    "choices",
    "codes",
    "consents",
    "conversations",
    "deliveries",
    "endpoints",
    "facts",
    "flow_versions",
    "grants",
    "idempotency",
    "identities",
    "inbox",
    "journal",
    "journey_days",
    "journeys",
    "links",
    "login_attempts",
    "metadata",
    "notes",
    "offer_ledger",
    "outbox",
    "paces",
    "places",
    "playbook",
    "profile_reasons",
    "profiles",
    "prospect_facts",
    "prospects",
    "provider_paces",
    "purchases",
    "refunds",
    "reply_uses",
    "rule_versions",
    "segments",
    "share_days",
    "shop_events",
    "snapshots",
    "spend",
    "staff",
    "staff_tokens",
    "stage_changes",
    "stage_counts",
    "step_counts",
    "strategies",
    "suppressions",
    "tasks",
    "timers",
    "verdicts",
    "walk_ins",
    "workers",
]
