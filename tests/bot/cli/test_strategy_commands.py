"""A strategy from the command line: print, check, try on the past, submit, and approve by somebody else."""

from pathlib import Path

from tests.bot.cli.shell import Shell


def test_a_strategy_goes_from_a_file_to_live_with_two_people(holdback: Shell, tmp_path: Path) -> None:
    for name in ("mira", "tom"):
        holdback("staff", "add", f"{name}@shop.example", "--role", "admin")
    printed = holdback("strategy", "show")
    assert printed.code == 0 and "barrier: price" in printed.out
    file = tmp_path / "strategy.yaml"
    file.write_text(printed.out.replace("two_person: false", "two_person: true"))
    checked = holdback("strategy", "check", str(file), "--json")
    assert checked.code == 0 and checked.json["ok"] is True
    tried = holdback("strategy", "preview", str(file))
    assert tried.code == 0 and "nothing to compare with" in tried.out
    assert "version 1 of barriers waits" in holdback("strategy", "submit", str(file), "--by", "mira@shop.example").out
    alone = holdback("strategy", "approve", "1", "--by", "mira@shop.example")
    assert alone.code == 1 and "wants two people" in alone.err
    assert "is live" in holdback("strategy", "approve", "1", "--by", "tom@shop.example").out
    listed = holdback("strategy", "list", "--json").json["strategies"]
    assert [(one["version"], one["state"], one["approved_by"]) for one in listed] == [(1, "live", "tom@shop.example")]


def test_a_wrong_strategy_is_refused_with_its_place_and_never_kept(holdback: Shell, tmp_path: Path) -> None:
    holdback("staff", "add", "mira@shop.example", "--role", "admin")
    file = tmp_path / "s.yaml"
    file.write_text("campaign: barriers\nrows:\n- {barrier: trust, offers: [discount_10]}\n")
    checked = holdback("strategy", "check", str(file))
    assert (
        checked.code == 1 and "row 1 (trust, any): error: the offer 'discount_10' does not remove trust" in checked.out
    )
    submitted = holdback("strategy", "submit", str(file), "--by", "mira@shop.example")
    assert submitted.code == 1 and "cannot go live: row 1" in submitted.err
    assert "is no admin here" in holdback("strategy", "submit", str(file), "--by", "eve@shop.example").err
    assert "no strategy version 1" in holdback("strategy", "approve", "1", "--by", "mira@shop.example").err
