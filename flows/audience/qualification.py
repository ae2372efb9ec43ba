"""Qualification: need and ability to pay, authority and timing, and what to do next (CHAMP, filled from answers)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

from flows.audience.fit import Fit
from flows.audience.lead_types import DECIDERS
from flows.audience.profile import IN_THE_SHOP, Profile, Qualification, Replied
from flows.audience.reading import day, is_company, kept_orders, number_of, one_of, text_of
from flows.audience.scoring import Rules
from flows.words import ERASED, FINAL_BARRIERS, SAYS_BOUGHT, STOPPED

NextAction = Literal["offer", "ask_later", "call", "ask", "keep_warm", "stop"]
"""An offer, a date, a staff task, the first question, nothing for now, nothing ever."""

Answered = Literal["yes", "no", "unknown"]

INTEREST: Final = ("checkout_started", "cart_abandoned", "quote_sent")


@dataclass(frozen=True, slots=True)
class Champ:
    """Need (challenge), ability (money), authority and timing; each with its reason. `wait_until` ends a "not yet"."""

    need: Answered
    able: Answered
    authority: Answered
    wait_until: datetime | None
    barrier: str | None
    reasons: tuple[str, ...]

    @property
    def qualified(self) -> bool:
        """Need and ability, and for companies authority, are shown."""
        return self.need == "yes" and self.able == "yes" and self.authority != "no"


@dataclass(frozen=True, slots=True)
class Qualified:
    """The judgement. `status` None: bought, nothing is open. `until`: when time alone ends it, or None."""

    status: Qualification | None
    action: NextAction | None
    reasons: tuple[str, ...]
    until: datetime | None = None


def champ_of(profile: Profile, rules: Rules) -> Champ:
    """What answers, events and facts say about the four questions."""
    barrier = _open_barrier(profile, rules)
    name = barrier.barriers[0] if barrier else None
    need, why_need = _need(profile)
    able, why_able = _able(profile, rules)
    authority, why_authority = _authority(profile, name)
    wait, why_wait = _timing(profile, barrier, rules)
    reasons = (f"need: {why_need}", f"ability: {why_able}", f"authority: {why_authority}", f"timing: {why_wait}")
    return Champ(need, able, authority, wait, name, reasons)


def qualify(profile: Profile, champ: Champ, fit: Fit, level: int, rules: Rules, now: datetime) -> Qualified:
    """The first of these that holds, in this order: out, bought, later, nurture (C or D), blocked, hot, nurture."""
    if champ.need == "no":
        return Qualified("out", "stop", (*champ.reasons, "no need, or asked us to stop: thank and leave in peace"))
    if _done(profile):
        return Qualified(None, None, (*champ.reasons, "bought, and nothing new is open"))
    if champ.wait_until is not None and now < champ.wait_until:
        line = f"not yet: ask again on {day(champ.wait_until)}"
        return Qualified("later", "ask_later", (*champ.reasons, line), champ.wait_until)
    status, action, line = _standing(profile, champ, fit, level, rules)
    return Qualified(status, action, (*champ.reasons, line))


def _standing(
    profile: Profile, champ: Champ, fit: Fit, level: int, rules: Rules
) -> tuple[Qualification, NextAction, str]:
    removable = champ.barrier in rules.qualification.removable
    if fit.grade in ("C", "D"):
        return "nurture", "keep_warm", f"grade {fit.grade}: far from the target profile"
    if champ.able == "no":
        return "nurture", "keep_warm", "cannot pay or cannot be delivered to, as it stands"
    if removable:
        return "blocked", "offer", f"one thing holds them back that can be removed: {champ.barrier}"
    if champ.qualified and level <= 2:
        grade = f"grade {fit.grade}" if fit.grade else "no target profile is described"
        return "hot", _hot_action(profile, rules), f"need and ability are shown, {grade}, engagement level {level}"
    if level > 2:
        return "nurture", "keep_warm" if profile.asked else "ask", f"engagement level {level}: quiet"
    return "nurture", "keep_warm" if profile.asked else "ask", "need and ability are not shown yet"


def _hot_action(profile: Profile, rules: Rules) -> NextAction:
    if is_company(profile) or rules.qualification.call_people:
        return "call"
    return "keep_warm" if profile.asked else "ask"


def _naming(profile: Profile) -> Replied | None:
    """The newest word that names barriers: an answer, or what was said in the shop."""
    return next(reversed(profile.naming), None)


def _open_barrier(profile: Profile, rules: Rules) -> Replied | None:
    """The newest word that names barriers, unless a later answer says that they are gone."""
    naming = _naming(profile)
    if naming is None:
        return None
    solved = any(
        f"{one.step}.{one.value}" in rules.qualification.solved and one.at > naming.at for one in profile.answers
    )
    return None if solved else naming


def _when(naming: Replied) -> str:
    """When it was said, and that it was said in the shop, if it was."""
    return f"{'in the shop ' if naming.channel == IN_THE_SHOP else ''}on {day(naming.at)}"


def _last_interest(profile: Profile) -> tuple[datetime, str] | None:
    shown = [(one.at, one.kind) for one in profile.happened if one.kind in INTEREST]
    return max(shown, default=None)


def _need(profile: Profile) -> tuple[Answered, str]:
    naming, interest = _naming(profile), _last_interest(profile)
    if STOPPED in profile.outcomes or ERASED in profile.outcomes:
        return "no", "no, asked us to stop"
    if naming is not None and FINAL_BARRIERS & set(naming.barriers) and (interest is None or interest[0] <= naming.at):
        return "no", f"no, said {naming.barriers[0].replace('_', ' ')} {_when(naming)}"
    if interest is not None and interest[1] != "cart_abandoned":
        return "yes", f"yes, {interest[1].replace('_', ' ')} on {day(interest[0])}"
    if naming is not None and not FINAL_BARRIERS & set(naming.barriers):
        return "yes", f"yes, said what holds them back {_when(naming)}"
    if interest is not None:
        return "unknown", f"a cart was left on {day(interest[0])}; not asked or not answered yet"
    return "unknown", "nothing heard yet"


def _able(profile: Profile, rules: Rules) -> tuple[Answered, str]:
    naming = _naming(profile)
    since = naming.at if naming is not None else None
    for one in reversed(profile.answers):
        key = f"{one.step}.{one.value}"
        if key in rules.qualification.unable and (since is None or one.at >= since):
            return "no", f"no, answered {key} on {day(one.at)}"
    country, served = text_of(profile, "country"), rules.target.person.countries
    if country and served and not is_company(profile) and one_of(served, country) is None:
        return "no", f"no, {country} is not among the countries of the target"
    if naming is not None:
        return "yes", "yes, nothing said about money or delivery stands against it"
    if any(one.kind in ("checkout_started", "quote_sent") for one in profile.happened):
        return "yes", "yes, came as far as the checkout or a quote"
    if kept_orders(profile):
        return "yes", "yes, has bought before"
    return "unknown", "not known yet"


def _authority(profile: Profile, barrier: str | None) -> tuple[Answered, str]:
    if not is_company(profile):
        return "unknown", "not asked of a person"
    role = (text_of(profile, "role", "company.role", "company_role") or "").casefold()
    if role in DECIDERS:
        return "yes", f"yes, {role}"
    if text_of(profile, "approver", "company.approver", "company_approver"):
        return "yes", "yes, who approves is known"
    if barrier == "approval":
        return "no", "no, somebody else decides, and we do not know who"
    return "unknown", "not known yet"


def _timing(profile: Profile, barrier: Replied | None, rules: Rules) -> tuple[datetime | None, str]:
    if barrier is None or barrier.barriers[0] != "timing":
        return None, "nothing said against now"
    wait, since = rules.qualification.wait_else, barrier.at
    for one in profile.answers:
        key = f"{one.step}.{one.value}"
        if one.at >= barrier.at and key in rules.qualification.wait:
            wait, since = rules.qualification.wait[key], one.at
    return since + timedelta(days=wait), f"not yet, said on {day(since)}"


def _done(profile: Profile) -> bool:
    """Bought (or says so) after everything they showed an interest in."""
    if profile.outcomes and profile.outcomes[-1] == SAYS_BOUGHT:
        return True
    orders, interest = kept_orders(profile), _last_interest(profile)
    naming = _naming(profile)
    if not orders:
        return False
    last = orders[-1].at
    return (interest is None or interest[0] <= last) and (naming is None or naming.at <= last)


def expected_value(profile: Profile) -> Decimal | None:
    """What an order of theirs would be worth, for a task of staff: said, else the cart, else the price."""
    return number_of(profile, "expected_order_value", "cart_value", "price")
