"""A step that asks for words only: it has no buttons, and keeps what is written as it is."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.library import Library, build_flow
from flows.effects import CallPerson, Record, RecordFact, Say
from flows.events import Commanded, Said, Started, Tapped
from flows.messages import Prompt
from flows.rehearsal.session import Session, rehearse
from flows.turn import Turn
from flows.words import LANGUAGES

LABELS = re.compile(r"^ +\.(opinions|photos|tests)(-words)? = .*\n", re.MULTILINE)
WORDS = "  It's the colour — “mauve”, really?  "


@pytest.fixture
def asked() -> Session:
    """The shipped flow, asking for words only where it offers options for `reviews`."""
    return asking_for("")


def asking_for(more: str, language: str = "en") -> Session:
    """The shipped flow, asking in words where it offers options for `reviews`; `more` are further keys of the step."""
    sources = Library().load_flow("barriers")
    written = sources.definition
    start, end = written.index("  reviews:\n"), written.index("  quality:\n")
    asking = written[:start] + f"  reviews: {{kind: ask, next: person{more}}}\n\n" + written[end:]
    texts = {
        language: tuple(replace(one, content=LABELS.sub("", one.content)) for one in layers)
        for language, layers in sources.texts.items()
    }
    flow = build_flow(replace(sources, definition=asking, texts=texts), version=1)
    session, _ = rehearse(flow, language=language).play(Started("telegram"))
    prompt = session.state.prompt
    assert prompt is not None
    session, turn = session.play(Tapped("reviews", prompt.visit, "telegram"))
    (say,) = [effect for effect in turn.effects if isinstance(effect, Say)]
    if not more:
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


CONTACT = ", records: contact, optional: true"
NUMBER = ", records: fact, fact: referrals"


def facts_of(turn: Turn) -> dict[str, tuple[str, Decimal | None]]:
    return {effect.name: (effect.text, effect.number) for effect in turn.effects if isinstance(effect, RecordFact)}


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        ("+36 30 123 4567", {"contact_phone": "+36301234567"}),
        (
            "Please call me tomorrow after five, 06 30 123 4567",
            {
                "contact_phone": "06301234567",
                "preferred_time": "Please call me tomorrow after five, 06 30 123 4567",
            },
        ),
        ("Anna@Example.com", {"contact_email": "anna@example.com"}),
    ],
)
def test_a_contact_is_found_in_the_words_and_goes_on(said: str, facts: dict[str, str]) -> None:
    session, turn = asking_for(CONTACT).play(Said(said, "telegram"))
    assert {name: text for name, (text, _) in facts_of(turn).items()} == facts
    assert session.state.status == "held" and turn.note == "answered"


def test_words_without_a_contact_are_asked_back_once_and_then_kept_as_words() -> None:
    session, turn = asking_for(CONTACT).play(Said("🎈 🎈", "telegram"))
    (say,) = [effect for effect in turn.effects if isinstance(effect, Say)]
    assert "no phone number and no email address" in say.message.text and say.message.prompt is not None
    session, turn = session.play(Said("🎈 🎈", "telegram"))
    assert turn.note == "answered" and not facts_of(turn)
    assert [effect.answer.verbatim for effect in turn.effects if isinstance(effect, Record)] == ["🎈 🎈"]


@pytest.mark.parametrize("way", ["tap", "words"])
def test_a_question_that_need_not_be_answered_is_passed_over(way: str) -> None:
    asked = asking_for(CONTACT)
    prompt = asked.state.prompt
    assert prompt is not None and [button.label for button in prompt.buttons] == ["Skip"]
    event = Tapped("!skip", prompt.visit, "telegram") if way == "tap" else Said("skip", "telegram")
    session, turn = asked.play(event)
    assert turn.note == "passed over" and session.state.status == "held"
    assert not [effect for effect in turn.effects if isinstance(effect, Record | RecordFact)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_is_read_and_asked_back_in_every_language(language: str) -> None:
    session, turn = asking_for(NUMBER, language).play(Said("🎈", "telegram"))
    assert turn.note == "asked back" and not facts_of(turn)
    _, turn = session.play(Said("12", "telegram"))
    assert facts_of(turn) == {"referrals": ("12", Decimal(12))}


def test_an_option_says_what_it_says_about_the_prospect() -> None:
    flow = build_flow(Library().load_flow("barriers"), version=1)
    session, _ = rehearse(flow, language="en").play(Started("telegram"))
    said = []
    for option in ("timing", "this_week"):
        assert session.state.prompt is not None
        session, turn = session.play(Tapped(option, session.state.prompt.visit, "telegram"))
        said.append(facts_of(turn))
    assert said == [{}, {"buying_time": ("this_week", None)}]


def test_a_stop_still_counts_more_than_a_contact() -> None:
    session, turn = asking_for(CONTACT).play(Said("stop", "telegram"))
    assert session.state.outcome == "stopped" and not facts_of(turn)


def test_silence_at_a_question_that_need_not_be_answered_ends_as_answered() -> None:
    session, _ = asking_for(CONTACT).wait(timedelta(days=2))
    assert session.state.outcome == "answered"
