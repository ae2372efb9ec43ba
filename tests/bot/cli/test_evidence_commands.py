"""`holdback evidence` and `holdback report`: what they say without data, and which mistakes they name."""

from pathlib import Path

from tests.bot.cli.shell import Shell


def test_a_fresh_shop_is_told_what_is_missing(holdback: Shell) -> None:
    said = holdback("evidence")
    assert said.code == 0 and "Nothing is measured" in said.out and "0 reached" in said.out
    (one,) = holdback("evidence", "--campaign", "barriers", "--json").json["campaigns"]
    assert one["measuring"] is False and one["comparisons"] == []
    unknown = holdback("evidence", "--campaign", "spring")
    assert unknown.code == 2 and "there is no campaign 'spring'; there are: barriers" in unknown.err


def test_a_report_is_written_where_it_is_wanted_or_the_mistake_is_named(holdback: Shell, tmp_path: Path) -> None:
    made = holdback("report", "barriers", "--out", "report.html", "--json").json
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert made["bytes"] == len(page.encode()) and "Nobody has been asked yet" in page and "None" not in page
    assert "end it in .html or .pdf" in holdback("report", "barriers", "--out", "report.docx").err
    assert "there is no folder" in holdback("report", "barriers", "--out", "nowhere/report.pdf").err
    assert holdback("report", "spring", "--out", "x.html").code == 2
