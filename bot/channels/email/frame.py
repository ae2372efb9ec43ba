"""The frame of every mail: MJML with places for the letter, made into HTML once."""

from functools import lru_cache
from importlib.resources import files

import mjml
from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.channels.email.linking import linked


def shipped_frame() -> str:
    """The frame that comes with Holdback, to begin an own one with."""
    return (files("bot.channels.email") / "templates/mail.mjml.j2").read_text(encoding="utf-8")


@lru_cache(maxsize=4)
def compiled(own: str | None) -> Template:
    """The frame as HTML with places for the letter; made once."""
    places = environment()
    # fonts={}: MJML would otherwise ask every reader's client to fetch fonts from a third party.
    return places.from_string(mjml.mjml2html(shipped_frame() if own is None else own, fonts={}))


def environment() -> ImmutableSandboxedEnvironment:
    """A frame says where things stand; it can reach nothing else."""
    made = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    made.filters["linked"] = linked
    return made
