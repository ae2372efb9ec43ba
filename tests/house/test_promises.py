"""What docs/delivery.md says of a promise's test is so: each that it names exists, runs, and looks at something."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/[\w/-]+\.(?:py|yaml))(?:::(\w+))?`")
Function = ast.FunctionDef | ast.AsyncFunctionDef
LOOKS = ("raises", "warns")
"""Calls that are a look at something, beside `assert`."""


def promised() -> list[str]:
    """The rows of both tables that name a test."""
    table = (ROOT / "docs" / "delivery.md").read_text("utf-8").partition("## Each word")[2].partition("## Where")[0]
    return [
        line for line in table.splitlines() if line.startswith("| ") and not line.startswith(("| promise", "| fault"))
    ]


@cache
def functions(file: str) -> dict[str, tuple[str, Function]]:
    """What can be called by its name in this file: its own functions, and what it takes from the tests' other files."""
    tree, found = ast.parse((ROOT / file).read_bytes()), dict[str, tuple[str, Function]]()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests."):
            there = f"{(node.module or '').replace('.', '/')}.py"
            known = functions(there) if (ROOT / there).exists() else {}
            found |= {one.asname or one.name: known[one.name] for one in node.names if one.name in known}
    for within in ast.walk(tree):
        if isinstance(within, Function):
            found[within.name] = (file, within)
    return found


def looks(file: str, name: str, seen: frozenset[tuple[str, str]] = frozenset()) -> bool:
    """Whether this function, or one that it calls, can fail: it asserts, raises, or waits for an error."""
    where, function = functions(file).get(name, (file, None))
    if function is None or (where, name) in seen:
        return False
    if any(isinstance(node, ast.Assert | ast.Raise) for node in ast.walk(function)):
        return True
    called = {_called(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
    return bool(called & {*LOOKS}) or any(looks(where, one, seen | {(where, name)}) for one in called)


def _called(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def is_left_out(file: str, name: str) -> bool:
    """Whether it, or its whole file, never runs: `skip`, `skipif` or `xfail` stands at it."""
    tree = ast.parse((ROOT / file).read_bytes())
    known = functions(file).get(name)
    marks = list(known[1].decorator_list) if known else []
    marks += [node.value for node in tree.body if isinstance(node, ast.Assign) and _is_marks(node)]
    return any(re.search(r"\b(skip|skipif|xfail)\b", ast.unparse(mark)) for mark in marks)


def _is_marks(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets)


def test_every_promise_names_tests_that_exist() -> None:
    rows = promised()
    assert len(rows) >= 56 and [row for row in rows if not NAMED.search(row)] == []
    missing = [
        f"{file}::{name}"
        for row in rows
        for file, name in NAMED.findall(row)
        if not (ROOT / file).exists() or (name and f"def {name}(" not in (ROOT / file).read_text("utf-8"))
    ]
    assert missing == []


def test_no_promise_names_a_test_that_is_left_out_or_cannot_fail() -> None:
    named = [(file, name) for row in promised() for file, name in NAMED.findall(row) if name]
    assert [f"{file}::{name}" for file, name in named if is_left_out(file, name) or not looks(file, name)] == []
