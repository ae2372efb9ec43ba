"""A prospect as they were known then: without what was said and done since, and nothing that is not kept made up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from flows.audience.past import History, Order, Past, Report, Said, Talk, as_of, judged
from flows.audience.population import Population
from flows.audience.profile import Bought, Fact, Happening, Profile, Replied
from flows.audience.scoring import Rules

THEN = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def reply(step: str, at: datetime, *barriers: str) -> Replied:
    return Replied(step, step, barriers, None, at)


def known(history: History) -> Profile:
    return as_of(history, THEN).profile


def facts(past: Past) -> dict[str, object]:
    return {name: fact.value for name, fact in past.profile.facts.items()}


def test_a_fact_said_since_counts_as_the_shop_told_it_until_then_and_else_as_unknown() -> None:
    said_since = {
        "country": Fact("CZ", "staff", THEN + DAY),
        "cart_value": Fact(Decimal(300), "shop", THEN + DAY),
        "language": Fact("cs", "csv", THEN - DAY),
        "price": Fact(Decimal(50), "shop", THEN - DAY),
    }
    reports = (
        Report(THEN - 3 * DAY, {"cart_value": Decimal(80), "price": Decimal(40)}),
        Report(THEN - 2 * DAY, {"cart_value": Decimal(90)}),
        Report(THEN + DAY, {"cart_value": Decimal(300), "country": "CZ"}),
    )
    past = as_of(History(Profile(said_since), reports), THEN)
    assert facts(past) == {"cart_value": Decimal(90), "language": "cs", "price": Decimal(50)}
    assert past.lost == {"country"}


def test_answers_hold_from_when_they_were_given_until_they_were_taken_back() -> None:
    answers = (
        Said(reply("barrier", THEN - 2 * DAY, "price"), "lamp", until=THEN + DAY),
        Said(reply("barrier", THEN - 3 * DAY, "fit"), "lamp", until=THEN - DAY),
        Said(reply("solved", THEN)),
        Said(reply("barrier", THEN + DAY, "trust")),
    )
    today = Profile(answers=(answers[3].reply,), happened=(Happening("viewed", THEN - DAY),))
    then = known(History(today, answers=answers))
    assert then.barriers == ("price",) and [one.step for one in then.answers] == ["barrier"]
    assert [(one.kind, one.product) for one in then.happened] == [("answered", "lamp"), ("viewed", None)]


def test_orders_count_once_they_were_known_and_a_refund_since_does_not_count_yet() -> None:
    bought = Bought(THEN - 9 * DAY, Decimal(60))
    orders = (
        Order(bought, THEN - 9 * DAY, refunded_at=THEN + DAY),
        Order(bought, THEN - 9 * DAY, refunded_at=THEN - DAY),
        Order(bought, THEN + DAY),
    )
    assert known(History(Profile(), orders=orders)).orders == (bought, replace(bought, refunded=True))


def test_consent_offers_ends_and_stages_are_those_of_then() -> None:
    history = History(
        Profile(agreed=frozenset({"telegram"}), offers=("sample", "ten"), outcomes=("stopped",), asked=True),
        consents=((THEN - 2 * DAY, "email", True), (THEN + DAY, "email", False), (THEN + DAY, "telegram", True)),
        offers=((THEN - DAY, "sample"), (THEN, "ten")),
        talks=(Talk(THEN - DAY, THEN + DAY, "stopped"), Talk(None, THEN - DAY, "never_contacted")),
        stages={"informed": THEN - DAY, "lead": THEN - DAY, "customer": THEN + DAY},
    )
    then = known(history)
    assert (set(then.agreed), then.offers, then.outcomes) == ({"email"}, ("sample",), ("never_contacted",))
    assert then.asked and then.scores.stage == "lead"


def test_scores_are_judged_as_of_then() -> None:
    orders = (Order(Bought(THEN + DAY, Decimal(60)), THEN + DAY),)
    today = Profile(happened=(Happening("checkout_started", THEN - DAY), Happening("cart_abandoned", THEN + DAY)))
    scores = judged(as_of(History(today, orders=orders), THEN), Rules(), Population(), THEN).scores
    assert (scores.learning_segment, scores.engagement, scores.engaged_at) == ("new_other", 40, THEN - DAY)
