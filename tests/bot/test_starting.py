"""What a start loads before the first message: the work itself, not the pages and not what makes tables."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("heavy", ["fastapi", "alembic", "bot.console"])
def test_what_the_first_message_does_not_need_is_loaded_later(heavy: str) -> None:
    command = f"import sys, bot.app; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", command], cwd=ROOT, check=False, timeout=60).returncode == 0
