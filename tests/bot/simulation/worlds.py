"""Small worlds for tests: a dozen people, thirty days, every step looked at."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from bot.settings import Settings
from bot.simulation.habits import USUAL, Habits
from bot.simulation.stage import Setting, prepare
from bot.simulation.tally import Tally
from bot.simulation.world import Wanted, live

KINDS = Path(__file__).parents[2] / "flows" / "flows" / "kinds"

TALKATIVE = Habits(answers=(0.7, 0.4, 0.3), changes_mind=0.1, blocks=0.02, bounces=0.05, hiccups=0.02, buys_anyway=0.1)
"""People who do more of everything than usual: a world of a dozen shows more."""


@dataclass
class Rehearsals:
    """Worlds of one flow, one after the other, each from the database that the first one left published."""

    setting: Setting
    folder: Path
    template: Path | None

    async def live(self, seed: int, *, prospects: int = 12, only: int | None = None, habits: Habits = USUAL) -> Tally:
        """A world of this seed."""
        home = self.folder / f"{seed}-{prospects}-{only}"
        home.mkdir()
        file = home / "rehearsal.sqlite3"
        if self.template is not None:
            shutil.copy(self.template, file)
        wanted = Wanted(prospects, 30, seed, strict=True, only=only, habits=habits)
        try:
            return await live(wanted, self.setting, home)
        finally:
            shutil.rmtree(home)


def rehearsals(flow: str, folder: Path, template: Path | None) -> Rehearsals:
    """Worlds of this flow, by name or path."""
    return Rehearsals(prepare(flow, Settings(timezone="Europe/Budapest"), folder), folder, template)


def broken(tally: Tally) -> list[str]:
    """What was broken, with where to see it again."""
    return [f"{one.rule}: prospect {one.number}, {one.at}: {one.what}" for one in tally.broken]
