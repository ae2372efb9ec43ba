"""Train the weights of flows/understanding from its training rows, and report cross-validated figures.

Run it from the root of the repository after adding rows to flows/understanding/data/train.jsonl or words to the lists
beside it, with the project's own python and scikit-learn in a folder beside, so that it stays out of the project:

    python3 -m pip install --target /tmp/train scikit-learn
    PYTHONPATH=.:/tmp/train python .ci/train_understanding.py

It prints figures per language, measured on rows the model had not seen (five folds), derives the thresholds from the
same rows and writes data/weights.json. Many rows say in seven languages what was first thought of in one, so a fold
takes an idea out of all languages at once: the rows are written in the same order in each. scikit-learn is used here
only: at run time plain Python reads the weights.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression

from flows.understanding.corpus import Example, data_hash, read_examples
from flows.understanding.decide import ALWAYS_CONFIRMED
from flows.understanding.features import blocks, knows
from flows.understanding.normalise import normalise
from flows.understanding.safety import LANGUAGES, find_safety, hinted_safety

WEIGHTS = Path("flows/understanding/data/weights.json")
BARRIERS = (
    *("price", "reviews", "quality", "shipping", "trust", "fit", "timing"),
    *("approval", "no_longer_needed", "bought_elsewhere", "other"),
)
INTENTS = ("answer", "stop", "human", "later", "question", "delete_data", "bought_here", "chitchat")
NO_BARRIERS = ("human", "delete_data", "bought_here", "chitchat")
BLOCK_WEIGHTS = (1.0, 0.7, 1.0)
SEEN_AT_LEAST = 2
STRENGTH = 10.0
FOLDS = 5
ACCEPTED_RIGHT = 0.95
GUESS_RIGHT = 0.6
FALSE_ASKS = 0.02

Array = Any


class Vocabulary:
    """The features worth a weight and how rare they are, learned from training texts."""

    def __init__(self, texts: list[tuple[Counter[str], ...]]) -> None:
        seen = Counter(name for text in texts for block in text for name in block)
        self.names = sorted(name for name, count in seen.items() if count >= SEEN_AT_LEAST)
        self.index = {name: number for number, name in enumerate(self.names)}
        counts = np.array([seen[name] for name in self.names])
        self.rarity = np.round(np.log((1 + len(texts)) / (1 + counts)) + 1, 3)

    def matrix(self, texts: list[tuple[Counter[str], ...]]) -> csr_matrix:
        """Return one row a text: every block weighed by rarity and brought to its length, then added."""
        return sum(
            self._block([text[number] for text in texts]) * weight for number, weight in enumerate(BLOCK_WEIGHTS)
        ).tocsr()

    def _block(self, texts: list[Counter[str]]) -> csr_matrix:
        cells = [
            (row, self.index[name], 1 + np.log(count))
            for row, text in enumerate(texts)
            for name, count in text.items()
            if name in self.index
        ]
        rows, columns, values = zip(*cells, strict=True) if cells else ((), (), ())
        shape = (len(texts), len(self.names))
        found = csr_matrix((values, (rows, columns)), shape=shape) @ diags(self.rarity)
        lengths = np.sqrt(np.asarray(found.multiply(found).sum(1)).ravel())
        return diags(1 / np.maximum(lengths, 1e-9)) @ found


class Fitted:
    """The three heads side by side: weights (features x columns) and biases."""

    def __init__(self, texts: list[tuple[Counter[str], ...]], rows: list[Example]) -> None:
        self.vocabulary = Vocabulary(texts)
        seen = self.vocabulary.matrix(texts)
        heads = [self._yes_or_no(seen, [name in row.barriers for row in rows]) for name in BARRIERS]
        told = [number for number, row in enumerate(rows) if not _said_plainly(row)]
        heads.append(self._one_of(seen[told], [INTENTS.index(rows[number].intent) for number in told]))
        heads.append(self._one_of(seen, [LANGUAGES.index(row.language) for row in rows]))
        self.weights = np.hstack([weights for weights, _ in heads])
        self.biases = np.hstack([biases for _, biases in heads])

    @staticmethod
    def _yes_or_no(seen: csr_matrix, wanted: list[bool]) -> tuple[Array, Array]:
        model = LogisticRegression(C=STRENGTH, class_weight="balanced", solver="liblinear")
        model.fit(seen, wanted)
        return model.coef_.T, model.intercept_

    @staticmethod
    def _one_of(seen: csr_matrix, wanted: list[int]) -> tuple[Array, Array]:
        model = LogisticRegression(C=2 * STRENGTH, max_iter=400)
        model.fit(seen, wanted)
        return model.coef_.T, model.intercept_

    def chances(self, texts: list[tuple[Counter[str], ...]]) -> tuple[Array, Array, Array]:
        """Return the probabilities of barriers, intents and languages, one row a text."""
        raw = self.vocabulary.matrix(texts) @ self.weights + self.biases
        first, second = len(BARRIERS), len(BARRIERS) + len(INTENTS)
        intents = _shares(raw[:, first:second])
        unknown = [number for number, text in enumerate(texts) if not knows(self.vocabulary.index, text)]
        intents[np.ix_(unknown, [INTENTS.index(name) for name in ALWAYS_CONFIRMED])] = 0.0
        return 1 / (1 + np.exp(-raw[:, :first])), intents, _shares(raw[:, second:])


def folds(rows: list[Example]) -> Iterator[tuple[Array, Array]]:
    """Yield the numbers of known and unseen rows for each fold."""
    fold = np.array(_ideas(rows)) % FOLDS
    for number in range(FOLDS):
        yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)


def _ideas(rows: list[Example]) -> list[int]:
    """Number the rows that mean the same: by their idea, else in file order in each language by itself."""
    before: Counter[tuple[str, tuple[str, ...], str]] = Counter()
    numbers = []
    for row in rows:
        kind = (row.language, tuple(sorted(row.barriers)), row.intent)
        numbers.append(before[kind] if row.idea is None else row.idea)
        before[kind] += 1
    return numbers


@cache
def _said_plainly(row: Example) -> bool:
    """Whether plain words end it and the rest is a reason: from these, weights would learn that the reason ends it."""
    return row.intent in ("stop", "delete_data") and bool(row.barriers) and find_safety(normalise(row.text)) is not None


def _shares(raw: Array) -> Array:
    powers = np.exp(raw - raw.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


class Unseen:
    """What the model says of every row when it was trained without it, and what is true."""

    def __init__(self, texts: list[tuple[Counter[str], ...]], rows: list[Example]) -> None:
        self.barriers = np.zeros((len(rows), len(BARRIERS)))
        self.intents = np.zeros((len(rows), len(INTENTS)))
        self.languages = np.zeros((len(rows), len(LANGUAGES)))
        for known, unseen in folds(rows):
            fitted = Fitted([texts[row] for row in known], [rows[row] for row in known])
            found = fitted.chances([texts[row] for row in unseen])
            self.barriers[unseen], self.intents[unseen], self.languages[unseen] = found
        self.true_barriers = np.array([[name in row.barriers for name in BARRIERS] for row in rows])
        self.true_intent = np.array([row.intent for row in rows])
        self.language = np.array([row.language for row in rows])
        found = [find_safety(normalise(row.text)) for row in rows]
        self.safety = np.array([plain.intent if plain else "" for plain in found])
        self.unphrased = self.safety == ""
        self.hinted = np.array([hinted_safety(normalise(row.text)) or "" for row in rows])

    @property
    def intent(self) -> Array:
        """Return the intent that is decided on for each row: plain words first, else the likeliest."""
        likeliest = np.array(INTENTS)[self.intents.argmax(1)]
        return np.where(self.unphrased, likeliest, self.safety)

    def named(self, threshold: float) -> Array:
        """Return which barriers would be named, as the decision at run time does."""
        named = self.barriers >= threshold
        answers = self.intent == "answer"
        named[answers, self.barriers[answers].argmax(1)] = True
        named[np.isin(self.intent, NO_BARRIERS)] = False
        return named

    def barrier_score(self, threshold: float, rows: Array | slice = slice(None)) -> float:
        """Return macro-F1 over the barriers."""
        true, named = self.true_barriers[rows], self.named(threshold)[rows]
        both = (true & named).sum(0)
        return float(np.mean(2 * both / np.maximum(true.sum(0) + named.sum(0), 1)))

    def intent_score(self, rows: Array | slice = slice(None)) -> float:
        """Return macro-F1 over the intents."""
        true, said = self.true_intent[rows], self.intent[rows]
        hits = [
            2 * ((true == name) & (said == name)).sum() / max(1, (true == name).sum() + (said == name).sum())
            for name in INTENTS
        ]
        return float(np.mean(hits))

    def thresholds(self) -> dict[str, Any]:
        """Derive the bands: see :class:`flows.understanding.model.Thresholds`."""
        barrier = max(np.arange(0.2, 0.7, 0.02), key=self.barrier_score)
        answers = (self.intent == "answer") & self.unphrased
        sure, right = self._sure_and_right()
        confirm = {name: self._confirm(name) for name in ("stop", "delete_data")}
        confirm |= dict.fromkeys(("human", "later", "bought_here"), 0.5)
        return {
            "barrier": round(float(barrier), 2),
            "accept": _lowest(sure[answers], right[answers], ACCEPTED_RIGHT),
            "guess": _lowest(sure[answers], right[answers], GUESS_RIGHT, banded=True),
            "confirm": confirm,
        }

    def _sure_and_right(self) -> tuple[Array, Array]:
        """Return each row's confidence as an answer, and whether its first barrier is a true one."""
        top = self.barriers.argmax(1)
        right = self.true_barriers[np.arange(len(top)), top] & (self.true_intent == "answer")
        return self.barriers.max(1) * self.intents[:, INTENTS.index("answer")], right

    def _confirm(self, name: str) -> float:
        """Return the lowest threshold that asks falsely of at most FALSE_ASKS of the other rows."""
        chance = self.intents[:, INTENTS.index(name)]
        others = np.sort(chance[(self.true_intent != name) & self.unphrased])
        return max(0.1, round(float(others[int(len(others) * (1 - FALSE_ASKS))]), 3))

    def report(self, bands: dict[str, Any]) -> None:
        """Print the figures per language and for all."""
        print("language  rows  barriers  intents  language  top3   (macro-F1, macro-F1, share, share of answers)")
        for name in (*LANGUAGES, "all"):
            rows = self.language == name if name != "all" else np.isin(self.language, LANGUAGES)
            answers = rows & (self.true_intent == "answer")
            best = np.argsort(-self.barriers, 1)[:, :3]
            top3 = self.true_barriers[np.arange(len(best))[:, None], best].any(1)[answers].mean()
            spoken = np.array(LANGUAGES)[self.languages.argmax(1)] == self.language
            print(
                f"{name:8}  {rows.sum():4}  {self.barrier_score(bands['barrier'], rows):8.2f}"
                f"  {self.intent_score(rows):7.2f}  {spoken[rows].mean():8.2f}  {top3:.2f}"
            )
        sure, right = self._sure_and_right()
        answers = (self.intent == "answer") & self.unphrased
        taken = answers & (sure >= bands["accept"])
        share = taken.sum() / answers.sum()
        print(f"answers taken without confirming {share:.2f}, of these right {right[taken].mean():.3f}")
        for name in ("stop", "delete_data"):
            self._report_safety(name, bands["confirm"][name])
        print("thresholds", json.dumps(bands))

    def _report_safety(self, name: str, threshold: float) -> None:
        asked = (self.intents[:, INTENTS.index(name)] >= threshold) | (self.intent == name) | (self.hinted == name)
        true = self.true_intent == name
        model = asked & self.unphrased
        wrongly = (self.safety[~true] == name).sum()
        weighed = (self.intents[:, INTENTS.index(name)] >= threshold)[true].mean()
        print(
            f"{name}: acted on or asked {asked[true].mean():.3f} of {true.sum()}"
            f" (weights alone {weighed:.3f}), false asks {model[~true].mean():.3f} of {(~true).sum()},"
            f" false acts {wrongly}"
        )


def _lowest(sure: Array, right: Array, wanted: float, *, banded: bool = False) -> float:
    """Return the lowest confidence from which on *wanted* of the answers are right (or, banded, around which)."""
    order = np.argsort(-sure)
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    if banded:
        width = max(20, len(order) // 10)
        share = np.convolve(right[order], np.ones(width) / width, "same")
    good = np.flatnonzero(share >= wanted)
    return round(float(sure[order[good[-1]]]), 3) if len(good) else 1.0


def _pack(fitted: Fitted, bands: dict[str, Any]) -> dict[str, Any]:
    scales = np.abs(fitted.weights).max(0) / 127
    bytes_ = np.round(fitted.weights / scales).astype(np.int8)
    return {
        "trained_on": data_hash(),
        "barriers": BARRIERS,
        "intents": INTENTS,
        "languages": list(LANGUAGES),
        "thresholds": bands,
        "block_weights": BLOCK_WEIGHTS,
        "scales": [round(float(scale), 7) for scale in scales],
        "biases": [round(float(bias), 5) for bias in fitted.biases],
        "features": fitted.vocabulary.names,
        "rarity": fitted.vocabulary.rarity.tolist(),
        "weights": base64.b64encode(bytes_.tobytes()).decode(),
    }


def main() -> None:
    """Report, derive the thresholds, train on everything and write the weights."""
    rows = list(read_examples())
    texts = [blocks(normalise(row.text)) for row in rows]
    unseen = Unseen(texts, rows)
    bands = unseen.thresholds()
    unseen.report(bands)
    packed = json.dumps(_pack(Fitted(texts, rows), bands), ensure_ascii=False, separators=(",", ":"))
    WEIGHTS.write_text(packed + "\n", encoding="utf-8")
    print(f"wrote {WEIGHTS}: {len(packed.encode()) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
