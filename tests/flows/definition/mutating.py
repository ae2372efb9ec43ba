"""Flows broken on purpose, each in one seeded way: in the graph, the texts, the offers, or just the file."""

import copy
import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from flows.definition.reader import read_yaml
from flows.definition.sources import FlowSources, TextSource

Document = dict[str, Any]
EditDocument = Callable[[random.Random, Document], None]
EditText = Callable[[random.Random, str], str]


@dataclass(frozen=True)
class Mutant:
    """A flow with one thing changed. `name` says which way, `sources` are all of its files."""

    name: str
    sources: FlowSources


def mutant(good: FlowSources, seed: int) -> Mutant:
    """The mutant of this number: the ways take turns, so that each is tried as often as the others."""
    name, break_ = WAYS[seed % len(WAYS)]
    return Mutant(f"{name} {seed}", break_(random.Random(seed), good))


def _steps(document: Document, *kinds: str) -> list[tuple[str, Document]]:
    return [(name, step) for name, step in document["steps"].items() if not kinds or step["kind"] in kinds]


def _pick(rng: random.Random, document: Document, *kinds: str) -> tuple[str, Document]:
    return rng.choice(_steps(document, *kinds) or _steps(document))


def _links(step: Document) -> list[tuple[Document, str]]:
    """Every place in a step that names another one: the mapping and its key."""
    inner = [step, *step.get("options", []), *step.get("ways", [])]
    inner += [step[key] for key in ("silent", "event") if key in step]
    keys = ("next", "none", "unclear", "otherwise", "calls")
    return [(one, key) for one in inner for key in keys if key in one]


def drop_step(rng: random.Random, document: Document) -> None:
    del document["steps"][_pick(rng, document)[0]]


def retarget(rng: random.Random, document: Document) -> None:
    links = [link for _, step in _steps(document) for link in _links(step)]
    one, key = rng.choice(links)
    one[key] = rng.choice(list(document["steps"]))


def retarget_back(rng: random.Random, document: Document) -> None:
    name, step = rng.choice([pair for pair in _steps(document) if _links(pair[1])])
    one, key = rng.choice(_links(step))
    one[key] = rng.choice([name, document["start"]])


def lead_nowhere(rng: random.Random, document: Document) -> None:
    one, key = rng.choice([link for _, step in _steps(document) for link in _links(step)])
    one[key] = f"{one[key]}-x"


def other_start(rng: random.Random, document: Document) -> None:
    document["start"] = rng.choice(list(document["steps"]))


def swap_ids(rng: random.Random, document: Document) -> None:
    one, other = rng.sample(list(document["steps"]), 2)
    steps = document["steps"]
    steps[one], steps[other] = steps[other], steps[one]


def drop_key(rng: random.Random, document: Document) -> None:
    _, step = _pick(rng, document)
    del step[rng.choice(list(step))]


def drop_unclear(rng: random.Random, document: Document) -> None:
    _pick(rng, document, "choose", "ask", "capture")[1].pop("unclear", None)


def wrong_type(rng: random.Random, document: Document) -> None:
    _, step = _pick(rng, document)
    step[rng.choice(list(step))] = rng.choice([3, [], {}, None, "x y", True, -1, ["a"]])


def other_kind(rng: random.Random, document: Document) -> None:
    name, step = _pick(rng, document)
    following = next((one[key] for one, key in _links(step)), document["start"])
    kinds: dict[str, Document] = {
        "tell": {"next": following},
        "ask": {"next": following},
        "handover": {"reason": "asked", "next": following},
        "wait": {"span": "1d", "next": following},
        "end": {"outcome": "answered"},
        "offer": {"next": following, "none": following},
        "capture": {"next": following},
    }
    kind = rng.choice(list(kinds))
    document["steps"][name] = {"kind": kind, **kinds[kind]}


def shorten_ladder(rng: random.Random, document: Document) -> None:
    del document["silence"][rng.randrange(len(document["silence"])) :]


def quick_ladder(rng: random.Random, document: Document) -> None:
    rng.choice(document["silence"])["after"] = rng.choice(["0s", "0h", "1s", "-1h"])


def duplicate_option(rng: random.Random, document: Document) -> None:
    _, step = _pick(rng, document, "choose")
    step["options"].append(copy.deepcopy(rng.choice(step["options"])))


def drop_option(rng: random.Random, document: Document) -> None:
    _, step = _pick(rng, document, "choose")
    del step["options"][rng.randrange(len(step["options"]))]


def rename_option(rng: random.Random, document: Document) -> None:
    _, step = _pick(rng, document, "choose")
    rng.choice(step["options"])["id"] = rng.choice(["remind", "link", "x-words", "other_name", "!stop", "Yes"])


def drop_barriers(rng: random.Random, document: Document) -> None:
    for _, step in _steps(document, "choose"):
        for option in step["options"]:
            option.pop("barrier", None)


def other_barrier(rng: random.Random, document: Document) -> None:
    _, step = _pick(rng, document, "choose")
    rng.choice(step["options"])["barrier"] = rng.choice(["price", "no_longer_needed", "trust", "nonsense"])


def fewer_questions(rng: random.Random, document: Document) -> None:
    document["questions"] = rng.choice([0, 1, 1, 2, "many"])


def ask_more(rng: random.Random, document: Document) -> None:
    """One more question on a way that asks already."""
    one, key = rng.choice([link for _, step in _steps(document) for link in _links(step)])
    document["steps"]["more"] = {"kind": "ask", "next": one[key]}
    one[key] = "more"


def tell_and_turn(rng: random.Random, document: Document) -> None:
    """A way that turns in a circle, with or without a wait."""
    one, key = rng.choice([link for _, step in _steps(document) for link in _links(step)])
    step: Document = {"kind": "tell"} if rng.random() < 0.5 else {"kind": "wait", "span": rng.choice(["0s", "1d"])}
    document["steps"]["turn"] = {**step, "next": rng.choice(["turn", document["start"], one[key]])}
    one[key] = "turn"


def long_row(rng: random.Random, document: Document) -> None:
    """Many steps in a row that say something."""
    one, key = rng.choice([link for _, step in _steps(document) for link in _links(step)])
    length = rng.choice([3, 30, 60])
    for number in range(length):
        following = f"row-{number + 1}" if number + 1 < length else one[key]
        document["steps"][f"row-{number}"] = {"kind": "tell", "next": following}
    one[key] = "row-0"


def other_language(rng: random.Random, document: Document) -> None:
    document["languages"][rng.randrange(len(document["languages"]))] = rng.choice(["de", "en", "xx", "", "cs"])


def spoil_condition(rng: random.Random, document: Document) -> None:
    _, step = _pick(rng, document, "branch")
    for way in step.get("ways", []):
        way["when"] = rng.choice(
            [
                {},
                {"channel": "fax"},
                {"answered": {"step": rng.choice(list(document["steps"]))}},
                {"answered": {"step": document["start"], "option": "nothing"}},
                {"main_barrier": "trust"},
                {"prospect": {"contry": "HU"}},
                {"prospect": {"all": [{"country": "HU"}, {"country": "CZ"}]}},
                {"prospect": {"price": {"above": "much"}}},
                {"prospect": []},
                {"language": "fr"},
            ]
        )


def drop_span(rng: random.Random, document: Document) -> None:
    _, step = _pick(rng, document, "wait")
    step[rng.choice(["span", "until", "event"])] = rng.choice(["0s", "1d", {"time": "25:00"}, {"happens": "viewed"}])


def _of_document(edit: EditDocument) -> Callable[[random.Random, FlowSources], FlowSources]:
    """A mutation of the flow file as data; what comes is written as JSON, which is YAML too."""

    def broken(rng: random.Random, good: FlowSources) -> FlowSources:
        document = copy.deepcopy(read_yaml(good.definition, "flow.yaml").value)
        edit(rng, document)
        return replace(good, definition=json.dumps(document, indent=1, default=float))

    return broken


def drop_line(rng: random.Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    del lines[rng.randrange(len(lines))]
    return "".join(lines)


def drop_characters(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text))
    return text[:at] + text[at + rng.choice([1, 1, 2, 8]) :]


def put_character(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text))
    return text[:at] + rng.choice(list("{}[]:,-#&*!|>'\"%@`\t .=x0")) + text[at:]


def cut_off(rng: random.Random, text: str) -> str:
    return text[: rng.randrange(len(text))]


def swap_lines(rng: random.Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "".join(lines)


def drop_message(rng: random.Random, text: str) -> str:
    blocks = re.split(r"(?m)^(?=[a-zA-Z-])", text)
    del blocks[rng.randrange(len(blocks))]
    return "".join(blocks)


def drop_attribute(rng: random.Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    found = [number for number, line in enumerate(lines) if line.startswith("    .")]
    if found:
        del lines[rng.choice(found)]
    return "".join(lines)


def other_variable(rng: random.Random, text: str) -> str:
    return re.sub(r"\$(\w+)", lambda found: rng.choice([found[0], "$nobody", "$code"]), text, count=4)


def no_variable(rng: random.Random, text: str) -> str:
    return re.sub(r"\{ \$\w+ \}", lambda found: rng.choice([found[0], "X"]), text)


def long_text(rng: random.Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    found = [number for number, line in enumerate(lines) if re.match(r"(    \.)?[\w-]+ = \w", line)]
    at = rng.choice(found)
    lines[at] = lines[at].rstrip("\n") + " and on" * rng.choice([12, 60, 700]) + "\n"
    return "".join(lines)


def empty_text(rng: random.Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    at = rng.choice([number for number, line in enumerate(lines) if re.match(r"(    \.)?[\w-]+ = \w", line)])
    lines[at] = lines[at].split("=")[0] + rng.choice(
        ["=\n", '= { "" }\n', "= { $shop\n", "= { SHOUT($shop) }\n", "= { nobody }\n"]
    )
    return "".join(lines)


def same_label(rng: random.Random, text: str) -> str:
    found = re.findall(r"(?m)^    \.(?!remind)[\w-]+ = (.+)$", text)
    return text.replace(*rng.sample(found, 2)) if len(found) > 1 else text


def _of_texts(
    layer: str, edit: EditText, *, everywhere: bool = False
) -> Callable[[random.Random, FlowSources], FlowSources]:
    """A mutation of one layer's texts, in one language or, the same way, in all."""

    def broken(rng: random.Random, good: FlowSources) -> FlowSources:
        chosen = rng.choice(list(good.texts))
        state = rng.getstate()
        texts: dict[str, tuple[TextSource, ...]] = {}
        for language, files in good.texts.items():
            rng.setstate(state)
            hit = everywhere or language == chosen
            texts[language] = tuple(
                replace(file, content=edit(rng, file.content)) if hit and file.layer == layer else file
                for file in files
            )
        return replace(good, texts=texts)

    return broken


def _of_file(edit: EditText) -> Callable[[random.Random, FlowSources], FlowSources]:
    return lambda rng, good: replace(good, definition=edit(rng, good.definition))


def _drop_language(rng: random.Random, good: FlowSources) -> FlowSources:
    gone = rng.choice(list(good.texts))
    return replace(good, texts={language: files for language, files in good.texts.items() if language != gone})


def _drop_layer(rng: random.Random, good: FlowSources) -> FlowSources:
    gone, layer = rng.choice(list(good.texts)), rng.choice(["flow", "offers", "common"])
    return replace(
        good,
        texts={
            language: tuple(file for file in files if language != gone or file.layer != layer)
            for language, files in good.texts.items()
        },
    )


def _shop_replaces(rng: random.Random, good: FlowSources) -> FlowSources:
    """A shop's own common text in place of one of Holdback's, with something wrong."""
    text = rng.choice(
        ["confirm-stop = Really?\n", "confirm-delete = { $code }\n", "stopped = { $label }\n", "button-stop = Stop\n",
         "understood = Yes.\n", "language-set = { $language }\n", "later = { $when }\n", "help = { nobody }\n"]
    )  # fmt: skip
    texts = {
        language: (*files, TextSource("common", f"own/common/{language}.ftl", text))
        for language, files in good.texts.items()
    }
    return replace(good, texts=texts)


def offers(rng: random.Random, document: Document) -> None:
    offer = rng.choice(document["offers"])
    edit = rng.choice(["drop", "limits", "valid_for", "code", "percent", "value", "kind", "removes", "budget", "url"])
    match edit:
        case "drop":
            document["offers"].remove(offer)
        case "budget":
            offer["limits"]["budget"] = 0.01
        case "code":
            offer["code"] = "none" if offer.get("code") == "pool" else "pool"
        case "value" | "percent":
            offer[edit] = rng.choice([0, 5, 200])
        case "kind":
            offer["kind"] = rng.choice(["discount", "nothing", "gift"])
        case "url":
            offer["url"] = rng.choice(["https://shop.example/x", "javascript:x"])
        case _:
            offer.pop(edit, None)


def _of_catalogue(rng: random.Random, good: FlowSources) -> FlowSources:
    document = copy.deepcopy(read_yaml(good.catalogue, "catalogue.yaml").value)
    offers(rng, document)
    return replace(good, catalogue=json.dumps(document, indent=1, default=_number))


def _number(value: object) -> float:
    assert isinstance(value, Decimal)
    return float(value)


_GRAPH: Final = (
    drop_step, retarget, retarget_back, lead_nowhere, other_start, swap_ids, drop_key, drop_unclear, wrong_type,
    other_kind, shorten_ladder, quick_ladder, duplicate_option, drop_option, rename_option, drop_barriers,
    other_barrier, fewer_questions, ask_more, tell_and_turn, long_row, other_language, spoil_condition, drop_span,
)  # fmt: skip
_FILE: Final = (drop_line, drop_characters, put_character, cut_off, swap_lines)
_TEXT: Final = (
    drop_message, drop_attribute, other_variable, no_variable, long_text, empty_text, same_label, drop_line,
    drop_characters, put_character, cut_off, swap_lines,
)  # fmt: skip

Break = Callable[[random.Random, FlowSources], FlowSources]
WAYS: Final[tuple[tuple[str, Break], ...]] = (
    *((edit.__name__, _of_document(edit)) for edit in _GRAPH),
    *((f"{edit.__name__} of the file", _of_file(edit)) for edit in _FILE),
    *((f"{edit.__name__} of texts", _of_texts("flow", edit)) for edit in _TEXT),
    *((f"{edit.__name__} of texts everywhere", _of_texts("flow", edit, everywhere=True)) for edit in _TEXT[:6]),
    *((f"{edit.__name__} of offers' texts", _of_texts("offers", edit, everywhere=True)) for edit in _TEXT[:5]),
    ("drop_language", _drop_language),
    ("drop_layer", _drop_layer),
    ("shop_replaces", _shop_replaces),
    ("offers", _of_catalogue),
    ("offers again", _of_catalogue),
)
"""Every way to break a flow, with its name."""
