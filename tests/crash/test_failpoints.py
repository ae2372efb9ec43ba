"""The table of failpoints and the places in the code are the same, and passing one that is not armed costs nothing."""

import ast
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import failpoints
from storage.failpoints import FAILPOINTS

ROOT = Path(failpoints.__file__).parent.parent
FLOORS = ("bot", "storage")
HOME = Path(failpoints.__file__)
KILLED = -9


def passed() -> Iterator[tuple[str, ast.expr]]:
    """Every call of `failpoint` in the program: where it is, and what it was given."""
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            for node in ast.walk(ast.parse(text)) if "failpoint" in text and path != HOME else ():
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("failpoint"):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node.args[0]


def test_every_place_is_declared_and_every_declaration_has_its_one_place() -> None:
    named = {where: name.value if isinstance(name, ast.Constant) else ast.unparse(name) for where, name in passed()}
    assert {where: name for where, name in named.items() if name not in FAILPOINTS} == {}
    assert [name for name, times in Counter(named.values()).items() if times > 1] == [], "one name, one place"
    assert set(FAILPOINTS) - set(named.values()) == set(), "declared, and never passed"


def test_there_are_at_least_forty_and_each_has_a_sentence() -> None:
    assert len(FAILPOINTS) >= 40
    assert len(set(FAILPOINTS.values())) == len(FAILPOINTS)
    assert all(len(sentence) > 20 and not sentence.endswith(".") for sentence in FAILPOINTS.values())


def test_an_unknown_name_cannot_be_armed() -> None:
    with pytest.raises(KeyError, match=r"turns\.never"):
        failpoints.arm("turns.never")


def test_the_process_is_killed_at_the_very_hit_it_was_armed_for() -> None:
    program = (
        "from storage.failpoints import arm, failpoint\n"
        "arm('turns.saved', 3)\n"
        "for number in range(5):\n"
        "    print(number, flush=True)\n"
        "    failpoint('turns.claimed')\n"
        "    failpoint('turns.saved')\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env={**os.environ}, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout.split()) == (KILLED, ["0", "1", "2"]), run.stderr
