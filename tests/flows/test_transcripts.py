"""Golden transcripts of the shipped flow: whole conversations, word for word, each effect in order.

A new one: write `tests/flows/transcripts/<name>.yaml` with `about`, `flow`, `language` and the `in:` of each step (or
print one with `holdback flow play barriers --repro`), run `pytest tests/flows --update-transcripts`, and read what came
before committing it. Between all steps the state becomes JSON and is read back.
"""

from functools import cache
from pathlib import Path

import pytest

from bot.library import Library, build_flow
from flows.definition.flow import Flow
from flows.errors import FlowInvalid
from flows.rehearsal.describe import describe
from flows.rehearsal.transcript import differences, dump, parse_transcript, replay
from flows.words import BARRIERS, LANGUAGES

FOLDER = Path(__file__).parent / "transcripts"
FLOWS = Path(__file__).parent / "flows"
"""Flows beside the shipped ones: `kinds` has every kind of step once."""
FILES = sorted(FOLDER.glob("*.yaml"))


@cache
def flow(name: str) -> Flow:
    return build_flow(Library(FLOWS).load_flow(name), version=1)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.stem))
def test_a_conversation_goes_as_its_transcript_says(file: Path, request: pytest.FixtureRequest) -> None:
    expected = parse_transcript(file.read_text("utf-8"), file.name)
    played = replay(flow(expected.flow), expected)
    if request.config.getoption("--update-transcripts", default=False):
        file.write_text(dump(played), encoding="utf-8")
        return
    found = differences(expected, played)
    told = [f"step {one.step}\nexpected:\n{one.expected}\ncame:\n{one.came}" for one in found]
    assert not found, "\n".join([*told, "if this is meant: pytest tests/flows --update-transcripts, and read the diff"])


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.stem))
def test_a_transcript_is_written_as_it_is_read(file: Path) -> None:
    text = file.read_text("utf-8")
    assert dump(parse_transcript(text, file.name)) == text


def test_every_barrier_and_every_language_has_a_transcript() -> None:
    texts = {file.stem: file.read_text("utf-8") for file in FILES}
    assert {barrier for barrier in BARRIERS if any(f"tap: {barrier}\n" in text for text in texts.values())} == set(
        BARRIERS
    )
    assert {f"words-{language}" for language in LANGUAGES} <= set(texts)


def test_a_transcript_that_does_not_fit_is_told_with_its_step() -> None:
    text = (FOLDER / "tap-price.yaml").read_text("utf-8")
    spoilt = parse_transcript(text.replace("note: answered", "note: understood", 1), "tap-price.yaml")
    (difference,) = differences(spoilt, replay(flow("barriers"), spoilt))
    assert difference.step == 2
    assert "note: understood" in difference.expected
    assert "note: answered" in difference.came


@pytest.mark.parametrize(
    ("act", "says"),
    [
        ("{tap: price, say: price}", "an act is one thing, not 2"),
        ("{on: web}", "an act is one thing, not 0"),
        ("{start: fax}", "write 'telegram', 'email' or 'web'"),
        ("{wait: soon}", "is not a time span"),
        ("{shout: hello}", "the key 'shout' is not known"),
    ],
)
def test_a_transcript_with_a_mistake_names_its_line(act: str, says: str) -> None:
    text = f"about: a test\nflow: barriers\nsteps:\n  - in: {act}\n"
    with pytest.raises(FlowInvalid, match=says) as caught:
        parse_transcript(text, "wrong.yaml")
    assert "wrong.yaml:4:" in str(caught.value)


def test_every_effect_can_be_told_in_words() -> None:
    told = "\n".join(file.read_text("utf-8") for file in FILES)
    for words in (
        "says: question",
        "says first: reminder",
        "closes question",
        "keeps barrier",
        "takes back the answers",
        "timer silence after",
        "cancels timers",
        "cancels unsent messages",
        "grants discount_10",
        "calls a person",
        "withdraws consent",
        "sets the language",
        "erases the prospect",
        "finishes, helped",
    ):
        assert words in told, words
    assert describe.__doc__
