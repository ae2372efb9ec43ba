"""The checker goes red on every ledger that was doctored, and says what kind of wrong it is."""

from dataclasses import replace

import pytest

from tests.crash.ledgers import Death, End, Given, Got, Kept, Ledgers, Said, judge, unknown

QUESTION = Said(1, "telegram", "700", "What held you back?", "sent", "11")
OFFER = Said(2, "telegram", "700", "Here is your code.", "sent", "12")
LOST_IN_CALL = replace(OFFER, state="unknown", remote_id=None)
GOT_QUESTION = Got("telegram", "700", "11", "Hello.\n\nWhat held you back?")
GOT_OFFER = Got("telegram", "700", "12", "Here is your code.\n\nDoes this help you?")
GOOD = Ledgers(
    received={"telegram": ["1", "2"], "shop": ["0"]},
    kept=[Kept("telegram", "1", "done"), Kept("telegram", "2", "done"), Kept("shop", "0", "done")],
    answers=[(1, "barrier", 1), (1, "price", 2)],
    given=[Given("ann", "discount_10", "TEN-0"), Given("bob", "discount_10", "TEN-1"), Given("bob", "guarantee", None)],
    codes_used=2,
    said=[QUESTION, OFFER],
    got=[GOT_QUESTION, GOT_OFFER],
    death=Death(frozenset(), told=1, delivered=1),
    ends=[End("700", after=2, most=0)],
    facts={"talks": ["ann ended helped", "bob ended silent"]},
    should={"talks": ["bob ended silent", "ann ended helped"]},
)
IN_CALL = replace(GOOD, said=[QUESTION, LOST_IN_CALL], death=Death(frozenset({2}), told=2, delivered=2))
DOCTORED = {
    "lost input": replace(GOOD, kept=GOOD.kept[1:]),
    "input kept twice": replace(GOOD, kept=[*GOOD.kept, Kept("telegram", "1", "done")]),
    "input from nowhere": replace(GOOD, kept=[*GOOD.kept, Kept("telegram", "3", "done")]),
    "input not handled": replace(GOOD, kept=[*GOOD.kept[:2], Kept("shop", "0", "quarantined")]),
    "answer twice": replace(GOOD, answers=[*GOOD.answers, (1, "price", 2)]),
    "offer given twice": replace(GOOD, given=[*GOOD.given, Given("bob", "guarantee", None)]),
    "one code for two": replace(GOOD, given=[*GOOD.given[:1], Given("bob", "discount_10", "TEN-0")], codes_used=1),
    "codes off the shelf": replace(GOOD, codes_used=3),
    "message twice": replace(GOOD, got=[*GOOD.got, replace(GOT_OFFER, remote_id="13")], ends=()),
    "said twice": replace(GOOD, got=[GOT_QUESTION, replace(GOT_QUESTION, remote_id="12")], said=[QUESTION, OFFER]),
    "message lost": replace(GOOD, got=GOOD.got[:1]),
    "message stuck": replace(GOOD, said=[QUESTION, replace(OFFER, state="leased", remote_id=None)]),
    "unknown is wrong": replace(GOOD, said=[QUESTION, LOST_IN_CALL]),
    "sent untold": replace(GOOD, death=Death(frozenset(), told=1, delivered=2)),
    "message after the end": replace(GOOD, ends=[End("700", after=1, most=0)]),
    "talks are wrong": replace(GOOD, should={"talks": ["ann ended helped"]}),
}


def kinds(ledgers: Ledgers) -> set[str]:
    return {finding.partition(":")[0] for finding in judge(ledgers)}


def test_good_ledgers_are_good() -> None:
    assert judge(GOOD) == []


@pytest.mark.parametrize("kind", DOCTORED)
def test_a_doctored_ledger_is_found(kind: str) -> None:
    assert kind in kinds(DOCTORED[kind])


def test_what_was_being_sent_is_unknown_whether_it_arrived_or_not() -> None:
    assert judge(IN_CALL) == [] and unknown(IN_CALL) == {2}
    assert judge(replace(IN_CALL, got=[GOT_QUESTION])) == []


def test_what_was_being_sent_and_is_sent_again_is_found() -> None:
    again = replace(IN_CALL, said=[QUESTION, OFFER], got=[*GOOD.got, replace(GOT_OFFER, remote_id="13")], ends=())
    assert {"message twice", "unknown is wrong"} <= kinds(again)


def test_an_answer_may_prove_what_was_unknown() -> None:
    proved = replace(LOST_IN_CALL, state="sent")
    assert judge(replace(IN_CALL, said=[QUESTION, proved])) == []
    assert kinds(replace(GOOD, said=[QUESTION, proved])) == {"unknown is wrong"}


def test_unknown_and_never_being_sent_are_one_message_each() -> None:
    """Two copies arrived of one message of unknown fate: it can account for one of them."""
    twice = replace(IN_CALL, got=[*GOOD.got, replace(GOT_OFFER, remote_id="13")], ends=())
    assert kinds(twice) == {"message twice", "said twice"}


def test_waiting_in_vain_is_only_good_for_what_was_being_sent() -> None:
    assert judge(replace(IN_CALL, got=[GOT_QUESTION], waited_in_vain=["Here is your code."])) == []
    assert kinds(replace(GOOD, waited_in_vain=["Here is your code."])) == {"message lost"}


def test_last_words_are_allowed_for() -> None:
    assert judge(replace(GOOD, ends=[End("700", after=1, most=1)])) == []
