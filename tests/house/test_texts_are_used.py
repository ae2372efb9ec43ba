"""Every text that is translated into seven languages is said somewhere."""

import re
from functools import cache
from pathlib import Path

import pytest

from bot.library import Library, build_flow
from flows.definition.fluent_reader import read_fluent
from flows.definition.sources import TextSource
from flows.definition.steps import Choose, Question

ROOT = Path(__file__).parents[2]
FOLDERS = ("barriers", "offers", "common")
SAYING = {".py", ".html", ".mjml", ".txt", ".js"}

MADE_UP = {
    r"command-\w+": ("bot/channels/telegram/menu.py", 'f"command-{name}"'),
    r"prefs-(email|telegram)": ("bot/channels/web/templates/survey/preferences.html", '"prefs-" ~ one.channel'),
    r"prefs-pause-(week|month|quarter)": ("bot/channels/web/preferences.py", 'f"prefs-pause-{name}"'),
    r"privacy-what-\w+": ("bot/channels/web/templates/survey/privacy.html", '"privacy-what-"'),
}
"""Names that are put together where they are said: their shape, the file, and the words in it."""

KEPT = {
    r"barrier-\w+": "names for a shop's own exports; the console has its own",
    r"kind-\w+": "names for a shop's own exports; the console has its own",
    "already-answered": "for channels that show a late tap",
    "closed-mark": "for channels that show a question withdrawn",
    "stopped-before": "for somebody who comes back by a link after a stop",
    "unsubscribe-title": "the page's heading, which is that of the preferences by now",
    "unsubscribe-button": "the page's button, which is that of the preferences by now",
}
"""Texts that nothing says, and why they are still there. Keep it short; what is said again has to leave it."""


@cache
def names(folder: str) -> dict[str, set[str]]:
    """The messages of a folder's English texts with their attributes."""
    path = f"flows/library/{folder}/texts/en.ftl"
    entries, _ = read_fluent(TextSource("common", path, (ROOT / path).read_text("utf-8")))
    found: dict[str, set[str]] = {}
    for entry in entries:
        message, _, attribute = entry.name.partition(".")
        found.setdefault(message, set()).update({attribute} if attribute else ())
    return found


@cache
def code() -> str:
    """Everything that may say a text, in one piece."""
    files = (path for room in ("flows", "bot") for path in sorted((ROOT / room).rglob("*")))
    return "\n".join(
        path.read_text("utf-8")
        for path in files
        if path.suffix in SAYING and not {"vendor", "library", "__pycache__"} & set(path.parts)
    )


def is_said(name: str) -> bool:
    """Whether the name stands in the code in quotes (an own question's with its `!`), or is put together there."""
    if re.search(rf"[\"']!?{re.escape(name)}[\"']", code()):
        return True
    return any(re.fullmatch(shape, name) for shape in MADE_UP)


def test_every_text_of_holdback_itself_is_said_somewhere() -> None:
    unsaid = {name for name in names("common") if not is_said(name)}
    assert not {name for name in unsaid if not any(re.fullmatch(shape, name) for shape in KEPT)}
    idle = {shape for shape in KEPT if not any(re.fullmatch(shape, name) for name in unsaid)}
    assert not idle, "these are said by now, or gone: take them off the list"


@pytest.mark.parametrize("shape", MADE_UP)
def test_names_that_are_put_together_are_so_where_the_list_says(shape: str) -> None:
    place, words = MADE_UP[shape]
    assert words in (ROOT / place).read_text("utf-8")


def test_every_text_of_the_shipped_flow_belongs_to_a_step_or_an_offer() -> None:
    flow = build_flow(Library().load_flow("barriers"), version=1)
    steps = flow.definition.steps
    said = {text for step in steps.values() if isinstance(step, Question) for text in step.say}
    said |= set(steps) | {"subject", "preheader"}
    assert set(names("barriers")) == {name for name in said if name in names("barriers")}
    assert set(names("offers")) == {offer.id for offer in flow.catalogue.offers}


def test_every_label_of_the_shipped_flow_belongs_to_an_option() -> None:
    steps = build_flow(Library().load_flow("barriers"), version=1).definition.steps
    for name, attributes in names("barriers").items():
        step = steps.get(name)
        options = {option.id for option in step.options} if isinstance(step, Choose) else set()
        asked = {"remind"} if isinstance(step, Question) else set()
        assert attributes <= options | {f"{option}-words" for option in options} | asked, name
