"""The `holdback` command: one file for each family of commands."""

from bot.cli.root import main

__all__ = ["main"]
