"""Rules about choices within texts: the forms that a language counts with, and what is not known of everybody."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError

from flows.definition.fluent_reader import Entry, Select
from flows.definition.rules.subject import Finding, Rule, Subject
from flows.definition.sources import LAYERS

NUMBERS: Final = frozenset({"percent", "limit", "scale"})
"""Variables that hold a whole number."""
YES_OR_NO: Final = frozenset({"known", "has_name"})
FORMS: Final = frozenset({"zero", "one", "two", "few", "many", "other"})
COUNTED: Final = range(1001)
"""The whole numbers whose forms a text must have; fractions and millions are not said in texts here."""

GUARDS: Final[Mapping[str, str]] = {"product": "known", "name": "has_name"}
"""Variables that are empty for some people, and the one that says whether they are known."""


def form_missing(subject: Subject) -> Iterator[Finding]:
    """A text that counts, without a form that its language needs: Czech says 2 otherwise than 5, Arabic has six."""
    for language, entry, select in _selects(subject):
        if not _counts(select):
            continue
        numbers = forms(language)
        missing = [
            form
            for form, some in numbers.items()
            if form not in {*select.keys, "other"} and not {str(one) for one in some} <= select.keys
        ]
        if missing:
            sentence = (
                f"the text {entry.name!r} lacks the form {', '.join(missing)}, which {language} needs for some numbers"
            )
            example = next(iter(numbers[missing[0]]))
            yield subject.at_text(entry, sentence, f"add [{missing[0]}], as it is said of {example}")


def form_in_some_languages(subject: Subject) -> Iterator[Finding]:
    """A text that counts in one language and uses the same number without counting in one that has more forms."""
    counting: dict[tuple[str, str], str] = {}
    for language, entry, select in _selects(subject):
        if _counts(select) and select.variable:
            counting.setdefault((entry.name, select.variable), language)
    for language in subject.languages:
        if len(forms(language)) < 3:
            continue
        for layer in LAYERS:
            entries = subject.wording.entries(language, layer)
            for (name, variable), first in counting.items():
                found = entries.get(name)
                if found and variable in found.variables and all(one.variable != variable for one in found.selects):
                    sentence = f"the text {name!r} counts ${variable} in {first}, but not in {language}"
                    cure = f"choose by {{ ${variable} -> }} with the forms {', '.join(forms(language))}"
                    yield subject.at_text(found, sentence, cure)


def variant_never_chosen(subject: Subject) -> Iterator[Finding]:
    """A variant that can never be chosen: a form that the language does not have, or neither yes nor no."""
    for language, entry, select in _selects(subject):
        if select.variable in YES_OR_NO:
            possible = {"yes", "no"}
        elif _counts(select):
            possible = set(forms(language))
        else:
            continue
        for key in sorted(select.keys - possible - {select.default}):
            if not _is_number(key):
                sentence = f"the text {entry.name!r} has a variant [{key}] that is never chosen"
                cure = f"write some of {', '.join(sorted(possible))}, or remove it"
                yield subject.at_text(entry, sentence, cure)


def unknown_for_some(subject: Subject) -> Iterator[Finding]:
    """A text that names the product, or the person, also where they are not known: a hole would be said."""
    for entry in subject.wording.all:
        for variable, within in sorted(entry.uses, key=str):
            guard = GUARDS.get(variable)
            if guard and entry.source.layer != "common" and (guard, "yes") not in within:
                sentence = f"the text {entry.name!r} says ${variable} also where it is not known"
                guarded = "{ $known -> [yes] ... *[no] ... }" if variable == "product" else None
                cure = f"write {guarded}" if guarded else "leave the name out; emails greet with it by themselves"
                yield subject.at_text(entry, sentence, cure)


def _selects(subject: Subject) -> Iterator[tuple[str, Entry, Select]]:
    for language in subject.languages:
        for entry in subject.wording.by_language[language]:
            for select in entry.selects:
                yield language, entry, select


def _counts(select: Select) -> bool:
    """Whether it chooses by the form of a number."""
    return select.variable in NUMBERS or (select.variable not in YES_OR_NO and bool((select.keys - {"other"}) & FORMS))


def _is_number(key: str) -> bool:
    return key.replace(".", "", 1).isdigit()


@lru_cache(maxsize=64)
def forms(language: str) -> Mapping[str, tuple[int, ...]]:
    """The forms that a language counts whole numbers with, each with the numbers up to 1000 that take it."""
    try:
        rule = Locale.parse(language).plural_form
    except (UnknownLocaleError, ValueError):
        return {"other": tuple(COUNTED)}
    found: dict[str, list[int]] = {}
    for number in COUNTED:
        found.setdefault(rule(number), []).append(number)
    return {form: tuple(numbers) for form, numbers in found.items()}


RULES: Final = (
    Rule("F223", "warning", form_missing),
    Rule("F224", "warning", form_in_some_languages),
    Rule("F225", "warning", variant_never_chosen),
    Rule("F226", "warning", unknown_for_some),
)
