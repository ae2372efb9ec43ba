"""`holdback flow publish`: what becomes of running conversations is shown before it is done, and done once."""

import shutil
from pathlib import Path

import pytest

from bot.library import shipped_root
from tests.bot.cli.shell import Shell

PEOPLE = """\
external_id,email,first_name,language,consent_email,consent_at
c-1,a@example.com,Anna,en,yes,2026-01-01
c-2,b@example.com,Béla,hu,yes,2026-01-01
"""


@pytest.fixture
def flow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shop's own copy of the shipped flow, in its flows folder."""
    folder = tmp_path / "flows" / "barriers"
    shutil.copytree(shipped_root() / "barriers", folder)
    monkeypatch.setenv("HOLDBACK_FLOWS_DIR", str(folder.parent))
    return folder


def speak_english_only(flow: Path) -> None:
    path = flow / "flow.yaml"
    path.write_text(
        path.read_text("utf-8").replace("languages: [en, es, fr, ja, ar, hu, cs]", "languages: [en]"), "utf-8"
    )
    for file in (flow / "texts").glob("*.ftl"):
        if file.stem != "en":
            file.unlink()


def test_a_new_version_is_planned_published_and_its_conversations_are_moved(
    holdback: Shell, flow: Path, tmp_path: Path
) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    assert holdback("prospects", "import", "people.csv").code == 0
    assert holdback("campaign", "start", "barriers", "--now", "--json").json["enrolled"] == 2
    same = holdback("flow", "publish", "barriers")
    assert (same.code, same.out) == (0, "barriers has not changed since version 1\n")
    speak_english_only(flow)
    planned = holdback("flow", "publish", "barriers", "--dry-run")
    assert planned.code == 0 and "barriers would be published as version 2" in planned.out
    assert "before the first" in planned.out and "the new version does not speak 'hu'" in planned.out
    assert "nothing was changed" in planned.out
    diff = holdback("flow", "diff", "barriers@1", "barriers")
    assert diff.code == 0 and "it no longer speaks 'hu'" in diff.out
    assert "has no published version 2" in holdback("flow", "diff", "barriers@2", "barriers").err
    kept = holdback("flow", "publish", "barriers", "--keep", "--json").json
    assert (kept["version"], kept["new"], kept["moved"], kept["kept"]) == (2, True, 0, 2)
    moved = holdback("flow", "publish", "barriers", "--move")
    assert moved.code == 0 and "moved 1 of 2; nothing was sent" in moved.out
    assert "1 conversation goes on in the version it was started in" in moved.out
    again = holdback("flow", "publish", "barriers", "--move", "--json").json
    assert (again["new"], again["moved"], again["kept"]) == (False, 0, 1)
    assert [(one["version"], one["verdict"], one["count"]) for one in again["conversations"]] == [(1, "must_finish", 1)]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--move", "--keep"), "--move and --keep say opposite things"),
        (("--map", "price"), "'price' is no mapping; write old=new"),
        (("--map", "price=nowhere"), "there is no step 'nowhere' in the new version"),
    ],
)
def test_a_wrong_wish_is_one_line(holdback: Shell, flow: Path, arguments: tuple[str, ...], says: str) -> None:
    assert flow.is_dir()
    said = holdback("flow", "publish", "barriers", *arguments)
    assert said.code == 2 and says in said.err and len(said.err.splitlines()) == 1 and not said.out
