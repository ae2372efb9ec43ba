"""Whatever breaks a conversation is found before it speaks: flows broken in hundreds of seeded ways, and played.

Harm is what `playing.harm` sees when the flow is played at random all the same: it raises, asks more than promised,
says nothing, or never ends; or the flow cannot even be read. `make sweep` tries all mutants, the suite a few.
"""

from functools import cache
from pathlib import Path
from typing import Final

import pytest

from bot.library import Library
from flows.definition.build import rebuild_flow, review
from flows.definition.problems import errors_of
from flows.definition.sources import FlowSources
from flows.errors import FlowInvalid
from tests.flows.definition.mutating import WAYS, mutant
from tests.flows.definition.playing import harm

FLOWS: Final = Path(__file__).parents[1] / "flows"
ROUNDS: Final = {"kinds": 6, "barriers": 3}
"""How often each way to break it is tried, by flow."""

PASSED: Final = {
    # Another flow, and a good one: nobody but its author knows that it was meant otherwise.
    "retarget": "another way to a step that can stand there",
    "retarget_back": "back to where it led before",
    "swap_ids": "two ends, or two steps that say something, have changed places",
    "other_kind": "a wait or a person stands where something was said, and everything still ends",
    "other_barrier": "the option stands for another barrier that an offer removes",
    "other_language": "the language that was drawn is the one that stood there",
    "drop_option": "one answer less to choose from",
    "ask_more": "one question more, within the promise, and its text is refused where it is missing",
    "fewer_questions": "the promise still covers the questions that cannot be spared",
    "spoil_condition": "the flow has no branch, or the condition that was drawn makes sense there",
    "drop_span": "the wait that was drawn makes sense, or stands where there was one already",
    "drop_key": "a key that may be left out: its absence is a warning where it matters",
    "wrong_type": "what was drawn is what may stand there",
    "drop_line of the file": "a comment, a blank line, or a key that may be left out",
    "drop_characters of the file": "a letter of a comment, of the flow's name or of a reason",
    "put_character of the file": "a letter or blank more in a comment or a name",
    "swap_lines of the file": "comments, or options in another order",
    "cut_off of the file": "only a comment stood behind the cut",
    # Warned of, not refused: nothing breaks, but people notice.
    "drop_unclear": "words that fit nothing are answered, but lead nowhere (F114)",
    "drop_barriers": "words still name barriers; a conversation that finds no offer ends kindly",
    "long_text of texts": "longer than one likes to read, and still carried (F212, F218)",
    "long_text of texts everywhere": "longer than one likes to read, and still carried (F212, F218)",
    "long_text of offers' texts": "an offer may take more words; it is still carried",
    # Said differently, alike in every language or by a letter only.
    "drop_attribute of offers' texts": "the label of a link is gone in every language, and no link is shown",
    "drop_attribute of texts": "a label that may be left out",
    "drop_attribute of texts everywhere": "a label that may be left out",
    "drop_message of texts": "only the comment above all texts is gone",
    "drop_message of texts everywhere": "only the first comment is gone, or what an end says: it may be silent",
    "drop_message of offers' texts": "only the comment above all texts is gone",
    "other_variable of texts": "the variables that were drawn are those that stood there",
    "other_variable of texts everywhere": "the variables that were drawn are those that stood there",
    "other_variable of offers' texts": "the variables that were drawn are those that stood there",
    "no_variable of texts": "the variables that were drawn stayed",
    "no_variable of texts everywhere": "the shop or the product is not named in any language",
    "no_variable of offers' texts": "the shop is not named in any language",
    "same_label of texts": "the first place of these words was no label",
    "same_label of texts everywhere": "the first place of these words was no label",
    "empty_text of texts": "the text refers to what is there",
    "empty_text of texts everywhere": "the text refers to what is there",
    "empty_text of offers' texts": "the text refers to what is there",
    "drop_line of texts": "a comment or a blank line",
    "drop_characters of texts": "a misspelling",
    "put_character of texts": "a misspelling",
    "cut_off of texts": "only comments or blank lines stood behind the cut",
    "swap_lines of texts": "comments, or texts in another order",
    "shop_replaces": "a text of the shop's own that says all that it has to",
    "offers": "another offer that can be made: cheaper, dearer, with or without a link",
    "offers again": "another offer that can be made: cheaper, dearer, with or without a link",
}
"""Mutants that the checker lets pass, by the way they were made, and why no harm is in it.

Whoever changes the checker or the ways finds new ones named by the test below: argue them here, or catch them.
"""


@cache
def good(name: str) -> FlowSources:
    return Library(FLOWS).load_flow(name)


def verdict(name: str, seed: int, plays: range) -> tuple[str, bool, str | None]:
    """The way the mutant was made, whether the checker refuses it, and the harm that is in it."""
    spoilt = mutant(good(name), seed)
    refused = bool(errors_of(review(spoilt.sources).problems))
    try:
        harmful = harm(rebuild_flow(spoilt.sources, 1), plays)
    except FlowInvalid:
        harmful = "cannot be read"
    return spoilt.name.rpartition(" ")[0], refused, harmful


@pytest.mark.parametrize("name", ROUNDS)
def test_a_good_flow_does_no_harm(name: str) -> None:
    assert harm(rebuild_flow(good(name), 1), range(1)) is None


@pytest.mark.parametrize("seed", [*range(0, 3 * len(WAYS), 29)])
def test_a_harmful_mutant_is_refused(seed: int) -> None:
    way, refused, harmful = verdict("kinds", seed, range(2))
    assert refused or harmful is None, f"{way} {seed}: {harmful}"
    assert refused or way in PASSED, f"{way} {seed} passes; argue it, or catch it"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "number"), [(name, one) for name, rounds in ROUNDS.items() for one in range(rounds)])
def test_every_harmful_mutant_is_refused(name: str, number: int) -> None:
    harmed = 0
    for seed in range(number * len(WAYS), (number + 1) * len(WAYS)):
        way, refused, harmful = verdict(name, seed, range(6))
        assert refused or harmful is None, f"{way} {seed}: {harmful}"
        assert refused or way in PASSED, f"{way} {seed} passes; argue it, or catch it"
        harmed += harmful is not None
    assert harmed > len(WAYS) / 3, "the ways to break a flow have become harmless"
