"""The command itself: which families there are, and how every error ends: one line, the right exit code, no traceback.

A family's file is imported when one of its commands is called, so that `holdback --help` answers at once.
"""

import importlib
import sys
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from bot.cli.errors import USAGE, explain

FAMILIES: Final[dict[str, tuple[str, str]]] = {
    "demo": ("bot.cli.running:demo", "Run everything on this machine with a sample shop."),
    "serve": ("bot.cli.running:serve", "Run it for real."),
    "init": ("bot.cli.init:app", "Write a commented holdback.toml, an example flow and example files."),
    "doctor": ("bot.cli.doctor:app", "Check settings, database, Telegram, mail, flows and the clock."),
    "db": ("bot.cli.db:app", "Upgrade, check, back up, restore and move the database."),
    "flow": ("bot.cli.publish:app", "Write flows: list, check, draw, play, test and publish them."),
    "mail": ("bot.cli.mail:app", "Look at every mail before anybody gets one."),
    "simulate": ("bot.cli.simulate:app", "Rehearse a campaign with made-up people in virtual time."),
    "send": ("bot.cli.send:app", "Send nothing from now on, or send again."),
    "campaign": ("bot.cli.campaign:app", "List, start, pause and stop campaigns."),
    "prospects": ("bot.cli.prospects:app", "Import, show, link, export and erase prospects."),
    "segments": ("bot.cli.segments:app", "Count, list and show segments; say why somebody is in one."),
    "codes": ("bot.cli.codes:app", "Import coupon codes."),
    "purchases": ("bot.cli.purchases:app", "Import purchases."),
    "spend": ("bot.cli.spend:app", "Record what sources, mediums and campaigns cost."),
    "evidence": ("bot.cli.evidence:app", "Say whether a campaign helps, what it cost and what it brought."),
    "report": ("bot.cli.report:app", "Write a campaign's report as one HTML or PDF file."),
    "export": ("bot.cli.export:app", "Export prospects, answers, messages, grants, purchases, scores and more."),
    "strategy": ("bot.cli.strategy:app", "Decide which offers go to whom: check, try, submit and approve."),
    "staff": ("bot.cli.staff:app", "Add, list, disable and let in the people of the shop."),
    "api-key": ("bot.cli.api_key:app", "Add, list and revoke keys of the REST API."),
    "webhook": ("bot.cli.webhook:app", "Add, list, test and disable the systems that are told what happens here."),
    "understand": ("bot.cli.understand:app", "Say what a free text means."),
}
"""Command -> where it is, and its line in the help."""


class Families(TyperGroup):
    """The families of FAMILIES, each imported when it is called."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the name is typer's
        """All names, in the order of the table."""
        return list(FAMILIES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - the name is typer's
        """The command of this name, or None."""
        if cmd_name not in FAMILIES:
            return None
        module, _, name = FAMILIES[cmd_name][0].partition(":")
        family: typer.Typer = getattr(importlib.import_module(module), name)
        family.rich_markup_mode = None
        command = typer.main.get_command(family)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - the name is typer's
        """The list in the help, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in FAMILIES.items()])


app = typer.Typer(cls=Families, add_completion=False, no_args_is_help=True, rich_markup_mode=None)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"holdback {version('holdback')}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
    traceback: Annotated[
        bool, typer.Option("--traceback", help="After an error that nobody expected, show where it came from.")
    ] = False,
) -> None:
    """Ask people who nearly bought what held them back, listen, and make the offer that removes it.

    Example: holdback demo
    """
    # `run` has looked at --traceback already: it matters only when something goes wrong.
    del version, traceback


def main() -> None:
    """The entry of `holdback` and of `python -m bot`. Ends the process with the contract's exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; returns the exit code: 0 done, 1 the thing checked is wrong, 2 wrong usage."""
    command = typer.main.get_command(app)
    try:
        result = command.main(arguments, prog_name="holdback", standalone_mode=False)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has seen enough (`holdback export answers | head`); nothing more can be said to it.
        sys.stdout = None
        return 0
    except Exception as error:
        if "--traceback" in arguments[:1]:
            raise
        code, lines = explain(error)
        for line in lines:
            typer.echo(line, err=True)
        return code
    return result if isinstance(result, int) else 0


__all__ = ["FAMILIES", "USAGE", "app", "main", "run"]
