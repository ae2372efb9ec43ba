"""`holdback segments`: counts of a file, the saved ones, and why somebody is in one."""

from pathlib import Path

from tests.bot.cli.test_commands import Shell, holdback

__all__ = ["holdback"]

FILE = """
segments:
  - name: family
    label: From here
    where: {country: [HU, CZ]}
  - name: rest
    where:
      not: {country: [HU, CZ]}
"""


def test_segments_of_a_file_are_counted_and_somebody_is_explained(holdback: Shell, tmp_path: Path) -> None:
    people = "external_id,country,cart_value,currency\nc-1,HU,120,EUR\nc-2,FR,20,EUR\nc-3,,,\n"
    (tmp_path / "people.csv").write_text(people)
    (tmp_path / "segments.yaml").write_text(FILE)
    holdback("prospects", "import", "people.csv")
    counted = holdback("segments", "count", "segments.yaml", "--json").json
    assert [(one["name"], one["label"], one["count"]) for one in counted["segments"]] == [
        ("family", "From here", 1),
        ("rest", "Rest", 2),
    ]
    listed = {one["name"]: one for one in holdback("segments", "list", "--json").json["segments"]}
    assert (
        listed["big_carts"]["count"] == 1 and listed["big_carts"]["who"] == "cart value is at least 100 and no orders"
    )
    assert "cart_value: {at_least: 100}" in holdback("segments", "show", "big_carts").out
    why = holdback("segments", "explain", "big_carts", "c-2").out
    assert "not in 'Big carts, not bought yet', because" in why and "cart value 20 is not at least 100" in why
    gone = holdback("segments", "show", "nobody")
    assert gone.code == 2 and "there are: big_carts" in gone.err.replace("silent, ", "")


def test_a_file_that_is_wrong_is_one_line_with_its_place(holdback: Shell, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("- name: a\n  where: {city: {above: 3}}\n")
    said = holdback("segments", "count", "bad.yaml")
    assert said.code == 1 and said.err.startswith("error: bad.yaml:1, segment a, city > above: city is text")
    (tmp_path / "never.yaml").write_text("name: a\nwhere: {all: [{country: HU}, {country: CZ}]}\n")
    assert "it can never match anybody" in holdback("segments", "count", "never.yaml").err
    (tmp_path / "broken.yaml").write_text("name: [")
    assert holdback("segments", "count", "broken.yaml").code == 1
    (tmp_path / "twice.yaml").write_text("- {name: a, where: {tag: x}}\n- {name: a, where: {tag: x}}\n")
    assert "stands in it twice" in holdback("segments", "count", "twice.yaml").err
    (tmp_path / "all.yaml").write_text("name: a\nwhere: {}\n")
    assert "matches everybody" in holdback("segments", "count", "all.yaml").err
    assert holdback("segments", "count", "missing.yaml").code == 1
