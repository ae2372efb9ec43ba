"""`holdback flow publish`, beside the commands for authors: the one that changes what prospects will be asked."""

from bot.cli.common import AsJson, say, with_house
from bot.cli.flow import FlowPath, app

__all__ = ["app"]


@app.command()
def publish(path: FlowPath, as_json: AsJson = False) -> None:
    """Publish a flow: conversations that begin from now on use it. Those that run keep their version.

    Example: holdback flow publish my/flows/winback
    """
    name, version, new = with_house(lambda house: house.publish(path))
    line = f"{name} is published as version {version}" if new else f"{name} has not changed since version {version}"
    say({"flow": name, "version": version, "new": new}, [line], as_json=as_json)
