"""Every error that a command can end with, in one line: what, where, the cure."""

from typing import Final, NoReturn

import typer
from typer._click import exceptions as click  # typer brings its own click and does not hand its errors out

DONE, WRONG, USAGE = 0, 1, 2
"""Exit codes: done, the thing checked is wrong, wrong usage."""

OURS: Final = {
    "SettingsInvalid": USAGE,
    "BrandInvalid": WRONG,
    "SigningProblem": USAGE,
    "DatabaseUrlInvalid": USAGE,
    "FlowInvalid": WRONG,
    "ConditionInvalid": WRONG,
    "FlowError": USAGE,
    "FileRefused": WRONG,
    "UnknownCampaign": USAGE,
    "UnknownSegment": USAGE,
    "WrongState": WRONG,
    "SchemaOutdated": WRONG,
    "AlreadyRunning": WRONG,
    "AddressTaken": WRONG,
    "StorageError": WRONG,
}
"""Errors that say what is wrong and the cure in their own words: class name -> exit code."""


def fail(sentence: str, code: int = USAGE) -> NoReturn:
    """Say in one line what is wrong, and leave."""
    typer.echo(f"error: {sentence}", err=True)
    raise typer.Exit(code)


def explain(error: Exception) -> tuple[int, list[str]]:
    """(exit code, lines) for an error that a command did not expect itself."""
    if isinstance(error, click.NoArgsIsHelpError):
        return USAGE, [error.format_message()]
    if isinstance(error, click.UsageError):
        return USAGE, [_usage(error)]
    if isinstance(error, click.ClickException):
        return USAGE, [f"error: {error.format_message()}"]
    for kind in type(error).__mro__:
        if kind.__name__ in OURS and kind.__module__.partition(".")[0] in ("bot", "storage", "flows"):
            return OURS[kind.__name__], [f"error: {line}" for line in str(error).splitlines()]
    return WRONG, [f"error: {_unexpected(error)}"]


def _usage(error: click.UsageError) -> str:
    message = " ".join(error.format_message().split()).rstrip(".").replace("Value error, ", "")
    command = error.ctx.command_path if error.ctx is not None else "holdback"
    return f"error: {message[:1].lower()}{message[1:]}; see `{command} --help`"


def _unexpected(error: Exception) -> str:
    home = type(error).__module__.partition(".")[0]
    if home in ("sqlalchemy", "asyncpg", "aiosqlite", "sqlite3") or isinstance(error, ConnectionError):
        # Its own words may hold the values of a query; its name says enough.
        cause = getattr(error, "orig", None) or error
        cure = "check HOLDBACK_DATABASE_URL, or run `holdback doctor`"
        return f"the database does not answer ({type(cause).__name__}); {cure}"
    if isinstance(error, OSError):
        reason = (error.strerror or type(error).__name__).lower()
        return f"{error.filename or 'the system'}: {reason}; check the path and its permissions"
    cure = "run it again as `holdback --traceback ...` and report it"
    return f"something unexpected happened ({type(error).__name__}); {cure}"
