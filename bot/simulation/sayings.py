"""What people say in their own words: natural sentences of the corpus that the understanding was trained on."""

import json
import random
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

Sayings = Mapping[tuple[str, str], Sequence[str]]
"""Sentences by language and by what they mean: a barrier, or an intent such as `later` and `question`."""


@lru_cache(maxsize=1)
def sayings() -> Sayings:
    """All of them. What names several barriers is left out."""
    found: dict[tuple[str, str], list[str]] = {}
    corpus = files("flows.understanding") / "data" / "train.jsonl"
    for line in corpus.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        labels, intent = row["labels"], row["intent"]
        meaning = labels[0] if intent == "answer" and len(labels) == 1 else intent
        if meaning != "answer":
            found.setdefault((row["lang"], meaning), []).append(row["text"])
    return found


def words(dice: random.Random, language: str, meaning: str) -> str:
    """One sentence; an ellipsis where the corpus has none."""
    known = sayings().get((language, meaning))
    return dice.choice(known) if known else "…"
