"""The flows on disk: shipped ones, a shop's own over them, and files that are refused with a sentence."""

import os
from pathlib import Path

import pytest

from bot.library import FlowSources, Library, build_flow, rebuild_flow, shipped_root
from flows.definition.problems import Problem
from flows.errors import FlowError, FlowInvalid
from tests.flows.definition import sample


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A shop's folder with one flow of its own, its own catalogue and one changed common text."""
    root = tmp_path / "flows"
    files = {
        "winback/flow.yaml": sample.FLOW,
        "winback/texts/en.ftl": sample.FLOW_EN,
        "winback/texts/cs.ftl": sample.FLOW_CS,
        "offers/catalogue.yaml": sample.CATALOGUE,
        "offers/texts/en.ftl": sample.OFFERS_EN,
        "offers/texts/cs.ftl": sample.OFFERS_CS,
        "common/texts/en.ftl": "button-stop = No more, please\n",
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def refusal(library: Library, name: str) -> Problem:
    with pytest.raises(FlowInvalid) as caught:
        library.load_flow(name)
    (problem,) = caught.value.problems
    assert isinstance(problem, Problem)
    return problem


def test_the_shipped_flow_can_be_built_and_its_campaign_names_it() -> None:
    library = Library()
    assert library.flow_names() == ("barriers",)
    assert build_flow(library.load_flow("barriers"), version=3).version == 3
    assert library.campaigns()["barriers"].flow == "barriers"
    assert library.catalogue().offer("discount_10") is not None


def test_a_shop_adds_flows_and_lays_its_texts_over_the_shipped_ones(shop: Path) -> None:
    library = Library(shop)
    assert library.flow_names() == ("barriers", "winback")
    flow = build_flow(library.load_flow("winback"), version=1)
    assert [offer.id for offer in flow.catalogue.offers] == ["ten_off", "call"]
    assert flow.texts.say("en", "button-stop") == "No more, please"
    assert flow.texts.say("en", "button-person") == "Talk to a person"
    assert flow.texts.say("cs", "call", "link") == "Vyberte čas"


def test_a_shop_replaces_a_shipped_flow_by_its_name(shop: Path) -> None:
    (shop / "winback").rename(shop / "barriers")
    library = Library(shop)
    assert library.flow_names() == ("barriers",)
    assert "winback" in library.load_flow("barriers").definition
    assert library.folder("barriers") == shop / "barriers"


def test_a_flow_is_found_by_its_path_with_the_offers_beside_it(shop: Path) -> None:
    for path in (shop / "winback", shop / "winback" / "flow.yaml"):
        sources = Library().load_flow(str(path))
        assert "ten_off" in sources.catalogue
        assert build_flow(sources, version=1).name == "winback"


def test_a_flow_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(FlowError, match="there is no flow 'winback'; give one of barriers, or the path of a folder"):
        Library().load_flow("winback")
    with pytest.raises(FlowError, match="correct the setting FLOWS_DIR"):
        Library(Path("not-there"))


def test_sources_survive_storage_unchanged(shop: Path) -> None:
    sources = Library(shop).load_flow("winback")
    stored = sources.to_json()
    assert FlowSources.from_json(stored) == sources
    assert FlowSources.from_json(stored).to_json() == stored
    assert rebuild_flow(FlowSources.from_json(stored), version=2).name == "winback"
    with pytest.raises(FlowError, match="publish the flow again"):
        FlowSources.from_json('{"format": 1}')
    with pytest.raises(FlowError, match="format 9"):
        FlowSources.from_json('{"format": 9}')


def test_the_digest_tells_content_and_not_places(shop: Path, tmp_path: Path) -> None:
    before = Library(shop).load_flow("winback")
    moved = tmp_path / "elsewhere"
    shop.rename(moved)
    assert Library(moved).load_flow("winback").digest() == before.digest()
    text = moved / "winback" / "texts" / "en.ftl"
    text.write_text(text.read_text("utf-8").replace("Thank you.", "Thanks."), encoding="utf-8")
    assert Library(moved).load_flow("winback").digest() != before.digest()


def test_a_published_flow_is_rebuilt_although_a_later_rule_would_refuse_it() -> None:
    strict = sample.sources(("flow en", "Thank you.", "{ $code }"))
    with pytest.raises(FlowInvalid):
        build_flow(strict, version=1)
    assert rebuild_flow(strict, version=1).name == "winback"


def test_a_byte_order_mark_is_accepted(shop: Path) -> None:
    path = shop / "winback" / "flow.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert build_flow(Library(shop).load_flow("winback"), version=1).name == "winback"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("flow: winback".encode("utf-16"), "the file is UTF-16; save it as UTF-8"),
        (b"flow: winback\nstart: caf\xe9", "this is not UTF-8; save the file as UTF-8"),
        (b"#" * 1_000_001, "more than 1000000 bytes"),
    ],
)
def test_a_file_that_is_no_readable_text_is_refused(shop: Path, content: bytes, says: str) -> None:
    (shop / "winback" / "flow.yaml").write_bytes(content)
    problem = refusal(Library(shop), "winback")
    assert says in str(problem)
    assert problem.place == "flows/winback/flow.yaml"


def test_a_wrong_byte_is_found_by_line_and_column(shop: Path) -> None:
    (shop / "winback" / "texts" / "en.ftl").write_bytes(b"hello = Hello\nwhy = caf\xe9\n")
    problem = refusal(Library(shop), "winback")
    assert (problem.place, problem.line, problem.column) == ("flows/winback/texts/en.ftl", 2, 10)


def test_a_link_that_leaves_the_folder_is_refused(shop: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret = Secret\n", encoding="utf-8")
    text = shop / "winback" / "texts" / "en.ftl"
    text.unlink()
    text.symlink_to(secret)
    assert "leaves its folder" in refusal(Library(shop), "winback").sentence


def test_a_link_within_the_folder_is_followed(shop: Path) -> None:
    text = shop / "winback" / "texts" / "en.ftl"
    text.rename(shop / "english.ftl")
    text.symlink_to(shop / "english.ftl")
    assert build_flow(Library(shop).load_flow("winback"), version=1).name == "winback"


def test_a_pipe_is_not_waited_for(shop: Path) -> None:
    path = shop / "winback" / "flow.yaml"
    path.unlink()
    os.mkfifo(path)
    assert "no such file" in refusal(Library(shop), "winback").sentence


def test_a_text_file_that_is_not_named_after_a_language_is_refused(shop: Path) -> None:
    (shop / "winback" / "texts" / "English.ftl").write_text("hello = Hello\n", encoding="utf-8")
    assert "name it after its language" in str(refusal(Library(shop), "winback"))


def test_a_campaign_whose_flow_is_missing_is_refused_with_its_place(shop: Path) -> None:
    (shop / "winback" / "campaign.yaml").write_text(
        "campaign: spring\nflow: springtime\naudience: {wait: 1h}\n", encoding="utf-8"
    )
    with pytest.raises(FlowInvalid, match="'springtime' is not there; write one of barriers, winback") as caught:
        Library(shop).campaigns()
    assert "flows/winback/campaign.yaml" in str(caught.value)


def test_the_shipped_flows_are_inside_the_package() -> None:
    assert (shipped_root() / "common" / "texts" / "en.ftl").is_file()
