"""The command line: answers for people and programs, exit codes, and one line for every error."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.root import FAMILIES
from tests.bot.cli.shell import Shell


def every_command() -> list[list[str]]:
    """Every command there is, by its words."""
    return [
        *([name] for name in FAMILIES),
        *(["prospects", name] for name in ("import", "show", "link", "export", "erase")),
        *(["campaign", name] for name in ("list", "start", "pause", "resume", "stop")),
        *(["strategy", name] for name in ("list", "show", "check", "preview", "submit", "approve")),
        *(["segments", name] for name in ("count", "list", "show", "explain", "rename", "remove")),
        *(["api-key", name] for name in ("add", "list", "revoke")),
        *(["webhook", name] for name in ("add", "list", "test", "disable")),
        *(["mail", name] for name in ("preview", "check", "frame")),
        *(["send", name] for name in ("off", "on", "status")),
        *(["staff", name] for name in ("add", "list", "disable", "link")),
        *(["db", name] for name in ("upgrade", "check", "recount", "backup", "restore", "release", "move")),
        *(["flow", name] for name in ("list", "check", "draw", "play", "test", "diff", "publish")),
        ["codes", "import"],
        ["purchases", "import"],
    ]


@pytest.mark.parametrize("command", every_command(), ids=" ".join)
def test_every_command_has_help_with_an_example(holdback: Shell, command: list[str]) -> None:
    said = holdback(*command, "--help")
    assert said.code == 0 and "Usage: holdback" in said.out
    groups = {
        "db",
        "flow",
        "campaign",
        "prospects",
        "codes",
        "purchases",
        "staff",
        "api-key",
        "segments",
        "strategy",
        "webhook",
        "mail",
        "send",
    }
    assert "Example: holdback" in said.out or (len(command) == 1 and command[0] in groups)


def test_the_help_answers_at_once() -> None:
    """By the processor's time: that of the clock also measures what else the machine does."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-m", "bot", "--help"], capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert b"prospects" in done.stdout
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.6


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        (["nonsense"], 2, "no such command 'nonsense'"),
        (["prospects", "import"], 2, "missing argument 'file'"),
        (["prospects", "import", "nowhere.csv"], 2, "nowhere.csv: there is no such file; check the path"),
        (["prospects", "show", "nobody"], 1, "there is no prospect 'nobody'"),
        (["prospects", "erase", "nobody"], 2, "confirm with --yes"),
        (["export", "nonsense"], 2, "is not one of"),
        (["export", "answers", "--since", "later"], 2, "is not a time"),
        (["export", "answers", "--out", "no/such/folder.csv"], 2, "cannot be written"),
        (["campaign", "start", "nonsense"], 2, "there is no campaign 'nonsense'; there are: barriers"),
        (["campaign", "resume", "barriers"], 1, "the campaign 'barriers' is not paused"),
        (["serve", "--only", "nonsense"], 2, "nonsense is no role"),
        (["staff", "add", "nobody", "--role", "admin"], 2, "is not one email address"),
        (["staff", "link", "nobody@shop.example"], 1, "may come in"),
        (["api-key", "revoke", "nonsense"], 1, "there is no key"),
        (["understand"], 2, "give either a text or --file"),
        (["understand", "--file", "nowhere"], 2, "no such file"),
        (["db", "restore", "nowhere"], 2, "nowhere: cannot be read"),
        (["flow", "publish", "nonsense"], 2, "there is no flow 'nonsense'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_error_is_one_line_with_its_exit_code(holdback: Shell, command: list[str], code: int, words: str) -> None:
    said = holdback(*command)
    assert said.code == code and words in said.err.lower().replace("FILE", "file"), said.err
    assert len(said.err.strip().splitlines()) == 1 and said.err.startswith("error: ") and not said.out


def test_wrong_settings_are_named_and_no_secret_is_told(holdback: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDBACK_SECRET_KEY", "short-secret")
    monkeypatch.setenv("HOLDBACK_NONSENSE", "1")
    said = holdback("campaign", "list")
    assert said.code == 2 and "HOLDBACK_NONSENSE" in said.err and "short-secret" not in said.err
    monkeypatch.delenv("HOLDBACK_NONSENSE")
    said = holdback("campaign", "list")
    assert said.code == 2 and "HOLDBACK_SECRET_KEY" in said.err and "short-secret" not in said.err
    assert holdback("doctor").code == 1


def test_a_database_that_does_not_answer_is_one_line(holdback: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDBACK_DATABASE_URL", "postgresql://user:pass-word@127.0.0.1:1/nothing")
    said = holdback("campaign", "list")
    assert said.code == 1 and said.err.startswith("error: the database does not answer")
    assert "pass-word" not in said.err and len(said.err.splitlines()) == 1


def test_the_life_of_a_prospect(holdback: Shell, tmp_path: Path) -> None:
    assert holdback("init", ".", "--json").json["written"][:2] == ["holdback.toml", "prospects.csv"]
    assert holdback("init", ".", "--json").json["written"] == []
    assert holdback("flow", "check", "example").code == 0
    took = holdback("prospects", "import", "prospects.csv", "--json")
    assert took.code == 0 and (took.json["created"], took.json["not_contactable"]) == (2, 1)
    assert holdback("purchases", "import", "purchases.csv", "--json").json["created"] == 1
    assert holdback("codes", "import", "codes.csv", "--json").json["created"] == 2
    shown = holdback("prospects", "show", "C-1001", "--json").json
    assert shown["facts"]["first_name"]["value"] == "Anna"
    assert {"identities", "consents", "conversations", "answers", "grants"} <= set(shown)
    links = holdback("prospects", "link", "anna@example.com", "--json").json
    assert "/s/" in links["survey"] and "/u/" in links["preferences"]
    assert holdback("campaign", "start", "barriers", "--now", "--json").json["enrolled"] == 1
    listed = holdback("campaign", "list", "--json").json["campaigns"]
    assert {one["name"]: one["state"] for one in listed}["barriers"] == "running"
    copy = holdback("prospects", "export", "C-1001").json
    assert copy["conversations"] and copy["links"]
    counts = holdback("prospects", "erase", "C-1001", "--yes", "--json").json["erased"]
    assert counts["prospects"] == 1 and counts["conversations"] == 1
    assert holdback("prospects", "show", "C-1001").code == 1
    again = holdback("prospects", "import", "prospects.csv", "--json").json
    assert (again["created"], again["not_contactable"]) == (1, 2)


def test_refused_rows_are_told_and_the_others_come_in(holdback: Shell, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("external_id,email\nc-1,nonsense\nc-2,b@example.com\n")
    assert holdback("prospects", "import", "p.csv", "--dry-run").code == 1
    said = holdback("prospects", "import", "p.csv")
    assert said.code == 0 and "2 rows read: 1 created" in said.out
    assert "refused: p.csv: line 2, column email: is not one email address" in said.err
    assert (tmp_path / "p.csv.errors.csv").exists()


def test_a_file_of_which_nothing_came_in_makes_the_exit_code_1(holdback: Shell, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("external_id,email\nc-1,nonsense\n")
    assert holdback("prospects", "import", "p.csv").code == 1


def test_exports_go_to_the_terminal_or_to_a_file(holdback: Shell, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("external_id,first_name\nc-1,=cmd()\n")
    holdback("prospects", "import", "p.csv")
    said = holdback("export", "prospects", "--format", "jsonl")
    assert said.json["first_name"] == "=cmd()"
    assert holdback("export", "prospects", "--out", "out.csv").code == 0
    out = tmp_path / "out.csv"
    assert b",'=cmd()," in out.read_bytes() and out.stat().st_mode & 0o777 == 0o600


def test_keys_and_staff(holdback: Shell) -> None:
    key = holdback("api-key", "add", "web").out.strip()
    assert key.startswith("hb_") and holdback("api-key", "add", "web").code == 1
    assert holdback("api-key", "revoke", "web", "--json").json == {"name": "web", "revoked": True}
    assert holdback("api-key", "list", "--json").json["keys"][0]["revoked_at"] is not None
    added = holdback("staff", "add", "Mira@Shop.example", "--role", "admin", "--json").json
    assert "/console/link/" in added["link"] and added["role"] == "admin"
    link = holdback("staff", "link", "mira@shop.example").out.strip()
    assert link != added["link"]
    assert holdback("staff", "disable", "mira@shop.example").code == 0
    assert holdback("staff", "link", "mira@shop.example").code == 1
    assert holdback("staff", "list", "--json").json["staff"][0]["disabled_at"] is not None


def test_understanding_reads_texts_and_files(holdback: Shell, tmp_path: Path) -> None:
    said = holdback("understand", "--language", "en", "shipping is too expensive")
    assert set(said.json) == {"text", "language", "barriers", "intent", "confidence", "ask", "because"}
    (tmp_path / "t.jsonl").write_text('{"lang": "hu", "text": "túl drága"}\n\n{"text": "stop"}\n')
    lines = [json.loads(line) for line in holdback("understand", "--file", "t.jsonl").out.splitlines()]
    assert [line["intent"] for line in lines] == ["answer", "stop"]
    (tmp_path / "t.jsonl").write_text('{"lang": "hu", "text": "x"}\n[1]\n')
    wrong = holdback("understand", "--file", "t.jsonl")
    assert wrong.code == 1 and "t.jsonl: line 2" in wrong.err


@pytest.mark.parametrize("arguments", [("--corrections",), ("--out", "f"), ("--corrections", "--out", "f", "a text")])
def test_collecting_corrections_asks_for_a_file_and_nothing_else(holdback: Shell, arguments: tuple[str, ...]) -> None:
    said = holdback("understand", *arguments)
    assert said.code == 2 and "--corrections --out FILE" in said.err


def test_corrections_go_into_a_file_for_its_owner_only(holdback: Shell) -> None:
    said = holdback("understand", "--corrections", "--out", "rows.jsonl")
    assert said.code == 0 and "0 corrected answers" in said.err
    assert Path("rows.jsonl").stat().st_mode & 0o777 == 0o600


def test_a_flow_is_published_once_per_content(holdback: Shell) -> None:
    first = holdback("flow", "publish", "barriers", "--json").json
    assert (first["flow"], first["version"], first["new"]) == ("barriers", 1, False)
    assert not first["conversations"] and first["moved"] == 0


def test_the_doctor_looks_at_everything(holdback: Shell) -> None:
    said = holdback("doctor", "--json")
    states = {check["name"]: check["state"] for check in said.json["checks"]}
    assert said.code == 0 and said.json["ok"]
    assert {"settings", "database", "flows", "telegram", "smtp", "imap", "clock"} <= set(states)


def test_the_doctor_names_a_mail_server_that_is_not_there(
    holdback: Shell, monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    monkeypatch.setenv("HOLDBACK_SMTP_URL", f"smtp://user:pass-word@127.0.0.1:{free_port}")
    monkeypatch.setenv("HOLDBACK_MAIL_FROM", "shop@shop.example")
    said = holdback("doctor")
    assert said.code == 1 and "HOLDBACK_SMTP_URL" in said.out and "pass-word" not in said.out


def test_the_doctor_says_when_a_colour_is_too_pale_and_what_is_used_instead(
    holdback: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDBACK_ACCENT", "#ffee88")
    (brand,) = [check for check in holdback("doctor", "--json").json["checks"] if check["name"] == "brand"]
    assert brand["state"] == "warning" and "#ffee88 is too pale to read" in brand["says"]


def test_the_doctor_refuses_a_logo_that_is_no_picture(
    holdback: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "flows" / "brand").mkdir(parents=True)
    (tmp_path / "flows" / "brand" / "logo.png").write_text("<svg/>")
    monkeypatch.setenv("HOLDBACK_FLOWS_DIR", str(tmp_path / "flows"))
    said = holdback("doctor")
    assert said.code == 1 and "brand/logo.png: this is not a picture" in said.out


def test_the_doctor_judges_dns_answers_that_it_is_given(
    holdback: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOLDBACK_MAIL_FROM", "hello@hill.example")
    (tmp_path / "dns.txt").write_text('hill.example. 300 IN TXT "v=spf1 a -all"\n')
    said = holdback("doctor", "--dns-answers", "dns.txt", "--json")
    states = {check["name"]: check["state"] for check in said.json["checks"]}
    assert said.code == 1
    assert (states["spf"], states["dkim"], states["dmarc"]) == ("good", "warning", "wrong")
    refused = holdback("doctor", "--dns-answers", "none.txt")
    assert refused.code == 2 and refused.err == (
        "error: none.txt: cannot be read: no such file or directory; give the output of `dig +noall +answer`\n"
    )
