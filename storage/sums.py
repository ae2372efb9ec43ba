"""The sums that every answer changes: gathered while turns are taken, and written once, last in their transaction.

All workers change the same few rows, and whoever has changed one keeps it to the end. Written turn by turn, two workers
could each wait for a row that the other keeps; written once, and in one order, they cannot.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from storage import answer_counts, step_counts
from storage.database import Tx
from storage.turns import Taken


class Sums:
    """What one transaction changes in them. Make one for each, and `write` it before the commit."""

    def __init__(self) -> None:
        """Nothing has changed yet."""
        self._barriers: Counter[answer_counts.Key] = Counter()
        self._steps: Counter[step_counts.Key] = Counter()

    async def note(self, tx: Tx, taken: Sequence[Taken]) -> None:
        """Count what these turns changed, once it is written."""
        self._barriers.update(answer_counts.changes(taken))
        self._steps.update(await step_counts.changes(tx, taken))

    async def answered(self, tx: Tx, names: Collection[str]) -> dict[step_counts.Key, int]:
        """How many have answered in these campaigns (see `step_counts.answered`), these turns among them."""
        found = Counter(await step_counts.answered(tx, names))
        found.update({key: n for key, n in self._steps.items() if key[0] in names})
        return {key: n for key, n in found.items() if n}

    async def write(self, tx: Tx) -> None:
        """Write what has changed. Needed too before anybody is erased, whose answers are taken off what is written."""
        await answer_counts.add(tx, self._barriers)
        await step_counts.add(tx, self._steps)
        self._barriers.clear()
        self._steps.clear()
