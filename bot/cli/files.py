"""Writing files that hold what is nobody else's business."""

import os
from pathlib import Path
from typing import BinaryIO, TextIO

from bot.cli.errors import fail


def open_private(path: Path) -> TextIO:
    """Open a file for writing, readable by its owner only; leaves with one line when that cannot be."""
    return os.fdopen(_handle(path), "w", encoding="utf-8", newline="")


def write_private(path: Path, text: str) -> None:
    """Write a whole file, readable by its owner only."""
    with open_private(path) as file:
        file.write(text)


def open_private_bytes(path: Path) -> BinaryIO:
    """The same for bytes."""
    return os.fdopen(_handle(path), "wb")


def _handle(path: Path) -> int:
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        fail(f"{path}: cannot be written: {(error.strerror or 'unknown reason').lower()}; give another file")
