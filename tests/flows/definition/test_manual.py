"""What docs/flows.md shows can be read as it stands, and it shows every kind of step."""

import re
from pathlib import Path
from typing import get_args

import pytest

from flows.definition.check_faq import check_faq
from flows.definition.parse import parse_flow
from flows.definition.steps import Step

MANUAL = Path(__file__).parents[3] / "docs" / "flows.md"
BLOCKS = re.findall(r"```yaml\n(.*?)```", MANUAL.read_text("utf-8"), re.DOTALL)
STEPS = [block for block in BLOCKS if not block.startswith(("flow:", "format:"))]


def as_flow(steps: str) -> str:
    head = "flow: shown\nformat: 1\nlanguages: [en]\nstart: thanks\nsteps:\n"
    return head + "".join(f"  {line}\n" for line in steps.splitlines())


def test_the_whole_flow_can_be_read() -> None:
    (whole,) = (block for block in BLOCKS if block.startswith("flow:"))
    assert parse_flow(whole, "flows.md").flow == "winback"


@pytest.mark.parametrize("block", STEPS, ids=lambda block: str(block.partition(":")[0]))
def test_every_step_shown_can_be_read(block: str) -> None:
    assert parse_flow(as_flow(block), "flows.md").steps


def test_every_kind_of_step_is_shown() -> None:
    kinds = {get_args(kind.__annotations__["kind"])[0] for kind in get_args(get_args(Step)[0])}
    assert kinds <= set(re.findall(r"kind: (\w+)", "".join(BLOCKS)))


def test_the_questions_shown_can_be_read() -> None:
    (faq,) = (block for block in BLOCKS if block.startswith("format:"))
    assert not check_faq((("flows.md", faq),), ("en", "hu"))
