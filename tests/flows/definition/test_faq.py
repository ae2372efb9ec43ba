"""Questions that were answered before: read from files, checked, and answered in a conversation."""

from dataclasses import replace

import pytest

from bot.library import Library, build_flow
from flows.definition.check_faq import check_faq
from flows.definition.sources import FlowSources
from flows.events import Said, Started
from flows.rehearsal.session import rehearse
from flows.words import LANGUAGES

SHIPPING = """\
format: 1
questions:
  shipping-cost:
    asks: {en: ["How much is shipping?", "What does delivery cost?"], hu: ["Mennyibe kerül a szállítás?"]}
    answer: {en: "Shipping from { $shop } costs 4.90 EUR.", hu: "A szállítás 4,90 euró."}
"""


def with_faq(text: str) -> FlowSources:
    sources = Library().load_flow("barriers")
    return replace(sources, faq=(*sources.faq, ("faq.yaml", text)))


@pytest.mark.parametrize(
    ("language", "asked", "answer"),
    [
        ("en", "How much does shipping to Hungary cost?", "Shipping from Lamp & Loom costs 4.90 EUR."),
        ("hu", "Mennyi a szállítás?", "A szállítás 4,90 euró."),
    ],
)
def test_a_shops_own_question_is_answered_and_the_open_one_asked_again(language: str, asked: str, answer: str) -> None:
    flow = build_flow(with_faq(SHIPPING), version=1)
    session, _ = rehearse(flow, language=language).play(Started("telegram"))
    before = session.state.prompt
    session, turn = session.play(Said(asked, "telegram"))
    (say,) = [effect for effect in turn.effects if hasattr(effect, "message")]
    assert say.message.paragraphs[0] == answer
    assert say.message.prompt == before == session.state.prompt
    assert turn.note == "answered a question" and session.state.questions == 1


def test_without_an_answer_in_the_language_none_is_given_in_another() -> None:
    flow = build_flow(with_faq(SHIPPING), version=1)
    session, _ = rehearse(flow, language="cs").play(Started("telegram"))
    _, turn = session.play(Said("Kolik stojí doprava?", "telegram"))
    assert turn.note != "answered a question"


def test_the_shipped_questions_are_answered_in_every_language() -> None:
    assert not check_faq(Library().load_flow("barriers").faq, LANGUAGES)


def test_a_published_flow_keeps_its_answers() -> None:
    sources = with_faq(SHIPPING)
    again = FlowSources.from_json(sources.to_json())
    assert again.faq == sources.faq and again.digest() == sources.digest()
    assert sources.digest() != Library().load_flow("barriers").digest()


def test_a_flow_published_before_there_were_answers_is_the_same_as_it_was() -> None:
    bare = replace(Library().load_flow("barriers"), faq=())
    assert '"faq"' not in bare.to_json()
    assert FlowSources.from_json(bare.to_json()).digest() == bare.digest()


@pytest.mark.parametrize(
    ("old", "new", "rule", "says"),
    [
        (', hu: "A szállítás 4,90 euró."', "", "F601", "has no answer in 'hu'"),
        ("{ $shop }", "{ $shopp }", "F602", "uses $shopp"),
        ("{ $shop }", "{ $shop", "F602", "cannot be said"),
        ("4,90 euró", "4,90 euró " * 120, "F603", "characters"),
        ('["Mennyibe kerül a szállítás?"]', '["How much is  SHIPPING?"]', "", ""),
        ("answer: {", "answers: {", "F011", "not known"),
        ('["Mennyibe kerül a szállítás?"]', '[" "]', "F015", "no question in 'hu'"),
    ],
)
def test_what_cannot_be_answered_is_found_with_its_place(old: str, new: str, rule: str, says: str) -> None:
    assert old in SHIPPING
    problems = check_faq((("faq.yaml", SHIPPING.replace(old, new)),), ("en", "hu"))
    assert {problem.rule for problem in problems} >= ({rule} if rule else set())
    assert says in " ".join(problem.sentence for problem in problems)
    assert all(problem.place == "faq.yaml" and problem.line for problem in problems)


def test_two_questions_that_are_asked_the_same_way_are_found() -> None:
    other = SHIPPING.replace("shipping-cost", "delivery-cost")
    problems = check_faq((("faq.yaml", SHIPPING), ("own/faq.yaml", other)), ("en", "hu"))
    assert {problem.rule for problem in problems} == {"F604"} and len(problems) == 3
