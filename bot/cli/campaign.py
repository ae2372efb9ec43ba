"""`holdback campaign`: list, start, pause, resume and stop."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import AsJson, family, say, table, with_house

if TYPE_CHECKING:
    from bot.house import House
    from bot.runtime.campaigns import CampaignInfo

app = family("List, start, pause, resume and stop campaigns.")
BY = "command line"
Name = Annotated[str, typer.Argument(metavar="NAME", help="The campaign, see `holdback campaign list`.")]


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List the campaigns: their state, their conversations by status, and how many people have answered.

    Example: holdback campaign list
    """

    async def read(house: "House") -> list["CampaignInfo"]:
        return await house.campaigns.list()

    found = with_house(read)
    lines = table(
        [
            ("NAME", "STATE", "FLOW", "CONVERSATIONS", "ANSWERED"),
            *((one.name, one.state, one.flow, _counted(one), _answered(one)) for one in found),
        ]
    )
    say({"campaigns": [one.as_document() for one in found]}, lines, as_json=as_json)


def _counted(one: "CampaignInfo") -> str:
    return ", ".join(f"{number} {status}" for status, number in sorted(one.counts.items())) or "none"


def _answered(one: "CampaignInfo") -> str:
    if one.quota is None:
        return str(one.answered)
    told = f"{one.answered} of {one.quota}"
    return f"enough answers: {told}" if one.is_full else told


@app.command()
def start(
    name: Name,
    now: Annotated[bool, typer.Option("--now", help="Enrol its audience without the first wait.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let a campaign run: it enrols its audience.

    Example: holdback campaign start barriers --now
    """
    enrolled = with_house(lambda house: house.campaigns.start(name, now=now, by=BY))
    line = f"{name} runs; {enrolled} enrolled"
    say({"campaign": name, "state": "running", "enrolled": enrolled}, [line], as_json=as_json)


@app.command()
def pause(name: Name, as_json: AsJson = False) -> None:
    """Write to nobody first until it is resumed; answers are still received.

    Example: holdback campaign pause barriers
    """
    with_house(lambda house: house.campaigns.pause(name, by=BY))
    say({"campaign": name, "state": "paused"}, [f"{name} is paused; answers are still received"], as_json=as_json)


@app.command()
def resume(name: Name, as_json: AsJson = False) -> None:
    """Go on with a campaign that was paused; what waited meanwhile goes out.

    Example: holdback campaign resume barriers
    """
    with_house(lambda house: house.campaigns.resume(name, by=BY))
    say({"campaign": name, "state": "running"}, [f"{name} goes on"], as_json=as_json)


@app.command()
def stop(name: Name, as_json: AsJson = False) -> None:
    """End a campaign: nobody is asked any more, live conversations end without a word.

    Example: holdback campaign stop barriers
    """

    async def end(house: "House") -> int:
        ended = await house.campaigns.stop(name)
        await house.settle()
        return ended

    ended = with_house(end)
    line = f"{name} is stopped; {ended} conversations ended"
    say({"campaign": name, "state": "stopped", "ended": ended}, [line], as_json=as_json)
