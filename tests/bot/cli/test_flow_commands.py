"""`holdback flow`: what authors type, and what they get."""

import json
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.publish import app
from flows.rehearsal.transcript import parse_transcript
from tests.flows.definition import sample

KINDS = Path(__file__).parents[2] / "flows" / "flows" / "kinds"

TRANSCRIPT = """\
about: One tap.
flow: winback
steps:
  - in: {start: telegram}
  - in: {tap: price}
"""


@pytest.fixture
def flow(tmp_path: Path) -> Path:
    """A flow of a shop, with its offers beside it and one transcript."""
    files = {
        "winback/flow.yaml": sample.FLOW,
        "winback/texts/en.ftl": sample.FLOW_EN,
        "winback/texts/cs.ftl": sample.FLOW_CS,
        "winback/transcripts/one-tap.yaml": TRANSCRIPT,
        "offers/catalogue.yaml": sample.CATALOGUE,
        "offers/texts/en.ftl": sample.OFFERS_EN,
        "offers/texts/cs.ftl": sample.OFFERS_CS,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "winback"


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, list(arguments), input=typed, catch_exceptions=False)


def test_list_names_each_flow_with_its_languages() -> None:
    assert "barriers: 22 steps, en, es, fr, ja, ar, hu, cs, ready" in run("list").stdout
    (flow,) = json.loads(run("list", "--json").stdout)["flows"]
    assert flow == {
        "name": "barriers",
        "ok": True,
        "steps": 22,
        "languages": ["en", "es", "fr", "ja", "ar", "hu", "cs"],
    }


def test_check_of_a_good_flow_says_so_and_leaves_with_0() -> None:
    result = run("check", "barriers")
    assert (result.exit_code, result.stdout) == (0, "barriers: good (0 errors, 0 warnings)\n")


def test_check_names_every_problem_with_its_line_and_leaves_with_1(flow: Path) -> None:
    path = flow / "flow.yaml"
    path.write_text(sample.FLOW.replace("next: cause", "next: caus").replace("questions: 2", "questions: 1"), "utf-8")
    result = run("check", "barriers", str(flow))
    assert result.exit_code == 1
    assert "winback/flow.yaml:12:11: error F102" in result.stdout
    assert "cannot be used" in result.stdout
    report = json.loads(run("check", str(flow), "--json").stdout)
    assert report["ok"] is False
    assert {problem["rule"] for problem in report["flows"][0]["problems"]} >= {"F102", "F103"}


def test_check_looks_at_the_campaign_beside_the_flow(flow: Path) -> None:
    path = flow / "flow.yaml"
    path.write_text(sample.FLOW.replace("kind: tell\n", "kind: wait\n    span: 10d\n"), "utf-8")
    campaign = flow / "campaign.yaml"
    campaign.write_text("campaign: winback\nflow: winback\naudience: {wait: 1h}\nattribution_days: 7\n", "utf-8")
    result = run("check", str(flow))
    assert "warning F134: after step 'hello' up to 10 days have passed" in result.stdout
    campaign.write_text("campaign: winback\nflow: winback\naudience: {wat: 1h}\n", "utf-8")
    result = run("check", str(flow))
    assert result.exit_code == 1
    assert "winback/campaign.yaml:3:12: error F011" in result.stdout


def test_check_of_warnings_alone_leaves_with_0(flow: Path) -> None:
    text = flow / "texts" / "en.ftl"
    text.write_text(text.read_text("utf-8").replace("Thank you.", "a" * 161), "utf-8")
    result = run("check", str(flow))
    assert result.exit_code == 0
    assert "good (0 errors, 1 warning)" in result.stdout


@pytest.mark.parametrize("command", ["check", "draw", "play", "test", "diff barriers"])
def test_a_flow_that_is_not_there_is_one_line_and_2(command: str) -> None:
    result = run(*command.split(), "nowhere")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1


def test_a_flow_with_errors_cannot_be_played_or_drawn(flow: Path) -> None:
    (flow / "flow.yaml").write_text("flow: [", "utf-8")
    for command in ("play", "draw"):
        result = run(command, str(flow))
        assert result.exit_code == 1
        assert "winback/flow.yaml:1:8: error F001: this is not YAML" in result.stderr


def test_draw_writes_mermaid_or_svg(tmp_path: Path) -> None:
    assert run("draw", "barriers").stdout.startswith("flowchart LR\n")
    out = tmp_path / "barriers.svg"
    assert run("draw", "barriers", "--format", "svg", "--language", "ar", "--out", str(out)).exit_code == 0
    assert ET.fromstring(out.read_text("utf-8")).tag.endswith("svg")  # noqa: S314 - we have just made it


def test_draw_in_a_language_that_is_not_spoken_is_wrong_usage() -> None:
    result = run("draw", "barriers", "--language", "xx")
    assert result.exit_code == 2
    assert "does not speak 'xx'; give one of en, es" in result.stderr


def test_play_takes_numbers_words_and_commands_and_shows_what_happens() -> None:
    typed = "the price\n1\n/state\n/help\n1\n/quit\n"
    shown = run("play", "barriers", typed=typed).stdout
    assert "What held you back?" in shown
    assert "   1  " in shown
    assert "· keeps barrier: price [price]: the price" in shown
    assert "· grants discount_10 for price, code PLAY-1234" in shown
    assert '"format": 1' in shown
    assert "I am the assistant" in shown or "assistant" in shown
    assert "· finishes, helped" in shown


def test_play_lets_time_pass_and_plays_the_shop() -> None:
    typed = "/time +1d\n/silence\n/silence\n/take\n/staff Hello there\n/back\n/buy\n/silence\n/quit\n"
    shown = run("play", "barriers", typed=typed).stdout
    assert "· reminded" in shown
    assert "· went to email" in shown
    assert "Hello there" in shown
    assert "· no timer is set" in shown


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("/time soon\n", "is not a time span"),
        ("/dance\n", "there is no command /dance"),
        ("99\n", "· "),
        ("\n\n", "· "),
    ],
)
def test_play_answers_odd_input_with_a_sentence(typed: str, says: str) -> None:
    result = run("play", "barriers", typed=typed)
    assert result.exit_code == 0
    assert says in result.stdout


def test_a_played_session_becomes_a_transcript() -> None:
    shown = run("play", "barriers", "--repro", "--language", "hu", typed="/time 24h\n1\n").stdout
    text = shown[shown.index("about: ") :]
    transcript = parse_transcript(text, "played.yaml")
    assert transcript.language == "hu"
    assert [step.note for step in transcript.steps] == ["started", "reminded", "answered"]


def kinds_in(folder: Path) -> Path:
    """The flow with every kind of step, and beside it the one that it calls."""
    for name in ("kinds", "contact"):
        shutil.copytree(KINDS.parent / name, folder / name)
    return folder / "kinds"


def test_every_kind_of_thing_can_be_played_and_the_session_holds_as_a_transcript(tmp_path: Path) -> None:
    folder = kinds_in(tmp_path)
    typed = (
        "/silence\n/happens fog\n/open\n/open web\n/silence\n/language cs\n/bounce\n/take\n/staff\n/staff Hi\n/back\n"
        "/happens viewed\n1\n12\n3\nbla\n/buy\n"
    )
    shown = run("play", str(folder), "--repro", typed=typed).stdout
    for words in (
        "· went on in silence",
        "· /happens needs one of viewed, cart_abandoned",
        "· /open needs one of telegram, email, web",
        "· /staff needs the words that the person writes",
        "· sets the language to cs",
        "· unreachable",
        "Hi",
    ):
        assert words in shown, words
    (folder / "transcripts").mkdir()
    text = shown[shown.index("about: ") :]
    (folder / "transcripts" / "played.yaml").write_text(text, "utf-8")
    again = run("test", str(folder))
    assert (again.exit_code, again.stdout) == (0, "1 of 1 transcripts as expected\n")
    assert {"happens", "open", "unreachable", "wait", "give_back", "staff_says"} <= {
        key for step in parse_transcript(text, "played.yaml").steps for key in step.act.model_fields_set
    }


def test_a_jump_over_weeks_is_written_so_that_it_can_be_read(tmp_path: Path) -> None:
    folder = kinds_in(tmp_path)
    shown = run("play", str(folder), "--repro", typed="/time 5m\n/silence\n/silence\n").stdout
    transcript = parse_transcript(shown[shown.index("about: ") :], "played.yaml")
    assert [step.note for step in transcript.steps][-2:] == ["went on in silence", "went on"]
    assert "finishes, silent" in shown


def test_transcripts_are_written_once_and_then_hold(flow: Path) -> None:
    first = run("test", str(flow))
    assert first.exit_code == 1
    assert "one-tap.yaml: step 1 differs" in first.stdout
    assert "0 of 1 transcripts as expected" in first.stdout
    assert run("test", str(flow), "--update").exit_code == 0
    again = run("test", str(flow))
    assert (again.exit_code, again.stdout) == (0, "1 of 1 transcripts as expected\n")
    assert run("test", str(flow / "transcripts" / "one-tap.yaml")).exit_code == 0


def test_a_transcript_that_differs_shows_the_lines(flow: Path) -> None:
    run("test", str(flow), "--update")
    path = flow / "texts" / "en.ftl"
    path.write_text(path.read_text("utf-8").replace("Why?", "What for?"), "utf-8")
    result = run("test", str(flow))
    assert result.exit_code == 1
    assert "+" in result.stdout
    assert "What for?" in result.stdout


def test_a_flow_without_transcripts_is_wrong_usage() -> None:
    result = run("test", "barriers")
    assert result.exit_code == 2
    assert "there are no transcripts" in result.stderr


def test_diff_says_what_a_change_means_and_who_cannot_simply_be_moved(flow: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(flow.parent, other)
    path = other / "winback" / "flow.yaml"
    edited = (
        sample.FLOW.replace("questions: 2", "questions: 4")
        .replace("- {id: price", "- {id: cost")
        .replace("kind: ask\n    next: person", "kind: capture\n    next: person")
    )
    path.write_text(edited, "utf-8")
    for language in ("en", "cs"):
        texts = other / "winback" / "texts" / f"{language}.ftl"
        texts.write_text(texts.read_text("utf-8").replace(".price", ".cost"), "utf-8")
    result = run("diff", str(flow), str(path))
    assert result.exit_code == 0
    for words in (
        "  it promises at most 4 questions instead of 2",
        "  cause: no longer has the answer 'price'",
        "  more: is of kind capture instead of ask",
        "  cs cause.cost: is new: 'Cena'",
        "  can be moved, at: person",
        "  need a mapping, at: cause",
        "  finish on their own version, at: more",
    ):
        assert words in result.stdout, result.stdout
    told = json.loads(run("diff", str(flow), str(path), "--json").stdout)
    assert {one["verdict"] for one in told["standing"]} == {"safe", "needs_mapping", "must_finish"}
    assert run("diff", str(flow), str(flow)).stdout == "nothing has changed\n"


@pytest.mark.parametrize("command", ["list", "check", "draw", "play", "test", "diff"])
def test_every_command_helps_with_an_example(command: str) -> None:
    assert "Example: holdback flow" in run(command, "--help").stdout
