"""Every state that a conversation, a message or a person can be in has its word on the pages."""

from typing import get_args

import pytest

from bot.console import ROOM
from bot.console.builder import COUNTS, TOTALS, fields_of
from bot.console.person import FIGURES
from bot.console.talk import HAPPENED, NOTED, SAID_WHY
from bot.web.texts import Texts
from flows.audience.fields import LEVELS, Op
from flows.audience.profile import QUALIFICATIONS, STAGES, FactSource
from flows.definition.campaign import Trigger
from flows.offers.catalogue import OfferKind
from flows.words import CHANNELS, LANGUAGES, Outcome, Status
from storage.prospects import KINDS
from storage.reads.barriers import BYS
from storage.reads.inbox_view import VIEWS
from storage.staff import ROLES

REASONS = ("asked", "question", "checkout_problem", "callback", "appointment", "refused")
WANTED = {
    "status-": get_args(Status),
    "outcome-": get_args(Outcome),
    "channel-": (*CHANNELS, "none"),
    "language-": LANGUAGES,
    "console-needs-": (*REASONS, "other"),
    "console-view-": VIEWS,
    "console-empty-": tuple(f"{view}-title" for view in VIEWS),
    "console-role-": ROLES,
    "staff-role-": ROLES,
    "identity-": KINDS,
    "offer-kind-": get_args(OfferKind),
    "barriers-by-": BYS,
    "shop-event-": get_args(Trigger),
    "event-": (*HAPPENED.values(), *NOTED.values(), "language"),
    "why-": (*SAID_WHY.values(), "unknown", "none"),
    "people-stage-": STAGES,
    "people-qualification-": QUALIFICATIONS,
    "people-level-": LEVELS,
    "people-source-": get_args(FactSource),
    "people-score-": FIGURES,
    "segments-op-": ("yes", "no", "known", "unknown", "has", "has_not", *COUNTS, *TOTALS, *get_args(Op)),
    "segments-about-": fields_of({}),
    "coming-": ("take", "release"),
    "console-password-": ("short", "long", "common", "name", "different"),
    "health-bot-": ("none", "ok", "starting", "retrying", "conflict", "revoked", "storage"),
}


@pytest.mark.parametrize("start", WANTED)
def test_every_state_has_its_word(start: str) -> None:
    known = Texts([ROOM / "texts"]).ids("en")
    assert [one for one in WANTED[start] if start + str(one) not in known] == []
