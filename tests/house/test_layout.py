"""What the house rules say about files, and no linter can check: sizes, marks, and which room may use what."""

import ast
import gc
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("layout")  # every file is read once, by one worker

ROOT = Path(__file__).parents[2]
ROOMS = ("flows", "storage", "bot")

# What only one place may use.
ONE_PLACE = {
    "asyncio.create_task": "bot/runtime/supervisor.py",
    "asyncio.ensure_future": "bot/runtime/supervisor.py",
    "asyncio.get_running_loop.create_task": "bot/runtime/supervisor.py",
    "datetime.date.today": "bot/runtime/clock.py",
    "datetime.datetime.now": "bot/runtime/clock.py",
    "datetime.datetime.today": "bot/runtime/clock.py",
    "datetime.datetime.utcnow": "bot/runtime/clock.py",
    "os.environ": "bot/settings.py",
    "os.getenv": "bot/settings.py",
    "time.time": "bot/runtime/clock.py",
    "time.time_ns": "bot/runtime/clock.py",
}

# What makes a decision come out differently the second time. A seeded `random.Random` does not.
UNREPEATABLE = re.compile(
    r"(os|secrets|time|uuid)(\..+)?|random\.(?!Random\b).+|datetime\.(datetime|date)\.(now|today|utcnow)"
)

# Where SQLite may be told from PostgreSQL: SQL, column types, opening a connection, migrations.
DIALECT_ROOMS = (
    "storage/dialects.py",
    "storage/engines.py",
    "storage/columns.py",
    "storage/database.py",
    "storage/migrations/",
)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|\bNotImplementedError\b")
WRITTEN_BY_US = {".css", ".ftl", ".html", ".js", ".mjml", ".py", ".toml", ".yaml"}


@pytest.fixture(scope="module", autouse=True)
def without_collector() -> Iterator[None]:
    """The trees of a thousand files are many objects, and all are needed: nobody has to look for those that are not."""
    gc.disable()
    yield
    modules.cache_clear()
    parsed.cache_clear()
    gc.enable()


@cache
def modules(*folders: str) -> dict[str, ast.Module]:
    """The parsed Python files below the folders, by their path from the root."""
    files = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return {path.relative_to(ROOT).as_posix(): parsed(path) for path in files}


@cache
def parsed(path: Path) -> ast.Module:
    """A Python file, parsed once whoever asks."""
    return ast.parse(path.read_bytes(), str(path))


def rooms() -> dict[str, ast.Module]:
    """The modules of the house itself, without its migrations: those are history and stay as they were."""
    return {path: tree for path, tree in modules(*ROOMS).items() if "migrations/versions" not in path}


def lines(path: str) -> int:
    """How many lines a file has."""
    return len((ROOT / path).read_text(encoding="utf-8").splitlines())


def percentile_95(sizes: dict[str, int]) -> int:
    """The size that 95 of 100 do not exceed."""
    return sorted(sizes.values())[int(0.95 * (len(sizes) - 1))]


def longest(sizes: dict[str, int]) -> str:
    """The ten longest, for the message of a test that failed."""
    return ", ".join(f"{name} {size}" for name, size in sorted(sizes.items(), key=lambda item: -item[1])[:10])


def names_used(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every imported name the module uses, written in full from the top package, with its line."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for item in node.names:
                top = item.name.split(".")[0]
                known |= {item.asname: item.name} if item.asname else {top: top}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            known |= {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            name = in_full(node, known)
            if name:
                yield node.lineno, name


def in_full(node: ast.expr, known: dict[str, str]) -> str | None:
    """The dotted name an expression spells, or None when it does not start at something imported."""
    match node:
        case ast.Name(id=name):
            return known.get(name)
        case ast.Attribute(value=value, attr=attribute):
            start = in_full(value, known)
            return f"{start}.{attribute}" if start else None
        case ast.Call(func=function):
            return in_full(function, known)
        case _:
            return None


def test_no_file_is_over_400_lines() -> None:
    others = [path.relative_to(ROOT).as_posix() for room in ("tests", ".ci") for path in (ROOT / room).rglob("*.py")]
    sizes = {path: lines(path) for path in (*rooms(), *others)}
    assert max(sizes.values()) <= 400, longest(sizes)


def test_95_of_100_files_have_at_most_300_lines() -> None:
    sizes = {path: lines(path) for path in rooms()}
    assert percentile_95(sizes) <= 300, longest(sizes)


def test_95_of_100_functions_have_at_most_40_lines() -> None:
    sizes = {
        f"{path}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path, tree in rooms().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert percentile_95(sizes) <= 40, longest(sizes)


def test_every_module_says_what_it_is_for() -> None:
    silent = [path for path, tree in modules(*ROOMS, "tests", ".ci").items() if not ast.get_docstring(tree)]
    assert not silent


def test_nothing_is_marked_as_unfinished() -> None:
    marked = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()}"
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*"))
        if path.suffix in WRITTEN_BY_US and "vendor" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert not marked


def test_what_belongs_to_one_place_is_used_there_only() -> None:
    astray = [
        f"{path}:{line} {name} belongs to {ONE_PLACE[name]}"
        for path, tree in rooms().items()
        for line, name in names_used(tree)
        if name in ONE_PLACE and path != ONE_PLACE[name]
    ]
    assert not astray


def test_a_flow_decides_the_same_every_time() -> None:
    moody = [
        f"{path}:{line} {name}"
        for path, tree in modules("flows").items()
        for line, name in names_used(tree)
        if UNREPEATABLE.fullmatch(name)
    ]
    assert not moody


def test_a_flow_waits_for_nothing() -> None:
    waits = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
    waiting = [
        f"{path}:{node.lineno}"
        for path, tree in modules("flows").items()
        for node in ast.walk(tree)
        if isinstance(node, waits)
    ]
    assert not waiting


def test_only_the_dialect_rooms_tell_one_database_from_another() -> None:
    telling = [
        f"{path}:{node.lineno} {node.value}"
        for path, tree in modules("storage").items()
        if not path.startswith(DIALECT_ROOMS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in {"sqlite", "postgresql"}
    ]
    telling += [
        f"{path}:{line} {name}"
        for path, tree in modules("storage").items()
        if not path.startswith(DIALECT_ROOMS)
        for line, name in names_used(tree)
        if name.startswith("sqlalchemy.dialects.")
    ]
    assert not telling
