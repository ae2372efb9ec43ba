"""Makes `.venv` ready to run Holdback: the locked packages, this folder importable, the `holdback` command.

    python3 .ci/bootstrap.py          what `make demo` needs
    python3 .ci/bootstrap.py --dev    what the tests and checks need as well

Needs nothing but Python >= 3.11. Uses `uv` when it is on PATH, and pip otherwise or when uv fails. A stamp in `.venv`
says what it was made from, so a run with nothing to do ends at once and asks the network nothing. A run that was killed
leaves a stamp that matches nothing, and the next run starts over. Two runs at the same time wait for each other.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "Holdback needs Python 3.11 or newer, and this is %d.%d. Install python3.11 and run again."
        % sys.version_info[:2]
    )

import argparse
import fcntl
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "holdback-stamp"
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}

# Settings of the caller's that would send the packages somewhere else than into .venv.
MISLEADING = (
    "PIP_PREFIX",
    "PIP_REQUIRE_VIRTUALENV",
    "PIP_TARGET",
    "PIP_USER",
    "PYTHONHOME",
    "PYTHONPATH",
    "VIRTUAL_ENV",
)

# -P, because a folder called `bot` where the command is used must not be taken for ours.
COMMAND = """\
#!/bin/sh
exec {python} -P -c 'import sys; sys.argv[0] = "{name}"; from {module} import {function}; sys.exit({function}())' "$@"
"""


class SetupError(Exception):
    """A step of the set-up did not work; the message is what the step printed."""


def main() -> None:
    """Bring `.venv` up to date, or end at once when it is."""
    parser = argparse.ArgumentParser(description="Make .venv ready to run Holdback.")
    parser.add_argument("--dev", action="store_true", help="install what the tests and checks need as well")
    level = "dev" if parser.parse_args().dev else "runtime"
    fcntl.flock(os.open(ROOT, os.O_RDONLY), fcntl.LOCK_EX)  # freed when this process ends, however it ends
    if not ready(level):
        make(level)


def project() -> dict[str, str]:
    """Name and version of the project, and the module and function behind its command."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, function = table["scripts"][table["name"]].split(":")
    return {"name": table["name"], "version": table["version"], "module": module, "function": function}


def recipe(level: str) -> str:
    """What the stamp says of an environment made for `level`: a change in any of it makes the environment stale."""
    digest = hashlib.sha256(repr(project()).encode())
    for path in (Path(__file__), LOCKS["runtime"], LOCKS[level]):
        digest.update(path.read_bytes())
    return f"{level} {digest.hexdigest()} {ROOT}"


def ready(level: str) -> bool:
    """Whether `.venv` serves `level` as it is; one made for the tests serves the demo too."""
    return stamp() in {recipe(level), recipe("dev")} and os.access(PYTHON, os.X_OK)


def stamp() -> str:
    """What `.venv` was made from; empty when there is none or it was never finished."""
    try:
        return STAMP.read_text(encoding="utf-8")
    except OSError:
        return ""


def make(level: str) -> None:
    """Make or renew `.venv` for `level`, with uv if there is one that works, else with pip."""
    print("Setting up Holdback in .venv: once, and under a minute on most machines ...", flush=True)
    uv = shutil.which("uv")
    try:
        try:
            build(level, uv)
        except SetupError:
            if uv is None:
                raise
            print("uv could not do it, trying pip ...", flush=True)
            clear()
            build(level, None)
    except SetupError as error:
        sys.exit(f"{error}\nThe set-up did not finish. Check that the package index can be reached, then run again.")
    print("Ready.", flush=True)


def build(level: str, uv: str | None) -> None:
    """Install in place when `.venv` is whole, and from nothing when it is not; stamp it when all is done."""
    if not whole(uv):
        clear()
        VENV.mkdir()
        create(uv)
    STAMP.write_text("", encoding="utf-8")
    install(LOCKS[level], uv)
    put_project()
    STAMP.write_text(recipe(level), encoding="utf-8")


def whole(uv: str | None) -> bool:
    """Whether `.venv` was once finished, in this very folder, and can be added to with the tool at hand."""
    tool = uv is not None or (VENV / "bin" / "pip").exists()
    check = "import sys; sys.exit(sys.version_info < (3, 11))"
    return (
        tool
        and stamp().endswith(f" {ROOT}")
        and os.access(PYTHON, os.X_OK)
        and run(PYTHON, "-c", check).returncode == 0
    )


def clear() -> None:
    """Remove what stands at `.venv`, be it a folder, a file or a link."""
    if VENV.is_dir() and not VENV.is_symlink():
        shutil.rmtree(VENV)
    else:
        VENV.unlink(missing_ok=True)


def create(uv: str | None) -> None:
    """Lay an empty environment into the folder `.venv`, on the Python below any environment this one runs in."""
    base = getattr(sys, "_base_executable", sys.executable)
    if uv is not None:
        must(uv, "venv", "--quiet", "--allow-existing", "--python", base, VENV)
    elif importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        must(base, "-m", "venv", VENV)
    else:
        package = "python%d.%d-venv" % sys.version_info[:2]
        sys.exit(
            f"{base} cannot make a virtual environment, as it comes without venv or ensurepip."
            f" Install them (on Debian and Ubuntu: apt-get install {package}) or uv, and run again."
        )


def install(lock: Path, uv: str | None) -> None:
    """Install exactly what `lock` lists, each file checked against its hash."""
    exactly = ("--quiet", "--require-hashes", "--no-deps", "--requirement", lock)
    if uv is not None:
        must(uv, "pip", "install", "--python", PYTHON, *exactly)
    else:
        must(PYTHON, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", *exactly)


def put_project() -> None:
    """Make this folder importable in `.venv`, known by its name and version, and give it its command.

    Written by hand, because an editable install would need the build backend, from the network, for three small files.
    """
    facts = project()
    packages = next(VENV.glob("lib/python3*/site-packages"))
    for old in packages.glob(f"{facts['name']}-*.dist-info"):
        shutil.rmtree(old)
    metadata = packages / f"{facts['name']}-{facts['version']}.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".format(**facts), encoding="utf-8")
    (packages / f"{facts['name']}.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    command = VENV / "bin" / facts["name"]
    command.write_text(COMMAND.format(python=shlex.quote(str(PYTHON)), **facts), encoding="utf-8")
    command.chmod(0o755)


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command without the caller's misleading settings, keeping what it prints."""
    settings = {key: value for key, value in os.environ.items() if key not in MISLEADING}
    return subprocess.run(
        command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )


def must(*command: str | Path) -> None:
    """Run a command that has to work; raises SetupError with what it printed when it does not."""
    done = run(*command)
    if done.returncode != 0:
        raise SetupError(done.stdout.strip())


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Stopped. The next run starts the set-up over.")
