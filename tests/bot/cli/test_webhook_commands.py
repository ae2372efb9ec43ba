"""`holdback webhook`, and what a key of the API may do: added once with its secret, listed, tested, disabled."""

import json
from pathlib import Path

import pytest

from bot.cli.root import run


@pytest.fixture(autouse=True)
def home(published_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDBACK_HOME_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("HOLDBACK_DATABASE_URL", published_url)
    monkeypatch.setenv("HOLDBACK_WEBHOOKS_TO_PRIVATE_ADDRESSES", "yes")
    monkeypatch.chdir(tmp_path)


def test_an_address_is_added_tested_and_disabled(capsys: pytest.CaptureFixture[str], free_port: int) -> None:
    url = f"http://127.0.0.1:{free_port}/in"
    assert run(["webhook", "add", url, "--events", "task.created, lead.qualified", "--json"]) == 0
    added = json.loads(capsys.readouterr().out)
    assert added["secret"].startswith("whsec_") and added["events"] == ["task.created", "lead.qualified"]
    assert run(["webhook", "test", added["id"]]) == 1
    assert "it did not answer" in capsys.readouterr().out
    assert run(["webhook", "disable", added["id"]]) == 0
    assert run(["webhook", "test", added["id"]]) == 1
    assert "Connections page" in capsys.readouterr().err
    assert run(["webhook", "list", "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out)["webhooks"]
    assert listed["failed"] == 1 and listed["disabled_at"] and "secret" not in listed


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["add", "https://x.example", "--events", "sneezed"], 2, "--events: there is no sneezed"),
        (["add", "ftp://x.example"], 1, "this is not a web address"),
        (["test", "nobody"], 1, "there is no webhook 'nobody'"),
        (["disable", "nobody"], 1, "there is no webhook 'nobody'"),
    ],
)
def test_what_is_wrong_is_one_line_with_the_cure(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    assert run(["webhook", *arguments]) == code
    said = capsys.readouterr().err
    assert words in said and said.count("\n") == 1


def test_without_the_setting_nothing_goes_to_this_machine(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOLDBACK_WEBHOOKS_TO_PRIVATE_ADDRESSES")
    assert run(["webhook", "add", "https://127.0.0.1/in"]) == 1
    assert "private network" in capsys.readouterr().err


def test_a_key_has_the_scopes_it_was_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["api-key", "add", "shop", "--scope", "events:write", "--scope", "tasks:read"]) == 0
    assert run(["api-key", "add", "all"]) == 0
    assert run(["api-key", "add", "x", "--scope", "everything:now"]) == 2
    assert "--scope: there is no everything:now; there are events:write" in capsys.readouterr().err
    assert run(["api-key", "list"]) == 0
    told = capsys.readouterr().out
    assert "events:write tasks:read" in told and "everything" in told


def test_the_doctor_says_whether_a_shop_can_call(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDBACK_SHOPIFY_SECRET", "canary-of-the-secret")
    run(["doctor"])
    told = capsys.readouterr().out
    assert "shopify" in told and "HOLDBACK_PUBLIC_URL" in told and "/hooks/woocommerce is closed" in told
    assert "webhooks may be sent into this network" in told and "canary" not in told
