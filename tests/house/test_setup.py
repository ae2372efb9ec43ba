"""The lock files: complete, checked by hash, the same for tests as for users, and bound to no place."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = re.compile(
    r"^(?P<name>[a-z0-9-]+)(\[[a-z0-9,-]+\])?==(?P<version>\S+)(?P<marker> ; [^\\]+)?(?P<rest>.*?)(?=^\S|\Z)",
    re.MULTILINE | re.DOTALL,
)


def pins(lock: str) -> dict[str, str]:
    """The version that a lock file pins, by package."""
    return {pin["name"]: pin["version"] for pin in PIN.finditer((ROOT / lock).read_text(encoding="utf-8"))}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_checked_by_hash(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    unchecked = [pin["name"] for pin in PIN.finditer(text) if "--hash=sha256:" not in pin["rest"]]
    assert pins(lock) and not unchecked


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_says_what_and_not_where_from(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    elsewhere = [
        line
        for line in text.splitlines()
        if not re.fullmatch(
            r"[a-z0-9-]+(\[[a-z0-9,-]+\])?==\S+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line
        )
    ]
    assert not elsewhere


def test_the_tests_run_on_the_versions_that_users_get() -> None:
    shipped, tested = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {name: tested.get(name) for name in shipped} == shipped


def test_the_locks_hold_every_dependency_in_a_version_that_is_allowed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for lock, wanted in (
        ("requirements.lock", project["project"]["dependencies"]),
        ("requirements-dev.lock", project["dependency-groups"]["dev"]),
    ):
        locked = pins(lock)
        for requirement in map(Requirement, wanted):
            version = locked.get(canonicalize_name(requirement.name))
            assert version and version in requirement.specifier, f"{requirement} in {lock}: run `make lock`"
