"""Checks of the questions that were answered before: they can be asked, told apart, and answered in every language."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from flows.definition.faq import FaqFile, FaqQuestion, FaqSource, fluent_of, text_name
from flows.definition.fluent_reader import read_fluent
from flows.definition.marks import Located, Marks
from flows.definition.parse import locate
from flows.definition.problems import Problem, shown
from flows.definition.sources import TextSource
from flows.errors import FlowInvalid

LONGEST_ANSWER: Final = 1000
"""Characters of an answer: the question that was open is asked again below it, in the same message."""

_KNOWN: Final = frozenset({"shop", "product", "known", "name"})


def check_faq(sources: Iterable[FaqSource], languages: Sequence[str]) -> tuple[Problem, ...]:
    """Everything that is wrong with these files, for a flow in these languages."""
    problems: list[Problem] = []
    taken: dict[str, tuple[str, str]] = {}
    for place, text in sources:
        try:
            file = locate(text, place, FaqFile)
        except FlowInvalid as error:
            problems += [problem for problem in error.problems if isinstance(problem, Problem)]
            continue
        for name, question in file.value.questions.items():
            problems += _of_question(file, name, question, languages)
            problems += _asked_twice(file.marks, name, question, taken)
    return tuple(problems)


def _of_question(
    file: Located[FaqFile], name: str, question: FaqQuestion, languages: Sequence[str]
) -> Iterator[Problem]:
    marks = file.marks
    for language in languages:
        if language not in question.answer:
            sentence = f"the question {name!r} has no answer in {language!r}: a person would be called"
            cure = f"add `{language}:` to its `answer`"
            yield Problem(marks.place, *marks.key("questions", name), "F601", sentence, cure, "warning")
    for language in question.answer:
        where = marks.value("questions", name, "answer", language)
        yield from (
            Problem(marks.place, *where, rule, sentence, cure)
            for rule, sentence, cure in _of_answer(name, question, language)
        )


def _of_answer(name: str, question: FaqQuestion, language: str) -> Iterator[tuple[str, str, str]]:
    answer = question.answer[language]  # type: ignore[index]  # a language of this very answer
    if len(answer) > LONGEST_ANSWER:
        yield "F603", f"the answer has {len(answer)} characters", f"say it in at most {LONGEST_ANSWER}"
    entries, junk = read_fluent(TextSource("common", "faq.yaml", fluent_of({name: question}, language)))
    if junk or [entry.name for entry in entries] != [text_name(name)]:
        yield "F602", f"the answer cannot be said: {shown(answer)}", "close every brace, and begin no line with { or ["
        return
    for entry in entries:
        for variable in sorted(entry.variables - _KNOWN):
            yield "F602", f"the answer uses ${variable}, which is not known here", "use $shop, $product or $name"


def _asked_twice(
    marks: Marks, name: str, question: FaqQuestion, taken: dict[str, tuple[str, str]]
) -> Iterator[Problem]:
    for language, ways in question.asks.items():
        for number, way in enumerate(ways):
            plain = " ".join(way.casefold().split())
            other, place = taken.setdefault(plain, (name, marks.place))
            # A shop's own file may answer the same question anew, under the same id.
            if other != name:
                sentence = f"the questions {other!r} and {name!r} are both asked by {shown(way)}"
                where = marks.value("questions", name, "asks", language, number)
                yield Problem(marks.place, *where, "F604", sentence, f"leave it to one of them (the other: {place})")
