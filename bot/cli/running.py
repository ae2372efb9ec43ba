"""`holdback serve` and `holdback demo`."""

import asyncio
from typing import Annotated

import typer

from bot.cli.common import family
from bot.cli.errors import fail

serve = family("Run it for real.")
demo = family("Run everything on this machine with a sample shop.")


@serve.command()
def run_server(
    only: Annotated[
        str | None, typer.Option(metavar="ROLES", help="Only these: web, intake, dispatch, timers, with commas.")
    ] = None,
) -> None:
    """Run until Ctrl-C: pages, intake, sending and timers. On PostgreSQL several processes may share the work.

    Example: holdback serve --only web,intake
    """
    from bot import app, logs
    from bot.settings import load_settings

    roles = tuple(role.strip() for role in only.split(",") if role.strip()) if only is not None else app.ROLES
    unknown = [role for role in roles if role not in app.ROLES]
    if unknown or not roles:
        fail(f"--only: {', '.join(unknown) or 'nothing'} is no role; name some of {', '.join(app.ROLES)}")
    settings = load_settings()
    logs.set_up(settings.log_level, settings.log_format)
    asyncio.run(app.serve(settings, only=roles))


@demo.command()
def run_demo() -> None:
    """Run the main job on this machine with a sample shop: no token and no mail server needed. Ctrl-C stops it.

    Example: holdback demo
    """
    from bot import logs
    from bot.cli import demo as start
    from bot.settings import load_settings

    settings = load_settings()
    logs.set_up("WARNING" if settings.log_level == "INFO" else settings.log_level, settings.log_format)
    asyncio.run(start.run(settings))
