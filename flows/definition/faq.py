"""The questions a shop has answered before, as `faq.yaml` has them: ways of asking, and the answer, by language."""

from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import Field, model_validator

from flows.definition.parse import locate
from flows.fields import Identifier, Strict
from flows.understanding.faq import Faq, FaqEntry
from flows.words import Language


class FaqQuestion(Strict):
    """One question. `asks` are ways of asking it, the more the better; `answer` may use the texts' variables."""

    asks: dict[Language, tuple[str, ...]] = Field(min_length=1)
    answer: dict[Language, str] = Field(min_length=1)

    @model_validator(mode="after")
    def _can_be_asked_and_answered(self) -> "FaqQuestion":
        for language, ways in self.asks.items():
            if not any(way.strip() for way in ways):
                raise ValueError(f"`asks` has no question in {language!r}; write some, as people ask it")
        for language, answer in self.answer.items():
            if not answer.strip():
                raise ValueError(f"`answer` is empty in {language!r}; write it, or leave the language out")
        return self


class FaqFile(Strict):
    """A whole `faq.yaml`: questions by their id."""

    format: Literal[1]
    questions: dict[Identifier, FaqQuestion]


FaqSource = tuple[str, str]
"""A `faq.yaml`: its name as its author knows it, and its content."""


def read_faq(sources: Iterable[FaqSource]) -> Mapping[str, FaqQuestion]:
    """All questions by id; a later file wins. Raises FlowInvalid with every problem of the first file that has any."""
    found: dict[str, FaqQuestion] = {}
    for place, text in sources:
        found |= locate(text, place, FaqFile).value.questions
    return found


def prepared(questions: Mapping[str, FaqQuestion]) -> Faq:
    """The questions, ready to be compared with what somebody asks."""
    return Faq(FaqEntry(name, dict(question.asks.items())) for name, question in questions.items())


def text_name(entry: str) -> str:
    """The name of the text that answers this question."""
    return f"faq-{entry}"


def fluent_of(questions: Mapping[str, FaqQuestion], language: str) -> str:
    """The answers in this language as Fluent; a question that is not answered in it has none."""
    return "".join(
        f"{text_name(name)} =\n{_indented(question.answer[language])}\n"
        for name, question in questions.items()
        if language in question.answer
    )


def _indented(answer: str) -> str:
    return "\n".join(f"    {line}" if line.strip() else "" for line in answer.strip().splitlines())
