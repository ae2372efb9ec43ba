"""The report as one HTML file: nothing in it is loaded from anywhere, and it prints as it looks."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.report import ROOM, charts
from bot.report.blocks import Block
from bot.report.compose import compose, title
from bot.report.gather import Report
from bot.web.texts import direction

KINDS: Final = ("Heading", "Subheading", "Paragraph", "Verdict", "Points", "Table", "Bars", "Span", "Weeks", "Quotes")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOM / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(charts=charts, kind=_kind, direction=direction)
    return environment


def _kind(block: Block) -> str:
    return type(block).__name__


def as_html(report: Report) -> str:
    """The whole file."""
    return page_of(title(report), compose(report), report.shop)


def page_of(head: tuple[str, str, str], blocks: Sequence[Block], shop: str) -> str:
    """Blocks as a whole file. `head`: the title, what it is about, and when it was made."""
    heading, about, made = head
    page = _environment().get_template("report/report.html")
    style = (ROOM / "templates" / "report" / "report.css").read_text(encoding="utf-8")
    return page.render(heading=heading, about=about, made=made, blocks=blocks, shop=shop, style=style)
