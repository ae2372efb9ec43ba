"""The frame of every mail: MJML with places for the letter, made into HTML once."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

import mjml
from jinja2 import Environment, StrictUndefined, Template, nodes
from jinja2.compiler import has_safe_repr
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from bot.channels.email.linking import linked
from bot.channels.email.night import night


def shipped_frame() -> str:
    """The frame that comes with Holdback, to begin an own one with."""
    return (files("bot.channels.email") / "templates/mail.mjml.j2").read_text(encoding="utf-8")


@lru_cache(maxsize=4)
def _html(own: str | None) -> str:
    # fonts={}: MJML would otherwise ask every reader's client to fetch fonts from a third party.
    html: str = mjml.mjml2html(shipped_frame() if own is None else own, fonts={})
    # Word takes the direction of text from each table, and MJML writes it where Word does not look.
    return html.replace("<table ", '<table dir="{{ dir }}" ')


def prepared(own: str | None, known: Mapping[str, object]) -> Template:
    """The frame as HTML with places for the letter. What is `known` before any letter is filled in once, for all."""
    places = environment(own=own is not None)
    tree = places.parse(_html(own))
    return Template.from_code(places, places.compile(_Known(tree, known).visit(tree)), {})


class _Known(NodeTransformer):
    """Puts what is known in place of its name: a mail has a hundred places for colours alone."""

    def __init__(self, tree: nodes.Template, known: Mapping[str, object]) -> None:
        """A name that the frame gives something else to is left alone."""
        given = {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"}
        self._known = {name: value for name, value in known.items() if name not in given}

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802 - the library's name
        """`fonts`."""
        return _constant(self._known[node.name], node) if node.name in self._known else node

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802 - the library's name
        """`light.ink`."""
        holder = self._known.get(node.node.name) if isinstance(node.node, nodes.Name) else None
        value = getattr(holder, node.attr, None)
        return self.generic_visit(node) if value is None else _constant(value, node)


def _constant(value: object, node: nodes.Expr) -> nodes.Expr:
    """The value, if a template can hold it."""
    return nodes.Const(value, lineno=node.lineno) if has_safe_repr(value) else node


def environment(*, own: bool) -> Environment:
    """A frame says where things stand. That of a shop can reach nothing else; ours need not be watched."""
    made = (ImmutableSandboxedEnvironment if own else Environment)(autoescape=True, undefined=StrictUndefined)
    made.filters |= {"linked": linked, "night": night}
    return made
