"""YAML events -> plain values with their places. Tags are refused, aliases are counted as if they were written out.

No constructor is involved: a tag can make no object, and no alias can grow beyond the limits.
"""

from dataclasses import dataclass
from typing import Any, Final

from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.nodes import ScalarNode

from flows.definition.marks import Mark, Path
from flows.definition.problems import Problem, shown
from flows.definition.scalars import plain_value

MAX_NODES: Final = 20_000
MAX_DEPTH: Final = 40


class Stop(Exception):
    """The rest of the file cannot be read sensibly."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass
class _Frame:
    """A list or mapping that is being read; `key` is the key that waits for its value."""

    content: dict[str, Any] | list[Any]
    path: Path
    anchor: str | None
    nodes_before: int
    key: str | None = None


class Composer:
    """Builds values from events. One instance reads one document."""

    def __init__(self, place: str, resolver: Any) -> None:
        self.place = place
        self.resolver = resolver
        self.frames: list[_Frame] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.keys: dict[Path, Mark] = {}
        self.values: dict[Path, Mark] = {}
        self.problems: list[Problem] = []
        self.nodes = 0
        self.documents = 0
        self.root: Any = None

    def take(self, event: Event) -> None:
        """Take one event of the parser."""
        mark = (event.start_mark.line + 1, event.start_mark.column + 1)
        match event:
            case DocumentStartEvent():
                self._begin_document(event, mark)
            case ScalarEvent():
                self._count(1, mark)
                self._take_scalar(event, mark)
            case MappingStartEvent() | SequenceStartEvent():
                self._count(1, mark)
                self._open(event, mark)
            case MappingEndEvent() | SequenceEndEvent():
                self._close()
            case AliasEvent():
                self._take_alias(event.anchor, mark)
            case _:
                pass

    def _begin_document(self, event: DocumentStartEvent, mark: Mark) -> None:
        self.documents += 1
        if self.documents > 1:
            raise self._stop(
                mark, "F001", "there is more than one document in the file", "remove `---` and what follows it"
            )
        if event.version not in (None, (1, 2)) or event.tags:
            raise self._stop(mark, "F003", "the file has a % directive", "remove it; flow files are plain YAML 1.2")

    def _take_scalar(self, event: ScalarEvent, mark: Mark) -> None:
        self._refuse_tag(event, mark)
        if self._waits_for_key():
            self._take_key(event, mark)
            return
        tag = self._tag_of(event)
        value, complaint = plain_value(event.value, tag)
        if complaint:
            self._note(mark, "F008", complaint, "write a number as it is meant, such as 25.00")
        self._remember(event.anchor, value, 1)
        self._put(value, mark)

    def _tag_of(self, event: ScalarEvent) -> str:
        if event.implicit and event.implicit[0] and not event.tag:
            from_shape: str = str(self.resolver.resolve(ScalarNode, event.value, (True, False)))
            return from_shape.rsplit(":", 1)[-1]
        return "str"

    def _take_key(self, event: ScalarEvent, mark: Mark) -> None:
        frame = self.frames[-1]
        key = str(event.value)
        path = (*frame.path, key)
        if event.style is None and self._tag_of(event) == "merge":
            self._note(mark, "F003", "`<<` merges another mapping, which flow files do not do", "write the keys out")
        if key in frame.content:
            first = self.keys[path][0]
            self._note(
                mark, "F002", f"the key {shown(key)} stands twice here (first in line {first})", "keep one of them"
            )
        self.keys.setdefault(path, mark)
        frame.key = key

    def _open(self, event: MappingStartEvent | SequenceStartEvent, mark: Mark) -> None:
        self._refuse_tag(event, mark)
        if self._waits_for_key():
            raise self._stop(mark, "F001", "a key must be a single word", "write `key: value`")
        if len(self.frames) >= MAX_DEPTH:
            raise self._stop(
                mark,
                "F005",
                f"lists and mappings are nested more than {MAX_DEPTH} deep",
                "a flow needs at most 5 levels",
            )
        content: dict[str, Any] | list[Any] = {} if isinstance(event, MappingStartEvent) else []
        path = self._path_of_next()
        self._put(content, mark)
        self.frames.append(_Frame(content, path, event.anchor, self.nodes - 1))

    def _close(self) -> None:
        frame = self.frames.pop()
        self._remember(frame.anchor, frame.content, self.nodes - frame.nodes_before)

    def _take_alias(self, name: str, mark: Mark) -> None:
        if self._waits_for_key():
            raise self._stop(mark, "F001", "an alias cannot be a key", "write the key out")
        if name not in self.anchors:
            raise self._stop(
                mark, "F004", f"the alias *{name} refers to nothing that is complete before it", "write the value out"
            )
        value, size = self.anchors[name]
        self._count(size, mark)
        self._put(value, mark)

    def _remember(self, anchor: str | None, value: Any, size: int) -> None:
        if anchor:
            self.anchors[anchor] = (value, size)

    def _waits_for_key(self) -> bool:
        return bool(self.frames) and isinstance(self.frames[-1].content, dict) and self.frames[-1].key is None

    def _path_of_next(self) -> Path:
        if not self.frames:
            return ()
        frame = self.frames[-1]
        if isinstance(frame.content, list):
            return (*frame.path, len(frame.content))
        return (*frame.path, frame.key or "")

    def _put(self, value: Any, mark: Mark) -> None:
        path = self._path_of_next()
        if not self.frames:
            self.root = value
            return
        frame = self.frames[-1]
        if isinstance(frame.content, list):
            frame.content.append(value)
            self.values[path] = mark
            return
        # The first of two equal keys wins; the second is already reported.
        frame.content.setdefault(str(frame.key), value)
        self.values.setdefault(path, mark)
        frame.key = None

    def _refuse_tag(self, event: ScalarEvent | MappingStartEvent | SequenceStartEvent, mark: Mark) -> None:
        if event.tag:
            self._note(
                mark,
                "F003",
                f"the tag {shown(event.tag)} is not allowed",
                'remove it; put a text that starts with ! in "quotes"',
            )

    def _count(self, nodes: int, mark: Mark) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            raise self._stop(
                mark,
                "F005",
                f"the file has more than {MAX_NODES} values, aliases written out",
                "split it into several flows",
            )

    def _note(self, mark: Mark, rule: str, sentence: str, cure: str) -> None:
        self.problems.append(Problem(self.place, *mark, rule, sentence, cure))

    def _stop(self, mark: Mark, rule: str, sentence: str, cure: str) -> Stop:
        return Stop(Problem(self.place, *mark, rule, sentence, cure))
