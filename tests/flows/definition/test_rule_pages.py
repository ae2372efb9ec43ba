"""docs/flow-rules.md: every rule has its page, says what the code says, and its examples are bad and good indeed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from bot.library import Library
from flows.definition.build import review
from flows.definition.models import model_at
from flows.definition.parse import parse_campaign
from flows.definition.problems import Problem
from flows.definition.rules import RULES
from flows.definition.sources import FlowSources, SubflowSource, TextSource
from flows.definition.steps import FlowDefinition
from tests.flows.definition.sample import ATTRIBUTES

ROOT: Final = Path(__file__).parents[3]
PAGE: Final = (ROOT / "docs" / "flow-rules.md").read_text("utf-8")
BEHIND: Final = "## The flow behind the examples\n"
DESCRIBED: Final = {
    "F005": "a file of a million characters", "F006": "bytes", "F007": "a disk", "F009": "a disk",
    "F109": "fifty steps", "F118": "ninety options", "F211": "four thousand characters", "F217": "the same",
    **dict.fromkeys(("F401", "F402", "F501", "F502", "F503", "F504", "F601", "F602", "F603", "F604"), "another file"),
}  # fmt: skip
"""Rules without examples, and what those would have to show."""


@dataclass(frozen=True)
class Section:
    """A rule's page: its heading and text, and the blocks of its bad and its good example as (file, content)."""

    rule: str
    text: str
    bad: tuple[tuple[str, str], ...]
    good: tuple[tuple[str, str], ...]


def blocks(text: str) -> tuple[tuple[str, str], ...]:
    return tuple(re.findall(r"```\w+\n# (\S+)\n(.*?)```", text, flags=re.DOTALL))


@cache
def sections() -> dict[str, Section]:
    found = {}
    for part in re.split(r"(?m)^### ", PAGE.partition(BEHIND)[0])[1:]:
        text, _, examples = re.split(r"(?m)^## ", part)[0].partition("\nBad:\n")
        bad, _, good = examples.partition("\nGood:\n")
        found[text[:4]] = Section(text[:4], text, blocks(bad), blocks(good))
    return found


def changed(whole: str, change: str) -> str:
    """A file with some of its parts replaced, or more of them: top-level keys, single steps, single messages."""
    parts, news = split(whole, r"[\w-]"), split(change, r"[\w-]")
    for name, new in news.items():
        parts[name] = changed_steps(parts[name], new) if name == "steps" else new
    return "".join(parts.values())


def changed_steps(whole: str, change: str) -> str:
    head, body = whole.split("\n", 1)
    parts = split(body, r"  \w") | split(change.split("\n", 1)[1], r"  \w")
    return f"{head}\n{''.join(parts.values())}"


def split(text: str, start: str) -> dict[str, str]:
    """The parts of a file by name; comments belong to what follows, and what stands twice stays together."""
    found: dict[str, str] = {}
    name, comments = "", ""
    for line in text.splitlines(keepends=True):
        if line.lstrip().startswith("#"):
            comments += line
            continue
        if re.match(start, line):
            name = re.split(r"[:\s]", line.strip(), maxsplit=1)[0]
        found[name] = found.get(name, "") + comments + line
        comments = ""
    return found


@cache
def good_files() -> dict[str, str]:
    return dict(blocks(PAGE.partition(BEHIND)[2]))


def found_in(example: tuple[tuple[str, str], ...]) -> tuple[Problem, ...]:
    """What the checker has against the flow with this example in it."""
    files = dict(good_files())
    own: dict[str, list[TextSource]] = {}
    for name, content in example:
        language = name.rpartition("/")[2].removesuffix(".ftl")
        if name.startswith("common/"):
            own.setdefault(language, []).append(TextSource("common", name, content))
        else:
            files[name] = changed(files[name], content) if name in files else content
    texts = {}
    shipped = Library().load_flow("barriers").texts
    for language in sorted(name[6:-4] for name in files if name.startswith("texts/")):
        offers = files.get(f"offers/texts/{language}.ftl")
        texts[language] = (
            TextSource("flow", f"texts/{language}.ftl", files[f"texts/{language}.ftl"]),
            *([TextSource("offers", f"offers/texts/{language}.ftl", offers)] if offers else []),
            *(source for source in shipped.get(language, ()) if source.layer == "common"),
            *own.get(language, ()),
        )
    sources = FlowSources(
        files["flow.yaml"], files["offers/catalogue.yaml"], texts, attributes=ATTRIBUTES, subflows=called_in(files)
    )
    return review(sources, (parse_campaign(files["campaign.yaml"], "campaign.yaml"),)).problems


def called_in(files: Mapping[str, str]) -> tuple[SubflowSource, ...]:
    """The flows beside the one that is shown."""
    names = [name.removesuffix("/flow.yaml") for name in files if name.endswith("/flow.yaml")]
    return tuple(
        SubflowSource(
            name,
            f"{name}/flow.yaml",
            files[f"{name}/flow.yaml"],
            {file[-6:-4]: (file, files[file]) for file in files if file.startswith(f"{name}/texts/")},
        )
        for name in names
    )


def test_the_flow_behind_the_examples_is_good() -> None:
    assert found_in(()) == ()


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    code = [path.read_text("utf-8") for room in ("flows", "bot") for path in (ROOT / room).rglob("*.py")]
    ids = {found for text in code for found in re.findall(r'"(F\d{3})"', text)}
    assert set(sections()) == ids
    assert {rule for rule, section in sections().items() if not section.bad} == set(DESCRIBED)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.id))
def test_a_page_says_what_the_rule_says(rule: object) -> None:
    (one,) = [known for known in RULES if known is rule]
    text = " ".join(sections()[one.id].text.split())
    assert " ".join((one.look.__doc__ or "").split()) in text
    severity = "Warning" if one.severity == "warning" else "Error"
    assert f" {severity}{'; may be allowed.' if one.may_be_allowed else '.'} " in text


@pytest.mark.parametrize("rule", [rule for rule, section in sections().items() if section.bad])
def test_the_examples_of_a_page_are_bad_and_good_indeed(rule: str) -> None:
    bad, good = found_in(sections()[rule].bad), found_in(sections()[rule].good)
    assert rule in {problem.rule for problem in bad}, [str(problem) for problem in bad]
    # A good example may leave the texts of its new steps to the reader, and nothing else.
    assert not [str(problem) for problem in good if problem.rule not in ("F205", "F206", "F221")]
    assert rule not in {problem.rule for problem in good}


def test_no_key_of_a_flow_takes_a_regular_expression() -> None:
    names = {name for model in _models() for name in model.model_fields}
    assert not names & {"regex", "regexp", "pattern", "matches", "match"}


def _models() -> list[type[FlowDefinition]]:
    kinds = ("choose", "ask", "capture", "branch", "split", "wait", "offer", "handover", "subflow", "end", "tell")
    found = [model_at(("steps", "any", kind), FlowDefinition) for kind in kinds]
    assert len(set(found)) == len(kinds)
    inner = [("choose", "options", 0), ("branch", "ways", 0, "when"), ("branch", "ways", 0, "when", "answered")]
    return [*found, *(model_at(("steps", "any", *path), FlowDefinition) for path in inner)]  # type: ignore[list-item]
