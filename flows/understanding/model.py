"""The trained weights and how they score a text: a linear model in plain Python.

The weights are made by ``.ci/train_understanding.py`` from ``data/train.jsonl`` and the concept lists, and shipped as
``data/weights.json``: feature names, how rare each feature is, and one signed byte a feature and column. The columns
are eleven barriers (each a yes or no by itself), eight intents (one of them) and seven languages (one of them).
"""

from __future__ import annotations

import base64
import json
import math
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from operator import mul
from typing import Any

from flows.understanding.features import Block, blocks, knows


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where the bands lie, all probabilities; derived by cross-validation when the weights are trained.

    ``barrier``: a barrier is named from here on. ``accept``: an answer is taken without confirming from this
    confidence on. ``guess``: below this confidence the full list is better than three buttons. ``confirm``: per
    intent, ask first when its probability reaches this without a safety phrase.
    """

    barrier: float
    accept: float
    guess: float
    confirm: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Scores:
    """Probabilities of one text, best first: barriers (independent), intents and languages (each adding up to 1).

    known: whether a whole word or a concept of it has weights, and not only pieces of its letters.
    """

    barriers: dict[str, float]
    intents: dict[str, float]
    languages: dict[str, float]
    known: bool


@dataclass(frozen=True, slots=True)
class Model:
    """The weights, unpacked. ``rows`` has a tuple of bytes a feature; ``scales`` and ``biases`` are per column."""

    feature_of: Mapping[str, int]
    rarity: Sequence[float]
    rows: Sequence[tuple[int, ...]]
    scales: Sequence[float]
    biases: Sequence[float]
    block_weights: Sequence[float]
    barriers: Sequence[str]
    intents: Sequence[str]
    languages: Sequence[str]
    thresholds: Thresholds
    trained_on: str

    def score(self, said: str) -> Scores:
        """Score normalised text."""
        parts: list[float] = []
        rows: list[tuple[int, ...]] = []
        text = blocks(said)
        for weight, block in zip(self.block_weights, text, strict=True):
            self._weigh(weight, block, parts, rows)
        sums = [sum(map(mul, parts, column)) for column in zip(*rows, strict=True)] or [0.0] * len(self.scales)
        raw = [bias + scale * total for bias, scale, total in zip(self.biases, self.scales, sums, strict=True)]
        first, second = len(self.barriers), len(self.barriers) + len(self.intents)
        return Scores(
            barriers=ranked(self.barriers, [chance(value) for value in raw[:first]]),
            intents=ranked(self.intents, shares(raw[first:second])),
            languages=ranked(self.languages, shares(raw[second:])),
            known=knows(self.feature_of, text),
        )

    def _weigh(self, weight: float, block: Block, parts: list[float], rows: list[tuple[int, ...]]) -> None:
        """Append the known features of a block, brought to length *weight*, and the rows of their weights."""
        known = [(self.feature_of[name], count) for name, count in block.items() if name in self.feature_of]
        values = [(1 + math.log(count)) * self.rarity[feature] for feature, count in known]
        length = math.sqrt(sum(map(mul, values, values)))
        parts.extend(weight * value / length for value in values)
        rows.extend(self.rows[feature] for feature, _ in known)


@cache
def load_model() -> Model:
    """Read the shipped weights; once a process."""
    file = resources.files("flows.understanding").joinpath("data/weights.json")
    return unpack(json.loads(file.read_text(encoding="utf-8")))


def unpack(packed: Mapping[str, Any]) -> Model:
    """Build the model from the decoded weights file."""
    features = packed["features"]
    columns = len(packed["scales"])
    return Model(
        feature_of={name: index for index, name in enumerate(features)},
        rarity=packed["rarity"],
        rows=list(struct.iter_unpack(f"{columns}b", base64.b64decode(packed["weights"]))),
        scales=packed["scales"],
        biases=packed["biases"],
        block_weights=packed["block_weights"],
        barriers=packed["barriers"],
        intents=packed["intents"],
        languages=packed["languages"],
        thresholds=Thresholds(**packed["thresholds"]),
        trained_on=packed["trained_on"],
    )


def ranked(names: Iterable[str], chances: Sequence[float]) -> dict[str, float]:
    """Return name -> probability, the highest first."""
    return dict(sorted(zip(names, chances, strict=True), key=lambda pair: -pair[1]))


def shares(raw: Sequence[float]) -> list[float]:
    """Return probabilities that add up to one."""
    highest = max(raw)
    powers = [math.exp(value - highest) for value in raw]
    total = sum(powers)
    return [power / total for power in powers]


def chance(raw: float) -> float:
    """Return a probability by itself."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, raw))))
