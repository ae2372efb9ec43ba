"""A whole rehearsal: large ones live as two worlds side by side, on two cores, which share the offers' limits.

How many worlds there are depends on the number of people alone, never on the machine: the figures stay the same.
"""

import asyncio
import contextlib
import gc
import multiprocessing
import shutil
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bot import logs
from bot.settings import Settings
from bot.simulation.stage import Setting, folder_for, prepare
from bot.simulation.tally import Tally
from bot.simulation.world import Wanted, live

APART: Final = 1500
"""From so many people on two worlds are worth their start."""

SELDOM: Final = 20_000
"""So many new objects in a world's own process are looked through for garbage at once; Python's own figure is 700."""

Progress = Callable[[int, int], None]
"""Called with the parts of a thousand that are done, and a thousand."""

_heard: Any = None
"""In a world's own process: where it says how far it is."""


def parts_of(prospects: int) -> int:
    """How many worlds so many people live in."""
    return 2 if prospects >= APART else 1


def rehearse(name_or_path: str, settings: Settings, wanted: Wanted, progress: Progress | None = None) -> Tally:
    """Rehearse the campaign of this flow. Raises FlowError and FlowInvalid for a flow that cannot be played."""
    with folder_for(wanted.prospects) as folder:
        setting = prepare(name_or_path, settings, folder)
        parts = parts_of(wanted.prospects)
        if parts == 1:
            return asyncio.run(live(wanted, setting, folder / "0", _told(progress)))
        # One who is looked at closely lives in one of the worlds; the other says nothing about them.
        chosen = range(parts) if wanted.only is None else [(wanted.only - 1) % parts]
        worlds = [replace(wanted, part=(number, parts)) for number in chosen]
        return _side_by_side(worlds, setting, folder, progress)


def _told(progress: Progress | None) -> Callable[[float], None] | None:
    return None if progress is None else lambda past: progress(round(1000 * past), 1000)


def _side_by_side(worlds: Sequence[Wanted], setting: Setting, folder: Path, progress: Progress | None) -> Tally:
    context = multiprocessing.get_context("spawn")
    heard = context.Array("d", 2)
    with ProcessPoolExecutor(len(worlds), context, initializer=_begin, initargs=(heard,)) as pool:
        found = [pool.submit(_alone, world, setting, folder / str(world.part[0])) for world in worlds]
        _wait(found, heard, len(worlds), progress)
        total, *others = [one.result() for one in found]
    for other in others:
        total.add(other)
    total.people.sort(key=lambda came: came.number)
    return total


def _wait(found: Sequence[Future[Tally]], heard: Any, worlds: int, progress: Progress | None) -> None:
    while progress is not None and not all(one.done() for one in found):
        progress(round(1000 * sum(heard) / worlds), 1000)
        time.sleep(0.2)


def _begin(heard: Any) -> None:
    global _heard  # noqa: PLW0603 - a process has one
    _heard = heard
    # What is loaded stays to the end: garbage is looked for in the world alone, and not after every few rows.
    gc.freeze()
    gc.set_threshold(SELDOM)
    logs.set_up("WARNING", "text")


def _alone(wanted: Wanted, setting: Setting, folder: Path) -> Tally:
    def say(past: float) -> None:
        _heard[wanted.part[0]] = past

    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        return asyncio.run(live(wanted, setting, folder, say))
