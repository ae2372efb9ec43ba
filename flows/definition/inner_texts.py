"""The texts of a sub-flow, called by the names that its steps have where it is called."""

from functools import lru_cache

from fluent.syntax import FluentParser
from fluent.syntax.ast import Message, MessageReference, Term, TermReference
from fluent.syntax.visitor import Visitor

from flows.definition.fluent_reader import read_fluent
from flows.definition.sources import TextSource


@lru_cache(maxsize=256)
def renamed(content: str, prefix: str) -> str:
    """The same file with `prefix` before the name of each message and term, and where they refer to each other.

    Every line stays a line, so that findings name the line that the author knows. What cannot be read stays as it is.
    """
    _, unreadable = read_fluent(TextSource("flow", "", content))
    if any(piece.mark == (0, 0) for piece in unreadable):
        return content
    names = _Names()
    resource = FluentParser(with_spans=True).parse(content)
    names.own = {(type(one), one.id.name) for one in resource.body if isinstance(one, Message | Term)}
    names.visit(resource)
    for start in sorted(names.starts, reverse=True):
        content = f"{content[:start]}{prefix}{content[start:]}"
    return content


class _Names(Visitor):
    """Where the names stand that this file gives."""

    def __init__(self) -> None:
        self.own: set[tuple[type, str]] = set()
        self.starts: set[int] = set()

    def visit_Message(self, node: Message) -> None:  # noqa: N802 - the visitor calls methods by the nodes' names
        self._note(Message, node)

    def visit_Term(self, node: Term) -> None:  # noqa: N802 - as above
        self._note(Term, node)

    def visit_MessageReference(self, node: MessageReference) -> None:  # noqa: N802 - as above
        self._note(Message, node)

    def visit_TermReference(self, node: TermReference) -> None:  # noqa: N802 - as above
        self._note(Term, node)

    def _note(self, kind: type, node: Message | Term | MessageReference | TermReference) -> None:
        if (kind, node.id.name) in self.own and node.id.span is not None:
            self.starts.add(node.id.span.start)
        self.generic_visit(node)
