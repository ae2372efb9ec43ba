"""A turn changes a copy of the state in place, and a flow keeps what is the same for everybody: neither leaks."""

import ast
from dataclasses import FrozenInstanceError, fields, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import flows.engine
from bot.library import Library, build_flow
from flows.definition.flow import Flow
from flows.effects import CloseQuestion, Say
from flows.engine import advance, begin
from flows.events import Started, Tapped
from flows.messages import Message, Prompt
from flows.rehearsal.stage import Stage
from flows.scene import Scene
from flows.state import State
from flows.texts import Texts
from flows.turn import Turn

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ROOM = Path(flows.engine.__file__).parent


def _flow(**texts: str) -> Flow:
    """The shipped flow in English, some of its texts worded otherwise."""
    shipped = build_flow(Library().load_flow("barriers"), version=1)
    worded = "".join(f"{name} = {text}\n" for name, text in texts.items())
    sources = shipped.texts.sources
    return replace(shipped, texts=Texts({**sources, "en": (*sources["en"], worded)}))


def _answered(flow: Flow, scene: Scene) -> tuple[Turn, Turn]:
    asked = advance(flow, begin(flow, language="en", seed=1), Started("telegram"), scene, NOON)
    assert asked.state.prompt is not None
    return asked, advance(flow, asked.state, Tapped("price", asked.state.prompt.visit, "telegram"), scene, NOON)


def _scenes(flow: Flow) -> tuple[Scene, Scene]:
    scene = Stage().scene(flow.catalogue)
    return scene, replace(scene, shop=replace(scene.shop, name="Other Shop"))


def _mark(turn: Turn) -> str | None:
    return next(effect.mark for effect in turn.effects if isinstance(effect, CloseQuestion))


def _subject(turn: Turn) -> str | None:
    return next(effect.message.subject for effect in turn.effects if isinstance(effect, Say))


def test_a_turn_leaves_the_state_it_was_given_as_it_was() -> None:
    flow = _flow()
    asked, answered = _answered(flow, _scenes(flow)[0])
    assert (asked.state.turn, asked.state.answers) == (1, ())
    assert answered.state.turn == 2 and len(answered.state.answers) == 1
    again, _ = _answered(flow, _scenes(flow)[0])
    assert again == asked


def test_a_state_cannot_be_changed_by_who_is_handed_it() -> None:
    flow = _flow()
    asked, _ = _answered(flow, _scenes(flow)[0])
    with pytest.raises(FrozenInstanceError):
        asked.state.turn = 9  # type: ignore[misc]  # that is what is tried


def test_a_mark_that_names_the_shop_names_the_shop_of_each_conversation() -> None:
    flow = _flow(**{"answered-mark": "{ $shop }: { $label }"})
    marks = [_mark(_answered(flow, scene)[1]) for scene in _scenes(flow)]
    assert [mark.split(":")[0] for mark in marks if mark] == ["Lamp & Loom", "Other Shop"]


def test_a_subject_that_names_the_shop_names_the_shop_of_each_conversation() -> None:
    flow = _flow(subject="A word from { $shop }")
    subjects = [_subject(_answered(flow, scene)[0]) for scene in _scenes(flow)]
    assert subjects == ["A word from Lamp & Loom", "A word from Other Shop"]


def test_a_mark_is_in_the_language_of_each_conversation() -> None:
    flow = _flow(**{"answered-mark": "answered: { $label }"})
    scene, _ = _scenes(flow)
    _answered(flow, scene)
    english = _mark(_answered(flow, scene)[1])
    asked = advance(flow, begin(flow, language="fr", seed=1), Started("telegram"), scene, NOON)
    assert asked.state.prompt is not None
    tap = Tapped("price", asked.state.prompt.visit, "telegram")
    french = _mark(advance(flow, asked.state, tap, scene, NOON))
    assert english and english.startswith("answered: ") and french and french.startswith("✓ ")


def test_the_engine_writes_only_fields_that_there_are() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in ROOM.glob("*.py")]
    state = {name for tree in trees for name in _written(tree)}
    assert len(state) > 15 and state <= {field.name for field in fields(State)}
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    altered = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "altered"]
    assert len(altered) >= 5
    for call in altered:
        named = {keyword.arg for keyword in call.keywords}
        assert any(named <= {field.name for field in fields(one)} for one in (State, Message, Prompt)), ast.unparse(
            call
        )


def _written(tree: ast.Module) -> set[str]:
    """The fields of the state that `draft.update(...)` names, and those written as `state.__dict__[...]`."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
            names |= {keyword.arg for keyword in node.keywords if keyword.arg}
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "__dict__":
            assert isinstance(node.slice, ast.Constant)
            names.add(str(node.slice.value))
    return names
