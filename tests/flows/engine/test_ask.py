"""A step that asks for words only: it has no buttons, and keeps what is written as it is."""

import re
from dataclasses import replace

import pytest

from bot.library import Library, build_flow
from flows.effects import CallPerson, Record, Say
from flows.events import Commanded, Said, Started, Tapped
from flows.messages import Prompt
from flows.rehearsal.session import Session, rehearse

LABELS = re.compile(r"^ +\.(opinions|photos|tests)(-words)? = .*\n", re.MULTILINE)
WORDS = "  It's the colour — “mauve”, really?  "


@pytest.fixture
def asked() -> Session:
    """The shipped flow, asking for words only where it offers options for `reviews`."""
    sources = Library().load_flow("barriers")
    written = sources.definition
    start, end = written.index("  reviews:\n"), written.index("  quality:\n")
    asking = written[:start] + "  reviews: {kind: ask, next: person}\n\n" + written[end:]
    texts = {
        language: tuple(replace(one, content=LABELS.sub("", one.content)) for one in layers)
        for language, layers in sources.texts.items()
    }
    flow = build_flow(replace(sources, definition=asking, texts=texts), version=1)
    session, _ = rehearse(flow, language="en").play(Started("telegram"))
    prompt = session.state.prompt
    assert prompt is not None
    session, turn = session.play(Tapped("reviews", prompt.visit, "telegram"))
    (say,) = [effect for effect in turn.effects if isinstance(effect, Say)]
    assert say.message.prompt == Prompt("reviews", turn.state.turn, ())
    return session


def test_the_words_are_kept_as_they_are_and_the_flow_goes_on(asked: Session) -> None:
    session, turn = asked.play(Said(WORDS, "telegram"))
    (record,) = [effect for effect in turn.effects if isinstance(effect, Record)]
    assert (record.answer.step, record.answer.value, record.answer.verbatim) == ("reviews", None, WORDS.strip())
    assert CallPerson("asked") in turn.effects
    assert session.state.status == "held"


def test_a_question_asked_again_in_another_language_counts_once(asked: Session) -> None:
    before = asked.state.questions
    session, turn = asked.play(Commanded("language", "telegram", "cs"))
    assert session.state.prompt is not None and session.state.prompt.step == "reviews"
    assert session.state.questions == before
    assert turn.state.language == "cs"


def test_a_wish_counts_more_than_an_answer(asked: Session) -> None:
    session, turn = asked.play(Said("stop", "telegram"))
    assert session.state.outcome == "stopped"
    assert not [effect for effect in turn.effects if isinstance(effect, Record)]
