"""A shop's own frame of its mails, looked at before anybody gets one.

MJML passes over tags that it does not know, so that a slip of the pen would lose a part of every mail without a word.
And whatever a frame looks like: each answer can be tapped, and everybody can see who writes, why, and how to end it.
"""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import mjml
from jinja2 import TemplateError, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables

from bot.brand import Logo
from bot.channels.email.frame import environment
from bot.channels.email.letter import Letter, Link, MailShop, Shown
from bot.channels.email.page import html_page
from bot.channels.email.palette import Palette
from bot.library_files import Folder
from flows.definition.problems import Problem, in_order
from flows.errors import FlowInvalid

OWN: Final = "mail/mail.mjml.j2"
"""Where a shop's own frame lies in FLOWS_DIR."""

NAMES: Final = frozenset(
    {
        "letter", "shop", "logo", "logo_id", "scale", "asked", "added", "light", "dark", "dir", "start", "end", "fonts",
        "word_fonts", "leading", "address", "initial", "filler",
    }
)  # fmt: skip
"""What a frame may name."""

TAGS: Final = frozenset(
    {
        "mjml", "mj-head", "mj-body", "mj-accordion", "mj-accordion-element", "mj-accordion-text", "mj-accordion-title",
        "mj-all", "mj-attributes", "mj-breakpoint", "mj-button", "mj-class", "mj-column", "mj-divider", "mj-group",
        "mj-hero", "mj-html-attributes", "mj-image", "mj-navbar", "mj-navbar-link", "mj-preview", "mj-raw",
        "mj-section", "mj-social", "mj-social-element", "mj-spacer", "mj-style", "mj-table", "mj-text", "mj-title",
        "mj-wrapper",
    }
)  # fmt: skip
"""The tags of MJML 4."""
HOLDING: Final = frozenset(
    {
        "mj-raw", "mj-text", "mj-button", "mj-table", "mj-style", "mj-title", "mj-preview", "mj-navbar-link",
        "mj-accordion-text", "mj-accordion-title", "mj-social-element",
    }
)  # fmt: skip
"""MJML tags in which plain HTML may stand."""

REFUSED: Final = {
    "mj-include": "copy what is in that file to this place",
    "mj-font": "leave it out: a font that is fetched tells its server who reads the mail",
    "script": "leave it out: no mail client runs scripts",
    "iframe": "leave it out: no mail client shows frames",
    "form": "leave it out: answers are links, which work everywhere",
}
"""Tags that no mail of ours may have, and what to do instead."""

_KNOWN: Final[dict[str, type]] = {
    "letter": Letter, "letter.product": Shown, "letter.button": Link, "letter.own_words": Link, "shop": MailShop,
    "logo": Logo, "light": Palette, "dark": Palette, "answer": Link, "way": Link, "link": Link,
}  # fmt: skip
"""What stands behind a name; `answer`, `way` and `link` are what our own frame calls the links it goes through."""


def read_frame(flows_dir: Path | None) -> str | None:
    """The shop's own frame, checked, or None when there is none. Raises FlowInvalid with every problem in it."""
    folder = Folder(flows_dir) if flows_dir is not None else None
    if folder is None or not folder.has(OWN):
        return None
    source = folder.read(OWN)
    problems = check_frame(source, folder.name_of(OWN))
    if problems:
        raise FlowInvalid(problems)
    return source


def check_frame(source: str, place: str) -> tuple[Problem, ...]:
    """Every problem of a frame, by line; what it leaves out of a letter is looked for when nothing else is wrong."""
    found = (*_tags(source), *_names(source), *_form(source)) or tuple(_left_out(source))
    return in_order(Problem(place, *one) for one in found)


Found = tuple[int, int, str, str, str]
"""Line, column, rule, sentence, cure."""


class _Tags(HTMLParser):
    """Looks at every tag as it is written."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Found] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the library calls with both
        self._look(tag)
        if tag in TAGS:
            self._inside.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the library calls with both
        self._look(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in TAGS and tag in self._inside:
            while self._inside.pop() != tag:
                pass
        elif tag.startswith("mj"):
            line, column = self.getpos()
            sentence, cure = f"</{tag}> closes nothing", "close every tag, in the order in which they were opened"
            self.found.append((line, column + 1, "mail", sentence, cure))

    def _look(self, tag: str) -> None:
        line, column = self.getpos()
        here = self._inside[-1] if self._inside else ""
        if tag in REFUSED:
            self.found.append((line, column + 1, "mail", f"<{tag}> cannot stand in a mail", REFUSED[tag]))
        elif tag.startswith(("mj-", "mjml")) and tag not in TAGS:
            cure = "correct its name: MJML leaves out what it does not know, without a word"
            self.found.append((line, column + 1, "mail", f"there is no tag <{tag}>", cure))
        elif tag not in TAGS and here not in HOLDING:
            cure = "put it into <mj-raw> or <mj-text>: MJML leaves it out here"
            self.found.append((line, column + 1, "mail", f"<{tag}> stands where only MJML may stand", cure))


def _tags(source: str) -> list[Found]:
    reader = _Tags()
    reader.feed(source)
    return reader.found


def _names(source: str) -> Iterator[Found]:
    """What the frame names that is not there, and its own syntax."""
    frame = environment(own=True)
    try:
        tree = frame.parse(source)
        frame.compile(source)
    except TemplateSyntaxError as error:
        cure = "see https://jinja.palletsprojects.com for how to write it"
        yield error.lineno, 1, "mail", f"this cannot be read: {(error.message or '').rstrip('.')}", cure
        return
    unknown = find_undeclared_variables(tree) - NAMES
    for node in tree.find_all(nodes.Name):
        if node.name in unknown and node.ctx == "load":
            yield node.lineno, 1, "mail", f"nothing is called {node.name!r}", f"use one of {', '.join(sorted(NAMES))}"
    for got in tree.find_all(nodes.Getattr):
        yield from _attribute(got)
    for called in tree.find_all(nodes.Call):
        yield called.lineno, 1, "mail", "a frame cannot call anything", "use the names as they are"


def _attribute(got: nodes.Getattr) -> Iterator[Found]:
    name = _path(got.node)
    kind = _KNOWN.get(name)
    if kind is None:
        return
    known = {one for one in dir(kind) if not one.startswith("_")}
    if got.attr not in known:
        yield got.lineno, 1, "mail", f"nothing is called '{name}.{got.attr}'", f"use one of {', '.join(sorted(known))}"


def _path(node: nodes.Node) -> str:
    """`letter.product` for what is written so; "" for anything else."""
    match node:
        case nodes.Name(name=name):
            return str(name)
        case nodes.Getattr(node=inner, attr=attr):
            return f"{_path(inner)}.{attr}"
        case _:
            return ""


def _form(source: str) -> Iterator[Found]:
    """Whether MJML can make HTML of it."""
    try:
        mjml.mjml2html(source, fonts={})
    except ValueError as error:
        offset = str(error).rpartition(" at position ")[2].partition(":")[0]
        line = source.encode()[: int(offset)].count(b"\n") + 1 if offset.isdigit() else 0
        sentence = "this is not well-formed MJML" + (", here or above" if line else ": a tag is not closed")
        yield line, 1, "mail", sentence, "close every tag, in the order in which they were opened"


def _left_out(source: str) -> Iterator[Found]:
    """What every mail has to say, and this frame does not."""
    shop = MailShop("The shop", postal_address="1 Main Street", frame=source)
    try:
        page = html_page(PROBE, shop)
    except TemplateError as error:
        yield 0, 0, "mail", f"a letter cannot be put into it: {(error.message or '').rstrip('.')}", "correct that place"
        return
    for words, name in NEEDED.items():
        if words not in page:
            cure = f"take the place of {name} from `holdback mail frame`"
            yield 0, 0, "mail", f"{name} stands nowhere in it, so that readers would miss it", cure


def _link(name: str) -> Link:
    return Link(f"the label of {name}", f"https://example.com/{name}")


PROBE: Final = Letter(
    language="en",
    subject="the subject",
    preheader="the preheader",
    greeting="the greeting",
    paragraphs=("the paragraph",),
    product=None,
    code="THE-CODE",
    button=_link("button"),
    question="the question?",
    hint="the hint",
    answers=(_link("answer"),),
    own_words=_link("own-words"),
    ways=(_link("way"),),
    why="why we write",
    foot=(_link("unsubscribe"),),
    unsubscribe="https://example.com/unsubscribe",
    sent_by="sent by",
    own=(),
)
"""A letter in which everything can be told from everything else."""

NEEDED: Final = {
    "the greeting": "letter.greeting",
    "the paragraph": "letter.paragraphs",
    "THE-CODE": "letter.code",
    "https://example.com/button": "letter.button",
    "the question?": "asked",
    "https://example.com/answer": "letter.answers",
    "https://example.com/own-words": "letter.own_words",
    "https://example.com/way": "letter.ways",
    "why we write": "letter.why",
    "https://example.com/unsubscribe": "letter.foot",
    "1 Main Street": "address",
    "The shop": "shop.name",
}
"""What has to be found on the page of that letter: the words -> what a frame calls them."""
