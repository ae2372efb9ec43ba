"""The people of the sample shop: who they are, what held them back, what they do about it. Drawn from a given dice."""

import csv
import json
import random
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

WEIGHTS = {
    "price": 22,
    "shipping": 19,
    "timing": 14,
    "trust": 9,
    "reviews": 8,
    "fit": 8,
    "quality": 6,
    "approval": 4,
    "no_longer_needed": 4,
    "bought_elsewhere": 4,
    "other": 6,
}
"""How often a barrier is named in the sample.

Extra costs and "not yet" lead, as in public studies of abandoned carts.
"""


@dataclass(frozen=True)
class Persona:
    """One prospect of the sample and the course they take.

    `words` is what they write instead of tapping; `solved` their answer to the offer (None: silence); `buys` how long
    after the offer they buy, or None.
    """

    external_id: str
    language: str
    chats: bool
    chat_id: str
    answers: bool
    delay: timedelta
    barrier: str
    words: str | None
    solved: str | None
    buys: timedelta | None
    worth: str
    currency: str


def personas(dice: random.Random, prospects_csv: Path) -> list[Persona]:
    """The people of the sample who leave a cart during the week; the last ones of the file have not done so yet."""
    with prospects_csv.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    sayings = _sayings()
    return [_persona(dice, row, number, sayings) for number, row in enumerate(rows[:52])]


def _persona(
    dice: random.Random, row: dict[str, str], number: int, sayings: dict[tuple[str, str], list[str]]
) -> Persona:
    barrier = dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    spoken = sayings.get((row["language"], barrier), [])
    chats = dice.random() < 0.4
    solved = dice.choices(["yes", "no", "person", None], [50, 20, 12, 18])[0]
    buys = timedelta(hours=2 + 40 * dice.random()) if solved == "yes" and dice.random() < 0.55 else None
    return Persona(
        external_id=row["external_id"],
        language=row["language"],
        chats=chats,
        chat_id=str(700_000_000 + number),
        answers=chats or dice.random() < 0.72,
        delay=timedelta(minutes=4 + dice.expovariate(1 / 90)),
        barrier=barrier,
        words=dice.choice(spoken) if spoken and dice.random() < 0.3 else None,
        solved=solved,
        buys=buys,
        worth=row["cart_value"],
        currency=row["currency"],
    )


def _sayings() -> dict[tuple[str, str], list[str]]:
    """Natural sentences by language and barrier, from the corpus that the understanding was trained on."""
    found: dict[tuple[str, str], list[str]] = {}
    corpus = files("flows.understanding") / "data" / "train.jsonl"
    for line in corpus.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["intent"] == "answer" and len(row["labels"]) == 1:
            found.setdefault((row["lang"], row["labels"][0]), []).append(row["text"])
    return found
