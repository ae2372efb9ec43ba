"""The optional extra: scores twice, and leaves everything as it is where it is not asked for or not installed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources, util

import pytest

from flows.understanding import LANGUAGES, understand, use_embedding
from flows.understanding.corpus import data_hash
from flows.understanding.embedding import embedding_in_use, leave_embedding, spoken, unpack
from flows.understanding.model import load_model

PACKED = json.loads(resources.files("flows.understanding").joinpath("data/embedding.json").read_text(encoding="utf-8"))


@pytest.fixture
def embedded() -> Iterator[None]:
    if not use_embedding():
        pytest.skip("the extra nlu is not installed")
    yield
    leave_embedding()


def test_nothing_is_embedded_unless_it_is_asked_for() -> None:
    assert embedding_in_use() is None


def test_without_the_package_the_core_goes_on_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(util, "find_spec", lambda name: None)
    assert use_embedding() is False and embedding_in_use() is None


def test_the_head_was_trained_on_the_data_that_ships_and_knows_the_same_names() -> None:
    head, model = unpack(PACKED, lambda _: ()), load_model()
    assert head.trained_on == data_hash(), "train anew: see the head of .ci/train_embedding.py"
    assert (tuple(head.barriers), tuple(head.intents)) == (tuple(model.barriers), tuple(model.intents))
    assert len(head.weights) == len(head.biases) == len(head.barriers) + len(head.intents)
    assert {len(column) for column in head.weights} == {len(head.mean)}


def test_the_mean_of_both_scores_counts() -> None:
    scores = load_model().score("shipping is too dear")
    still = unpack(PACKED, lambda _: PACKED["mean"]).mixed(scores, "shipping is too dear")
    far = unpack(PACKED, lambda _: [1.0] * len(PACKED["mean"])).mixed(scores, "shipping is too dear")
    assert still.languages == scores.languages and still.barriers.keys() == scores.barriers.keys()
    assert abs(sum(still.intents.values()) - 1) < 1e-6
    assert still.barriers != far.barriers
    assert all(abs(still.barriers[name] - scores.barriers[name]) <= 0.5 for name in scores.barriers)


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "a" * 5000, "👍"])
def test_any_text_can_be_handed_to_the_package(text: str) -> None:
    handed = spoken(text)
    assert "\x00" not in handed and len(handed) <= 600
    handed.encode()


@pytest.mark.usefixtures("embedded")
def test_with_the_package_a_text_is_understood_in_every_language() -> None:
    texts = (
        "delivery costs a fortune",
        "los portes son carísimos",
        "les frais de port sont exagérés",
        "送料が高すぎます",
    )
    more = ("الشحن غالي جدا", "a szállítás túl drága", "doprava je moc drahá")
    for language, text in zip(LANGUAGES, (*texts, *more), strict=True):
        understood = understand(text, language)
        assert "shipping" in understood.barriers, text
        assert understood == understand(text, language)
