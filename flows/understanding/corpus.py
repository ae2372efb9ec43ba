"""The training rows that ship with the package: what people write, and what it means."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

# Everything the weights depend on besides the code; a change here asks for training anew.
_SOURCES = ("train.jsonl", "concepts.txt")


@dataclass(frozen=True, slots=True)
class Example:
    """One training row. barriers and intent are the ids of :class:`.decide.Understanding`.

    Rows with the same `idea` say the same in several languages: a fold of the cross-validation takes them out together.
    """

    language: str
    text: str
    barriers: tuple[str, ...]
    intent: str
    idea: int | None = None


@cache
def read_examples() -> tuple[Example, ...]:
    """Return the training rows in file order."""
    rows = [json.loads(line) for line in _read("train.jsonl").decode().splitlines()]
    return tuple(
        Example(row["lang"], row["text"], tuple(row["labels"]), row["intent"], row.get("idea")) for row in rows
    )


def data_hash() -> str:
    """Return the hash of the data that the weights are trained on; the weights file carries the same."""
    digest = hashlib.sha256()
    for name in _SOURCES:
        digest.update(_read(name).replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _read(name: str) -> bytes:
    return resources.files("flows.understanding").joinpath(f"data/{name}").read_bytes()
