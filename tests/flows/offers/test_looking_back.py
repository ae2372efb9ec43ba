"""Each moment of the past with the person as known then: their segments, amounts and what they had been given."""

from datetime import timedelta
from decimal import Decimal

from flows.audience.conditions import parse_condition
from flows.audience.past import History, Order
from flows.audience.population import Population
from flows.audience.profile import Bought, Fact, Happening, Profile
from flows.audience.scoring import Rules
from flows.offers.looking_back import Grant, Occasion, Standard, place, standard
from flows.scene import Granted
from tests.flows.offers.sample import NOW

DAY = timedelta(days=1)
BY = standard({"bought": parse_condition({"bought": True}, "here")}, Rules(), Population(median_cart=Decimal(50)))


def occasion(segment: str | None = None) -> Occasion:
    return Occasion(7, NOW, "price", segment, "ten", Decimal(10))


def test_somebody_is_in_the_segments_they_were_in_then() -> None:
    order = Bought(NOW, Decimal(60))
    cart = {"cart_value": Fact(Decimal(100), "shop", NOW - DAY)}
    before = History(Profile(cart), orders=(Order(order, NOW - DAY),))
    since = History(Profile(cart), orders=(Order(order, NOW + DAY),))
    moment, lost = place(occasion(), before, (), BY)
    assert (moment.segment, set(moment.saved), moment.person.cart_value, lost) == (
        "returning",
        {"bought"},
        Decimal(100),
        False,
    )
    moment, _ = place(occasion(), since, (), BY)
    assert (moment.segment, moment.saved) == ("new_high", frozenset())
    noted, _ = place(occasion("b2b"), since, (), BY)
    assert noted.segment == "b2b", "what was noted then is not reckoned again"


def test_it_says_for_whom_something_that_counts_is_lost() -> None:
    def of(name: str, by: Standard = BY) -> bool:
        return place(occasion(), History(Profile({name: Fact("x", "staff", NOW + DAY)})), (), by)[1]

    assert of("country") and not of("city") and not of("company.size")
    looks = {"big": parse_condition({"company.size": "x"}, "here")}
    assert of("company.size", standard(looks, Rules(), Population()))


def test_what_somebody_was_given_before_counts_as_used_only_once_it_was() -> None:
    given = Granted("ten", "CODE", NOW + DAY, NOW - 40 * DAY, money=True)
    for redeemed_at, used in ((NOW - DAY, True), (NOW + DAY, False), (None, False)):
        moment, _ = place(occasion(), History(Profile()), (Grant(given, redeemed_at),), BY)
        assert [one.redeemed for one in moment.earlier] == [used]


def test_segments_by_scores_are_those_of_then() -> None:
    warm = standard({"warm": parse_condition({"engagement": {"at_least": 30}}, "here")}, Rules(), Population())
    done = Profile(happened=(Happening("checkout_started", NOW - DAY), Happening("viewed", NOW + DAY)))
    assert place(occasion(), History(done), (), warm)[0].saved == {"warm"}
    later = Profile(happened=(Happening("checkout_started", NOW + DAY),))
    assert place(occasion(), History(later), (), warm)[0].saved == frozenset()
