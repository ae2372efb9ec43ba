"""`holdback evidence`: does it help, what did it cost, what did it bring."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.common import AsJson, family, moment, say, table, with_house

if TYPE_CHECKING:
    from bot.report.figures import Compared, Evidence, Worth

app = family("Say whether a campaign helps, what it cost and what it brought.")


@app.command()
def evidence(
    campaign: Annotated[
        str | None, typer.Option("--campaign", metavar="NAME", help="Only this campaign; else every one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say whether a campaign helps: the verdict with its reasons, cost, return, and the quality of the asking.

    Example: holdback evidence --campaign barriers
    """
    from bot.report.document import document
    from bot.report.gather import all_evidence

    found = with_house(lambda house: all_evidence(house, campaign))
    documents = [document(one, worth) for one, worth in found]
    lines = [line for one, worth in found for line in _lines(one, worth)]
    say({"campaigns": documents}, lines, as_json=as_json)


def _lines(found: "Evidence", worth: "Worth") -> list[str]:
    lines = [f"{found.campaign} ({found.state})", ""]
    if found.period is None:
        lines += [
            "  Nothing is measured: nobody is kept apart by lot, so nobody can say what the campaign changed.",
            "  Set control groups in the strategy (10 % never contacted, 20 % asked without an offer).",
            "",
        ]
    for one in found.compared:
        lines += _comparison(one, found.currency)
    if found.next_look is not None:
        lines += [f"  Next look: {moment(found.next_look)}", ""]
    return [*lines, *_worth(found, worth), ""]


def _comparison(one: "Compared", currency: str) -> list[str]:
    from bot.report import words

    title = words.say(f"comparison-{one.comparison}")
    reasons = [f"    {line}" for line in words.because(one, currency)]
    return [f"  {title}", f"  {words.headline(one.comparison, one.judged)}", *reasons, ""]


def _worth(found: "Evidence", worth: "Worth") -> list[str]:
    from bot.report import words
    from bot.report.figures import message_bill, shown
    from flows.evidence.returns import rank, together

    lines, moves = [], shown(together(worth.moves))
    if moves:
        rows: list[Any] = [("OFFER", "PEOPLE", "STILL OPEN", "BOUGHT", "95%", "REVENUE", "COST", "PER PERSON")]
        for one in moves:
            between = f"{one.interval.low:.1%} to {one.interval.high:.1%}" if one.interval else "-"
            rows.append(
                (one.offer, one.people, one.open, one.bought, between, one.revenue, one.cost, one.per_person or "-")
            )
        lines += [f"  {line}" for line in table(rows)]
        lines += ["", f"  {words.ranking(rank(moves))}", f"  {words.say('moves-note')}", ""]
    bill, asked = message_bill(worth.spent, found.message_cost), worth.quality
    lines.append(
        f"  Cost: messages {words.money(bill, found.currency)}, "
        f"offers {words.money(worth.spent.discounts, found.currency)}, {worth.spent.prospects} prospects written to"
    )
    lines.append(f"  Asked: {asked.reached} reached, {asked.answered} answered, {asked.completed} to the end")
    return lines
