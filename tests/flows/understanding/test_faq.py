"""Questions that a shop has answered before: found in seven languages, and left to a person when in doubt."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from flows.understanding import LANGUAGES, Faq, FaqEntry, find_entry

Asked = tuple[str, str, str]


@cache
def read() -> tuple[tuple[FaqEntry, ...], tuple[Asked, ...]]:
    """The entries of the made-up shop, and entry (or -), language and text of every question."""
    examples: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    asked: list[Asked] = []
    entry = language = ""
    for line in Path(__file__).with_name("faq.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            entry, language = line.strip("[]").split()
        elif line.startswith("+"):
            examples[entry][language].append(line[2:])
        elif line and not line.startswith("#"):
            asked.append((entry, language, line))
    entries = (
        FaqEntry(name, {spoken: tuple(texts) for spoken, texts in found.items()}) for name, found in examples.items()
    )
    return tuple(entries), tuple(asked)


def found_by(faq: Faq, text: str, language: str) -> str:
    match = find_entry(faq, text, language)
    return match.entry if match else "-"


def test_most_questions_are_found_and_wrong_answers_are_next_to_none() -> None:
    entries, asked = read()
    faq = Faq(entries)
    right, meant, wrong = Counter[str](), Counter[str](), list[tuple[str, str]]()
    for entry, language, text in asked:
        found = found_by(faq, text, language)
        meant[language] += entry != "-"
        right[language] += found == entry != "-"
        if found not in (entry, "-"):
            wrong.append((text, found))
    assert all(right[language] / meant[language] >= 0.6 for language in LANGUAGES), (right, meant)
    assert right.total() / meant.total() >= 0.75
    assert len(wrong) <= 1, wrong


def test_a_question_whose_answer_the_shop_did_not_write_is_left_to_a_person() -> None:
    entries, asked = read()
    for missing in entries:
        faq = Faq(entry for entry in entries if entry is not missing)
        wrong = [
            text for entry, language, text in asked if entry == missing.id and found_by(faq, text, language) != "-"
        ]
        assert not wrong, missing.id


@pytest.mark.parametrize(
    ("text", "language", "entry"),
    [
        ("mennyi a szállítás?", "hu", "shipping"),
        ("送料はいくらですか", "ja", "shipping"),
        ("how long does shipping take?", "en", "-"),
        ("Is the toy safe for babies?", "en", "-"),
    ],
)
def test_examples_in_one_language_answer_questions_in_the_others(text: str, language: str, entry: str) -> None:
    faq = Faq([FaqEntry("shipping", {"en": ("How much is shipping?", "What does delivery cost?")})])
    assert found_by(faq, text, language) == entry


def test_the_example_it_resembles_is_named_in_the_language_that_is_spoken() -> None:
    match = find_entry(Faq(read()[0]), "combien coûte la livraison", "fr")
    assert match and (match.entry, match.example) == ("shipping_cost", "Combien coûte la livraison ?")
    assert 0.9 < match.confidence <= 1


@pytest.mark.parametrize("text", ["", "?", "…", "\x00", "asdf qwer", "👍"])
def test_nothing_is_found_in_what_asks_nothing(text: str) -> None:
    assert find_entry(Faq(read()[0]), text, "en") is None
    assert find_entry(Faq([]), text, "en") is None
