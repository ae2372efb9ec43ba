"""The shipped texts: complete in seven languages, short enough for a telephone, and each in its own language."""

import re
from functools import cache
from pathlib import Path

import pytest

from flows.definition.fluent_reader import Entry, read_fluent
from flows.definition.sources import TextSource
from flows.texts import Texts
from flows.understanding.normalise import normalise
from flows.understanding.safety import find_safety, is_stop_word
from flows.words import BARRIERS, LANGUAGES

LIBRARY = Path(__file__).parents[2] / "flows" / "library"
FOLDERS = ("barriers", "offers", "common")
OTHERS = tuple(language for language in LANGUAGES if language != "en")
FILES = [(folder, language) for folder in FOLDERS for language in LANGUAGES]
TRANSLATIONS = [(folder, language) for folder in FOLDERS for language in OTHERS]

MAX_TEXT = 160
MAX_LABEL = 40
MAX_COMMAND = 256
"""Characters that Telegram takes for the description of a command."""

SAME_IN_ALL = {"answered-mark"}
"""Texts without a word in them."""
SAME_AS_ENGLISH = {"es": {"prefs-fact-no"}, "fr": {"kind-brochure"}}
"""Words that another language shares with English."""

OWN_LETTERS = {
    "es": "[áéíóúñ¿¡]",
    "fr": "[éèêàçœ’]",
    "ja": "[\u3040-\u30ff]",
    "ar": "[\u0600-\u06ff]",
    "hu": "[őűáéíóöúü]",
    "cs": "[ěščřžýáíéůú]",
}
FOREIGN_WORDS = re.compile(r"\b(the|you|your|please|what|this|shop|answer|and|with)\b", re.IGNORECASE)
QUOTED = re.compile(r"[\"«“„「]\s*([^\"»”“」{}]+?)\s*[\"»”“」]")


def source(folder: str, language: str) -> TextSource:
    file = LIBRARY / folder / "texts" / f"{language}.ftl"
    return TextSource("common", f"{folder}/texts/{language}.ftl", file.read_text(encoding="utf-8"))


@cache
def entries(folder: str, language: str) -> dict[str, Entry]:
    found, junk = read_fluent(source(folder, language))
    assert not junk, junk
    names = [entry.name for entry in found]
    assert len(names) == len(set(names)), "a text stands twice"
    return dict(zip(names, found, strict=True))


def is_label(name: str, folder: str) -> bool:
    """A label stands on a button, as a heading or in a table; a reminder is a text."""
    message, _, attribute = name.partition(".")
    if attribute:
        return attribute != "remind"
    return folder == "common" and (
        message.startswith(("button-", "barrier-", "kind-")) or message.endswith(("-button", "-title", "-label"))
    )


@pytest.mark.parametrize("folder", FOLDERS)
def test_there_is_one_file_for_each_language(folder: str) -> None:
    assert {file.stem for file in (LIBRARY / folder / "texts").glob("*.ftl")} == set(LANGUAGES)


@pytest.mark.parametrize(("folder", "language"), TRANSLATIONS)
def test_every_language_has_the_same_texts_in_the_same_order(folder: str, language: str) -> None:
    assert list(entries(folder, language)) == list(entries(folder, "en"))


@pytest.mark.parametrize(("folder", "language"), TRANSLATIONS)
def test_every_text_uses_the_variables_of_its_english_form(folder: str, language: str) -> None:
    english = entries(folder, "en")
    differing = {
        name for name, entry in entries(folder, language).items() if entry.variables != english[name].variables
    }
    assert not differing


@pytest.mark.parametrize(("folder", "language"), FILES)
def test_no_text_is_empty_or_leans_on_functions_and_other_texts(folder: str, language: str) -> None:
    for name, entry in entries(folder, language).items():
        assert entry.plain.strip(), name
        assert not entry.functions, name
        assert not entry.references, name


@pytest.mark.parametrize(("folder", "language"), FILES)
def test_texts_and_labels_keep_to_their_lengths(folder: str, language: str) -> None:
    too_long = {}
    for name, entry in entries(folder, language).items():
        limit = MAX_LABEL if is_label(name, folder) else MAX_TEXT
        if entry.length > (MAX_COMMAND if name.startswith("command-") else limit):
            too_long[name] = entry.length
    assert not too_long


@pytest.mark.parametrize(("folder", "language"), FILES)
def test_no_line_has_spaces_to_spare(folder: str, language: str) -> None:
    for line in source(folder, language).content.splitlines():
        assert line == line.rstrip(), line
        assert not re.search(r"\S  +\S", line), line
        assert not re.search(r"=  |\t", line), line


@pytest.mark.parametrize(("folder", "language"), TRANSLATIONS)
def test_no_english_is_left_in_a_translation(folder: str, language: str) -> None:
    english = entries(folder, "en")
    allowed = SAME_IN_ALL | SAME_AS_ENGLISH.get(language, set())
    for name, entry in entries(folder, language).items():
        assert name in allowed or entry.plain.casefold() != english[name].plain.casefold(), name
        assert not FOREIGN_WORDS.search(re.sub(r"/\w+", "", entry.plain)), name


@pytest.mark.parametrize(("folder", "language"), TRANSLATIONS)
def test_translations_are_written_in_their_own_letters(folder: str, language: str) -> None:
    own = [entry for entry in entries(folder, language).values() if re.search(OWN_LETTERS[language], entry.plain)]
    assert len(own) > len(entries(folder, language)) * 0.3
    if language == "ar":
        assert {entry.name for entry in entries(folder, "ar").values()} - {entry.name for entry in own} <= SAME_IN_ALL


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_options_of_a_question_can_be_told_apart(language: str) -> None:
    labels: dict[str, list[str]] = {}
    for name, entry in entries("barriers", language).items():
        if is_label(name, "barriers"):
            labels.setdefault(entry.message, []).append(entry.plain.casefold())
    for message, shown in labels.items():
        assert len(shown) == len(set(shown)), message


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_we_offer_for_stopping_and_for_a_person_are_understood(language: str) -> None:
    common = entries("common", language)
    (stop,) = QUOTED.findall(common["later"].plain)
    (person,) = QUOTED.findall(common["help-commands"].plain)
    assert is_stop_word(stop)
    found = find_safety(normalise(person))
    assert found is not None and found.intent == "human"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("folder", "name", "intent"),
    [
        ("common", "button-stop", "stop"),
        ("common", "button-person", "human"),
        ("common", "command-forget", "delete_data"),
        ("common", "email-unsubscribe", "stop"),
        ("barriers", "solved.person", "human"),
    ],
)
def test_a_label_that_somebody_types_does_what_its_button_does(
    language: str, folder: str, name: str, intent: str
) -> None:
    found = find_safety(normalise(entries(folder, language)[name].plain))
    assert found is not None and found.intent == intent


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_is_said_exactly_and_stands_apart_from_the_words_around_it(language: str) -> None:
    texts = Texts({language: (source("offers", language).content,)})
    for offer in ("discount_10", "free_shipping"):
        said = texts.say(language, offer, code="4F-7KQ_9", percent=10, until="U")
        assert re.search(r"(?:^|[\s：])4F-7KQ_9(?:[\s,.（]|$)", said), said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_barrier_has_a_name_for_staff(language: str) -> None:
    assert {f"barrier-{barrier}" for barrier in BARRIERS} <= set(entries("common", language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_preferences_page_gives_the_same_reason_as_the_chat(language: str) -> None:
    common = entries("common", language)
    assert common["prefs-why"].plain == common["why"].plain
    assert common["prefs-erase-confirm"].plain == common["confirm-delete"].plain


def test_arabic_commands_carry_a_direction_mark_so_that_the_slash_stays_in_front() -> None:
    for folder in FOLDERS:
        for entry in entries(folder, "ar").values():
            assert not re.search("(?<!\u200e)/[a-z]", entry.plain), entry.name


def test_arabic_texts_begin_with_an_arabic_word_so_that_they_run_from_right_to_left() -> None:
    for folder in FOLDERS:
        for line in source(folder, "ar").content.splitlines():
            text = re.sub(r"^\s*(?:\*?\[\w+\]|[\w.-]+ =)\s*", "", line)
            if text.strip("{}✓ ") and not line.startswith("#") and "->" not in text and "label" not in text:
                assert re.match("[\u0600-\u06ff«]", text), line
